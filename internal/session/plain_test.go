package session

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/lineedit"
)

func TestAStoryWithoutATerminal(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.visit("alice")
		alice.seesOnly()
		alice.types("whoelse")
		alice.seesOnly("log in or sign up first — login NAME, or signup NAME")
		alice.types("signup alice", goodPassword, "correct house")
		alice.seesOnly("password:", "password again:", "the two are not the same", "password:")
		alice.types(goodPassword, goodPassword)
		alice.seesOnly("password again:", "Welcome, alice: the account is yours. help lists what you can do")
		bob := w.signUp("bob")
		bob.skips()
		alice.types("message bob hi  there")
		alice.seesOnly("you → bob  hi  there")
		bob.seesOnly("alice → you  hi  there")
		bob.types("/REPLY hello")
		bob.seesOnly("you → alice  hello")
		alice.seesOnly("bob → you  hello")
		alice.types("logout")
		alice.seesOnly("──  goodbye, alice  ──")
		alice.ends(0)
	})
}

// What is typed ahead waits for the command before it, and is the answer where that asks.
func TestAWholeScriptInOnePiece(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice := w.signUp("alice")
		alice.skips()
		bob := w.visit("bob")
		bob.presses("login bob\r\n" + goodPassword + "\r\nmessage alice one\nmessage alice two")
		bob.endsInput()
		bob.seesOnly("password:", "Welcome, bob", "you → alice  one", "you → alice  two")
		bob.ends(0)
		alice.seesOnly("bob → you  one", "bob → you  two")
	})
}

func TestTheEndOfInputShowsWhatWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("logout")
		alice := w.signUp("alice")
		for range 60 {
			alice.types("message bob hello")
		}
		bob = w.visit("bob")
		bob.presses("login bob\n" + goodPassword + "\n")
		bob.endsInput()
		bob.ends(0)
		if got := strings.Count(bob.came(), "alice → you  hello"); got != 60 {
			t.Errorf("bob sees %d lines of 60", got)
		}
		bob = w.login("bob")
		bob.skips()
		bob.types("blocked")
		bob.seesOnly("you block nobody")
	})
}

func TestTheLastLineNeedsNoLineBreakEvenIfItIsAPassword(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("bob")
		p.presses("signup bob\n" + goodPassword + "\n" + goodPassword)
		p.endsInput()
		p.sees("Welcome, bob")
		p.ends(0)
	})
}

func TestTheEndOfInputLeavesAQuestionUnanswered(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("bob")
		p.types("signup bob")
		p.endsInput()
		p.seesOnly("password:", "cancelled")
		p.ends(0)
	})
}

func TestNoEscapeByteAndNoBareControlWithoutATerminal(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.presses("message bob \x1b[31mred\x07 \xff\xc2\x9b2J one\vtwo\n")
		alice.types("help", "sent", "whoelse", "whois \x1b[2J", "nonsense \x1b]0;x\a")
		alice.presses("\x03\x04\x7f\t\n")
		bob.types("logout")
		for _, p := range []*person{alice, bob} {
			for _, c := range []byte(p.came()) {
				if c < ' ' && c != '\n' || c == 0x7f {
					t.Fatalf("byte %#x in\n%q", c, p.came())
				}
			}
		}
		bob.sees("alice → you  [31mred �2J one ⏎ two\n")
	})
}

func TestALineThatIsTooLongIsRefusedOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice")
		p.skips()
		p.presses("message bob " + strings.Repeat("x", 70<<10))
		p.presses(strings.Repeat("y", 70<<10))
		p.types("", "whoelse")
		p.seesOnly("not done: a line has at most 65536 bytes", "nobody else is online")
		p.types("message bob " + strings.Repeat("x", 4001))
		p.seesOnly("not sent: 4001 bytes, and a message has at most 4000 — shorten it, or send it in parts")
	})
}

func TestAPasswordThatIsTooLongIsNoAnswer(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("alice")
		p.types("signup alice", strings.Repeat("x", 70<<10), "help")
		p.sees("password:", "not done: a line has at most 65536 bytes", "cancelled", "signup [NAME] ")
		p.goesOn()
	})
}

func TestEmptyLinesAndNonsenseAreAnsweredOnceEach(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("alice")
		p.types("", "s3cret-typed-ahead", "logn bob")
		p.seesOnly("nothing typed — help lists the commands",
			"that is no command here — log in first (help lists how)",
			`no command "logn" — did you mean login? (help lists them)`)
	})
}

// The input ends when the pace lets only one line a second through: all of them are sent.
func TestTheEndOfInputWaitsForThePace(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.presses("message bob 1\nmessage bob 2\nmessage bob 3\nmessage bob 4\n")
		alice.endsInput()
		bob.sees("alice → you  1", "alice → you  2")
		bob.sawNothingOf("alice → you  3")
		alice.goesOn()
		time.Sleep(2 * time.Second)
		bob.sees("alice → you  3", "alice → you  4")
		alice.sees("you → bob  4")
		alice.ends(0)
	}, paced(2, time.Second))
}

func TestALogoutInAScriptWaitsForThePace(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.types("message bob 1", "message bob 2", "logout", "message bob no more")
		alice.goesOn()
		time.Sleep(time.Second)
		alice.sees("you → bob  2", "goodbye, alice")
		alice.ends(0)
		bob.sees("alice → you  2")
		bob.sawNothingOf("no more")
	}, paced(1, time.Second))
}

// How the input is cut into pieces makes no difference.
func FuzzPlainLines(f *testing.F) {
	f.Add([]byte("one\r\ntwo\n\nthree"), 3)
	f.Add([]byte("0123456789abcdefghi\nx\n"), 1)
	f.Fuzz(func(t *testing.T, in []byte, piece int) {
		piece = max(piece, 1)
		whole, cut := &plain{most: 16}, &plain{most: 16}
		var a, b []lineedit.Event
		for p := in; len(p) > 0; {
			n, ev := whole.Feed(p)
			p = p[n:]
			if ev.Kind != lineedit.None {
				a = append(a, ev)
			}
		}
		for p := in; len(p) > 0; {
			n, ev := cut.Feed(p[:min(piece, len(p))])
			p = p[n:]
			if ev.Kind != lineedit.None {
				b = append(b, ev)
			}
		}
		if len(a) != len(b) {
			t.Fatalf("%d events whole, %d in pieces", len(a), len(b))
		}
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("event %d: %+v whole, %+v in pieces", i, a[i], b[i])
			}
			if len(a[i].Text) > 16 || strings.Contains(a[i].Text, "\n") {
				t.Errorf("line %q", a[i].Text)
			}
		}
	})
}
