package chat_test

import (
	"testing"

	"sshchat/internal/chat"
)

func TestAnErasedAccountIsLoggedOutAndGone(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.isTold()
	alice.says("bob", "before")
	bob.sees("alice → bob  before")
	bob.says("alice", "an answer")
	if _, err := w.chat.Erase(t.Context(), "ALICE", false, act); err != nil {
		t.Fatal(err)
	}
	w.refused(alice.evicted, chat.LoggedOut, "erased by an administrator")
	_, err := w.tryLogin(w.node, attempt("alice"))
	w.refused(err, chat.Denied, "wrong name or password")
	w.refused(bob.sends("alice", "still there?"), chat.NotFound, `no user "alice"`)
	w.refused(bob.sends(string(chat.Deleted), "hi"), chat.NotFound, `no user "deleted account"`)
	bob.logsOut()
	bob = w.login("bob")
	lines, err := w.chat.LinesOf(t.Context(), "bob", 1, 9)
	if err != nil || len(lines) != 2 || lines[0].Sender.Name != chat.Deleted || lines[1].Recipient.Name != chat.Deleted {
		t.Errorf("bob looks back at %v, %v", show(lines), err)
	}
	w.signUp("alice").says("bob", "I am another")
	bob.sees("bob → deleted account  an answer", "alice → bob  I am another")
	_, err = w.chat.Erase(t.Context(), "carol", false, act)
	w.refused(err, chat.NotFound)
	_, err = w.chat.Dossier(t.Context(), "carol", act)
	w.refused(err, chat.NotFound)
}

func TestOneClosesOnesOwnAccount(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "before")
	err := w.chat.CloseAccount(t.Context(), alice.me(), at("192.0.2.1:50000"), "wrong")
	w.refused(err, chat.Denied, "not your password")
	if err := w.chat.CloseAccount(t.Context(), alice.me(), at("192.0.2.1:50000"), goodPassword); err != nil {
		t.Fatal(err)
	}
	w.refused(alice.sends("bob", "after"), chat.LoggedOut, "this login has ended")
	alice.isCutOff()
	bob.isTold()
	bob.sees("deleted account → bob  before")
	d, err := w.chat.Dossier(t.Context(), "bob", act)
	if err != nil || len(d.Audit) != 1 {
		t.Errorf("%+v, %v", d.Audit, err)
	}
}
