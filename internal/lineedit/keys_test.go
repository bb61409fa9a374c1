package lineedit

import (
	"strings"
	"testing"
)

// Each case types keys into an empty line at a screen of 40 columns and looks
// at the row; ‸ is the cursor.
func TestKeys(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	for _, tc := range []struct{ name, keys, row string }{
		{"plain text", "hello", "> hello‸"},
		{"left and insert", "helo" + left + "l", "> hell‸o"},
		{"left stops at the start", "a" + left + left + left + "b", "> b‸a"},
		{"right stops at the end", "a" + right + right + "b", "> ab‸"},
		{"SS3 arrows", "abc\x1bOD\x1bOD\x1bOCx", "> abx‸c"},
		{"^B ^F", "abc" + ctrl('B') + ctrl('B') + ctrl('F') + "x", "> abx‸c"},
		{"^A ^E", "bc" + ctrl('A') + "a" + ctrl('E') + "d", "> abcd‸"},
		{"CSI H F", "bc" + home + "a" + end + "d", "> abcd‸"},
		{"SS3 H F", "bc\x1bOHa\x1bOFd", "> abcd‸"},
		{"CSI 1~ 4~ as tmux sends", "bc\x1b[1~a\x1b[4~d", "> abcd‸"},
		{"CSI 7~ 8~ as rxvt sends", "bc\x1b[7~a\x1b[8~d", "> abcd‸"},
		{"delete key", "abc" + home + delKey, "> ‸bc"},
		{"^D deletes under the cursor", "abc" + home + ctrl('D'), "> ‸bc"},
		{"^H", "abc\b", "> ab‸"},
		{"DEL", "abc\x7f", "> ab‸"},
		{"backspace at the start", "abc" + home + "\x7f", "> ‸abc"},
		{"^K", "abcd" + left + left + ctrl('K'), "> ab‸"},
		{"^U", "abcd" + left + left + ctrl('U'), "> ‸cd"},
		{"^U ^Y", "abcd" + left + ctrl('U') + end + ctrl('Y'), "> dabc‸"},
		{"kills in a row gather", "one two three" + ctrl('W') + ctrl('W') + ctrl('Y'), "> one two three‸"},
		{"kills both ways gather in order", "one two" + ctrlLeft + ctrl('W') + ctrl('K') + ctrl('Y'), "> one two‸"},
		{"a key between kills starts anew", "one two" + ctrl('W') + left + ctrl('W') + ctrl('Y'), "> one‸"},
		{"^W takes what is not blank", "a b/c-d" + ctrl('W'), "> a ‸"},
		{"Alt-Backspace takes a word", "a b/c-d\x1b\x7f", "> a b/c-‸"},
		{"ESC ^H takes a word", "a b/c-d\x1b\b", "> a b/c-‸"},
		{"Alt-D", "one two" + home + "\x1bd", "> ‸ two"},
		{"Alt-B Alt-F", "one two three\x1bb\x1bb\x1bfx", "> one twox‸ three"},
		{"Ctrl-arrows", "one two three" + ctrlLeft + ctrlLeft + ctrlRight + "x", "> one twox‸ three"},
		{"Alt-arrows", "one two three\x1b[1;3D\x1b[1;3D\x1b[1;3Cx", "> one twox‸ three"},
		{"rxvt's Ctrl-arrows", "one two three\x1bOd\x1bOd\x1bOcx", "> one twox‸ three"},
		{"konsole's Ctrl-arrows", "one two three\x1bO5D\x1bO5D\x1bO5Cx", "> one twox‸ three"},
		{"Shift-arrows are arrows", "abc\x1b[1;2Dx", "> abx‸c"},
		{"Ctrl-Delete takes a word", "one two" + home + "\x1b[3;5~", "> ‸ two"},
		{"^T in the middle", "abc" + left + ctrl('T'), "> acb‸"},
		{"^T at the end", "abc" + ctrl('T'), "> acb‸"},
		{"^T at the start", "abc" + home + ctrl('T'), "> ‸abc"},
		{"^T with one character", "a" + ctrl('T'), "> a‸"},
		{"^T swaps clusters", "e\u0301" + family + ctrl('T'), "> " + family + "e\u0301‸"},
		{"Alt-Enter", "a" + altEnter + "b", "> a⏎b‸"},
		{"unknown Alt key is the key", "a\x1bzb", "> azb‸"},
		{"ESC ESC is nothing", "a\x1b\x1b\x1bzb", "> azb‸"},
		{"^Y with nothing killed", "a" + ctrl('Y'), "> a‸"},
		{"a tab is no character", "a\tb", "> ab‸"},

		{"B1: two left in CJK, then X", "你好世界" + left + left + "X", "> 你好X‸世界"},
		{"B1: backspace in CJK", "你好世界" + left + "\x7f", "> 你好‸界"},
		{"B1: F1 is no P", "a\x1bOPb\x1b[11~c", "> abc‸"},
		{"B1: an invalid byte holds up nothing", "ab\xffcd", "> ab\ufffdcd‸"},
		{"B1: C1 controls", "a\u009b31mb", "> a31mb‸"},
		{"B1: bidi controls", "a\u202eb\u2066c\u200e", "> abc‸"},
		{"family is one cluster", family + "\x7f", "> ‸"},
		{"over a family and back", "a" + family + "b" + left + left + "x", "> ax‸" + family + "b"},
		{"combining mark goes with its base", "e\u0301\x7f", "> ‸"},
		{"mark without a base", "\u0301x", "> ◌\u0301x‸"},
		{"flag typed in front of a flag", "🇫🇷" + home + "🇩🇪", "> 🇩🇪‸🇫🇷"},
		{"right in a row of flags that a new one shifts", "🇪🇩🇪" + home + "🇩" + right + "x", "> 🇩🇪🇩x‸🇪"},
		{"VS16", "❤️x" + left + left + "y", "> y‸❤️x"},
		{"Scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!", "> 🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!‸"},
		{"a tag on anything else", "a\U000E0067b", "> ab‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{Width: 40})
			tm.types(tc.keys)
			tm.wantRow(tc.row)
			single := newTerminal(t, Settings{Width: 40})
			single.types(strings.Split(tc.keys, "")...)
			single.wantRow(tc.row)
		})
	}
}

