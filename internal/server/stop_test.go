package server_test

import (
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"sshchat/internal/servertest"
)

// The server is stopped in order while people write, and started again: every line that was acknowledged is
// shown to its reader exactly once, over all of the reader's sessions, in order.
func TestStoppedUnderLoadNothingIsLostOrShownTwice(t *testing.T) {
	t.Parallel()
	const senders, rounds, each = 3, 4, 40
	srv := servertest.Start(t)
	for i := range senders {
		srv.SignUp(fmt.Sprintf("sender%d", i)).Leaves()
	}
	srv.SignUp("reader").Leaves()
	next := make([]int, senders)
	told := make(map[string]bool)
	var seen []string
	for range rounds {
		reader := srv.Login("reader")
		stopUnderLoad(srv, next, told, each)
		reader.Gone()
		seen = append(seen, linesShown(reader)...)
	}
	reader := srv.Login("reader")
	reader.ReadsAllThatWaits()
	seen = append(seen, linesShown(reader)...)

	inOrder(t, seen)
	count := make(map[string]int)
	for _, line := range seen {
		count[line]++
	}
	for line := range told {
		if count[line] != 1 {
			t.Errorf("line %s was acknowledged, and shown %d times", line, count[line])
		}
	}
}

// stopUnderLoad restarts the server while everyone writes; each writes until the link ends.
func stopUnderLoad(srv *servertest.Server, next []int, told map[string]bool, each int) {
	srv.Helper()
	var mu sync.Mutex
	var sending sync.WaitGroup
	enough := make(chan struct{})
	reached := sync.OnceFunc(func() { close(enough) })
	var people []*servertest.Person
	for i := range next {
		people = append(people, srv.Login(fmt.Sprintf("sender%d", i)))
	}
	for i, p := range people {
		sending.Go(func() {
			for sent := 0; ; sent++ {
				if sent == each {
					reached()
				}
				n := next[i]
				next[i]++
				if !p.TypesIfThere(fmt.Sprintf("message reader line %d/%d.", i, n)) ||
					!p.SeesIfThere(fmt.Sprintf("you → reader  line %d/%d.", i, n)) {
					return
				}
				mu.Lock()
				told[fmt.Sprintf("%d/%d", i, n)] = true
				mu.Unlock()
			}
		})
	}
	<-enough
	srv.Restart()
	sending.Wait()
}

var lineToReader = regexp.MustCompile(`sender\d → you  line (\d+/\d+)\.`)

func linesShown(p *servertest.Person) (lines []string) {
	for _, m := range lineToReader.FindAllStringSubmatch(p.Received(), -1) {
		lines = append(lines, m[1])
	}
	return lines
}

// inOrder checks that the lines of each sender come in the order in which they were sent, each once.
func inOrder(t *testing.T, lines []string) {
	t.Helper()
	last := make(map[string]int)
	for _, line := range lines {
		sender, n := line[:1], number(t, line[2:])
		if before, ok := last[sender]; ok && n <= before {
			t.Errorf("line %s came after line %s/%d", line, sender, before)
		}
		last[sender] = n
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
