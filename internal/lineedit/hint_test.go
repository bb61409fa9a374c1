package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

// usage is what a session might say of the commands "message USER TEXT" and
// "join ROOM".
func usage(line string) string {
	switch words := strings.Fields(line); {
	case len(words) == 1 && words[0] == "message":
		return " USER TEXT"
	case len(words) == 2 && words[0] == "message":
		return " TEXT"
	case line == "join":
		return " 房间"
	}
	return ""
}

// faint is the emulator's attribute of a cell painted after SGR 2.
const faint = 2

// dimmed is what of the cursor's row is dim.
func (tm *terminal) dimmed() string {
	var s strings.Builder
	y := tm.vt.CursorPosition().Y
	for x := 0; x < tm.vt.Width(); x++ {
		if c := tm.vt.CellAt(x, y); c.Style.Attrs == faint {
			s.WriteString(c.Content)
		}
	}
	return s.String()
}

func newHinted(t *testing.T, s Settings) *terminal {
	t.Helper()
	tm := newTerminal(t, s)
	tm.e.SetHint(usage)
	tm.flush()
	return tm
}

func TestHint(t *testing.T) {
	for _, width := range []int{20, 40, 80, 200} {
		for _, tc := range []struct{ name, keys, row, dim string }{
			{"none for an empty line", "", "> ‸", ""},
			{"none for a line that needs nothing", "help", "> help‸", ""},
			{"what is still to be typed", "message bob", "> message bob‸ TEXT", " TEXT"},
			{"typing on keeps it", "message b" + "ob", "> message bob‸ TEXT", " TEXT"},
			{"typing it away", "message bob hi", "> message bob hi‸", ""},
			{"deleting brings it back", "message bob x\x7f\x7f", "> message bob‸ TEXT", " TEXT"},
			{"wide", "join", "> join‸ 房间", " 房间"},
			{"not with the cursor in the line", "message bob" + left, "> message bo‸b", ""},
			{"back at the end", "message bob" + left + end, "> message bob‸ TEXT", " TEXT"},
			{"an old line has its own", "message bob\r" + up, "> message bob‸ TEXT", " TEXT"},
			{"gone at Enter", "message bob\r", "> ‸", ""},
			{"gone at ^C", "message bob" + ctrl('C'), "> ‸", ""},
		} {
			t.Run(fmt.Sprint(tc.name, " in ", width), func(t *testing.T) {
				whole, bytewise := newHinted(t, Settings{Width: width}), newHinted(t, Settings{Width: width})
				whole.types(tc.keys)
				bytewise.types(strings.Split(tc.keys, "")...)
				for _, tm := range []*terminal{whole, bytewise} {
					tm.wantRow(tc.row)
					if got := tm.dimmed(); got != tc.dim {
						t.Errorf("dim is %q, want %q", got, tc.dim)
					}
				}
			})
		}
	}
}

func TestHintIsWholeOrNotThere(t *testing.T) {
	// "> message bob TEXT" are 18 columns, and the last one stays free.
	for width, want := range map[int]string{18: "> message bob‸", 19: "> message bob‸ TEXT"} {
		tm := newHinted(t, Settings{Width: width})
		tm.types("message bob")
		tm.wantRow(want)
	}
	tm := newHinted(t, Settings{Width: 18})
	tm.types("message bo")
	tm.wantRow("> message bo‸ TEXT")
	tm.sent = nil
	tm.types("b")
	if want := "b\x1b[K"; string(tm.sent) != want {
		t.Errorf("losing its room sends %q, want %q", tm.sent, want)
	}
	tm.wantRow("> message bob‸")
}

func TestHintBehindALineThatScrolls(t *testing.T) {
	tm := newHinted(t, Settings{Width: 20})
	tm.types("message bartholomew.")
	tm.wantRow("> bartholomew.‸ TEXT")
}

func TestTypingWithAHintSendsLittle(t *testing.T) {
	tm := newHinted(t, Settings{Width: 40})
	hint := func(s string) string { return "\x1b7\x1b[2m" + s + "\x1b[0m\x1b[K\x1b8" }
	for _, tc := range []struct{ key, sent string }{
		{"m", "m"},
		{"essage", "essage" + hint(" USER TEXT")},
		{" ", " " + hint(" USER TEXT")},
		{"b", "b" + hint(" TEXT")},
		{"o", "o" + hint(" TEXT")},
		{" hi", " hi\x1b[K"},
		{"!", "!"},
		{ctrl('U'), "\r> \x1b[K"},
		{"join", "\x1b[?7ljoin" + hint(" 房间") + "\x1b[?7h"},
		{"x", "x\x1b[K"}, // what was typed is ASCII: only the hint was in doubt
	} {
		tm.sent = nil
		tm.types(tc.key)
		if string(tm.sent) != tc.sent {
			t.Errorf("%q sends %q, want %q", tc.key, tm.sent, tc.sent)
		}
	}
}

