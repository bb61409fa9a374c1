package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

// tab presses Tab and answers with those of words that begin as the last word
// in front of the cursor does.
func (tm *terminal) tab(words ...string) {
	tm.t.Helper()
	tm.types("\t")
	if len(tm.events) > 0 {
		base := tm.events[0].Text
		tm.events = nil
		start := strings.LastIndexByte(base, ' ') + 1
		var fit []string
		for _, w := range words {
			if strings.HasPrefix(w, base[start:]) {
				fit = append(fit, w)
			}
		}
		tm.e.Offer(base, start, fit, " ")
		tm.flush()
	}
}

func TestComplete(t *testing.T) {
	names := []string{"alice", "alan", "bob", "你好"}
	for _, tc := range []struct{ name, keys, row string }{
		{"one", "message b\t", "> message bob ‸"},
		{"none", "message x\t", "> message x‸"},
		{"none, again", "message x\t\t\t", "> message x‸"},
		{"what several have in common", "message a\t", "> message al‸"},
		{"the text behind stays", "message b hi" + left + left + left + "\t", "> message bob‸ hi"},
		{"wide", "message 你\t", "> message 你好 ‸"},
		{"go through them", "message a\t\t\t", "> message alice‸"},
		{"further", "message a\t\t\t\t", "> message alan‸"},
		{"around", "message a\t\t\t\t\t", "> message alice‸"},
		{"another key ends it", "message a\t\t\t b\t", "> message alice bob ‸"},
		{"a move ends it", "message a\t\t\t" + left + right + "\t", "> message alice ‸"},
		{"back through them", "message a\t\t\t" + backTab, "> message alan‸"},
		{"back and on", "message a\t\t\t" + backTab + backTab + "\t", "> message alan‸"},
		{"back first lists, then is the last", "message a\t" + backTab + backTab, "> message alan‸"},
		{"back with nothing on offer", "message a" + backTab, "> message a‸"},
		{"back after another key", "message a\t\t\t" + left + right + backTab, "> message alice‸"},
		{"undo", "message b\t" + ctrl('_'), "> message b‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			for _, k := range strings.SplitAfter(tc.keys, "\t") {
				tm.types(strings.TrimSuffix(k, "\t"))
				if strings.HasSuffix(k, "\t") {
					tm.tab(names...)
				}
			}
			tm.wantRow(tc.row)
		})
	}
}

func TestCompleteListsAboveTheRow(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 24})
	tm.types("m a")
	words := []string{"alice", "alan", "al你", "albert", "alfonso"}
	tm.tab(words...)
	tm.wantScreen("> m al‸")
	tm.tab(words...)
	tm.wantScreen("alice    alan", "al你     albert", "alfonso", "> m al‸")
}

func TestCompleteListIsCapped(t *testing.T) {
	var words []string
	for i := range 1000 {
		words = append(words, fmt.Sprintf("user%03d", i))
	}
	tm := newTerminal(t, Settings{Width: 24})
	tm.types("u")
	tm.tab(words...)
	tm.tab(words...)
	tm.wantScreen("user000  user001", "user002  user003", "user004  user005", "user006  user007", "… and 492 more", "> user‸")
}

func TestCompleteListFitsTheWidth(t *testing.T) {
	for _, width := range []int{10, 11, 40} {
		list := listWords([]string{strings.Repeat("long", 20), strings.Repeat("你", 20), "x"}, width)
		for line := range strings.Lines(list) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("width %d: %q", width, line)
			}
		}
	}
}

func TestOfferIsVoid(t *testing.T) {
	for _, tc := range []struct {
		name  string
		base  string
		start int
		words []string
	}{
		{"the line has moved on", "m b", 2, []string{"bob"}},
		{"start below", "m bo", -1, []string{"bob"}},
		{"start above", "m bo", 5, []string{"bob"}},
		{"no words", "m bo", 2, nil},
		{"empty words", "m bo", 2, []string{"", "\x1b"}},
	} {
		tm := newTerminal(t, Settings{})
		tm.types("m bo")
		tm.e.Offer(tc.base, tc.start, tc.words, " ")
		if out := tm.e.Output(); out != nil {
			t.Errorf("%s: sent %q", tc.name, out)
		}
	}
	tm := newTerminal(t, Settings{})
	tm.types("é")
	tm.e.Offer("é", 1, []string{"x"}, "")
	if out := tm.e.Output(); out != nil {
		t.Errorf("start inside a character: sent %q", out)
	}
}

func TestOfferThatSharesLessThanIsTypedChangesNothing(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("ALI")
	tm.e.Offer("ALI", 0, []string{"alice", "alan"}, " ")
	tm.flush()
	tm.wantRow("> ALI‸")
	tm.types("\t", "\t")
	tm.wantRow("> alice‸")
}

func TestOfferIsCleaned(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.e.Offer("", 0, []string{"a\x1b[2Jb\nc\u202e"}, "\x07 ")
	tm.flush()
	tm.wantRow("> a[2Jb c ‸")
}

func TestOfferThatHasNoRoomIsNotTaken(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 6})
	tm.types("m b")
	tm.tab("bobby")
	tm.wantRow("> m b‸")
	tm.types(ctrl('U'), "m b")
	tm.tab("bobby", "bobbys")
	tm.types("\t\t")
	tm.wantEvents(Event{Kind: Full})
}

func TestTabBehindALotOfTextDoesNothing(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types(strings.Repeat("x", maxCompleted+1), "\t")
	tm.wantEvents()
	tm.types("\x7f\t")
	if len(tm.events) != 1 {
		t.Errorf("events %v", tm.events)
	}
}
