package lineedit

import (
	"bytes"
	"strings"
)

// dumbRow is what a terminal without escape sequences shows of the row: the
// prompt, what is visible of the line, and the cursor in it.
type dumbRow struct {
	text, drawn []byte
	cur         int
}

// paintDumb brings the row up to date with backspaces, spaces and text. It must
// go by widths, as only here the cursor is not placed by the terminal; so the row
// is cut as the terminal will, with no seam at the cursor.
func (e *Editor) paintDumb(from, to int) {
	s, b := &e.screen, e.shownLine()
	prompt := e.shownPrompt().text
	var row buffer
	row.insert(clip{text: prompt + string(b.text[from:to])})
	cur := len(prompt) + b.cur - from
	if cur > 0 {
		cur = row.next(cur - 1)
	}

	old := s.dumb
	if !s.shown || old == nil {
		old = &dumbRow{}
	}
	s.dumb = &dumbRow{text: row.text, drawn: row.drawn, cur: cur}
	if bytes.Equal(old.text, row.text) {
		s.out = old.moveTo(s.out, cur)
		return
	}
	common := old.common(s.dumb)
	s.out = old.moveTo(s.out, common)
	s.out = appendClusters(s.out, row.text[common:], row.drawn[common:], breakPlain)
	blank := max(columns(old.drawn)-columns(row.drawn), 0)
	s.out = append(s.out, strings.Repeat(" ", blank)...)
	s.out = append(s.out, strings.Repeat(oneBack, blank+columns(row.drawn[cur:]))...)
}

// moveTo moves the cursor of the row on the screen to a cut of its text.
func (r *dumbRow) moveTo(out []byte, at int) []byte {
	if at >= r.cur {
		return appendClusters(out, r.text[r.cur:at], r.drawn[r.cur:at], breakPlain)
	}
	return append(out, strings.Repeat(oneBack, columns(r.drawn[at:r.cur]))...)
}

// common is the length of what r and o begin with, in whole clusters.
func (r *dumbRow) common(o *dumbRow) int {
	common := 0
	for i := 0; ; i++ {
		if r.isCut(i) && o.isCut(i) {
			common = i
		}
		if i >= min(len(r.text), len(o.text)) || r.text[i] != o.text[i] || r.drawn[i] != o.drawn[i] {
			return common
		}
	}
}

func (r *dumbRow) isCut(at int) bool { return at == len(r.text) || r.drawn[at] != inside }
