package chat_test

import (
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// mutes mutes an account.
func (w *world) mutes(name string, length time.Duration, why string) {
	w.Helper()
	if _, _, err := w.chat.Mute(w.Context(), name, length, line(why), byRoot); err != nil {
		w.Fatal(err)
	}
}

// isToldByTheServer checks the only line that p is given now.
func (p *person) isToldByTheServer(want string) {
	p.w.Helper()
	got := p.takes()
	if len(got) != 1 || got[0].Kind != chat.Told || !got[0].FromServer() || got[0].Body.String() != want {
		p.w.Errorf("%s is told %v, want %q", p.begun.User.Name, show(got), want)
	}
}

func TestWhoIsMutedIsToldHowLong(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	room, _, err := w.chat.Join(t.Context(), alice.me(), "#ops")
	w.mustDo(err)
	first := alice.send(chat.Line{Audience: chat.ToAll, Text: sanitize.Message("hello")})
	w.mustDo(first)
	bob.sees("alice → all  hello")
	alice.sees("alice → all  hello")
	w.mutes("ALICE", 2*time.Hour, "spam")
	alice.isToldByTheServer("an administrator has muted you: nothing that you say is sent for 2 h: spam")
	bob.sees()
	w.refused(alice.sends("bob", "x"), chat.NotAllowed, "not sent: you are muted by an administrator, 2 h left: spam")
	w.clock.forward(119 * time.Minute)
	w.refused(alice.sends("bob", "x"), chat.NotAllowed, "60 s left")
	_, err = w.chat.Edit(t.Context(), alice.me(), 2, sanitize.Message("x"))
	w.refused(err, chat.NotAllowed, "you are muted")
	_, err = w.chat.Govern(t.Context(), alice.me(), room, chat.Topic, "", sanitize.Line("x"))
	w.refused(err, chat.NotAllowed, "you are muted")
	bob.says("alice", "you may still read")
	if _, err := w.chat.Delete(t.Context(), alice.me(), 2); err != nil {
		t.Errorf("alice cannot take back: %v", err)
	}
	w.clock.forward(time.Minute)
	alice.says("bob", "I am back")
}

// What she said of herself before stays, with all else that she likes.
func TestWhoIsMutedSaysNothingNewOfThemselves(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	likes := chat.Settings{About: "lives here"}
	w.mustDo(w.chat.SaveSettings(t.Context(), alice.me(), likes))
	w.mutes("alice", 0, "")
	likes.Clock = chat.Clock12
	w.mustDo(w.chat.SaveSettings(t.Context(), alice.me(), likes))
	likes.About = "lives there"
	w.refused(w.chat.SaveSettings(t.Context(), alice.me(), likes), chat.NotAllowed, "you are muted")
	w.refused(w.chat.SetAway(t.Context(), alice.me(), line("out")), chat.NotAllowed, "you are muted")
	w.mustDo(w.chat.SetAway(t.Context(), alice.me(), line("")))
	p, err := w.chat.WhoIs(t.Context(), alice.me(), "alice")
	if err != nil || p.About.String() != "lives here" || p.Away.String() != chat.JustAway {
		t.Errorf("%+v, %v", p, err)
	}
	likes.About = ""
	w.mustDo(w.chat.SaveSettings(t.Context(), alice.me(), likes))
}

func TestUnmute(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	w.signUp("bob")
	w.mutes("alice", 0, "")
	alice.isToldByTheServer("an administrator has muted you: nothing that you say is sent")
	w.refused(alice.sends("bob", "x"), chat.NotAllowed, "muted by an administrator")
	_, err := w.chat.Unmute(t.Context(), "alice", byRoot)
	w.mustDo(err)
	alice.isToldByTheServer("you are not muted any more")
	alice.says("bob", "x")
	_, err = w.chat.Unmute(t.Context(), "alice", byRoot)
	w.refused(err, chat.Invalid, "alice is not muted")
	_, _, err = w.chat.Mute(t.Context(), "alcie", 0, line(""), byRoot)
	w.refused(err, chat.NotFound, "did you mean alice?")
}

// Who is away is told when they come.
func TestWhoIsMutedWhileAwayIsToldAtTheLogin(t *testing.T) {
	w := newWorld(t)
	w.signUp("alice").logsOut()
	w.mutes("alice", time.Minute, "")
	w.login("alice").isToldByTheServer("an administrator has muted you: nothing that you say is sent for 60 s")
}
