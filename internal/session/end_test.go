package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/password"
	"sshchat/internal/sshd"
)

func TestAServerThatStopsTellsEveryoneAndProvesWhatTheyHave(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob", terminal(80))
		guest := w.visit("guest")
		alice.types("message bob one", "message bob two")
		for _, p := range []*person{alice, bob, guest} {
			p.loses(errStopped)
			p.sees("──  the server is shutting down  ──")
			p.ends(1)
		}
		bob.sees("\x1b[?2004l")
		if got := withoutTimes(w.login("bob").came()); strings.Contains(got, "one") {
			t.Errorf("bob is shown again\n%s", got)
		}
	})
}

func TestALinkThatIsLostFreesTheAccountAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").loses(sshd.ErrGone)
		w.login("bob")
	})
}

func TestAPanicOfACommandEndsThatSessionOnly(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		b.append = func() error { panic("boom") }
		alice.types("message bob hi")
		alice.sees("something went wrong on the server; it has been logged")
		alice.ends(70)
		if log := w.log.String(); !strings.Contains(log, "boom") || !strings.Contains(log, "event=panic") {
			t.Errorf("the log has\n%s", log)
		}
		bob.types("whoelse")
		bob.sees("nobody else is online")
	}, breaks(b))
}

func TestAPanicInATurnEndsThatSessionOnly(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.panics(true)
		alice.presses("x")
		bob.types("whoelse")
		bob.sees("nobody else is online")
		alice.ends(70)
		if got := alice.err.String(); got != "something went wrong on the server; it has been logged\n" {
			t.Errorf("alice is told %q", got)
		}
		if log := w.log.String(); !strings.Contains(log, "event=panic") || !strings.Contains(log, "(*wire).Discard") {
			t.Errorf("the log has\n%s", log)
		}
	})
}

func TestAFaultIsLoggedUnderTheReferenceThatThePersonIsTold(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		p := w.signUp("alice")
		b.online = func() error { return errors.New("disk on fire") }
		p.types("whoelse")
		p.sees("something went wrong on the server; it has been logged (ref ")
		ref, _, _ := strings.Cut(p.came()[p.seen:], ")")
		if log := w.log.String(); len(ref) != 4 || !strings.Contains(log, "ref="+ref) || !strings.Contains(log, "disk on fire") {
			t.Errorf("ref %q is not in\n%s", ref, log)
		}
		if strings.Contains(p.came(), "fire") {
			t.Error("the person is told what is the operator's")
		}
		p.goesOn()
	}, breaks(b))
}

func TestTooManyHashesAreABusyServer(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("alice")
		p.types("signup alice", goodPassword, goodPassword)
		p.sees("the server is busy, try again\n")
	}, func(c *chat.Config) { c.Passwords = busy{c.Passwords} })
}

type busy struct{ chat.Passwords }

func (busy) Hash(context.Context, int, string, string) (string, error) { return "", password.ErrBusy }

func TestWhatIsNoSessionIsRefusedOnStderr(t *testing.T) {
	cases := map[string]struct {
		kind    sshd.Kind
		text    string
		hasTerm bool
		want    string
	}{
		"a command": {sshd.Exec, "message bob hi", false,
			"error: sshchat takes no command on the ssh line\nhint: connect without one, and type it there\n"},
		"a command with a terminal": {sshd.Exec, "message bob hi", true,
			"error: sshchat takes no command on the ssh line\r\nhint: connect without one, and type it there\r\n"},
		"a subsystem": {sshd.Subsystem, "sftp", false,
			"error: sshchat has no subsystem \"sftp\"\nhint: connect without one, and type it there\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				p := w.visit("bob", func(ch *wire) { ch.kind, ch.request, ch.hasTerm = c.kind, c.text, c.hasTerm })
				p.ends(64)
				if got := p.err.String(); got != c.want {
					t.Errorf("stderr is %q, want %q", got, c.want)
				}
				if p.came() != "" {
					t.Errorf("stdout is %q", p.came())
				}
			})
		})
	}
}

func TestAnEndlessInputCostsNoMoreThanIsShown(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice")
		p.stalls(true)
		p.presses(strings.Repeat("\n", 10_000))
		if p.Queued() > 2*enough {
			t.Errorf("%d bytes wait", p.Queued())
		}
		p.stalls(false)
		time.Sleep(time.Second)
		if got := strings.Count(p.came(), "nothing typed"); got != 10_000 {
			t.Errorf("%d answers to 10,000 lines", got)
		}
	})
}
