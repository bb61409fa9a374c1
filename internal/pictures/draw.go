// Package pictures draws what a terminal shows as an SVG file that a page can hold: its text is text, in the fonts of
// whoever looks at it, and its columns align in any of them.
package pictures

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
)

// The measures of a picture, in its own units: pixels where it is not scaled. A column is 0.6 of the size of the
// font, as it is in most fonts of fixed width, and every character is put where its column is: so columns align in
// any font.
const (
	fontSize  = 15
	column    = 9
	row       = 20
	baseline  = 15 // of a row, from its top
	barHeight = 36
	margin    = 18
	corner    = 10
)

// fonts are those that the systems bring; nothing is loaded.
const (
	fonts      = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
	titleFonts = "system-ui, -apple-system, 'Segoe UI', sans-serif"
)

// MostColumns and MostRows bound a screen that is drawn.
const (
	MostColumns = 200
	MostRows    = 100
)

// Draw draws what a screen shows, down to its last row that is used, as an SVG file: a window with title in its
// bar. about is for those who cannot see it. The same screen always makes the same file.
func Draw(s Screen, title, about string) ([]byte, error) {
	if s.Width() > MostColumns || s.Height() > MostRows {
		return nil, fmt.Errorf("the screen has %d columns and %d rows, and a picture at most %d and %d",
			s.Width(), s.Height(), MostColumns, MostRows)
	}
	rows := rowsOf(s)
	if len(rows) == 0 {
		return nil, errors.New("the screen is empty")
	}
	d := &drawing{width: 2*margin + s.Width()*column, height: barHeight + 2*margin + len(rows)*row}
	d.window(title, about)
	for y, runs := range rows {
		d.grounds(runs, top(y))
	}
	d.printf("<g font-family=%q font-size=\"%d\" fill=%q xml:space=\"preserve\" style=\"font-variant-ligatures:none\">\n",
		fonts, fontSize, ink)
	for y, runs := range rows {
		d.text(runs, top(y))
	}
	d.printf("</g>\n</svg>\n")
	return d.Bytes(), nil
}

// drawing is an SVG file that grows.
type drawing struct {
	bytes.Buffer
	width, height int
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(d, format, args...) }

func top(y int) int    { return barHeight + margin + y*row }
func left(col int) int { return margin + col*column }

// window draws what is around the text.
func (d *drawing) window(title, about string) {
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d"`, d.width, d.height)
	d.printf(" role=\"img\" aria-labelledby=\"title about\">\n")
	d.printf("<title id=\"title\">%s</title>\n<desc id=\"about\">%s</desc>\n", escaped(title), escaped(about))
	d.printf("<rect width=\"%d\" height=\"%d\" rx=\"%d\" fill=%q/>\n", d.width, d.height, corner, ground)
	d.printf("<path d=\"M0 %dV%d", barHeight, corner)
	d.printf("a%d %[1]d 0 0 1 %[1]d -%[1]dH%d", corner, d.width-corner)
	d.printf("a%d %[1]d 0 0 1 %[1]d %[1]dV%d", corner, barHeight)
	d.printf("z\" fill=%q/>\n", bar)
	for i, c := range buttons {
		d.printf("<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=%q/>\n", margin+6+20*i, barHeight/2, c)
	}
	d.printf("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-family=%q font-size=\"13\" fill=%q>%s</text>\n",
		d.width/2, barHeight/2+5, titleFonts, caption, escaped(title))
	d.printf("<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"none\" stroke=%q/>\n",
		d.width-1, d.height-1, corner, edge)
}

// grounds draws what lies behind the text of a row: backgrounds, the cursor's too.
func (d *drawing) grounds(runs []run, top int) {
	for _, r := range runs {
		if r.look.ground != ground {
			d.box(r, top, row, r.look.ground)
		}
	}
}

func (d *drawing) box(r run, top, height int, fill rgb) {
	d.printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=%q/>\n",
		left(r.column), top, r.columns*column, height, fill)
}

// text draws a row as one text, so that it is copied as one line, and the lines under and through it. Those are
// no text-decoration, which has gaps where characters are placed one by one.
func (d *drawing) text(runs []run, top int) {
	if len(runs) == 0 {
		return
	}
	d.printf("<text y=\"%d\">", top+baseline)
	for _, r := range runs {
		d.printf("<tspan x=%q%s>%s</tspan>", r.places(), r.look.attributes(), escaped(r.text))
	}
	d.printf("</text>\n")
	for _, r := range runs {
		if r.look.underline {
			d.box(r, top+baseline+2, 1, r.look.ink)
		}
		if r.look.struck {
			d.box(r, top+baseline-5, 1, r.look.ink)
		}
	}
}

// places are where the characters of a run begin. What is not ASCII is placed as one.
func (r *run) places() string {
	xs := strconv.AppendInt(nil, int64(left(r.column)), 10)
	for i := 1; i < r.columns && isASCII(r.text); i++ {
		xs = append(xs, ' ')
		xs = strconv.AppendInt(xs, int64(left(r.column+i)), 10)
	}
	return string(xs)
}

func (l look) attributes() (all string) {
	if l.ink != ink {
		all += fmt.Sprintf(" fill=%q", l.ink)
	}
	if l.bold {
		all += ` font-weight="bold"`
	}
	if l.italic {
		all += ` font-style="italic"`
	}
	return all
}

// escaped is s as XML has it. A character that XML has no place for becomes U+FFFD.
func escaped(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a Buffer takes all
	return b.String()
}
