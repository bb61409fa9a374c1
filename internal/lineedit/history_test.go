package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	for _, tc := range []struct{ name, keys, row string }{
		{"the newest first", up, "> three‸"},
		{"older", up + up + up, "> one‸"},
		{"stops at the oldest", up + up + up + up + up, "> one‸"},
		{"^P ^N", ctrl('P') + ctrl('P') + ctrl('N'), "> three‸"},
		{"down with nothing below", "dra" + down + "ft", "> draft‸"},
		{"the draft waits below", "draft" + left + left + up + up + down + down, "> dra‸ft"},
		{"with its undo", "one two" + up + down + ctrl('_'), "> one ‸"},
		{"an edit is dropped by leaving", up + "!" + up + down, "> three‸"},
		{"an edit is sent", up + "!\r" + up, "> three!‸"},
		{"the same line is kept once", "three\r" + up + up, "> two‸"},
		{"an empty line is not kept", "\r" + up, "> three‸"},
		{"Enter leaves the walk", up + up + "\r" + up + up, "> three‸"},
		{"^C leaves the walk", up + up + ctrl('C') + up, "> three‸"},
		{"line breaks are kept", "a" + altEnter + "b\r" + up, "> a⏎b‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types("one\rtwo\rthree\r" + tc.keys)
			tm.wantRow(tc.row)
		})
	}
}

func TestForget(t *testing.T) {
	forget := func(tm *terminal) { tm.e.Forget("two") }
	for _, tc := range []struct {
		name, before string
		forget       func(*terminal)
		after, row   string
	}{
		{"a line", "", forget, up + up + up, "> one‸"},
		{"each time that it was sent", "two\r", forget, up + up, "> one‸"},
		{"a line on the row", up + up, forget, up, "> three‸"},
		{"during a search", ctrl('R') + "tw", forget, up + up, "> one‸"},
		{"all of it", "", func(tm *terminal) { tm.e.ForgetAll() }, up, "> ‸"},
		{"all of it, on the row", up, func(tm *terminal) { tm.e.ForgetAll() }, down + up, "> three‸"},
		{"what was cut", "cut" + ctrl('U'), func(tm *terminal) { tm.e.ForgetAll() }, ctrl('Y'), "> ‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types("one\rtwo\rthree\r" + tc.before)
			tc.forget(tm)
			tm.types(tc.after)
			tm.wantRow(tc.row)
			sum := 0
			for _, c := range tm.e.history.lines {
				sum += c.size()
			}
			if tm.e.history.bytes != sum {
				t.Errorf("%d bytes, counted as %d", sum, tm.e.history.bytes)
			}
		})
	}
}

func TestHistoryIsBounded(t *testing.T) {
	tm := newTerminal(t, Settings{History: 3})
	for i := range 10 {
		tm.types(fmt.Sprintf("line %d\r", i))
	}
	tm.types(up, up, up, up)
	tm.wantRow("> line 7‸")

	tm = newTerminal(t, Settings{})
	for i := range 100 {
		tm.types(pasteBegin, fmt.Sprint(i), strings.Repeat("界", 1000), pasteEnd, "\r")
	}
	h := tm.e.history
	sum := 0
	for _, c := range h.lines {
		sum += c.size()
	}
	if h.bytes != sum || sum > maxHistoryBytes || sum < maxHistoryBytes/2 {
		t.Errorf("%d bytes, counted as %d, in %d lines", sum, h.bytes, len(h.lines))
	}
	tm.types(pasteBegin, strings.Repeat("x", maxHistoryBytes+1), pasteEnd, "\r")
	if len(tm.e.history.lines) != len(h.lines) {
		t.Error("a line that is more than the whole history was kept")
	}
}