func TestHintIsNotLeftBehind(t *testing.T) {
	for _, width := range []int{20, 40, 80, 200} {
		tm := newHinted(t, Settings{Width: width})
		tm.types("message bob")
		tm.prints("carol: hello")
		tm.wantScreen("carol: hello", "> message bob‸ TEXT")
		tm.types("\r")
		tm.wantEvents(Event{Line, "message bob"})
		tm.prints("it needs a text")
		tm.wantScreen("carol: hello", "it needs a text", "> ‸")
		tm.types("message bob")
		tm.e.Close()
		tm.flush()
		tm.wantScreen("carol: hello", "it needs a text", "‸")
	}
}

func TestHintIsNoWordToComplete(t *testing.T) {
	tm := newHinted(t, Settings{})
	tm.types("message bob")
	tm.tab()
	tm.wantRow("> message bob‸ TEXT")
	tm.types("\t", right, end, "\r")
	tm.wantEvents(Event{Complete, "message bob"}, Event{Line, "message bob"})
}

func TestHintOnlyWhereALineIsTyped(t *testing.T) {
	tm := newHinted(t, Settings{})
	tm.types("message bob\r", "message bob")
	tm.e.Ask("which? ", false)
	tm.types("message eve")
	tm.wantRow("which? message eve‸")
	tm.e.Ask("password: ", true)
	tm.types("message")
	tm.wantRow("password: ‸")
	tm.e.EndAsk()
	tm.flush()
	tm.wantRow("> message bob‸ TEXT")
	tm.types(ctrl('R'))
	tm.wantRow("(search) '': message bob‸")
	tm.types(ctrl('G'))
	tm.wantRow("> message bob‸ TEXT")
	tm.e.SetHint(nil)
	tm.flush()
	tm.wantRow("> message bob‸")

	for _, s := range []Settings{{Dumb: true}, {Linear: true}} {
		tm := newHinted(t, s)
		tm.types("message bob")
		if got := tm.row(); got != "> message bob‸" {
			t.Errorf("%+v: row %q", s, got)
		}
	}
}

func TestHintWhileTheWidthChanges(t *testing.T) {
	tm := newHinted(t, Settings{Width: 80})
	tm.types("message bob")
	for _, width := range []int{200, 40, 20, 18, 20, 12, 80} {
		tm.resizes(width)
		switch {
		case width >= 19:
			tm.wantScreen("> message bob‸ TEXT")
		case width == 18:
			tm.wantScreen("> message bob‸")
		default: // scrolled
			tm.wantScreen("> age bob‸")
		}
		tm.wantRepaintSame()
	}
	tm.e.Resize(40)
	tm.sent = nil
	tm.flush()
	if want := "\r> message bob\x1b7\x1b[2m TEXT\x1b[0m\x1b[J\x1b8"; string(tm.sent) != want {
		t.Errorf("a new width sends %q, want %q", tm.sent, want)
	}
}

func TestHintIsCleaned(t *testing.T) {
	for _, tc := range []struct{ hint, row string }{
		{" a\x1b[31mb\x1b[0m\x07c", "> x‸ abc"},
		{" a\nb\u202e\u009b", "> x‸ a b"},
		{"\u0301", "> x‸◌\u0301"}, // it may not join what was typed
		{"\xff", "> x‸\ufffd"},
		{strings.Repeat("\u0301", maxHint), "> x‸"},
		{strings.Repeat("a", maxHint), "> x‸"},
		{"\x1b", "> x‸"},
	} {
		tm := newTerminal(t, Settings{})
		tm.e.SetHint(func(string) string { return tc.hint })
		tm.types("x")
		tm.wantRow(tc.row)
	}
}

func TestHintIsAskedOnceAPaint(t *testing.T) {
	var asked []string
	tm := newTerminal(t, Settings{Width: 40})
	tm.e.SetHint(func(line string) string { asked = append(asked, line); return "" })
	tm.types("hello", "\x1b[5~", "!", left, right)
	tm.prints("bob: hi")
	tm.types(pasteBegin, strings.Repeat("x", maxCompleted), pasteEnd)
	if got, want := fmt.Sprint(asked), "[hello hello! hello! hello!]"; got != want {
		t.Errorf("asked for %v, want %v", got, want)
	}
}
