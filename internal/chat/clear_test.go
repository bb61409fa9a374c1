package chat_test

import (
	"testing"
	"time"

	"sshchat/internal/chat"
)

// locked is whether name is refused from somewhere before a password is asked for.
func (w *world) locked(name, address string) bool {
	w.Helper()
	err := w.check(name, address)
	if err != nil {
		w.refused(err, chat.Locked)
	}
	return err != nil
}

func (w *world) clears(typed string, want int) {
	w.Helper()
	n, err := w.chat.ClearLocks(w.Context(), typed, byRoot)
	if err != nil || n != want {
		w.Errorf("clear %q: %d locks, %v, want %d", typed, n, err, want)
	}
}

func TestClearTheLocksOfAnAccount(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	lock := func(name, address string) {
		for range 3 {
			w.guess(name, address)
		}
		if !w.locked(name, address) {
			t.Fatalf("%s is not locked", name)
		}
	}
	lock("bob", "192.0.2.1:1")
	lock("bob", "198.51.100.1:1")
	lock("nobody-here", "192.0.2.1:1")
	w.clears("BOB", 2)
	if w.locked("bob", "192.0.2.1:1") || !w.locked("nobody-here", "192.0.2.1:1") {
		t.Error("bob's locks and no others should be over")
	}
	w.clears("nobody-here", 1)
	w.clears("nobody-here", 0)
	lock("bob", "192.0.2.1:1")
	lock("bob", "198.51.100.1:1")
	w.clears("::ffff:192.0.2.1", 1)
	if w.locked("bob", "192.0.2.1:1") || !w.locked("bob", "198.51.100.1:1") {
		t.Error("the locks of the address and no others should be over")
	}
	w.clears("198.51.0.0/16", 1)
	lock("bob", "[2001:db8::7]:1")
	w.clears("2001:db8::9", 1) // the same /64
	lock("bob", "[2001:db8::7]:1")
	lock("bob", "192.0.2.1:1")
	w.clears("", 2)
	for _, typed := range []string{"1.2.3", "client=x"} {
		_, err := w.chat.ClearLocks(t.Context(), typed, byRoot)
		w.refused(err, chat.Usage, "no address")
	}
}

// What a whole address has used up is forgotten with its locks, though it is stored nowhere.
func TestClearTheBucketOfAnAddress(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) {
		r.Attempts = chat.Pace{Burst: 2, Every: time.Hour}
		r.Locks = chat.LockPolicy{}
	})
	for _, clear := range []string{"192.0.2.1", "192.0.2.0/24", ""} {
		for range 2 {
			w.guess("bob", "192.0.2.1:1")
		}
		if !w.locked("bob", "192.0.2.1:1") {
			t.Fatal("the address has attempts left")
		}
		w.clears("192.0.2.2", 0)
		w.clears("bob", 0)
		if !w.locked("bob", "192.0.2.1:1") {
			t.Error("it is another's")
		}
		w.clears(clear, 1)
		if w.locked("bob", "192.0.2.1:1") {
			t.Errorf("%q has cleared nothing", clear)
		}
	}
}
