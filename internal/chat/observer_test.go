package chat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/password"
)

// witness keeps what an Observer is told, a word each.
type witness struct {
	mu   sync.Mutex
	told []string
}

func (w *witness) Judged(v chat.Verdict) {
	w.add([...]string{chat.Right: "right", chat.Wrong: "wrong", chat.NotNow: "not now", chat.Unknown: "unknown"}[v])
}

func (w *witness) LockedOut(f chat.Failure, l chat.Lock) {
	w.add(fmt.Sprintf("locked %s for %s from %s until %s", l.Scope, f.Key, f.Remote, l.Until.Format("15:04:05")))
}

func (w *witness) add(word string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, word)
}

// saw checks what was told since the last time.
func (w *witness) saw(t *testing.T, want ...string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if got := strings.Join(w.told, ", "); got != strings.Join(want, ", ") {
		t.Errorf("told: %s\nwant: %s", got, strings.Join(want, ", "))
	}
	w.told = nil
}

// observed is a world whose service an Observer hears.
func observed(t *testing.T, passwords chat.Passwords) (*world, *witness) {
	t.Helper()
	w, seen := newWorld(t), &witness{}
	n, err := w.store.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if passwords == nil {
		passwords = w.passwords
	}
	w.chat = chat.New(chat.Config{
		Store: w.store, Sessions: w.hub, Passwords: passwords, Weakness: password.Weakness,
		Node: n, Rules: w.rules, Now: w.clock.Now, Observer: seen,
	})
	return w, seen
}

func TestWhatIsToldOfPasswords(t *testing.T) {
	w, seen := observed(t, nil)
	bob := w.signUp("bob")
	seen.saw(t) // to sign up is no attempt to be let in
	w.tryLogin(w.node, attempt("bob"))
	seen.saw(t, "right") // that somebody is logged in already is another matter

	wrong := attempt("bob")
	wrong.Password = "wrong"
	wrong.Remote = at("[2001:db8::7]:40000")
	for range 4 {
		w.tryLogin(w.node, wrong)
	}
	seen.saw(t, "wrong", "wrong", "wrong", "locked port for bob from [2001:db8::7]:40000 until 14:01:00", "not now")
	if w.chat.CheckLogin(w.Context(), "bob", wrong.Remote) == nil {
		t.Error("no lock")
	}
	seen.saw(t, "not now")

	if err := w.chat.Confirm(w.Context(), bob.me(), at("192.0.2.9:1"), "wrong"); err == nil {
		t.Error("confirmed")
	}
	if err := w.chat.ChangePassword(w.Context(), bob.me(), at("192.0.2.9:1"), goodPassword, "another horse"); err != nil {
		t.Error(err)
	}
	seen.saw(t, "wrong", "right")
}

// The wider lock is told as such, with the place where the last password was typed.
func TestWhatIsToldOfAnAddress(t *testing.T) {
	w, seen := observed(t, nil)
	for i := range 9 {
		a := attempt("nobody")
		a.Password, a.Remote = "wrong", at(fmt.Sprintf("192.0.2.7:%d", 1000+i))
		w.tryLogin(w.node, a)
		w.clock.forward(time.Second)
	}
	seen.saw(t, "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong",
		"locked address for nobody from 192.0.2.7:1008 until 14:01:08")
}

// busy are passwords that nobody has time to judge.
type busy struct{ *plainly }

func (busy) Verify(_ context.Context, _ int, _, _, _ string) (ok, outdated bool, err error) {
	return false, false, errors.New("too many wait")
}

func TestWhatCannotBeJudgedIsTold(t *testing.T) {
	w, seen := observed(t, busy{&plainly{}})
	w.signUp("bob")
	w.tryLogin(w.node, attempt("bob"))
	seen.saw(t, "unknown")
}
