package lineedit

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestPrintLeavesLineAndCursorUntouched(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 20})
	tm.types("你好世界", left, left)
	tm.prints("bob: hi")
	tm.wantScreen("bob: hi", "> 你好‸世界")
	tm.prints("one\ntwo\n\nfour\n")
	tm.types("X")
	tm.wantScreen("bob: hi", "one", "two", "", "four", "> 你好X‸世界")
	tm.wantRepaintSame()
}

// x/term left old rows behind when the line was three rows long (B1, 4).
func TestPrintAboveALongLine(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 20})
	tm.types(strings.Repeat("a", 60), home)
	tm.prints("L1\nL2")
	tm.wantScreen("L1", "L2", "> ‸"+strings.Repeat("a", 17))
}

func TestPrintScrollsTheScreen(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 20})
	tm.types("abc", left)
	for i := range 20 {
		tm.prints(fmt.Sprint("line ", i))
	}
	tm.wantScreen("line 13", "line 14", "line 15", "line 16", "line 17", "line 18", "line 19", "> ab‸c")
}

func TestPrintTakesNothingAndBlankLines(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 20})
	tm.prints("")
	tm.wantScreen("> ‸")
	tm.prints("\n")
	tm.wantScreen("", "> ‸")
}

func TestManyPrintsAndKeysAreOnePaint(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 40})
	tm.e.Print("one")
	tm.e.Feed([]byte("hello"))
	tm.e.Print("two\n")
	tm.e.Feed([]byte(left))
	want := "\r\x1b[Kone\r\ntwo\r\n> hell\x1b7o\x1b[K\x1b8"
	if got := tm.e.Output(); string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := tm.e.Output(); got != nil {
		t.Errorf("a second Output is %q", got)
	}
}

func TestTypingAtTheEndSendsWhatWasTyped(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 40})
	for _, tc := range []struct{ key, sent string }{
		{"h", "h"},
		{"ello ", "ello "},
		{"你", "\x1b[?7l你\x1b[?7h"},
		{"!", "\x1b[?7l!\x1b[?7h"}, // the terminal may think the row wider than we do
		{"\x1bz", "\x1b[?7lz\x1b[?7h"},
		{"\x1b[5~", ""},
	} {
		tm.sent = nil
		tm.types(tc.key)
		if string(tm.sent) != tc.sent {
			t.Errorf("%q sends %q, want %q", tc.key, tm.sent, tc.sent)
		}
	}
	tm.wantRow("> hello 你!z‸")
	tm.types("e")
	tm.sent = nil
	tm.types("\u0301") // changes the cluster that is on the screen
	if !bytes.HasPrefix(tm.sent, []byte("\r")) {
		t.Errorf("a mark behind a letter sends %q, want the whole row", tm.sent)
	}
	tm.wantRow("> hello 你!ze\u0301‸")
}

// A cluster that is only cut because it is too long is one for the terminal.
func TestTypingOverlongClusters(t *testing.T) {
	for _, unit := range []string{"क्", "\u0301", "👩\u200d"} {
		tm := newTerminal(t, Settings{})
		for _, r := range strings.Repeat(unit, 30) {
			tm.types(string(r))
			tm.wantRepaintSame()
		}
	}
}

func TestLongLineScrolls(t *testing.T) {
	digits := strings.Repeat("0123456789", 10)
	for _, tc := range []struct {
		width int
		keys  string
		row   string
	}{
		{20, digits[:17], "> 01234567890123456‸"},
		{20, digits[:18], "> 8901234567‸"},
		{20, digits + home, "> ‸01234567890123456"},
		{20, digits, "> 890123456789‸"},
		{400, digits, "> " + digits + "‸"},
		{10, digits, "> 6789‸"},
		{20, strings.Repeat("你", 9), "> 你你你你你‸"},
	} {
		t.Run(fmt.Sprint(tc.width, len(tc.keys)), func(t *testing.T) {
			tm := newTerminal(t, Settings{Width: tc.width})
			tm.types(tc.keys)
			tm.wantRow(tc.row)
		})
	}
}

// Wherever the cursor goes in a long line it is on the row, on its character.
func TestCursorStaysInView(t *testing.T) {
	line := []rune("a你b👍cé" + strings.Repeat("defgh世界xyz", 10) + strings.Repeat("界", 40))
	for _, width := range []int{10, 11, 12, 13, 14, 15, 20, 21, 80, 400} {
		tm := newTerminal(t, Settings{Width: width})
		tm.types(string(line))
		for i := len(line) - 1; i >= 0; i-- {
			tm.types(left)
			if !strings.Contains(tm.row(), "‸"+string(line[i])) {
				t.Fatalf("width %d: %q is not under the cursor: %q", width, line[i], tm.row())
			}
			if x := tm.vt.CursorPosition().X; x > width-2 {
				t.Fatalf("width %d: cursor in column %d", width, x)
			}
		}
	}
}

