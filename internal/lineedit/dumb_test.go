package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

func TestDumbSendsNoEscape(t *testing.T) {
	tm := newTerminal(t, Settings{Dumb: true, Width: 40})
	tm.e.SetPrompt("\x1b[31mred\x1b[0m> ")
	tm.types("hello", left, left, "X", up, ctrl('R'), "x", ctrl('G'), ctrl('L'), altEnter, "\r", ctrl('C'))
	tm.prints("\x1b[1mbold\x1b[0m")
	tm.resizes(30)
	tm.e.Ask("password: ", true)
	tm.types("x\r")
	tm.e.EndAsk()
	tm.types("b")
	tm.tab("bob", "bobby")
	tm.tab()
	tm.e.Close()
	tm.flush()
	if strings.Contains(string(tm.sent), "\x1b") {
		t.Errorf("sent %q", tm.sent)
	}
}

func TestDumbSendsLittle(t *testing.T) {
	tm := newTerminal(t, Settings{Dumb: true, Width: 40})
	if string(tm.sent) != "> " {
		t.Errorf("Start sends %q", tm.sent)
	}
	for _, tc := range []struct{ key, sent string }{
		{"hello", "hello"},
		{"\x7f", "\b \b"},
		{"你", "你"},
		{"\x7f", "\b\b  \b\b"},
		{left, "\b"},
		{"X", "Xl\b"},
		{right, "l"},
		{home, "\b\b\b\b\b"},
		{end, "helXl"},
		{left, "\b"},
		{left, "\b"},
		{"\r", "\r\n> "},
		{"ab", "ab"},
		{ctrl('C'), "\r\n> "},
		{"ab\rcd", "ab\r\n> cd"},
	} {
		tm.sent = nil
		tm.types(tc.key)
		if string(tm.sent) != tc.sent {
			t.Errorf("%q sends %q, want %q", tc.key, tm.sent, tc.sent)
		}
	}
	tm.sent = nil
	tm.prints("bob: hi")
	if want := "\r\nbob: hi\r\n> cd"; string(tm.sent) != want {
		t.Errorf("Print sends %q, want %q", tm.sent, want)
	}
}

// Where the terminal sees one cluster across the cursor, nothing of it may be
// sent twice.
func TestDumbCursorInACluster(t *testing.T) {
	tm := newTerminal(t, Settings{Dumb: true, Width: 40})
	tm.types("\u0301", home, "e")
	tm.sent = nil
	tm.types(end, left, end)
	if string(tm.sent) != "\be\u0301" {
		t.Errorf("sent %q", tm.sent)
	}
}

func TestDumbRowIsRight(t *testing.T) {
	digits := strings.Repeat("0123456789", 10)
	for i, keys := range []string{
		"hello" + left + left + "XY" + home + "Z" + end + "\x7f",
		"你好世界" + left + left + "X",
		"a👨‍👩‍👧‍👦b" + left + left + delKey,
		digits, digits + home + "x", digits + home + end + "\x7f",
		"one\rtwo\r" + ctrl('R') + "on" + ctrl('A') + "x",
		"one" + altEnter + "two" + ctrl('A'),
		"\u0301" + home + "ex" + end + "y" + left + left + "z",
		"🇪" + home + "🇩" + home + "a" + end + "b",
		"abc" + ctrl('L') + left + "x",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dumb := newTerminal(t, Settings{Dumb: true, Width: 20})
			able := newTerminal(t, Settings{Width: 20})
			dumb.types(strings.Split(keys, "")...)
			able.types(keys)
			if dumb.row() != able.row() {
				t.Errorf("row %q, want %q; sent %q", dumb.row(), able.row(), dumb.sent)
			}
		})
	}
}

func TestDumbPromptChangesInPlace(t *testing.T) {
	tm := newTerminal(t, Settings{Dumb: true, Width: 40})
	tm.types("hello", left)
	tm.e.SetPrompt("#a-room> ")
	tm.flush()
	if got := tm.row(); got != "#a-room> hell‸o" {
		t.Errorf("row %q", got)
	}
	tm.e.SetPrompt("> ")
	tm.flush()
	if got := tm.row(); got != "> hell‸o" {
		t.Errorf("row %q", got)
	}
}
