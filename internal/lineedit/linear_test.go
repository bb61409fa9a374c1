package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

// Each case is what keys send to somebody who has sent "hello" and then typed
// "message bob".
func TestLinearEchoes(t *testing.T) {
	for _, tc := range []struct{ name, keys, sent string }{
		{"what is typed", " hi", " hi"},
		{"wide", "你", "你"},
		{"a line break", altEnter + "x", "⏎x"},
		{"a mark joins its letter", "e\u0301", "e\be\u0301"},
		{"backspace", "\x7f", "\b \b"},
		{"backspace over wide", "你\x7f", "你\b\b  \b\b"},
		{"a word is taken", ctrl('W'), "\b\b\b   \b\b\b"},
		{"undo", ctrl('W') + ctrl('_'), "\b\b\b   \b\b\bbob"},
		{"a move", left + left + right, "\b\bo"},
		{"a letter put in", left + "x", "\bxb\b"},
		{"a letter taken out", left + "\x7f", "\b\bb \b\b"},
		{"Enter", "\r", "\r\n"},
		{"^C", ctrl('C'), "\r\n"},
		{"Enter and typing on", "\rhelp", "\r\nhelp"},
		{"what has no effect", up + down + down + "\x1b[5~" + right, "\r\n> hello\r\n> message bob"},
		{"^L", ctrl('L'), "\r\n> message bob"},
		{"^L twice", ctrl('L') + ctrl('L'), "\r\n> message bob\r\n> message bob"},
		{"^L in the line", left + ctrl('L'), "\b\r\n> message bob\b"},
		{"^L with nothing typed", "\r" + ctrl('L'), "\r\n> "},
		{"letters swapped", ctrl('T'), "\r\n> message bbo"},
		{"an old line", up, "\r\n> hello"},
		{"search", ctrl('R') + "l\r", "\r\n(search) '': message bob\r\n(search) 'l': hello\b\b\b\r\n> hello\b\b\b\r\n"},
		{"search left", ctrl('R') + ctrl('G'), "\r\n(search) '': message bob\r\n> message bob"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			whole, bytewise := newTerminal(t, Settings{Linear: true}), newTerminal(t, Settings{Linear: true})
			for _, tm := range []*terminal{whole, bytewise} {
				tm.types("hello\r", "message bob")
				tm.sent = nil
			}
			whole.types(tc.keys)
			bytewise.types(strings.Split(tc.keys, "")...)
			for _, tm := range []*terminal{whole, bytewise} {
				if string(tm.sent) != tc.sent {
					t.Errorf("sent %q, want %q", tm.sent, tc.sent)
				}
			}
		})
	}
}

func TestLinearConversation(t *testing.T) {
	for _, width := range []int{20, 40, 80, 200} {
		tm := newTerminal(t, Settings{Linear: true, Width: width})
		tm.types("hel")
		tm.prints("bob: hi")
		tm.wantScreen("> hel", "bob: hi", "‸")
		tm.prints("bob: there?")
		tm.wantScreen("> hel", "bob: hi", "bob: there?", "‸")
		tm.types("lo")
		tm.wantScreen("> hel", "bob: hi", "bob: there?", "lo‸")
		tm.prints("bob: oh")
		tm.types("\r")
		tm.wantEvents(Event{Line, "hello"})
		tm.prints("me: hello")
		tm.wantScreen("> hel", "bob: hi", "bob: there?", "lo", "bob: oh", "me: hello", "‸")
	}
}

// What is typed in the same turn as something is printed has to be heard too.
func TestLinearKeysBeforeAPrintAreEchoed(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true})
	tm.sent = nil
	tm.e.Feed([]byte("hel"))
	tm.e.Print("bob: hi")
	tm.e.Feed([]byte("lo"))
	tm.e.Print("\x1b[1mbob\x1b[0m: 你\ntwo")
	tm.flush()
	if want := "hel\r\nbob: hi\r\nlo\r\n\x1b[?7l\x1b[1mbob\x1b[0m: 你\x1b[?7h\r\ntwo\r\n"; string(tm.sent) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
}

