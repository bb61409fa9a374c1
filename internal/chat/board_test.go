package chat_test

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func (w *world) raid(length time.Duration) {
	w.Helper()
	if _, err := w.chat.BeginRaid(w.Context(), length, byRoot); err != nil {
		w.Fatal(err)
	}
}

func (p *person) joins(room string) {
	p.w.Helper()
	if _, _, err := p.on.chat.Join(p.w.Context(), p.me(), room); err != nil {
		p.w.Fatal(err)
	}
}

func toAll(text string) chat.Line {
	return chat.Line{Audience: chat.ToAll, Text: sanitize.Message(text)}
}

func toOps(text string) chat.Line {
	return chat.Line{Audience: chat.ToRoom, To: "#ops", Text: sanitize.Message(text)}
}

func TestInARaidNoAccountsAreMade(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.raid(time.Hour)
	w.refused(failure(w.trySignUp(attempt("mallory"))), chat.Busy, "no new accounts for now")
	w.clock.forward(time.Hour)
	w.signUp("carol")
	w.raid(0)
	w.clock.forward(1000 * time.Hour)
	w.refused(failure(w.trySignUp(attempt("mallory"))), chat.Busy)
	w.mustDo(w.chat.EndRaid(t.Context(), byRoot))
	w.signUp("dave")
	w.refused(w.chat.EndRaid(t.Context(), byRoot), chat.Invalid, "off already")
}

func TestInARaidEverybodySpeaksSlowlyToMany(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.joins("#ops")
	bob.joins("#ops")
	w.mustDo(alice.send(toOps("one")))
	w.mustDo(alice.send(toOps("two")))
	w.raid(0)
	w.mustDo(alice.send(toOps("three")))
	w.refused(alice.send(toOps("four")), chat.TooFast, "slow down", "10 s left")
	w.clock.forward(3 * time.Second)
	w.refused(alice.send(toAll("five")), chat.TooFast, "slow down", "7 s left")
	_, err := w.chat.Edit(t.Context(), alice.me(), 3, sanitize.Message("an edit is a line"))
	w.refused(err, chat.TooFast, "slow down")
	w.refused(alice.send(chat.Line{Audience: chat.ToLine, Answers: 3, Text: sanitize.Message("so is an answer")}), chat.TooFast)
	alice.says("bob", "not to one")
	w.mustDo(bob.send(toAll("and others may speak")))
	if _, err := w.chat.Delete(t.Context(), alice.me(), 3); err != nil {
		t.Errorf("alice cannot take back: %v", err)
	}
	w.clock.forward(7 * time.Second)
	w.mustDo(alice.send(toAll("six")))
	w.mustDo(w.chat.EndRaid(t.Context(), byRoot))
	w.mustDo(alice.send(toAll("seven")))
}

func TestWhoIsOnlineIsToldOfARaid(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	bob.takes()
	w.raid(2 * time.Hour)
	bob.isToldByTheServer("raid mode is on for 2 h: no new accounts, and one line in 10 s a person in rooms and to all")
	w.mustDo(w.chat.EndRaid(t.Context(), byRoot))
	bob.isToldByTheServer("raid mode is over")
	bob.logsOut()
	w.raid(0)
	w.login("bob").sees()
}

func TestARaidOutlivesARestart(t *testing.T) {
	w := newWorld(t)
	w.raid(time.Hour)
	began := w.clock.Now()
	w.node = w.start(1)
	if _, on := w.chat.Raid(); on {
		t.Fatal("it is known before it is read")
	}
	w.mustDo(w.chat.Load(t.Context()))
	r, on := w.chat.Raid()
	if !on || !r.Since.Equal(began) || !r.Until.Equal(began.Add(time.Hour)) {
		t.Errorf("%+v, %v", r, on)
	}
}

func TestMotdAndBanner(t *testing.T) {
	w := newWorld(t)
	if !w.chat.Motd().Text.IsEmpty() || !w.chat.Banner().Text.IsEmpty() {
		t.Error("something is posted")
	}
	p, err := w.chat.SetMotd(t.Context(), sanitize.Message("welcome\nto us"), byRoot)
	w.mustDo(err)
	if p != w.chat.Motd() || p.Text.String() != "welcome\nto us" || !p.At.Equal(w.clock.Now()) {
		t.Errorf("%+v", p)
	}
	again, err := w.chat.SetMotd(t.Context(), sanitize.Message("other"), byRoot)
	w.mustDo(err)
	if !again.At.After(p.At) {
		t.Error("another has no later time")
	}
	for _, word := range []string{"Welcome to us", "no PASSWORDS here"} {
		_, err := w.chat.SetBanner(t.Context(), sanitize.Message(word), byRoot)
		w.refused(err, chat.Invalid, "programs wait for")
	}
	_, err = w.chat.SetBanner(t.Context(), sanitize.Message("be kind"), byRoot)
	w.mustDo(err)
	_, err = w.chat.SetMotd(t.Context(), sanitize.Message(strings.Repeat("x", 4001)), byRoot)
	w.refused(err, chat.TooLong)
	w.node = w.start(1)
	w.mustDo(w.chat.Load(t.Context()))
	if w.chat.Motd() != again || w.chat.Banner().Text.String() != "be kind" {
		t.Error("they do not outlive a restart")
	}
	_, err = w.chat.SetMotd(t.Context(), sanitize.Text{}, byRoot)
	w.mustDo(err)
	_, err = w.chat.SetMotd(t.Context(), sanitize.Text{}, byRoot)
	w.refused(err, chat.Invalid, "there is none")
	if !w.chat.Motd().Text.IsEmpty() {
		t.Error("it is not cleared")
	}
}

func TestNobodyIsCalledLikeTheServer(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"server", "Server", "SERVER", "servеr", "5erver", "sshchat", "system", "admin", "administrator", "root"} {
		err := failure(w.trySignUp(attempt(name)))
		if r, ok := chat.AsRefusal(err); !ok || r.Reason != chat.Taken && r.Reason != chat.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
