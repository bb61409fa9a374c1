//go:build unix

package server_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sshchat/internal/servertest"
)

// kill -9 at random moments under load: no line whose sender was told that it is sent is missing, none comes
// twice in one session, and within a session each sender's lines stand in the order in which they were sent.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	srv := servertest.StartProcess(t)
	const senders = 4
	for i := range senders {
		srv.SignUp(fmt.Sprintf("sender%d", i)).Leaves()
	}
	srv.SignUp("reader").Leaves()
	next := make([]int, senders)   // of each sender, the number to send next
	told := make([][]int, senders) // of each sender, the numbers it was told are sent
	shown := make(map[string]bool) // what any session of the reader has shown
	for range rounds {
		reader := srv.Login("reader")
		killUnderLoad(srv, next, told)
		reader.Gone()
		inOrder(t, linesShown(reader))
		note(shown, reader)
		srv.Start()
	}
	reader := srv.Login("reader")
	reader.SawNothingOf("lines that belong to nobody") // up to here the newest have come, and then what waited
	newest := len(linesShown(reader))
	reader.ReadsAllThatWaits()
	inOrder(t, linesShown(reader)[:newest])
	inOrder(t, linesShown(reader)[newest:])
	note(shown, reader)
	acknowledged := 0
	for i := range told {
		for _, n := range told[i] {
			acknowledged++
			if key := fmt.Sprintf("%d/%d", i, n); !shown[key] {
				t.Errorf("line %s was acknowledged and never shown", key)
			}
		}
	}
	t.Logf("%d kills, %d lines acknowledged, none lost", rounds, acknowledged)
}

// killUnderLoad has everyone send until some lines were acknowledged, and kills the server in the middle of it.
func killUnderLoad(srv *servertest.Process, next []int, told [][]int) {
	srv.Helper()
	var acknowledged atomic.Int64
	enough := 20 + rand.Int64N(1500)
	kill := sync.OnceFunc(srv.Kill)
	var people []*servertest.Person
	for i := range next {
		people = append(people, srv.Login(fmt.Sprintf("sender%d", i)))
	}
	var sending sync.WaitGroup
	for i, p := range people {
		sending.Go(func() {
			for {
				n := next[i]
				next[i]++
				if !p.TypesIfThere(fmt.Sprintf("message reader line %d/%d.", i, n)) ||
					!p.SeesIfThere(fmt.Sprintf("you → reader  line %d/%d.", i, n)) {
					return
				}
				told[i] = append(told[i], n)
				if acknowledged.Add(1) == enough {
					kill()
				}
			}
		})
	}
	sending.Wait()
}

func note(shown map[string]bool, reader *servertest.Person) {
	for _, line := range linesShown(reader) {
		shown[line] = true
	}
}

// What a client is told is sent was synced before: between the arrival of the line and its acknowledgement on
// the wire lies an fsync or fdatasync that has returned.
func TestAnAcknowledgementFollowsASync(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no strace on this machine")
	}
	trace := filepath.Join(t.TempDir(), "trace")
	srv := servertest.StartProcess(t, strace, "-f", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,read,write")
	alice := srv.SignUp("alice")
	srv.SignUp("bob")
	const lines = 20
	syncs := make([]int, 0, lines+1)
	for i := range lines {
		syncs = append(syncs, countSyncs(t, trace))
		alice.Types(fmt.Sprintf("message bob %d", i))
		alice.Sees(fmt.Sprintf("you → bob  %d\n", i))
	}
	syncs = append(syncs, countSyncs(t, trace))
	for i := 1; i < len(syncs); i++ {
		if syncs[i] == syncs[i-1] {
			t.Errorf("line %d was acknowledged without a sync", i-1)
		}
	}
}

// countSyncs counts the syncs that have returned so far. strace writes a line before it lets the process
// go on, so whatever was acknowledged since is behind them in the file.
func countSyncs(t *testing.T, trace string) int {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "sync") && strings.HasSuffix(strings.TrimSpace(line), "= 0") {
			n++
		}
	}
	return n
}