// A change in what was typed before something was printed cannot be told by
// going on: the line is written anew, and from there on it can.
func TestLinearChangesAboveTheRow(t *testing.T) {
	for _, tc := range []struct{ name, keys, sent string }{
		{"typing on", "!", "!"},
		{"backspace", "\x7f", "> hell"},
		{"backspace twice", "\x7f\x7f", "> hell\b \b"},
		{"typed and taken back", "!\x7f", "!\b \b"},
		{"and one more", "!\x7f\x7f", "!\b \b> hell"},
		{"a move", left, "> hello\b"},
		{"a move, after typing", "!" + left + left, "!\b\r\n> hello!\b\b"},
		{"^U", ctrl('U'), ""},
		{"Enter", "\r", ""},
	} {
		tm := newTerminal(t, Settings{Linear: true})
		tm.types("hello")
		tm.prints("bob: hi")
		tm.sent = nil
		tm.types(strings.Split(tc.keys, "")...)
		if string(tm.sent) != tc.sent {
			t.Errorf("%s sends %q, want %q", tc.name, tm.sent, tc.sent)
		}
	}
}

func TestLinearPrintWithTheCursorInTheLine(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true})
	tm.types("hello", left, left)
	tm.prints("bob: hi")
	tm.sent = nil
	tm.types("X")
	if want := "Xlo\b\b"; string(tm.sent) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
	tm.types("\r")
	tm.wantEvents(Event{Line, "helXlo"})
}

func TestLinearLongLineGoesOnOnTheNextRow(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true, Width: 20})
	for _, r := range "0123456789abcdefghijklmnopqrstuvwxyz" {
		tm.types(string(r))
	}
	tm.wantScreen("> 0123456789abcdefg", "hijklmnopqrstuvwxyz‸")
	tm.types("你", "\x7f")
	tm.wantScreen("> 0123456789abcdefg", "hijklmnopqrstuvwxyz", "‸")
	tm.types("\x7f") // the row above is out of reach
	tm.wantScreen("> 0123456789abcdefg", "hijklmnopqrstuvwxyz", "> opqrstuvwxy‸")
	tm.types(home)
	tm.wantScreen("> 0123456789abcdefg", "hijklmnopqrstuvwxyz", "> opqrstuvwxy", "> ‸0123456789abcdefg")
	tm.types("X")
	tm.wantScreen("> 0123456789abcdefg", "hijklmnopqrstuvwxyz", "> opqrstuvwxy", "> X‸0123456789abcdef")
}

func TestLinearPasteIsEchoedOverRows(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true, Width: 20})
	tm.types(pasteBegin, strings.Repeat("0123456789", 5), pasteEnd)
	tm.wantScreen("> 01234567890123456", "7890123456789012345", "67890123456789‸")
	tm.sent = nil
	tm.types(pasteBegin, strings.Repeat("0123456789", 1000), pasteEnd)
	if want := "\r\n> 0123456789"; string(tm.sent) != want {
		t.Errorf("a long paste sends %q, want the end of it, %q", tm.sent, want)
	}
}

// One key in a line of 64 KiB sends some rows, not the line.
func TestLinearKeysCostRows(t *testing.T) {
	for name, unit := range map[string]string{"ASCII": "a", "CJK": "你", "stacked marks": "\u0301"} {
		tm := newTerminal(t, Settings{Linear: true})
		tm.types(pasteBegin + strings.Repeat(unit, 64<<10/len(unit)) + pasteEnd)
		for _, k := range []string{home, delKey, "x", right, end, "\x7f", "x", ctrl('L'), ctrl('U'), ctrl('Y'), ctrl('_')} {
			tm.sent = nil
			tm.types(k)
			if most := 80 * (maxCluster + len(dottedCircle)); len(tm.sent) > most {
				t.Errorf("%s: %q sends %d bytes, want at most %d", name, k, len(tm.sent), most)
			}
		}
	}
}

func TestLinearOutputIsBounded(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true, Width: 1000})
	tm.types(strings.Repeat("a", 990))
	tm.e.Feed([]byte(strings.Repeat(home+end+ctrl('L'), 10_000)))
	if n := len(tm.e.Output()); n > 2*maxUnsent || n < maxUnsent {
		t.Errorf("%d bytes wait", n)
	}
}

