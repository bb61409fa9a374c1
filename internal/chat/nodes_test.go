package chat_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// Two hubs on one store and one feed, as two nodes would be.

func TestTwoNodesShowOneOrder(t *testing.T) {
	w := newWorld(t)
	other := w.start(2)
	var people []*person
	for i := range 6 {
		p := w.signUp(fmt.Sprintf("user%d", i))
		if i%2 == 1 {
			p.logsOut()
			p = w.loginOn(other, fmt.Sprintf("user%d", i))
		}
		people = append(people, p)
	}
	var sending sync.WaitGroup
	for _, p := range people {
		sending.Go(func() {
			for i := range 100 {
				p.broadcasts(fmt.Sprint(i))
			}
		})
	}
	sending.Wait()
	want := show(people[0].takes())
	if len(want) != 600 {
		t.Fatalf("%d lines on the first screen, want 600", len(want))
	}
	for _, p := range people[1:] {
		if diff := cmp.Diff(want, show(p.takes())); diff != "" {
			t.Errorf("%s sees another order:\n%s", p.begun.User.Name, diff)
		}
	}
}

func TestTwoNodesHaveOneLoginAnAccount(t *testing.T) {
	w := newWorld(t)
	other := w.start(2)
	first := w.signUp("bob")
	w.refused(failure(w.tryLogin(other, attempt("bob"))), chat.Occupied, "already logged in")
	ps, err := other.chat.WhoElse(t.Context(), chat.Actor{})
	if err != nil || names(ps) != "bob " {
		t.Errorf("the other node sees %q online, %v", names(ps), err)
	}
	a := attempt("bob")
	a.TakeOver = true
	if _, err := w.tryLogin(other, a); err != nil {
		t.Fatal(err)
	}
	w.refused(first.sends("bob", "x"), chat.Invalid)
	w.signUp("alice")
	w.refused(first.sends("alice", "x"), chat.LoggedOut, "ended")
}

func TestARaceForOneAccountOnTwoNodes(t *testing.T) {
	w := newWorld(t)
	other := w.start(2)
	w.signUp("bob").logsOut()
	var in, refused int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 50 {
		n := []*node{w.node, other}[i%2]
		all.Go(func() {
			_, err := w.tryLogin(n, attempt("bob"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if r, ok := chat.AsRefusal(err); ok && r.Reason == chat.Occupied {
				refused++
			} else {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in != 1 || refused != 49 {
		t.Errorf("%d are in, %d refused", in, refused)
	}
}
