//go:build unix

package admin

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"sshchat/internal/chat"
)

// patience bounds a test that fails.
const patience = 20 * time.Second

// screenTest is somebody at the console in a terminal.
type screenTest struct {
	*testing.T
	keys   *os.File
	breaks chan os.Signal
	ended  chan int

	mu     sync.Mutex
	raw    string // what was not waited for yet
	all    string
	change chan bool
}

func (w *world) atATerminal() *screenTest {
	w.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		w.Skip("no pseudo-terminal here: ", err)
	}
	// Not on keys: that would make its Read one that Close does not wake.
	pty.Setsize(tty, &pty.Winsize{Cols: 80, Rows: 24})
	s := &screenTest{T: w.T, keys: keys, breaks: make(chan os.Signal), ended: make(chan int, 1), change: make(chan bool)}
	var running sync.WaitGroup
	running.Go(s.watch)
	running.Go(func() {
		c := Console{Data: w.dir, In: tty, Out: tty, Err: tty, Interrupts: func() <-chan os.Signal { return s.breaks }}
		s.ended <- c.Run(w.Context(), nil)
		tty.Close()
	})
	w.Cleanup(func() { keys.Close(); running.Wait() })
	s.shows("sshchat 1.2.3 on " + w.dir + "; help lists")
	s.shows(prompt)
	return s
}

