package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"sshchat/internal/servertest"
)

// The server is drained while people write, and started again: all that was acknowledged is shown to its reader, once.
func TestADrainUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	const senders, each = 3, 30
	srv := servertest.Start(t)
	srv.SignUp("reader").Leaves()
	told := make([][]string, senders)
	var people []*servertest.Person
	for i := range senders {
		people = append(people, srv.SignUp(fmt.Sprintf("sender%d", i)))
	}
	var sending sync.WaitGroup
	enough := make(chan struct{})
	reached := sync.OnceFunc(func() { close(enough) })
	for i, p := range people {
		sending.Go(func() {
			for n := 0; ; n++ {
				line := fmt.Sprintf("line %d/%d.", i, n)
				if !p.TypesIfThere("message reader "+line) || !p.SeesIfThere("you → reader  "+line) {
					return
				}
				told[i] = append(told[i], line)
				if n == each {
					reached()
				}
			}
		})
	}
	<-enough
	if exit, out := srv.Console("drain", "--in", "1s", "a new disk"); exit != 0 {
		t.Fatalf("exit code %d: %s", exit, out)
	}
	late := srv.Visit("late")
	late.Sees("the server is shutting down: nobody can log in now")
	srv.Ends()
	sending.Wait()
	for _, p := range people {
		if got := p.Received(); !strings.Contains(got, "the server stops in 1 s: a new disk") || !strings.Contains(got, "the server is shutting down: a new disk") {
			t.Errorf("a sender was told\n%s", got)
		}
	}

	srv.Restart()
	reader := srv.Login("reader")
	reader.ReadsAllThatWaits()
	got := reader.Received()
	for _, lines := range told {
		for _, line := range lines {
			if n := strings.Count(got, "→ you  "+line); n != 1 {
				t.Errorf("%s was acknowledged, and is shown %d times", line, n)
			}
		}
	}
}
