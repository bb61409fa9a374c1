package session

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"sshchat/internal/chat"
)

func TestWhatIsNotifiedOf(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		bob.types("join ops")
		alice.types("join ops", "/talk", "settings highlight deploy")
		lines := []string{"broadcast all", "message #ops hi", "message #ops hi @alice", "message #ops the deploy is on", "message alice hi"}
		for _, c := range []struct{ setting, notifies string }{
			{"bell off", "....."}, {"notify osc9", "..***"}, {"bell mention", "..**."}, {"bell direct", "..***"},
			{"bell all", "*****"}, {"bell off", "..***"}, {"notify off", "....."},
		} {
			alice.types("settings " + c.setting)
			notifies := ""
			for _, line := range lines {
				before := strings.Count(alice.came(), "\x1b]9;")
				bob.types(line)
				if bob.skips(); strings.Count(alice.came(), "\x1b]9;") > before {
					notifies += "*"
				} else {
					notifies += "."
				}
			}
			if notifies != c.notifies {
				t.Errorf("%s: %s, want %s", c.setting, notifies, c.notifies)
			}
		}
		alice.types("settings notify osc777")
		alice.skips()
		bob.types("message alice one; two")
		alice.sees("one; two", "\x1b]777;notify;sshchat;bob: one, two\a")
	})
}

func TestNothingRingsUntilThen(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice", terminal(80))
		alice.types("settings tz UTC", "settings bell all", "settings notify osc9", "dnd 2m")
		alice.sees("nothing rings until 00:02; dnd off ends it")
		alice.skips()
		bob.types("message alice hush")
		alice.sees("hush")
		alice.sawNothingOf("\a")
		time.Sleep(2 * time.Minute)
		bob.types("message alice now")
		alice.sees("now", "\a\x1b]9;bob: now\a")
		alice.types("dnd")
		alice.sees("you can be disturbed")
	})
}

func TestTmuxPassesANotificationOn(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80), func(c *wire) { c.term = "tmux-256color" })
		alice.types("settings notify osc9")
		bob.types("message alice hi")
		alice.sees("\x1bPtmux;\x1b\x1b]9;bob: hi\a\x1b\\")
		for what, change := range map[string]func(*wire){
			"a dumb terminal": func(c *wire) { c.term = "dumb" }, "none": func(c *wire) { c.hasTerm = false },
		} {
			name := "carol" + what[:1]
			carol := w.signUp(name, terminal(80), change)
			carol.types("settings notify osc9")
			bob.types("message " + name + " hi")
			carol.sees("hi")
			if strings.Contains(carol.came(), "]9;") {
				t.Errorf("%s is notified", what)
			}
		}
	})
}

// A burst of lines is one notification.
func TestOneNotificationAWrite(t *testing.T) {
	s := &session{ch: newWire("alice"), account: account{likes: chat.Settings{Notify: chat.NotifyOSC9}}}
	for _, text := range []string{"bob: one", "bob: two"} {
		s.notify(text)
	}
	if s.note != "\x1b]9;bob: two\a" {
		t.Errorf("%q", s.note)
	}
}

// Whatever somebody says, a notification is one sequence, and no longer than it should be.
func FuzzNotification(f *testing.F) {
	for _, seed := range []string{"bob: hi", "", ";", "4;1;50", "x\a\x1b]9;y\a", "\x9c\u009c", "a\nb", strings.Repeat("é", 200), "\u202Ex\u0301", "\xff;\xc3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for form, frame := range map[string][2]string{
			chat.NotifyOSC9: {"\x1b]9;", "\a"}, chat.NotifyOSC777: {"\x1b]777;notify;sshchat;", "\a"},
		} {
			got := notification(form, text)
			body, ok := strings.CutPrefix(got, frame[0])
			if !ok {
				t.Fatalf("%q", got)
			}
			body, ok = strings.CutSuffix(body, frame[1])
			if !ok || len(body) > mostNotified || strings.ContainsFunc(body, func(r rune) bool { return unicode.IsControl(r) || r == ';' }) {
				t.Fatalf("%q", got)
			}
		}
		if got := notification(chat.Off, text); got != "" {
			t.Errorf("%q although it is off", got)
		}
	})
}

// A room that was made quiet is still so for whoever leaves it and comes back.
func TestAQuietRoomIsQuietAfterComingBack(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops")
		alice := w.signUp("alice", terminal(80))
		alice.types("settings bell all", "join ops", "/quiet", "/leave", "join ops")
		alice.skips()
		bob.types("message #ops @alice one")
		alice.sawNothingOf("\a")
		alice.types("/quiet off")
		bob.types("message #ops @alice two")
		alice.sees("\a")
	})
}
