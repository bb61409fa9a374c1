package chat_test

import (
	"context"
	"net/netip"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/password"
)

// lab is an Authority that knows everyone by one password.
type lab struct {
	asked []string // for whom, from where
	down  bool
}

func (l *lab) Judge(_ context.Context, _ int, _, name, password string, address netip.Addr) (ok, sure bool, err error) {
	l.asked = append(l.asked, name+" from "+address.String())
	return password == "of the lab", !l.down, nil
}

// labWorld is a world in which passwords are kept elsewhere.
func labWorld(t *testing.T) (*world, *lab) {
	t.Helper()
	w, l := newWorld(t), &lab{}
	w.signUp("carol").logsOut() // with a password of this server's
	n, err := w.store.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.node = &node{hub: w.hub, passwords: w.passwords, chat: chat.New(chat.Config{
		Store: w.store, Sessions: w.hub, Passwords: w.passwords, Authority: l, Weakness: password.Weakness,
		Node: n, Rules: w.rules, Now: w.clock.Now,
	})}
	return w, l
}

func ofTheLab(name string) chat.Attempt {
	a := attempt(name)
	a.Password = "of the lab"
	return a
}

func TestWhomTheLabKnowsHasAnAccount(t *testing.T) {
	w, l := labWorld(t)
	alice, err := w.tryLogin(w.node, ofTheLab("Alice"))
	if err != nil || alice.begun.User.Name != "Alice" || l.asked[0] != "alice from 192.0.2.1" {
		t.Fatalf("%v, asked %q", err, l.asked)
	}
	alice.isTold()
	alice.logsOut()
	again, err := w.tryLogin(w.node, ofTheLab("ALICE"))
	if err != nil || again.begun.User.ID != alice.begun.User.ID {
		t.Errorf("another account: %v", err)
	}
	_, err = w.tryLogin(w.node, attempt("carol")) // her password here is of no use any more
	w.refused(err, chat.Denied)
	if _, err := w.tryLogin(w.node, ofTheLab("carol")); err != nil {
		t.Error(err)
	}
}

func TestWhoIsRefusedThereIsRefusedHere(t *testing.T) {
	w, l := labWorld(t)
	for _, want := range []chat.Reason{chat.Denied, chat.Denied, chat.Locked} {
		_, err := w.tryLogin(w.node, attempt("alice"))
		w.refused(err, want, "wrong name or password")
	}
	asked := len(l.asked)
	_, err := w.tryLogin(w.node, ofTheLab("alice"))
	w.refused(err, chat.Locked)
	if _, err := w.chat.Known(t.Context(), "alice"); err == nil || len(l.asked) != asked {
		t.Errorf("she has an account, or was asked for: %v, %q", err, l.asked)
	}
}

// A lab that does not answer says nothing of a password: nobody is locked out by it.
func TestALabThatIsDown(t *testing.T) {
	w, l := labWorld(t)
	l.down = true
	for range 10 {
		_, err := w.tryLogin(w.node, attempt("alice"))
		w.refused(err, chat.Busy, "try again later")
	}
	l.down = false
	if _, err := w.tryLogin(w.node, ofTheLab("alice")); err != nil {
		t.Error(err)
	}
}

// What cannot be an account here is not made one, and what cannot be a name is not asked for.
func TestNamesThatTheLabHasAndWeDoNot(t *testing.T) {
	w, l := labWorld(t)
	_, err := w.tryLogin(w.node, ofTheLab("root"))
	w.refused(err, chat.Taken, "reserved")
	_, err = w.tryLogin(w.node, ofTheLab("car0l"))
	w.refused(err, chat.Taken, `looks like "carol"`)
	asked := len(l.asked)
	_, err = w.tryLogin(w.node, ofTheLab("dc=example"))
	w.refused(err, chat.Denied, "wrong name or password")
	if len(l.asked) != asked {
		t.Errorf("asked for %q", l.asked)
	}
}

func TestPasswordsOfTheLabAreNotChangedHere(t *testing.T) {
	w, _ := labWorld(t)
	carol, err := w.tryLogin(w.node, ofTheLab("carol"))
	if err != nil {
		t.Fatal(err)
	}
	const words = "does not keep passwords"
	w.refused(w.chat.MayChangePassword(t.Context(), carol.me(), at("192.0.2.1:1")), chat.NotAllowed, words)
	w.refused(w.chat.ChangePassword(t.Context(), carol.me(), at("192.0.2.1:1"), "of the lab", "another horse"), chat.NotAllowed, words)
	_, err = w.chat.ResetPassword(t.Context(), "carol", "another horse", false, act)
	w.refused(err, chat.NotAllowed, words)
	_, err = w.chat.RandomPassword(t.Context(), "carol", true, act)
	w.refused(err, chat.NotAllowed, words)
	w.refused(w.enrol("dave"), chat.NotAllowed, words)
	_, err = w.trySignUp(attempt("dave"))
	w.refused(err, chat.Busy, "nobody signs up here")
	if !w.chat.Rules().SignUpClosed {
		t.Error("people are told to sign up")
	}
	if err := w.chat.CloseAccount(t.Context(), carol.me(), at("192.0.2.1:1"), "of the lab"); err != nil {
		t.Errorf("she cannot close her account: %v", err)
	}
}
