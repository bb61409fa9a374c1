package session

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/vt"

	"sshchat/internal/chat"
)

const (
	ctrlC, ctrlD = "\x03", "\x04"
	up, left     = "\x1b[A", "\x1b[D"
	rowsOfScreen = 24
)

// terminal gives somebody a terminal of xterm's kind.
func terminal(cols int) func(*wire) {
	return func(c *wire) { c.hasTerm, c.term, c.cols = true, "xterm-256color", cols }
}

// screen is what the terminal shows, row by row, without the empty rows below.
func (p *person) screen() []string {
	synctest.Wait()
	cols, _ := p.Size()
	e := vt.NewEmulator(cols, rowsOfScreen)
	e.Write([]byte(p.came()))
	rows := strings.Split(e.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// shows checks the last rows of the screen, without the times.
func (p *person) shows(want ...string) {
	p.w.Helper()
	rows := p.screen()
	got := rows[max(0, len(rows)-len(want)):]
	if g, w := withoutTimes(strings.Join(got, "\n")), strings.Join(want, "\n"); g != w {
		p.w.Fatalf("%s's screen ends with\n%s\nwant\n%s", p.name, g, w)
	}
}

func (p *person) resizes(cols int) {
	p.mu.Lock()
	p.cols = cols
	p.notify()
	p.mu.Unlock()
	synctest.Wait()
}

// A password that was typed where a command is expected must not come back with a key.
func TestTheHistoryKeepsNothingOfBeforeTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		bob := w.visit("bob", terminal(80))
		bob.types("help", goodPassword, goodPassword)
		bob.presses(up)
		bob.shows("> help [COMMAND]")
		bob.presses("\x15")
		bob.types("login bob", goodPassword)
		bob.sees("Welcome")
		bob.presses(up)
		bob.shows("bob>")
		bob.types("blocked")
		bob.presses(up)
		bob.shows("bob> blocked")
	})
}

func TestAStoryAtATerminal(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.visit("alice", terminal(80))
		alice.shows(
			"This is sshchat: talk to whoever is here, and whoever is not gets it later.",
			"  login NAME   if you have an account here",
			"  signup NAME  if you have none yet",
			"  help         for the rest; ^D leaves",
			">")
		alice.types("signup")
		alice.shows("> signup", "name [alice]:")
		alice.types("")
		alice.presses(goodPassword)
		alice.shows("> signup", "password:")
		alice.types("", goodPassword)
		alice.shows("> signup", "Welcome, alice: the account is yours. help lists what you can do",
			"  whoelse           who else is here",
			"  message WHO TEXT  write to somebody",
			"  rooms             rooms to meet in",
			"  help              all the rest",
			"alice>")
		if strings.Contains(alice.came(), "horse") {
			t.Error("the password was on the screen")
		}
		alice.presses("message bob 你好" + left)
		bob.types("message alice hello 🙂")
		alice.shows("bob → you  hello 🙂", "alice> message bob 你好")
		alice.types("")
		alice.shows("bob → you  hello 🙂", "you → bob  你好", "alice>")
		alice.types("who")
		alice.presses(ctrlD)
		// The name of bob has a colour, the end is plain.
		alice.sees("goodbye, alice", "\x1b[?2004l")
		alice.ends(0)
		if n := strings.Count(alice.came(), "Welcome"); n != 1 {
			t.Errorf("welcomed %d times", n)
		}
	})
}

func TestACommandStaysVisibleAboveItsAnswerAndAMessageDoesNot(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(60))
		alice.types("blocked", "message bob hi")
		alice.shows("alice> blocked", "you block nobody", "you → bob  hi", "alice>")
	})
}

func TestInterrupts(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice", terminal(80))
		p.presses("half a line" + ctrlC)
		p.shows("alice>")
		p.sawNothingOf(textHowToLeave)
		p.presses(ctrlC)
		p.presses("x" + ctrlC)
		p.presses(ctrlC)
		p.sawNothingOf(textHowToLeave)
		p.presses(ctrlC)
		p.shows(textHowToLeave, "alice>")
		p.types("passwd")
		p.shows("alice> passwd", "present password:")
		p.presses("secret" + ctrlC)
		p.shows("alice> passwd", "cancelled", "alice>")
		p.goesOn()
	})
}

func TestTabCompletesCommandsOptionsAndNames(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, name := range []string{"berta", "bernd", "bob", "Boris"} {
			w.signUp(name)
		}
		guest := w.visit("guest", terminal(80))
		guest.presses("lo\t")
		guest.shows("> log") // login and logout
		guest.presses("i\t--t\t--\t")
		guest.shows("> login --take-over --quiet [NAME]")
		guest.presses("b\t\t")
		guest.shows("> login --take-over --quiet b") // no account is told to a stranger

		alice := w.signUp("alice", terminal(80))
		alice.types("message Boris hi")
		alice.presses("/MES\tbo\t")
		alice.shows("alice> /message bo TEXT")
		alice.presses("\t")
		alice.shows("Boris  bob", "alice> /message bo TEXT") // first whom one talks with
		alice.presses("r\t")
		alice.shows("alice> /message Boris TEXT")
		alice.presses("x")
		alice.shows("alice> /message Boris x")
		alice.presses(ctrlC + "message al\t")
		alice.shows("alice> message al TEXT") // not oneself
		alice.presses(ctrlC + "help bloc\t\t")
		alice.shows("block    blocked", "alice> help block")
	})
}

func TestAPasteThatIsTooLongAsksOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(120))
		bob.skips()
		var text []string
		for i := range 45 {
			text = append(text, fmt.Sprintf("line %d", i))
		}
		paste := func() { alice.presses("\x1b[200~" + strings.Join(text, "\n") + "\n\x1b[201~") }
		alice.presses("message bob ")
		paste()
		alice.types("")
		alice.sees("not sent: 45 lines, and a message has at most 20", "Enter again sends it as 3 messages")
		bob.seesOnly()
		alice.types("x") // it is another text now, which is asked about anew
		alice.sees("45 lines", "Enter again")
		bob.seesOnly()
		alice.types("")
		alice.sees("line 0", "line 20", "line 44x")
		bob.seesOnly("alice → you  "+strings.Join(text[:20], " ⏎ "),
			"alice → you  "+strings.Join(text[20:40], " ⏎ "), "alice → you  "+strings.Join(text[40:], " ⏎ ")+"x")
		alice.presses("broadcast ")
		paste()
		alice.types("")
		alice.sees("Enter again")
		alice.presses(ctrlC)
		alice.shows("alice>")
		alice.presses("broadcast ") // the same once more is asked about once more
		paste()
		alice.types("")
		alice.sees("Enter again")
		bob.seesOnly()
	})
}

func TestALineThatNoPartsCanBeMadeOfStaysInTheInput(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(120))
		alice.presses("message bob \x1b[200~" + strings.Repeat("x\n", 65*20) + "\x1b[201~")
		alice.types("")
		alice.sees("shorten it, or send it in parts")
		if rows := alice.screen(); !strings.Contains(rows[len(rows)-1], "⏎x") {
			t.Errorf("the input is %q", rows[len(rows)-1])
		}
	})
}

func TestALineHasBounds(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.presses(strings.Repeat("x", 70<<10))
		alice.sees("not taken in: a line has at most 65536 bytes")
		alice.presses("y")
		alice.sawNothingOf("not taken in")
	})
}

func TestAResizeTakesEffectAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.resizes(40)
		alice.skips()
		bob.types("message alice " + strings.Repeat("word ", 16))
		alice.sees("\r\n  " + strings.Repeat("word ", 7) + "\r\n  word")
	})
}

func TestTerminalsWithoutColour(t *testing.T) {
	cases := map[string]struct {
		change func(*wire)
		escape bool // for editing the line
	}{
		"NO_COLOR": {func(c *wire) { c.env = map[string]string{"NO_COLOR": "1"} }, true},
		"dumb":     {func(c *wire) { c.term = "dumb" }, false},
		"no TERM":  {func(c *wire) { c.term = "" }, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				bob := w.signUp("bob")
				alice := w.signUp("alice", terminal(80), c.change)
				bob.types("message alice hi")
				alice.types("help")
				if strings.Contains(alice.came(), "m14:") || strings.Contains(alice.came(), "\x1b[38") {
					t.Errorf("colours in %q", alice.came())
				}
				if got := strings.Contains(alice.came(), "\x1b"); got != c.escape {
					t.Errorf("escape bytes: %v in %q", got, alice.came())
				}
				alice.sees("bob → you  hi")
			})
		})
	}
}

func TestADumbTerminalAsksOnceForEachPassword(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice", terminal(80), func(c *wire) { c.term = "dumb" })
		if got := strings.Count(p.came(), "password"); got != 2 {
			t.Errorf("asked %d times in\n%s", got, p.came())
		}
		p.types("blocked")
		if got := strings.Count(p.came(), "blocked"); got != 1 {
			t.Errorf("the command stands there %d times:\n%s", got, p.came())
		}
	})
}

func TestLinesOfAnotherDayAreSetApart(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob", terminal(80))
		alice := w.signUp("alice")
		alice.types("message bob today")
		bob.presses(ctrlD)
		alice.types("message bob later")
		time.Sleep(24 * time.Hour)
		alice.types("message bob tomorrow")
		bob = w.login("bob", terminal(80))
		bob.shows("Welcome, bob", "──  2 messages while you were away (since Sat 00:00)  ──",
			"──  Sat 1 Jan 2000  ──", "alice → you  later", "──  Sun 2 Jan 2000  ──", "alice → you  tomorrow", "bob>")
		alice.types("message bob more")
		bob.shows("alice → you  tomorrow", "alice → you  more", "bob>")
		time.Sleep(24 * time.Hour)
		alice.types("message bob on and on")
		bob.shows("alice → you  more", "──  Mon 3 Jan 2000  ──", "alice → you  on and on", "bob>")
	})
}

func TestAMessageIsOneWrite(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice", terminal(80)), w.signUp("bob")
		before, _, _ := alice.counts()
		bob.types("message alice hi")
		if after, _, _ := alice.counts(); after != before+1 {
			t.Errorf("%d writes", after-before)
		}
	})
}

func TestAClosedServerDoesNotOfferSignup(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("alice", terminal(80))
		if strings.Contains(p.came(), "signup NAME") {
			t.Errorf("it offers one:\n%s", p.came())
		}
	}, func(c *chat.Config) { c.Rules.SignUpClosed = true })
}
