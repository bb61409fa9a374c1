package render

import (
	"math"
	"strings"
)

// unlimited is the room of rows that are never broken by us.
const unlimited = math.MaxInt

// layout sets text into rows. All rows but the first are indented, whoever broke the line.
//
// It drops nothing: without the breaks and the indents its rows are the text. A word keeps a space
// or two behind it; of a longer run those for which there is room stay at the end of the row, and
// the others begin the next one, behind the indent.
//
// It must not be copied once something was added.
type layout struct {
	out    strings.Builder
	room   int  // columns of a row; the terminal's last one is left free, as some break a line there
	indent int  // columns in front of every row but the first; less than room
	col    int  // columns of the present row that are taken
	oneRow bool // a line break in the text is shown by a sign
}

// grow makes room for n bytes of text and the indents of its rows.
func (l *layout) grow(n int) {
	if l.room != unlimited {
		n += n / (l.room - l.indent) * (l.indent + 1)
	}
	l.out.Grow(n + 1)
}

// text adds text in which \n breaks the line. It must be clean: see sanitize.Text.
func (l *layout) text(s string) {
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			l.line(s)
			return
		}
		l.line(s[:i])
		s = s[i+1:]
		if l.oneRow {
			l.line(lineBreakSign)
		} else {
			l.nextRow()
		}
	}
}

// line adds text without line breaks, broken at words where it does not fit.
func (l *layout) line(s string) {
	if len(s) <= l.room-l.col && (l.room == unlimited || isASCII(s)) {
		l.put(s, len(s))
		return
	}
	for s != "" {
		n, cols := unit(s)
		l.place(s[:n], cols)
		s = s[n:]
	}
}

// place puts a unit where it fits. One that fits no row is cut between clusters, and begun in
// the present row if at least half of that is free: an address that is longer than a row need not
// leave the row before it empty.
func (l *layout) place(s string, cols int) {
	if cols <= l.room-l.col {
		l.put(s, cols)
		return
	}
	row := l.room - l.indent
	if cols <= row || l.room-l.col < row/2 {
		l.nextRow()
	}
	if cols <= row {
		l.put(s, cols)
		return
	}
	for s != "" {
		c := firstCluster(s)
		if c.columns > l.room-l.col && l.col > l.indent {
			l.nextRow()
		}
		l.put(s[:c.bytes], c.columns)
		s = s[c.bytes:]
	}
}

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
	l.spaces(l.indent)
}

// end ends the row. What is added next begins in column 0.
func (l *layout) end() {
	l.out.WriteByte('\n')
	l.col = 0
}

func (l *layout) String() string { return l.out.String() }
