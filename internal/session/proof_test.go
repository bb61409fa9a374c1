package session

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/sshd"
)

func TestAProofIsAskedForOnceASecond(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		w.signUp("alice")
		_, before, _ := bob.counts()
		for _, text := range numbered(1, 100) {
			w.sends(w.actor("alice"), "bob", text)
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		_, after, _ := bob.counts()
		if n := after - before; n < 5 || n > 6 {
			t.Errorf("%d proofs in 5 s, want one a second", n)
		}
		_, before, _ = bob.counts()
		bob.types("blocked")
		time.Sleep(5 * time.Second)
		if _, after, _ := bob.counts(); after != before {
			t.Errorf("%d proofs of nothing new", after-before)
		}
	})
}

// What was shown and never proven is shown again, what was proven is not.
func TestALostLinkShowsAgainWhatWasNotProven(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		w.signUp("alice")
		w.sends(w.actor("alice"), "bob", numbered(1, 3)...)
		time.Sleep(2 * time.Second)
		bob.goesDeaf()
		w.sends(w.actor("alice"), "bob", numbered(4, 5)...)
		time.Sleep(2 * time.Second)
		bob.sees("line-5.")
		bob.loses(sshd.ErrDead)
		time.Sleep(lastProof)
		bob.ends(1)
		bob = w.login("bob")
		w.ordered(bob.came(), 4, 5)
	})
}

// What has expired is told until it is proven that the client has it, though nothing else came with it, and then no more.
func TestALostLinkTellsAgainWhatHasExpired(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		w.signUp("alice")
		w.sends(w.actor("alice"), "bob", "one", "two")
		time.Sleep(time.Hour)
		if _, err := w.store.Expire(context.Background(), time.Now()); err != nil {
			t.Fatal(err)
		}
		gone := textExpired(2)
		first := w.visit("bob")
		first.goesDeaf()
		first.types("login bob", goodPassword)
		first.sees(gone)
		time.Sleep(2 * time.Second)
		first.loses(sshd.ErrDead)
		time.Sleep(lastProof)
		first.ends(1)
		second := w.login("bob")
		second.sees(gone)
		time.Sleep(3 * time.Second) // it is proven and saved
		second.loses(sshd.ErrDead)
		time.Sleep(lastProof)
		second.ends(1)
		third := w.login("bob")
		third.sawNothingOf("too old to be kept")
	})
}

// Much waits, and the client takes it slowly: what it has is proven, though there is more to come.
func TestWhatWasShownOfABatchIsProvenAtTheEnd(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice")
		w.signUp("bob").types("logout")
		var texts []string
		for i := range 150 {
			texts = append(texts, fmt.Sprintf("no %d. %s", i, strings.Repeat("x", 1000)))
		}
		w.sends(w.actor("alice"), "bob", texts...)
		alice.types("logout")
		first := w.visit("bob")
		first.stalls(true)
		first.types("login bob", goodPassword)
		first.loses(errStopped)
		first.stalls(false)
		first.ends(1)
		shown := strings.Count(first.came(), "no ")
		if shown == 0 || shown == len(texts) {
			t.Fatalf("%d lines were shown, want some of them", shown)
		}
		second := w.login("bob")
		second.sees(fmt.Sprintf("no %d.", shown), "no 149.")
		if strings.Contains(second.came(), fmt.Sprintf("no %d.", shown-1)) {
			t.Errorf("line %d of those that the first has seen comes again", shown-1)
		}
	})
}

func TestALogoutProvesWhatWasShownLast(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		w.signUp("alice")
		w.sends(w.actor("alice"), "bob", "one")
		w.sends(w.actor("alice"), "bob", "two") // within the pause between two proofs
		bob.types("logout")
		bob.ends(0)
		bob = w.login("bob")
		bob.sawNothingOf("while you were away")
	})
}

func TestTheLastProofIsWaitedForAtMostTwoSeconds(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		w.signUp("alice")
		bob.goesDeaf()
		w.sends(w.actor("alice"), "bob", "hi")
		bob.types("logout")
		bob.goesOn()
		time.Sleep(lastProof)
		bob.ends(0)
	})
}

// A reader that stalls in the middle of a page of the log: what was taken from the log and never
// written is not taken for proven, whenever the link is lost.
func TestAProofNeverCoversWhatWasNotWritten(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("alice")
		pad := strings.Repeat(" and so on", 100)
		for drips := range 5 {
			w.signUp("bob" + string(rune('a'+drips))).types("logout")
		}
		for drips := range 5 {
			name := "bob" + string(rune('a'+drips))
			for _, text := range numbered(1, 200) {
				w.sends(w.actor("alice"), name, text+pad)
			}
			bob := w.visit(name)
			bob.stalls(true)
			bob.types("login "+name, goodPassword)
			for range drips {
				bob.drips()
				time.Sleep(3 * time.Second)
			}
			bob.loses(sshd.ErrGone)
			bob.ends(1)
			came := bob.came() + w.login(name).came()
			for _, text := range numbered(1, 200) {
				if !strings.Contains(came, text) {
					t.Fatalf("after %d pieces %s was lost", drips, text)
				}
			}
		}
	})
}

func TestAliveAsksTheClient(t *testing.T) {
	inWorld(t, func(w *world) {
		ch := newWire("bob")
		s := w.srv.newSession(context.Background(), ch)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if !s.Alive(ctx) {
			t.Error("a client that answers is not alive")
		}
		ch.goesDeaf()
		if s.Alive(ctx) {
			t.Error("a client that does not answer is alive")
		}
	})
}
