package render

import "sshchat/internal/sanitize"

// leastColumn is the room in which it is worth wrapping the last column of a table.
const leastColumn = 16

// Table renders rows in columns; the last cell of a row is wrapped in its column. Where that would
// be too narrow, the cells of a row just follow each other, each whole if a row has room for it. Every
// cell is cleaned.
func (v Viewer) Table(rows [][]string) string {
	clean := make([][]string, len(rows))
	for i, row := range rows {
		clean[i] = make([]string, len(row))
		for j, cell := range row {
			clean[i][j] = sanitize.Line(cell).String()
		}
	}
	return v.table(clean, nil)
}

// table is Table for clean cells. gaps are the spaces behind the columns, 2 where it says nothing.
func (v Viewer) table(rows [][]string, gaps []int) string {
	g := gridOf(rows, gaps)
	l := v.layout(least)
	aligned := g.left+min(g.last, leastColumn) <= l.room
	for _, row := range rows {
		if aligned {
			g.put(&l, row)
		} else {
			g.flow(&l, row)
		}
		l.end()
	}
	return l.String()
}

// grid is the measure of a table, in columns of the screen.
type grid struct {
	starts []int // where each column starts
	gaps   []int // behind each column but the last
	left   int   // of all columns but the last, with their gaps
	last   int   // the widest last cell
}

func gridOf(rows [][]string, gaps []int) grid {
	var g grid
	widths := g.measure(rows)
	for i, w := range widths {
		gap := len(textGap)
		if i < len(gaps) {
			gap = gaps[i]
		}
		g.gaps = append(g.gaps, gap)
		g.starts = append(g.starts, g.left)
		g.left += w + gap
	}
	g.starts = append(g.starts, g.left)
	return g
}

// measure gives the width of each column, and notes that of the last cells, which may stand in
// different columns.
func (g *grid) measure(rows [][]string) (widths []int) {
	for _, row := range rows {
		for i, cell := range row {
			w := width(cell)
			if i == len(row)-1 {
				g.last = max(g.last, w)
				continue
			}
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], w)
		}
	}
	return widths
}

func (g *grid) width() int { return g.left + g.last }

// put sets the cells of a row in their columns. What does not fit goes on under the last cell.
func (g *grid) put(l *layout, row []string) {
	at := 0
	for i, cell := range row {
		if cell == "" {
			continue
		}
		l.indent = max(least, g.starts[i])
		l.spaces(g.starts[i] - at)
		l.line(cell)
		at = g.starts[i] + width(cell)
	}
}

// flow sets the cells of a row one behind the other. One that does not fit begins the next row.
func (g *grid) flow(l *layout, row []string) {
	gap := 0
	for i, cell := range row {
		if cell == "" {
			continue
		}
		if n, _ := fitting(cell, l.room-l.col-gap); n == len(cell) {
			l.spaces(gap)
		} else if l.col > 0 {
			l.nextRow()
		}
		l.line(cell)
		if i < len(g.gaps) {
			gap = g.gaps[i]
		}
	}
}
