package session

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
)

// witness keeps what an Observer is told, a line each.
type witness struct {
	mu   sync.Mutex
	told []string
}

func (w *witness) add(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

func (w *witness) Began(k Kind)                  { w.add("%s begins", kindName(k)) }
func (w *witness) Ended(k Kind, d time.Duration) { w.add("%s ends after %v", kindName(k), d) }
func (w *witness) Ran(name string, r Result) {
	w.add("%s %s", name, [...]string{Done: "done", Refused: "refused", Cancelled: "cancelled", Failed: "failed"}[r])
}
func (w *witness) Rejected(why chat.Reason) { w.add("rejected %d", why) }

func kindName(k Kind) string { return [...]string{Terminal: "terminal", Plain: "plain"}[k] }

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

func rejected(why chat.Reason) string { return fmt.Sprintf("rejected %d", why) }

func TestWhatIsToldOfASession(t *testing.T) {
	inWorld(t, func(w *world) {
		seen := &witness{}
		w.srv.Observer = seen
		bob := w.signUp("bob")
		seen.saw(t, "plain begins", "signup done")
		time.Sleep(90 * time.Second)
		bob.types("logout")
		bob.ends(exitDone)
		seen.saw(t, "logout done", "plain ends after 1m30s")

		eve := w.visit("eve", terminal(80))
		eve.types("login bob", "wrong", "login bob")
		eve.presses(ctrlC)
		seen.saw(t, "terminal begins", "login refused", "login cancelled")
		eve.types("login bob")
		eve.loses(errors.New("the end")) // at the question: that is no fault of the server's
		seen.saw(t, "login cancelled", "terminal ends after 0s")
	})
}

func TestWhatIsToldOfLinesThatAreNotSent(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		seen := &witness{}
		alice, bob := w.signUp("alice"), w.signUp("bob")
		bob.types("block alice")
		w.srv.Observer = seen
		alice.types("message bob hi", "message nobody hi", "message alice hi", "message bob "+strings.Repeat("x", 4001))
		seen.saw(t, rejected(chat.Blocked), rejected(chat.NotFound), rejected(chat.Invalid), rejected(chat.TooLong))
		bob.types("message alice hi")
		seen.saw(t) // a line that is sent is the feed's to tell
		b.append = func() error { return errors.New("disk on fire") }
		bob.types("message alice again")
		seen.saw(t) // a fault is no refusal
		b.online = func() error { return errors.New("disk on fire") }
		bob.types("whoelse")
		seen.saw(t, "whoelse failed")
	}, breaks(b))
}

func TestALineTooManyIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		seen := &witness{}
		alice := w.signUp("alice")
		w.signUp("bob")
		w.srv.Observer = seen
		for range 2 + mostWaiting {
			alice.types("message bob hi")
		}
		seen.saw(t, rejected(chat.TooFast))
	}, paced(1, time.Minute))
}

// The log says that a password was refused, and from where, but never what was typed for a name: it may be a password.
func TestTheLogHasNoPasswords(t *testing.T) {
	inWorld(t, func(w *world) {
		const secret = "hunter2hunter2"
		p := w.visit("eve")
		for range 4 {
			p.types("login "+secret, secret)
		}
		p.types("signup eve", secret, secret)
		log := w.log.String()
		for _, want := range []string{`why="wrong name or password"`, "why=locked", "remote="} {
			if !strings.Contains(log, "event=login_refused") || !strings.Contains(log, want) {
				t.Errorf("no %s in\n%s", want, log)
			}
		}
		if strings.Contains(log, secret) {
			t.Errorf("a password in\n%s", log)
		}
	})
}