func TestLinearPromptIsToldWhenItIsNews(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true})
	tm.e.SetPrompt("\x1b[32m#dev\x1b[0m> ")
	tm.flush()
	tm.types("hel")
	tm.e.SetPrompt("\x1b[32m#dev\x1b[0m> ")
	tm.flush()
	tm.wantScreen(">", "#dev> hel‸")
	tm.e.SetPrompt("#ops> ")
	tm.flush()
	tm.wantScreen(">", "#dev> hel", "#ops> ‸")
	tm.types("lo\r", "x")
	tm.wantScreen(">", "#dev> hel", "#ops> lo", "x‸")
	tm.types("\r")
	tm.prints("you left")
	tm.e.SetPrompt("> ")
	tm.flush()
	tm.wantScreen(">", "#dev> hel", "#ops> lo", "x", "you left", "> ‸")
	if strings.Contains(string(tm.sent), "\x1b[32m") {
		t.Errorf("sent %q", tm.sent)
	}
}

func TestLinearQuestion(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true})
	tm.types("dra")
	tm.e.Ask("password: ", true)
	tm.flush()
	tm.wantScreen("> dra", "password: ‸")
	tm.types("secret", ctrl('L'), "\r")
	tm.wantScreen("> dra", "password:", "password:", "‸")
	tm.e.Ask("password: ", true)
	tm.types("secret\r")
	tm.wantScreen("> dra", "password:", "password:", "password:", "‸")
	tm.e.EndAsk()
	tm.flush()
	tm.wantScreen("> dra", "password:", "password:", "password:", "> dra‸")
	tm.e.Ask("name: ", false)
	tm.types("bo\x7f", ctrl('C'))
	tm.e.EndAsk()
	tm.flush()
	tm.wantScreen("> dra", "password:", "password:", "password:", "> dra", "name: b", "> dra‸")
}

func TestLinearCompletion(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true, Width: 24})
	words := []string{"alice", "alan", "al你", "albert", "alfonso"}
	tm.types("m a")
	tm.tab(words...)
	tm.wantScreen("> m al‸")
	tm.tab()
	tm.wantScreen("> m al", "alice  alan  al你", "albert  alfonso", "‸")
	tm.tab()
	tm.wantScreen("> m al", "alice  alan  al你", "albert  alfonso", "> m alice‸")
	tm.tab()
	tm.wantScreen("> m al", "alice  alan  al你", "albert  alfonso", "> m alice", "> m alan‸")
}

func TestFlowedWordsAreBounded(t *testing.T) {
	var words []string
	for i := range maxWords {
		words = append(words, fmt.Sprintf("user%03d", i))
	}
	words[2] = strings.Repeat("你", 20)
	want := []string{
		"user000  user001", strings.Repeat("你", 11), "user003  user004", "user005  user006", "… and 493 more",
	}
	if got := flowWords(words, 24); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestLinearWhileTheWidthChanges(t *testing.T) {
	tm := newTerminal(t, Settings{Linear: true, Width: 40})
	tm.types("hello")
	tm.e.Feed([]byte("!"))
	tm.resizes(20)
	tm.types("x")
	tm.wantScreen("> hello!", "x‸")
	tm.types("\x7f", left)
	tm.wantScreen("> hello!", "> hello‸!")
	tm.sent = nil
	tm.resizes(20)
	if len(tm.sent) > 0 {
		t.Errorf("the same width sends %q", tm.sent)
	}
}

// It is a setting of a person's own, and can change while a line is typed.
func TestSetLinear(t *testing.T) {
	for _, s := range []Settings{{}, {Dumb: true}} {
		tm := newTerminal(t, s)
		tm.e.SetPrompt("\x1b[32m#dev\x1b[0m> ")
		tm.types("hel")
		tm.e.SetLinear(true)
		tm.e.SetLinear(true)
		tm.prints("it is linear now")
		tm.types("lo")
		tm.e.SetLinear(false)
		tm.prints("it is not")
		tm.types("!")
		want := []string{"it is linear now", "#dev> hello", "it is not", "#dev> hello!‸"}
		if s.Dumb {
			want = append([]string{"#dev> hel"}, want...)
		}
		tm.wantScreen(want...)
	}
}

func TestLinearStartAndClose(t *testing.T) {
	e := New(Settings{Linear: true})
	e.SetPrompt("\x1b[1mbob\x1b[0m> ")
	e.Start()
	e.Feed([]byte("x"))
	e.Close()
	e.Print("bye")
	if got, want := string(e.Output()), "\x1b[?2004hbob> x\r\n\x1b[?2004lbye\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e = New(Settings{Linear: true, Dumb: true})
	e.Start()
	e.Print("\x1b[1mbold\x1b[0m 你")
	e.Close()
	if got, want := string(e.Output()), "bold 你\r\n"; got != want {
		t.Errorf("dumb: got %q, want %q", got, want)
	}
}