func TestEvents(t *testing.T) {
	line := func(s string) Event { return Event{Line, s} }
	for _, tc := range []struct {
		name, keys string
		want       []Event
		left       string
	}{
		{"CR", "hi\r", []Event{line("hi")}, ""},
		{"LF", "hi\n", []Event{line("hi")}, ""},
		{"CR LF is one Enter", "a\r\nb\r\n", []Event{line("a"), line("b")}, ""},
		{"CR NUL is one Enter", "a\r\x00b\r\x00", []Event{line("a"), line("b")}, ""},
		{"CR CR is two", "a\r\r", []Event{line("a"), line("")}, ""},
		{"LF LF is two", "a\n\n", []Event{line("a"), line("")}, ""},
		{"^J where Enter is CR", "a\rb\nc\r", []Event{line("a"), line("b\nc")}, ""},
		{"^J where Enter is CR LF", "a\r\nb\nc\r\n", []Event{line("a"), line("b\nc")}, ""},
		{"the keypad's Enter", "a\x1bOM", []Event{line("a")}, ""},
		{"Enter in the middle sends all", "abc" + left + "\r", []Event{line("abc")}, ""},
		{"Alt-Enter", "a" + altEnter + "b\x1b\nc\r", []Event{line("a\nb\nc")}, ""},
		{"Alt-Enter as CR LF", "a\x1b\r\nb\r", []Event{line("a\nb")}, ""},
		{"line separator", "a\u2028b\r", []Event{line("a\nb")}, ""},
		{"^C", "abc" + ctrl('C') + ctrl('C'), []Event{{Interrupt, "abc"}, {Interrupt, ""}}, ""},
		{"B1: ^C does not stick", ctrl('C') + "x\r", []Event{{Interrupt, ""}, line("x")}, ""},
		{"^D", "a" + ctrl('D') + "\x7f" + ctrl('D'), []Event{{EOF, ""}}, ""},
		{"Tab", "ab c" + left + "\t", []Event{{Complete, "ab "}}, "ab c"},
		{"Alt-A", "ab" + left + "\x1ba\x1bA", []Event{{Next, ""}, {Next, ""}}, "ab"},
		{"Alt-A in a search", "hello\r" + ctrl('R') + "l\x1ba", []Event{line("hello")}, "hello"},
		{"Alt-A in a paste", pasteBegin + "\x1ba" + pasteEnd, nil, "a"},
		{"half a character before Enter", "a\xe4\xbd\r", []Event{line("a\ufffd\ufffd")}, ""},
		{"half a sequence before Enter", "a\x1b[12\r", []Event{line("a")}, ""},
		{"half an SS3 before Enter", "a\x1bO\r", []Event{line("a")}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types(tc.keys)
			tm.wantEvents(tc.want...)
			if got := tm.e.Line(); got != tc.left {
				t.Errorf("line %q, want %q", got, tc.left)
			}
		})
	}
}

