package lineedit

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

const (
	maxCompleted = 4 << 10 // bytes in front of the cursor; Tab does nothing behind more
	maxWords     = 500     // offered at once
	maxMenuRows  = 4
)

// menu is several words to choose from.
type menu struct {
	start  int // byte offset of the word in the line
	words  []string
	listed bool
	at     int // the word to put in at the next Tab
}

// complete is Tab: words on offer are listed, then put in one after the other;
// without any the caller is asked for some.
func (e *Editor) complete() Event {
	b := &e.in.line
	switch {
	case e.question != nil || b.cur > maxCompleted:
		return Event{}
	case e.menu == nil:
		return Event{Kind: Complete, Text: string(b.text[:b.cur])}
	case !e.menu.listed:
		e.menu.listed = true
		e.Print(listWords(e.menu.words, e.width))
		return Event{}
	}
	m := e.menu
	word := m.words[m.at]
	m.at = (m.at + 1) % len(m.words)
	if !e.replace(m.start, b.cur, clip{text: word}) {
		return e.refuse()
	}
	return Event{}
}

// Offer answers a Complete event: each of words can stand in the place of
// base[start:], where base is the event's text. If the line has moved on since,
// the offer is void. A single word is put in with suffix behind it (a space, as
// a rule); of several, what they have in common, and further Tabs list them
// above the row and then go through them. At most 500 are taken, in the order
// given.
func (e *Editor) Offer(base string, start int, words []string, suffix string) {
	b := &e.in.line
	if e.question != nil || e.search != nil || start < 0 || start > len(base) ||
		string(b.text[:b.cur]) != base || start < len(base) && !utf8.RuneStart(base[start]) {
		return
	}
	words = offered(words)
	if len(words) == 0 {
		return
	}
	e.endRun()
	if len(words) == 1 {
		e.replaceWord(start, words[0], cleanAll(suffix))
		return
	}
	if prefix := commonPrefix(words); len(prefix) >= len(base)-start && prefix != base[start:] {
		e.replaceWord(start, prefix, "")
	}
	e.menu = &menu{start: start, words: words}
}

func (e *Editor) replaceWord(start int, word, suffix string) {
	b := &e.in.line
	if !strings.HasPrefix(string(b.text[b.cur:]), suffix) {
		word += suffix
	}
	e.replace(start, b.cur, clip{text: word})
}

// offered is the words that can be offered, made safe to show.
func offered(words []string) []string {
	safe := make([]string, 0, min(len(words), maxWords))
	for _, w := range words[:min(len(words), maxWords)] {
		if w = strings.ReplaceAll(cleanAll(w), "\n", " "); w != "" {
			safe = append(safe, w)
		}
	}
	return slices.Clip(safe)
}

// commonPrefix is what all words begin with, in whole characters.
func commonPrefix(words []string) string {
	prefix := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, prefix) {
			_, n := utf8.DecodeLastRuneInString(prefix)
			prefix = prefix[:len(prefix)-n]
		}
	}
	return prefix
}

// listWords sets words in columns for a screen of width, in a few rows.
func listWords(words []string, width int) string {
	column := 0
	for _, w := range words {
		column = max(column, displaywidth.String(w)+2)
	}
	column = min(column, width-1)
	perRow := max((width-1)/column, 1)
	shown := words[:min(len(words), perRow*maxMenuRows)]

	var list strings.Builder
	for i, w := range shown {
		w = displaywidth.TruncateString(w, width-1, "")
		list.WriteString(w)
		if (i+1)%perRow == 0 || i == len(shown)-1 {
			list.WriteByte('\n')
		} else {
			list.WriteString(strings.Repeat(" ", column-displaywidth.String(w)))
		}
	}
	if rest := len(words) - len(shown); rest > 0 {
		list.WriteString(moreWords(rest))
	}
	return list.String()
}
