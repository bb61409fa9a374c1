package chat_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func newInvitedWorld(t *testing.T) *world {
	return newWorld(t, func(r *chat.Rules) { r.SignUpInvited, r.Attempts = true, chat.Pace{Burst: 3, Every: time.Minute} })
}

func invited(name, code string) chat.Attempt {
	a := attempt(name)
	a.Invite = code
	return a
}

func TestAnInviteIsForOneAccount(t *testing.T) {
	w := newInvitedWorld(t)
	_, err := w.trySignUp(attempt("alice"))
	w.refused(err, chat.Denied, "no account can be made with that code")
	_, code, err := w.chat.CreateInvite(t.Context(), 1, 0, act)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.chat.CheckInvite(t.Context(), at("192.0.2.1:1"), " "+strings.ToUpper(code)+" "); err != nil {
		t.Errorf("capitals: %v", err)
	}
	if _, err := w.trySignUp(invited("alice", code)); err != nil {
		t.Fatal(err)
	}
	_, err = w.trySignUp(invited("bob", code))
	w.refused(err, chat.Denied)
	if left, err := w.chat.Invites(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestOneInviteIsUsedOnceHoweverManyHaveIt(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUpInvited = true })
	_, code, err := w.chat.CreateInvite(t.Context(), 1, 0, act)
	if err != nil {
		t.Fatal(err)
	}
	var in atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"ann", "bob", "carol", "dave", "erin"} {
		all.Go(func() {
			if _, err := w.trySignUp(invited(name, code)); err == nil {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d came in", in.Load())
	}
}

// A code is as good as a password, so that guesses at one lock the address like others.
func TestGuessesAtAnInviteLockTheAddress(t *testing.T) {
	w := newInvitedWorld(t)
	_, code, err := w.chat.CreateInvite(t.Context(), 9, 0, act)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // a right one counts nothing
		if err := w.chat.CheckInvite(t.Context(), at("192.0.2.1:1"), code); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		w.refused(w.chat.CheckInvite(t.Context(), at("192.0.2.1:1"), "guess"), chat.Denied)
	}
	w.refused(w.chat.CheckInvite(t.Context(), at("192.0.2.1:2"), code), chat.Locked, "your address")
	w.refused(w.check("anybody", "192.0.2.1:3"), chat.Locked)
	if err := w.chat.CheckInvite(t.Context(), at("192.0.2.9:1"), code); err != nil {
		t.Errorf("another address: %v", err)
	}
	w.clock.forward(time.Minute)
	if err := w.chat.CheckInvite(t.Context(), at("192.0.2.1:1"), code); err != nil {
		t.Errorf("later: %v", err)
	}
}

func TestInvitesEndAndAreRevoked(t *testing.T) {
	w := newInvitedWorld(t)
	for _, n := range []int{0, -1, chat.MaxInviteUses + 1} {
		_, _, err := w.chat.CreateInvite(t.Context(), n, 0, act)
		w.refused(err, chat.Usage, "1 to 10000")
	}
	made, code, err := w.chat.CreateInvite(t.Context(), 1, time.Hour, act)
	if err != nil || !made.Until.Equal(w.clock.Now().Add(time.Hour)) {
		t.Fatal(made, err)
	}
	w.clock.forward(time.Hour)
	_, err = w.trySignUp(invited("alice", code))
	w.refused(err, chat.Denied)
	made, _, err = w.chat.CreateInvite(t.Context(), 1, 0, act) // the same code: chance makes no other here
	if err != nil {
		t.Fatal(err)
	}
	if id, err := w.chat.RevokeInvite(t.Context(), code, act); err != nil || id != made.ID {
		t.Error(id, err)
	}
	_, err = w.chat.RevokeInvite(t.Context(), "0", act)
	w.refused(err, chat.NotFound, "no such invite")
}

// A configuration that is read while somebody makes an account is for whoever comes next.
func TestNoInviteIsAskedForHalfWay(t *testing.T) {
	w := newWorld(t)
	rules := w.rules
	rules.SignUpInvited = true
	_, err := w.chat.SignUp(t.Context(), attempt("alice"), &meanwhile{person: &person{w: w, on: w.node}, do: func() { w.chat.SetRules(rules) }})
	if err != nil {
		t.Error(err)
	}
	_, err = w.trySignUp(attempt("bob"))
	w.refused(err, chat.Denied, "no account can be made with that code")
}
