package lineedit

import (
	"strings"
	"testing"
)

func TestUndo(t *testing.T) {
	undo := ctrl('_')
	for _, tc := range []struct{ name, keys, row string }{
		{"nothing", undo, "> ‸"},
		{"a word at a time", "one two  three" + undo, "> one two  ‸"},
		{"all words", "one two three" + undo + undo + undo + undo, "> ‸"},
		{"a move ends a run", "abc" + left + "de" + undo, "> ab‸c"},
		{"backspace", "abc\x7f" + undo, "> abc‸"},
		{"delete", "abc" + home + delKey + undo, "> ‸abc"},
		{"kill", "abc def" + left + ctrl('U') + undo, "> abc de‸f"},
		{"yank", "abc" + ctrl('U') + ctrl('Y') + ctrl('Y') + undo, "> abc‸"},
		{"transpose", "abc" + left + ctrl('T') + undo, "> ab‸c"},
		{"an edit elsewhere", "abc def" + home + delKey + end + undo, "> ‸abc def"},
		{"in reverse order", "abc" + left + "\x7f" + end + "x" + undo + undo, "> ab‸c"},
		{"flags", "🇫🇷🇮🇹" + home + delKey + undo, "> ‸🇫🇷🇮🇹"},
		{"a cluster that was torn", "ee\u0301" + left + "\x7f" + undo, "> e‸e\u0301"},
		{"a flag that was made since", "🇪" + home + "🇩" + end + undo, "> ‸🇪"},
		{"a variation selector", "❤" + right + "\ufe0f" + undo, "> ❤‸"},
		{"a pasted variation selector", "❤" + pasteBegin + "\ufe0f" + pasteEnd + undo, "> ❤‸"},
		{"typing on after an undo", "one two" + undo + "x" + undo, "> one ‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types(tc.keys)
			tm.wantRow(tc.row)
		})
	}
}

func TestUndoEndsWithTheLine(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("abc\r", ctrl('_'))
	tm.wantRow("> ‸")
}

func TestUndoIsBounded(t *testing.T) {
	tm := newTerminal(t, Settings{})
	for range maxUndo + 50 {
		tm.types("x", left, right)
	}
	tm.types(strings.Repeat(ctrl('_'), 2*maxUndo))
	if got := len(tm.e.Line()); got != 50 {
		t.Errorf("%d characters are left, want 50", got)
	}
	tm.types(ctrl('C'), pasteBegin, strings.Repeat("y", 40<<10), pasteEnd)
	for range 10 {
		tm.types(ctrl('U'), ctrl('Y'))
	}
	if u := tm.e.in.undo; u.bytes > maxUndoBytes || len(u.edits) > 4 {
		t.Errorf("%d bytes in %d edits", u.bytes, len(u.edits))
	}
	tm.types(ctrl('U'), ctrl('_'))
	if got := len(tm.e.Line()); got != 40<<10 {
		t.Errorf("the last edit is not undone: %d bytes", got)
	}
}
