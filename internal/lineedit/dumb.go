package lineedit

import (
	"bytes"
	"strings"
)

// dumbRow is what stands on a row that is kept without escape sequences: the
// prompt, what is visible of the line, and the cursor in it.
type dumbRow struct {
	text, drawn []byte
	cur         int
}

func (e *Editor) paintDumb(from, to int) {
	s, b := &e.screen, e.shownLine()
	if !s.shown || s.dumb == nil {
		s.dumb = &dumbRow{}
	}
	e.writeRow(layRow(e.shownPrompt().text, b.text[from:to], b.cur-from))
}

// layRow is the row that shows text behind prompt, with the cursor at cur in
// text. Only on such a row is the cursor placed by widths, not by the terminal;
// so it is cut as the terminal will, with no seam at the cursor.
func layRow(prompt string, text []byte, cur int) *dumbRow {
	var row buffer
	row.insert(clip{text: prompt + string(text)})
	cur += len(prompt)
	if cur > 0 {
		cur = row.next(cur - 1)
	}
	return &dumbRow{text: row.text, drawn: row.drawn, cur: cur}
}

// writeRow makes row of the one on the screen.
func (e *Editor) writeRow(row *dumbRow) {
	s := &e.screen
	s.out = s.dumb.become(s.out, row)
	s.dumb = row
}

// become makes o of r with backspaces, spaces and text.
func (r *dumbRow) become(out []byte, o *dumbRow) []byte {
	if bytes.Equal(r.text, o.text) {
		return r.moveTo(out, o.cur)
	}
	common := r.common(o)
	out = r.moveTo(out, common)
	out = appendClusters(out, o.text[common:], o.drawn[common:], breakPlain)
	blank := max(columns(r.drawn)-columns(o.drawn), 0)
	out = append(out, strings.Repeat(" ", blank)...)
	return append(out, strings.Repeat(oneBack, blank+columns(o.drawn[o.cur:]))...)
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
