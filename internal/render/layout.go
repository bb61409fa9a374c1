package render

import (
	"math"
	"strings"
)

// unlimited is the room of rows that are never broken by us.
const unlimited = math.MaxInt

// layout sets text into rows. All rows but the first are indented, whoever broke the line.
//
// It drops nothing: without the breaks, the indents and the escape sequences its rows are the text.
// A word keeps a space or two behind it; of a longer run those for which there is room stay at the
// end of the row, and the others begin the next one, behind the indent.
//
// It must not be copied once something was added.
type layout struct {
	out    strings.Builder
	room   int    // columns of a row; the terminal's last one is left free, as some break a line there
	indent int    // columns in front of every row but the first; less than room
	col    int    // columns of the present row that are taken
	due    int    // of these, the indent that is still to be written: the row is empty
	oneRow bool   // a line break in the text is shown by a sign
	colour Colour // Off: no escape sequence is written, whatever the marks say

	marks []mark // those of the present text that are not behind at
	at    int    // bytes of the present text that are set
	worn  string // the style that is begun and not ended, always in the present row
	links int    // bytes that links have taken
}

// grow makes room for n bytes of text and the indents of its rows.
func (l *layout) grow(n int) {
	if l.room != unlimited {
		n += n / (l.room - l.indent) * (l.indent + 1)
	}
	l.out.Grow(n + 1)
}

// styledText adds text in which \n breaks the line, as text does, in the styles of its marks. No
// style is open where a row ends, nor in an indent.
func (l *layout) styledText(s string, marks []mark) {
	l.marks, l.at = marks, 0
	l.text(s)
	l.wear("")
	l.marks = nil
}

// text adds text in which \n breaks the line. It must be clean: see sanitize.Text.
func (l *layout) text(s string) {
	for {
		line, rest, more := strings.Cut(s, "\n")
		if len(l.marks) > 0 && l.isVerbatim() {
			l.cut(line, "")
		} else {
			l.line(line)
		}
		if !more {
			return
		}
		l.at++
		s = rest
		if l.oneRow {
			l.out.WriteString(lineBreakSign)
		} else {
			l.nextRow()
		}
	}
}

// line adds text without line breaks, broken at words where it does not fit.
func (l *layout) line(s string) {
	if len(s) <= l.room-l.col && (l.room == unlimited || isASCII(s)) {
		l.set(s, len(s))
		return
	}
	for s != "" {
		n, cols := unit(s)
		l.place(s[:n], cols)
		s = s[n:]
	}
}

// place puts a unit where it fits. One that fits no row is cut between clusters, and begun in
// the present row if at least half of that is free: what is longer than a row need not leave the
// row before it empty.
func (l *layout) place(s string, cols int) {
	row := l.room - l.indent
	switch {
	case cols <= l.room-l.col:
		l.set(s, cols)
	case cols <= row:
		l.nextRow()
		l.set(s, cols)
	case hasURL(s):
		l.placeURL(s, cols)
	default:
		l.begin(row / 2)
		l.cut(s, "")
	}
}

// begin goes to the next row unless so many columns of this one are free.
func (l *layout) begin(free int) {
	if l.room-l.col < free {
		l.nextRow()
	}
}

// cut adds text broken between clusters, where the row ends. The pieces link to url, if it is not empty.
func (l *layout) cut(s, url string) {
	for s != "" {
		n, cols := fitting(s, l.room-l.col)
		switch {
		case n > 0:
		case l.col > 0 && l.due == 0:
			l.nextRow()
			continue
		default: // a cluster that is wider than any row
			c := firstCluster(s)
			n, cols = c.bytes, c.columns
		}
		l.setLinked(s[:n], cols, url)
		s = s[n:]
	}
}

// set adds a piece of text for which there is room, in the styles of its marks.
func (l *layout) set(s string, cols int) {
	if l.due == 0 && len(l.marks) == 0 {
		l.put(s, cols)
		return
	}
	l.payIndent()
	l.col += cols
	for s != "" {
		style, n := l.stretch(len(s))
		l.wear(style)
		l.out.WriteString(s[:n])
		l.at += n
		s = s[n:]
	}
}

// stretch is the style of the next byte of the text, and how many of the next n have it.
func (l *layout) stretch(n int) (style string, same int) {
	l.passMarks()
	switch {
	case len(l.marks) == 0:
		return "", n
	case l.at < l.marks[0].from:
		return "", min(n, l.marks[0].from-l.at)
	}
	return l.marks[0].style, min(n, l.marks[0].to-l.at)
}

func (l *layout) isVerbatim() bool {
	l.passMarks()
	return len(l.marks) > 0 && l.marks[0].from <= l.at && l.marks[0].verbatim
}

// passMarks drops the marks that are behind.
func (l *layout) passMarks() {
	for len(l.marks) > 0 && l.marks[0].to <= l.at {
		l.marks = l.marks[1:]
		l.wear("")
	}
}

// wear has what follows shown in a style; an empty one ends the last.
func (l *layout) wear(style string) {
	if style != l.worn {
		l.change(style)
	}
}

func (l *layout) change(style string) {
	if l.colour == Off {
		return
	}
	if l.worn != "" {
		l.out.WriteString(resetStyle)
	}
	l.out.WriteString(style)
	l.worn = style
}

// put adds what is no text, but of a head: it stands in the first row and has no marks.
func (l *layout) put(s string, cols int) {
	l.out.WriteString(s)
	l.col += cols
}

// styled adds text for which there is room, in a style that ends behind it.
func (l *layout) styled(style, s string) {
	if style == "" || s == "" {
		l.put(s, width(s))
		return
	}
	l.out.WriteString(style)
	l.put(s, width(s))
	l.out.WriteString(resetStyle)
}

// spaces adds n spaces for which there is room.
func (l *layout) spaces(n int) {
	for range n {
		l.out.WriteByte(' ')
	}
	l.col += n
}

func (l *layout) nextRow() {
	l.end()
	l.col, l.due = l.indent, l.indent
}

// payIndent writes the indent, which waits for what stands behind it: a URL may need a smaller one.
func (l *layout) payIndent() {
	l.col -= l.due
	l.spaces(l.due)
	l.due = 0
}

// close ends the row with a rule, unless that would take a row of its own.
func (l *layout) close(rule string) {
	if cols := width(rule); cols <= l.room-l.col {
		l.set(rule, cols)
	}
	l.end()
}

// end ends the row. What is added next begins in column 0.
func (l *layout) end() {
	l.payIndent()
	l.wear("")
	l.out.WriteByte('\n')
	l.col = 0
}

func (l *layout) String() string { return l.out.String() }
