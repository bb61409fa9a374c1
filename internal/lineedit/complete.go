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
	at     int // the word that was put in last; -1: none
}

// complete is Tab (+1) or Shift-Tab (-1): words on offer are listed, then put in
// one after the other. Without any, Tab asks the caller for some.
func (e *Editor) complete(step int) Event {
	b := &e.in.line
	switch {
	case e.question != nil || b.cur > maxCompleted:
		return Event{}
	case e.menu == nil && step < 0:
		return Event{}
	case e.menu == nil:
		return Event{Kind: Complete, Text: string(b.text[:b.cur])}
	case !e.menu.listed:
		e.menu.listed = true
		e.Print(e.list(e.menu.words))
		return Event{}
	}
	m := e.menu
	m.at += step
	if m.at < 0 {
		m.at = len(m.words) - 1
	}
	m.at %= len(m.words)
	if e.linear != nil {
		e.leaveRow() // a word is heard whole, with the line that it is put into
	}
	if !e.replace(m.start, b.cur, clip{text: m.words[m.at]}) {
		return e.refuse()
	}
	return Event{}
}

// Offer answers a Complete event: each of words can stand in the place of
// base[start:], where base is the event's text. If the line has moved on since,
// the offer is void. A single word is put in with suffix behind it (a space, as
// a rule); of several, what they have in common, and further Tabs list them
// above the row and then go through them, as Shift-Tab does backwards. At most
// 500 are taken, in the order given.
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
	e.menu = &menu{start: start, words: words, at: -1}
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

func (e *Editor) list(words []string) string {
	if e.linear != nil {
		return flowWords(words, e.width)
	}
	return listWords(words, e.width)
}

// flowWords sets words one behind the other, as they are spoken best, in a few
// rows of a screen of width.
func flowWords(words []string, width int) string {
	var list strings.Builder
	row, col := 1, 0
	for i, w := range words {
		w = displaywidth.TruncateString(w, width-1, "")
		n := displaywidth.String(w)
		switch {
		case col == 0:
		case col+2+n < width:
			list.WriteString("  ")
			col += 2
		case row == maxMenuRows:
			list.WriteString("\n" + moreWords(len(words)-i))
			return list.String()
		default:
			list.WriteByte('\n')
			row, col = row+1, 0
		}
		list.WriteString(w)
		col += n
	}
	return list.String()
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
