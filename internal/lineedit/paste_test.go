package lineedit

import (
	"strings"
	"testing"
)

func TestPaste(t *testing.T) {
	for _, tc := range []struct{ name, keys, line string }{
		{"lines", "one\rtwo\r\nthree\nfour", "one\ntwo\nthree\nfour"},
		{"one break at the end goes", "one\r\n", "one"},
		{"one only", "one\r\r", "one\n"},
		{"tab", "a\tb", "a    b"},
		{"B1: controls", "a\x07\x01\x03\x04\x7f\x08\x00b", "ab"},
		{"colour loses its ESC", "\x1b[31mred\x1b[0m", "[31mred[0m"},
		{"half an end mark", "a\x1b[20b", "a[20b"},
		{"half an end mark, then a whole one", "a\x1b[201\x1b", "a[201"},
		{"a begin mark", "a\x1b[200~b", "a[200~b"},
		{"C1 and bidi", "a\u009b\u202eb", "ab"},
		{"not UTF-8", "a\xff\xe4\xbdb", "a\ufffd\ufffd\ufffdb"},
		{"half a character before the end mark", "a\xe4\xbd", "a\ufffd\ufffd"},
		{"empty", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			keys := "<>" + left + pasteBegin + tc.keys + pasteEnd
			want := "<" + tc.line + ">"
			whole, bytewise := newTerminal(t, Settings{}), newTerminal(t, Settings{})
			whole.types(keys)
			for i := range len(keys) {
				bytewise.types(keys[i : i+1])
			}
			for _, tm := range []*terminal{whole, bytewise} {
				if got := tm.e.Line(); got != want {
					t.Errorf("line %q, want %q", got, want)
				}
				tm.wantEvents()
				tm.wantRepaintSame()
			}
		})
	}
}

func TestPasteIsSentByEnterOnlyAndUndoneAsOne(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("say: ", pasteBegin, "one\rtwo\r", pasteEnd, "!")
	tm.wantEvents()
	tm.wantRow("> say: one⏎two!‸")
	tm.types(ctrl('_'), ctrl('_'))
	tm.wantRow("> say: ‸")
	tm.types(pasteBegin, "one\rtwo\r", pasteEnd, "\r")
	tm.wantEvents(Event{Line, "say: one\ntwo"})
}

func TestPasteThatHasNoRoomIsRefusedWhole(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 8})
	tm.types("ab", pasteBegin, "123456\n", pasteEnd)
	tm.wantEvents()
	tm.types(ctrl('C'))
	tm.events = nil
	tm.types("ab", pasteBegin, "1234567", pasteEnd)
	tm.wantEvents(Event{Kind: Full})
	tm.types(pasteBegin, strings.Repeat("x", 100))
	tm.wantEvents(Event{Kind: Full}) // told as soon as it is certain
	tm.types(pasteEnd, "cd\r")
	tm.wantEvents(Event{Line, "abcd"})
}

// Were ^C, or being too long, the end of a paste, a web page could put commands
// behind it that are run by being pasted.
func TestOnlyItsEndMarkEndsAPaste(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 64})
	tm.types(pasteBegin, "a", ctrl('C'), ctrl('C'), ctrl('D'), "\x1b[201\rlogout\r", pasteEnd)
	tm.wantEvents()
	tm.types(ctrl('U'), pasteBegin, strings.Repeat("x", 100), "\rlogout\r", ctrl('C'))
	tm.wantEvents(Event{Kind: Full})
	tm.prints("bob: hi") // the rest goes on
	tm.wantScreen("bob: hi", "> ‸")
	tm.types(pasteBegin, "way out", pasteEnd, "ok\r")
	tm.wantEvents(Event{Line, "ok"})
}

func TestAnUnendedPasteIsBounded(t *testing.T) {
	e := New(Settings{MaxBytes: 1000})
	e.Feed([]byte(pasteBegin))
	for range 1 << 20 {
		e.Feed([]byte("x"))
	}
	if got := cap(e.parser.paste.text); got > 2000 {
		t.Errorf("%d bytes are held", got)
	}
}

func TestPasteMeetsALineThatGrew(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 8})
	tm.types(pasteBegin, "12345")
	tm.e.SetLine("abcdef")
	tm.types(pasteEnd)
	tm.wantEvents(Event{Kind: Full})
	tm.wantRow("> abcdef‸")
}