func TestFeedStopsBehindTheEvent(t *testing.T) {
	e := New(Settings{})
	n, ev := e.Feed([]byte("login bob\rsecret\r"))
	if n != len("login bob\r") || ev != (Event{Line, "login bob"}) {
		t.Fatalf("%d %v", n, ev)
	}
	e.Ask("password: ", true)
	if n, ev = e.Feed([]byte("secret\r")); n != 7 || ev != (Event{Line, "secret"}) {
		t.Fatalf("%d %v", n, ev)
	}
}

func TestFullIsToldOnceUntilThereWasRoom(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 4})
	tm.types("abcdefgh")
	tm.wantEvents(Event{Kind: Full})
	tm.types("\x7f", "xyz")
	tm.wantEvents(Event{Kind: Full})
	tm.types("\x7f", "é") // two bytes in the room of one
	tm.wantEvents(Event{Kind: Full})
	if got := tm.e.Line(); got != "abc" {
		t.Errorf("line %q", got)
	}
	tm.types(ctrl('U'), "ab", ctrl('Y'))
	tm.wantEvents(Event{Kind: Full})
	tm.types(ctrl('C'), "abcde")
	tm.wantEvents(Event{Interrupt, "ab"}, Event{Kind: Full})
}

func TestSetLinePutsARefusedLineBack(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 16})
	tm.types("hello\r")
	tm.e.SetLine("hel\x1blo\r\nyou")
	tm.flush()
	tm.wantRow("> hello⏎you‸")
	tm.e.SetLine(strings.Repeat("x", 17))
	tm.flush()
	tm.wantRow("> hello⏎you‸")
}

func TestGatheredKillsAreBounded(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types(strings.Repeat("a", 3000) + home + strings.Repeat("b", 3000) + ctrl('U') + ctrl('K') + ctrl('Y'))
	if got := tm.e.Line(); got != strings.Repeat("a", 3000) {
		t.Errorf("%d bytes, want the last kill alone", len(got))
	}
}

func TestWordsAreBounded(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types(strings.Repeat("a", maxWord+10) + "\x1bb")
	if got := tm.e.in.line.cur; got != 10 {
		t.Errorf("Alt-B goes to %d", got)
	}
	tm.types(home + "\x1bf")
	if got := tm.e.in.line.cur; got != maxWord {
		t.Errorf("Alt-F goes to %d", got)
	}
}

func TestSettingsAreClamped(t *testing.T) {
	for w, want := range map[int]int{0: 80, -5: 10, 3: 10, 10: 10, 400: 400, 1 << 20: 1000} {
		e := New(Settings{Width: w})
		if e.width != want {
			t.Errorf("New with width %d: %d, want %d", w, e.width, want)
		}
		e.Resize(w)
		if e.width != want {
			t.Errorf("Resize to %d: %d, want %d", w, e.width, want)
		}
	}
}