func TestTheLastColumnStaysFree(t *testing.T) {
	for width := 10; width < 24; width++ {
		tm := newTerminal(t, Settings{Width: width})
		for range 60 {
			tm.types("你a")
			at := tm.vt.CursorPosition()
			if c := tm.vt.CellAt(width-1, at.Y); c.Content != " " {
				t.Fatalf("width %d: %q in the last column", width, c.Content)
			}
			if at.Y != 0 {
				t.Fatalf("width %d: the row has wrapped", width)
			}
		}
	}
}

func TestResizeWhileTyping(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 40})
	tm.types("hello world, 你好", left, left)
	tm.resizes(400)
	tm.wantRow("> hello world, ‸你好")
	tm.resizes(12)
	tm.wantRow("> rld, ‸你好")
	tm.prints("bob: hi")
	tm.types("X")
	tm.resizes(40)
	tm.wantRow("> hello world, X‸你好")
	tm.resizes(-5)
	tm.resizes(40)
	tm.wantRow("> hello world, X‸你好")
}

// A terminal that wraps anew leaves the tail of a row that became too long
// below the cursor; it is erased with the row.
func TestResizeErasesBelow(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 40})
	tm.types("hello")
	tm.sent = nil
	tm.resizes(20)
	if want := "\r> hello\x1b[J"; string(tm.sent) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
	tm.e.Resize(30)
	tm.sent = nil
	tm.prints("x")
	if want := "\r\x1b[Jx\r\n> hello\x1b[K"; string(tm.sent) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
	tm.e.Resize(30)
	if out := tm.e.Output(); out != nil {
		t.Errorf("the same width again sends %q", out)
	}
}

func TestClearScreen(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 20})
	tm.prints("a\nb")
	tm.types("hello", left)
	tm.e.Print("before")
	tm.e.Feed([]byte(strings.Repeat(ctrl('L'), 100)))
	tm.e.Print("after")
	if out := tm.e.Output(); len(out) > 100 {
		t.Errorf("100 times ^L send %d bytes", len(out))
	} else {
		tm.vt.Write(out)
	}
	tm.wantScreen("after", "> hell‸o")
}

// One key in a line of 64 KiB sends a row, not the line.
func TestLongLinesCostARow(t *testing.T) {
	for name, unit := range map[string]string{
		"ASCII": "a", "CJK": "你", "stacked marks": "\u0301", "conjuncts": "क्", "joined": "👩\u200d",
	} {
		tm := newTerminal(t, Settings{})
		tm.types(pasteBegin + strings.Repeat(unit, 64<<10/len(unit)) + pasteEnd)
		for _, k := range []string{home, delKey, "x", right, end, "\x7f", "x"} {
			tm.sent = nil
			tm.types(k)
			if most := 80 * (maxCluster + len(dottedCircle)); len(tm.sent) > most {
				t.Errorf("%s: %q sends %d bytes, want at most %d", name, k, len(tm.sent), most)
			}
		}
	}
}

func TestStartAndClose(t *testing.T) {
	e := New(Settings{})
	e.SetPrompt("> ")
	e.Print("welcome")
	e.Feed([]byte("x"))
	if got := string(e.Output()); got != "welcome\r\n" {
		t.Errorf("before Start: %q", got)
	}
	e.Start()
	e.Start()
	if got := string(e.Output()); got != "\x1b[?2004h> x\x1b[K" {
		t.Errorf("Start: %q", got)
	}
	e.Print("bye")
	e.Close()
	e.Close()
	e.Feed([]byte("y"))
	e.Print("bye bye")
	if got := string(e.Output()); got != "\r\x1b[Kbye\r\n\x1b[?2004lbye bye\r\n" {
		t.Errorf("Close: %q", got)
	}
}

func TestOutputBufferIsGivenBack(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.prints(strings.Repeat("x", 1<<20))
	tm.types("\x7f", "a")
	if got := cap(tm.e.screen.out); got > keptOutput {
		t.Errorf("%d bytes are kept", got)
	}
	tm.types(strings.Repeat("x", 60<<10), "\r")
	if got := cap(tm.e.in.line.text); got > keptBytes {
		t.Errorf("%d bytes of a line are kept", got)
	}
}

func TestLineBreakIsMarked(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.sent = nil
	tm.types("a", altEnter, "b")
	if want := "a" + breakMark + "b"; strings.NewReplacer(wrapOff, "", wrapOn, "").Replace(string(tm.sent)) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
	tm.wantRow("> a⏎b‸")
}

// Greek is two columns wide on some terminals. Such a row must not run on into the
// first column of the next one.
func TestPrintedRowsDoNotWrapByThemselves(t *testing.T) {
	e := New(Settings{})
	e.Print("plain\nαβγ\n")
	if got, want := string(e.Output()), "plain\r\n"+wrapOff+"αβγ"+wrapOn+"\r\n"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	tm := newTerminal(t, Settings{Width: 20})
	tm.prints(strings.Repeat("你", 12) + "x\n") // the emulator writes over the last column
	tm.wantScreen(strings.Repeat("你", 9)+" x", "> ‸")
}
