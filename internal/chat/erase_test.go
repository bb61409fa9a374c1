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

// Nobody finds an erased account by any name, and no hint leads to it.
func TestAnErasedAccountIsNoUser(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "before")
	_, err := w.chat.Watch(t.Context(), bob.me(), "alice")
	w.refused(err, chat.Invalid, "alice is online already")
	room, _, err := w.chat.Join(t.Context(), bob.me(), "#ops")
	w.mustDo(err)
	if _, err := w.chat.Erase(t.Context(), "alice", false, act); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alice", "deleted", string(chat.Deleted), string(chat.Deleted) + " 1"} {
		asks := map[string]func() error{
			"whois":  func() error { _, err := w.chat.WhoIs(t.Context(), bob.me(), name); return err },
			"seen":   func() error { _, err := w.chat.Seen(t.Context(), bob.me(), name); return err },
			"watch":  func() error { _, err := w.chat.Watch(t.Context(), bob.me(), name); return err },
			"block":  func() error { _, err := w.chat.Block(t.Context(), bob.me(), name); return err },
			"report": func() error { return w.chat.ReportUser(t.Context(), bob.me(), name, line("x")) },
			"invite": func() error {
				_, err := w.chat.Govern(t.Context(), bob.me(), room, chat.Invite, name, line(""))
				return err
			},
			"message": func() error { return bob.sends(name, "x") },
			"mute":    func() error { _, _, err := w.chat.Mute(t.Context(), name, 0, line(""), act); return err },
			"ban": func() error {
				_, err := w.chat.Ban(t.Context(), chat.BanTarget{Kind: chat.BanAccount, What: name}, 0, line(""), act)
				return err
			},
		}
		for command, ask := range asks {
			r, ok := chat.AsRefusal(ask())
			if want := `no user "` + name + `"`; !ok || r.Error() != want {
				t.Errorf("%s %s: %v, want %s", command, name, r, want)
			}
		}
	}
	err = bob.send(chat.Line{Audience: chat.ToLast, Text: line("x")})
	w.refused(err, chat.NotFound, `no user "deleted account"`)
	err = bob.send(chat.Line{Audience: chat.ToLine, Answers: 1, Text: line("x")})
	w.refused(err, chat.NotFound, `no user "deleted account"`)
	for _, prefix := range []string{"a", "d"} {
		if names, err := w.chat.Complete(t.Context(), prefix, 9); err != nil || len(names) > 0 {
			t.Errorf("%s completes to %q, %v", prefix, names, err)
		}
	}
	if ps, err := w.chat.WhoElse(t.Context(), bob.me()); err != nil || len(ps) > 0 {
		t.Errorf("online are %v, %v", ps, err)
	}
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