func (s *screenTest) watch() {
	buf := make([]byte, 4096)
	for {
		n, err := s.keys.Read(buf)
		s.mu.Lock()
		s.raw += string(buf[:n])
		s.all += string(buf[:n])
		close(s.change)
		s.change = make(chan bool)
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// shows waits until text was written since the last that was waited for, and gives what came before it.
func (s *screenTest) shows(text string) (before string) {
	s.Helper()
	timeout := time.After(patience)
	for {
		s.mu.Lock()
		before, after, ok := strings.Cut(s.raw, text)
		if ok {
			s.raw = after
		}
		raw, change := s.raw, s.change
		s.mu.Unlock()
		if ok {
			return before
		}
		select {
		case <-change:
		case <-timeout:
			s.Fatalf("never showed %q but %q", text, raw)
		}
	}
}

// everything is all that was written so far.
func (s *screenTest) everything() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

func (s *screenTest) types(keys string) {
	s.Helper()
	if _, err := s.keys.WriteString(keys); err != nil {
		s.Fatal(err)
	}
}

// breaksOff is ^C while something is done. It has come there when it returns: nobody else reads it.
func (s *screenTest) breaksOff() {
	s.Helper()
	select {
	case s.breaks <- os.Interrupt:
	case <-time.After(patience):
		s.Fatal("nobody takes a ^C")
	}
}

func (s *screenTest) ends(exit int) {
	s.Helper()
	select {
	case got := <-s.ended:
		if got != exit {
			s.Errorf("exit code %d, want %d", got, exit)
		}
	case <-time.After(patience):
		s.Fatal("it does not end")
	}
}

func TestAtATerminal(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	s := w.atATerminal()
	s.types("sessions\r")
	s.shows("192.0.2.7:4711")
	s.shows(prompt)
	s.types("kcik bob\r")
	s.shows("hint: did you mean kick?\r\n")
	s.shows(prompt)
	s.types("\x1b[A") // Up
	s.shows("kcik bob")
	s.types("\x15ban bob\r") // ^U
	s.shows("banned bob\r\n")
	s.shows(prompt)
	s.types("quit\r")
	s.ends(0)
}

func TestTabCompletes(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"bob", "Bobby", "carol"} {
		w.signUp(name)
	}
	s := w.atATerminal()
	s.types("se\t")
	s.shows("sessions ")
	s.types("\x15dis\tca\t")
	s.shows("disable ")
	s.shows("carol ")
	s.types("\x15kick bo\t")
	s.shows("bob")
	s.types("\t") // more than one
	s.shows("bob  Bobby")
	s.types("by\t--r\tx\r")
	s.shows("--reason ")
	s.shows("kicked Bobby")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// A banned account is nobody in the chat, but the console must be able to name it.
func TestTabCompletesWhoIsBanned(t *testing.T) {
	w := newWorld(t)
	w.signUp("carol")
	w.types("ban", "carol").says("banned carol")
	s := w.atATerminal()
	s.types("unban c\t\r")
	s.shows("unbanned carol")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// What is typed as a password is not shown, and both must be the same.
func TestPasswdAsksAtATerminal(t *testing.T) {
	w := newWorld(t)
	w.leaves(w.signUp("bob"))
	s := w.atATerminal()
	s.types("passwd bob\r")
	s.shows("new password: ")
	s.types("geheim\r")
	s.shows("new password again: ")
	s.types("gehiem\r")
	s.shows("error: the two are not the same")
	s.shows(prompt)
	s.types("passwd bob --must-change\r")
	s.shows("new password: ")
	s.types("geheim\r")
	s.shows("new password again: ")
	s.types("geheim\r")
	s.shows("changed the password of bob, which the next login asks to change\r\n")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
	if all := s.everything(); strings.Contains(all, "geheim") {
		t.Errorf("the password was shown:\n%s", all)
	}
	if err := w.logIn("bob", "geheim"); err == nil || !strings.Contains(err.Error(), "choose one of your own") {
		t.Errorf("bob logs in: %v", err)
	}
}

// ^C gives up the line that is typed, half of a key as well, and no more. What is given up does not come back with Up.
func TestControlCGivesUpTheLine(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	s := w.atATerminal()
	s.types("kcik bob\r")
	s.shows("did you mean kick?")
	s.shows(prompt)
	s.types("kick bo")
	s.shows("kick bo")
	s.types("\x1b[\x03")
	s.shows("\r\n" + prompt)
	s.types("\x1b[A") // Up
	s.shows("kcik bob")
	s.types("\x03")
	s.shows("\r\n" + prompt)
	s.types("sessions\r")
	s.shows("192.0.2.7:4711") // bob is there
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// ^C or ^D at a question is no answer to it, and the console goes on.
func TestAQuestionThatIsGivenUp(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.joins(bob, "ops")
	s := w.atATerminal()
	for _, key := range []string{"\x03", "\x04"} {
		s.types("passwd bob\r")
		s.shows(askNewPassword)
		s.types("gehe" + key)
		s.shows("error: nothing was done\r\n")
		s.shows(prompt)
		s.types("room close #ops\r")
		s.shows("this closes #ops")
		s.shows(askYes)
		s.types(key)
		s.shows("error: nothing was done\r\n")
		s.shows(prompt)
	}
	s.types("room close #ops\r")
	s.shows(askYes)
	s.types("no\r")
	s.shows("error: nothing was done\r\n")
	s.shows(prompt)
	s.types("room close #ops\r")
	s.shows(askYes)
	s.types("yes\r")
	s.shows("closed #ops")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// What an argument can be is completed, where that is a few words.
func TestTabCompletesWhatAnArgumentCanBe(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	s := w.atATerminal()
	s.types("promote bob \t")
	s.shows("moderator  admin")
	s.types("m\t\r")
	s.shows("bob is a moderator now")
	s.shows(prompt)
	s.types("loglevel w\t")
	s.shows("warn ")
	s.types("\x15\x04")
	s.ends(0)
}

func TestAProfileIsNothingForATerminal(t *testing.T) {
	s := newWorld(t).atATerminal()
	s.types("ppr\theap\r")
	s.shows("error: pprof: a profile is nothing for a terminal\r\n")
	s.shows("sshchat admin pprof heap > heap.pprof")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// What happens is shown above the line that is being typed, which is then as it was.
func TestEventsAboveTheLine(t *testing.T) {
	var e Events
	s := newWorld(t, withEvents(&e)).atATerminal()
	e.put(Event{Text: "before", Event: "x"})
	s.types("events on\r")
	s.shows(eventsOn)
	s.shows(prompt)
	s.types("stat")
	s.shows("stat")
	e.put(Event{At: noon, Text: "logged in", Event: "login", Fields: map[string]any{"user": "bob"}})
	s.shows("logged in  user=bob")
	s.shows(prompt + "stat")
	s.types("us\r")
	s.shows("1.2.3")
	s.shows(prompt)
	s.types("events off\r")
	s.shows(eventsOff)
	s.shows(prompt)
	e.put(Event{At: noon, Text: "unseen", Event: "x"})
	s.types("sessions\r")
	if seen := s.shows(nobodyOnline); strings.Contains(seen, "unseen") {
		t.Errorf("it is still shown: %q", seen)
	}
	for range 2 { // the second changes nothing
		s.types("events on\r")
		s.shows(eventsOn)
		s.shows(prompt)
	}
	s.types("\x04")
	s.ends(0)
}

func TestEventsEndWithTheServer(t *testing.T) {
	w := newWorld(t)
	s := w.atATerminal()
	s.types("events on\r")
	s.shows(eventsOn)
	s.shows(prompt)
	w.stop()
	s.shows(eventsEnded)
	s.types("events on\r")
	s.shows("error: no server runs on")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

func TestTabCompletesRoomsAndFlags(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.joins(bob, "ops")
	s := w.atATerminal()
	s.types("room #\t")
	s.shows("room #ops ")
	s.types("\x15room o\t--j\t\r")
	s.shows("--json ")
	s.shows(`"name":"#ops"`)
	s.shows(prompt)
	s.types("events o\t")
	s.shows("on  off")
	s.types("\x15\x04")
	s.ends(0)
}

// To unban, to unmute, to enable and to clear Tab offers those for whom there is something to do.
func TestTabCompletesThoseThatAVerbIsFor(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"bob", "bobby", "bobette", "bobcat", "carol"} {
		w.signUp(name)
	}
	const key = "key=SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8"
	for _, what := range []string{"bobby", "198.51.100.0/24", key, "client=*ssh*", "client=of two words"} {
		w.types("ban", what)
	}
	w.types("mute", "bobette")
	w.types("disable", "bobcat")
	w.strikes("carol")
	s := w.atATerminal()
	for _, c := range []struct{ typed, shows string }{
		{"unban b\t", "bobby "},
		{"unban 1\t", "198.51.100.0/24 "},
		{"unban k\t", key + " "},
		{"unban c\t", "client=*ssh* "}, // the other cannot be typed as one word
		{"unban \t", "198.51.100.0/24  bobby  client=*ssh*"},
		{"unmute b\t", "bobette "},
		{"enable b\t", "bobcat "},
		{"lockout clear c\t", "carol "},
		{"lockout clear \t", "192.0.2.7  carol"},
	} {
		s.types("\x15" + c.typed)
		s.shows(c.shows)
	}
	s.types("\x15\x04")
	s.ends(0)
}

// Those that are looked for are found behind a page of others, and no page is asked for without need.
func TestTabLooksFurtherThanAPage(t *testing.T) {
	w := newWorld(t)
	for i := range maxUsers {
		if _, err := w.store.CreateUser(t.Context(), chat.NewUser{Name: chat.Name("u" + letters(i))}); err != nil {
			t.Fatal(err)
		}
	}
	w.signUp("ulast")
	w.signUp("uzz")
	w.types("mute", "uzz").says("muted uzz")
	s := w.atATerminal()
	s.types("unmute u\t\r")
	s.shows("unmuted uzz")
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// ^C ends what is done, and not the console.
func TestControlCEndsACommandOnly(t *testing.T) {
	var e Events
	w := newWorld(t, withEvents(&e))
	s := w.atATerminal()
	s.types("events --follow\r")
	s.shows("--follow\r\n")
	e.put(Event{At: noon, Text: "logged in", Event: "login"})
	s.shows("logged in")
	s.breaksOff()
	if after := s.shows(prompt); strings.Contains(after, "error") {
		t.Errorf("it says %q", after)
	}
	s.types("sessions\r")
	s.shows(nobodyOnline)
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

func TestControlCSaysWhatWasInterrupted(t *testing.T) {
	asked := make(chan bool)
	slow := func(s *Server) {
		quick, first := s.Status, true
		s.Status = func(ctx context.Context) (Status, error) {
			if first { // the console looks whether a server is there
				first = false
				return quick(ctx)
			}
			asked <- true
			<-ctx.Done() // its client has gone
			return Status{}, ctx.Err()
		}
	}
	s := newWorld(t, slow).atATerminal()
	s.types("status\r")
	s.shows("status\r\n")
	<-asked
	s.breaksOff()
	if after := s.shows(prompt); after != "\r\nerror: interrupted\r\n" {
		t.Errorf("it says %q", after)
	}
	s.types("sessions\r")
	s.shows(nobodyOnline)
	s.shows(prompt)
	s.types("\x04")
	s.ends(0)
}

// What acts may have been done.
func TestAnActThatIsInterrupted(t *testing.T) {
	for i := range verbs {
		if p := interrupted(&verbs[i]); (p.Hint == hintMayBeDone) != verbs[i].acts {
			t.Errorf("%s: %q", verbs[i].name, p.Hint)
		}
	}
}

// A command that does not heed ^C does not keep anybody in the console: a second one leaves it.
func TestASecondControlCEndsTheConsole(t *testing.T) {
	w := newWorld(t)
	fifo := filepath.Join(w.dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	s := w.atATerminal()
	s.types("user import " + fifo + "\r")
	f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // once it is opened to be read
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // what was left behind ends with it
	s.breaksOff()
	s.breaksOff()
	s.ends(0)
}
