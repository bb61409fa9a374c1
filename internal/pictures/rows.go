package pictures

import uv "github.com/charmbracelet/ultraviolet"

// Screen is what a terminal shows; an emulator's.
type Screen interface {
	Width() int
	Height() int
	CellAt(x, y int) *uv.Cell // nil outside of the screen
	CursorPosition() uv.Position
	CursorHidden() bool
}

// look is how a cell is drawn.
type look struct {
	ink, ground                     rgb
	bold, italic, underline, struck bool
}

// lookOf is the look of a cell; that of the one that the cursor stands on is reversed.
func lookOf(s *uv.Style, cursor bool) look {
	has := func(attr uint8) bool { return s.Attrs&attr != 0 }
	l := look{
		ink: colourOf(s.Fg, ink), ground: colourOf(s.Bg, ground),
		bold: has(uv.AttrBold), italic: has(uv.AttrItalic),
		underline: s.Underline != uv.UnderlineNone, struck: has(uv.AttrStrikethrough),
	}
	if has(uv.AttrFaint) {
		l.ink = faint(l.ink, l.ground)
	}
	if has(uv.AttrReverse) != cursor {
		l.ink, l.ground = l.ground, l.ink
	}
	if has(uv.AttrConceal) {
		l.ink = l.ground
	}
	return l
}

// run is what stands in a row in one look. Its ASCII characters have a column each; anything else is a run of its own,
// one cluster, since its code points have no columns of their own.
type run struct {
	column, columns int
	text            string
	look            look
}

func (r *run) isBlank() bool {
	return r.text == " " && r.look.ground == ground && !r.look.underline && !r.look.struck
}

// rowsOf are the rows of a screen down to the last that is used, without what is blank at their ends.
func rowsOf(s Screen) [][]run {
	rows := make([][]run, s.Height())
	used := 0
	for y := range rows {
		if rows[y] = rowOf(s, y); len(rows[y]) > 0 {
			used = y + 1
		}
	}
	return rows[:used]
}

func rowOf(s Screen, y int) []run {
	cells := cellsOf(s, y)
	for len(cells) > 0 && cells[len(cells)-1].isBlank() {
		cells = cells[:len(cells)-1]
	}
	var row []run
	for _, c := range cells {
		if n := len(row); n > 0 && row[n-1].takes(&c) {
			row[n-1].text += c.text
			row[n-1].columns++
		} else {
			row = append(row, c)
		}
	}
	return row
}

// cellsOf are the cells of a row as runs of one cluster each.
func cellsOf(s Screen, y int) (cells []run) {
	at, hidden := s.CursorPosition(), s.CursorHidden()
	for x := 0; x < s.Width(); {
		cell := s.CellAt(x, y)
		end := x + max(cell.Width, 1)
		cursor := !hidden && y == at.Y && x <= at.X && at.X < end
		cells = append(cells, run{x, end - x, textOf(cell), lookOf(&cell.Style, cursor)})
		x = end
	}
	return cells
}

func (r *run) takes(next *run) bool {
	return r.look == next.look && isASCII(r.text) && isASCII(next.text) && next.columns == 1
}

// longestCluster is how many bytes of a cell are drawn: the longest emoji have half of them.
const longestCluster = 64

func textOf(c *uv.Cell) string {
	switch {
	case c.Content == "":
		return " "
	case len(c.Content) > longestCluster:
		return "\ufffd"
	}
	return c.Content
}

// isASCII reports whether each byte of s is a printable character of ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