func TestSearch(t *testing.T) {
	r := ctrl('R')
	for _, tc := range []struct{ name, keys, row string }{
		{"nothing typed", r, "(search) '': ‸"},
		{"the draft shows until something is found", "draft" + r, "(search) '': draft‸"},
		{"newest first", r + "o", "(search) 'o': say n‸o"},
		{"cursor at the match", r + "wor", "(search) 'wor': hello ‸world"},
		{"again is older", r + "l" + r, "(search) 'l': he‸llo bob"},
		{"none older stays", r + "bob" + r + r, "(no match) 'bob': hello ‸bob"},
		{"no match", r + "xyz", "(no match) 'xyz': ‸"},
		{"backspace looks again", r + "ox\x7f", "(search) 'o': say n‸o"},
		{"backspace to nothing", "dra" + r + "o\x7f\x7f", "(search) '': dra‸"},
		{"longer needle, older line", r + "he" + "llo b", "(search) 'hello b': ‸hello bob"},
		{"a longer needle goes on from there", r + "l" + r + "l", "(search) 'll': he‸llo bob"},
		{"^G cancels", "dra" + left + r + "o" + ctrl('G'), "> dr‸a"},
		{"^C cancels", "dra" + r + "o" + ctrl('C'), "> dra‸"},
		{"ESC cancels at the next key", "dra" + r + "o\x1bx", "> drax‸"},
		{"ESC ESC cancels", "dra" + r + "o\x1b\x1b", "> dra‸"},
		{"an arrow accepts", r + "wor" + right, "> hello w‸orld"},
		{"^A accepts", r + "wor" + ctrl('A'), "> ‸hello world"},
		{"Alt-F accepts", r + "wor\x1bf", "> hello world‸"},
		{"Tab accepts", r + "wor\t", "> hello ‸world"},
		{"up goes on from there", r + "wor" + up, "> hello bob‸"},
		{"down goes on from there", "dra" + r + "wor" + down + down, "> dra‸"},
		{"search from a line of the history", "dra" + up + r + "bob" + ctrl('A') + down + down + down, "> dra‸"},
		{"cancel in a line of the history", "dra" + up + r + "bob" + ctrl('G') + down, "> dra‸"},
		{"paste accepts", r + "wor" + pasteBegin + "X" + pasteEnd, "> hello X‸world"},
		{"undo survives a cancel", "one two" + r + "o" + ctrl('G') + ctrl('_'), "> one ‸"},
		{"controls are not searched for", r + "n\u202eo\x0f", "(search) 'no': say ‸no"},
		{"unknown sequences are ignored", r + "no\x1b[5~", "(search) 'no': say ‸no"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types("hello bob\rhello world\rsay no\r" + tc.keys)
			if got := tm.row(); got != tc.row {
				t.Errorf("row %q, want %q", got, tc.row)
			}
			tm.wantRepaintSame()
		})
	}
}

func TestSearchEnterRuns(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("hello\rbye\r")
	tm.events = nil
	tm.types(ctrl('R'), "el\r")
	tm.wantEvents(Event{Line, "hello"})
	tm.types("draft", ctrl('R'), "xyz\r")
	tm.wantEvents(Event{Line, "draft"})
}

func TestSearchNeedleIsBounded(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types(ctrl('R'), strings.Repeat("x", 1000))
	if got := len(tm.e.search.needle); got != maxNeedle {
		t.Errorf("the needle has %d bytes", got)
	}
	tm.types(strings.Repeat("\x7f", 1000), "\x7f")
	tm.wantRow("(search) '': ‸")
}

func TestSearchEndsWhenTheSessionActs(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("hello\r", "dra", ctrl('R'), "el")
	tm.prints("bob: hi")
	tm.wantRow("(search) 'el': h‸ello")
	tm.e.Ask("name: ", false)
	tm.types("x", ctrl('R'))
	tm.wantRow("name: x‸")
	tm.e.EndAsk()
	tm.flush()
	tm.wantRow("> dra‸")
	tm.types(ctrl('R'), "el")
	tm.e.SetLine("back")
	tm.flush()
	tm.wantRow("> back‸")
}
