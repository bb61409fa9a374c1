package pictures

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// show is a screen on which that came.
func show(cols, rows int, output string) *vt.Emulator {
	s := vt.NewEmulator(cols, rows)
	s.WriteString("\x1b[?25l" + output) // without a cursor
	return s
}

func draw(t *testing.T, s Screen) string {
	t.Helper()
	svg, err := Draw(s, "a title", "about it")
	if err != nil {
		t.Fatal(err)
	}
	return string(svg)
}

// readBack reads the rows of a picture by where its characters are placed, as an eye does. It fails if the file is
// no XML, or if two characters stand in one place.
func readBack(t *testing.T, svg string) (rows []string) {
	t.Helper()
	var cells map[int]string // of a row, by column
	var columns []int        // of a run
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch attrs := attributesOf(token); {
			case token.Name.Local == "text" && attrs["x"] == "":
				cells = make(map[int]string)
				y := number(t, attrs["y"])
				for n := (y - top(0)) / row; len(rows) < n; {
					rows = append(rows, "")
				}
			case token.Name.Local == "tspan":
				columns = columns[:0]
				for _, x := range strings.Fields(attrs["x"]) {
					columns = append(columns, (number(t, x)-margin)/column)
				}
			}
		case xml.CharData:
			place(t, cells, columns, string(token))
		case xml.EndElement:
			if columns = columns[:0]; token.Name.Local == "text" && cells != nil {
				rows = append(rows, rowFrom(cells))
				cells = nil
			}
		}
	}
}

// place puts text into columns: all of it into the only one, or a character into each.
func place(t *testing.T, cells map[int]string, columns []int, text string) {
	t.Helper()
	if len(columns) > 1 && len(columns) != len(text) {
		t.Fatalf("%d places for %q", len(columns), text)
	}
	for i, at := range columns {
		if _, taken := cells[at]; taken {
			t.Fatalf("%q stands where something else does", text)
		}
		if cells[at] = text; len(columns) > 1 {
			cells[at] = text[i : i+1]
		}
	}
}

func rowFrom(cells map[int]string) string {
	var b strings.Builder
	for x := 0; len(cells) > 0; x++ {
		b.WriteString(cells[x])
		delete(cells, x)
	}
	return b.String()
}

func attributesOf(e xml.StartElement) map[string]string {
	all := make(map[string]string)
	for _, a := range e.Attr {
		all[a.Name.Local] = a.Value
	}
	return all
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAPictureReadsAsTheScreen(t *testing.T) {
	svg := draw(t, show(30, 10, "14:02 \x1b[31mbob\x1b[m  it's <b> & \"so\"\r\n\r\n"+
		"  你好, 🎉 → café\r\n\x1b[1mbold\x1b[m  \x1b[7m x \x1b[m"))
	want := []string{`14:02 bob  it's <b> & "so"`, "", "  你好, 🎉 → café", "bold   x "}
	if got := readBack(t, svg); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("it reads\n%q\nwant\n%q", got, want)
	}
}

// What stands behind wide characters stands in its column, whatever font they come from.
func TestWhatIsWideHasTwoColumns(t *testing.T) {
	svg := draw(t, show(20, 2, "ab你c🎉d"))
	for i, want := range []string{`<tspan x="18 27">ab</tspan>`, `<tspan x="36">你</tspan>`, `<tspan x="54">c</tspan>`,
		`<tspan x="63">🎉</tspan>`, `<tspan x="81">d</tspan>`} {
		if !strings.Contains(svg, want) {
			t.Errorf("%d: no %s in\n%s", i, want, svg)
		}
	}
}

func TestLooks(t *testing.T) {
	for _, c := range []struct{ name, output, want string }{
		{"plain", "x", `<tspan x="18">x</tspan>`},
		{"bold", "\x1b[1mx", `<tspan x="18" font-weight="bold">x<`},
		{"italic", "\x1b[3mx", `<tspan x="18" font-style="italic">x<`},
		{"bold and italic", "\x1b[1;3mx", ` font-weight="bold" font-style="italic">x<`},
		{"faint", "\x1b[2mx", `fill="#9da3a9">x<`},
		{"faint and coloured", "\x1b[2;38;5;161mx", `fill="#930547">x<`},
		{"no longer bold", "\x1b[1;22mx", `<tspan x="18">x<`},
		{"one of 16", "\x1b[31mx", `fill="#ff7b72">x<`},
		{"a bright one", "\x1b[94mx", `fill="#79c0ff">x<`},
		{"one of 256", "\x1b[38;5;161mx", `fill="#d7005f">x<`},
		{"one of 256 that is one of 16", "\x1b[38;5;9mx", `fill="#ffa198">x<`},
		{"a grey", "\x1b[38;5;244mx", `fill="#808080">x<`},
		{"any colour", "\x1b[38;2;1;2;254mx", `fill="#0102fe">x<`},
		{"background", "\x1b[42mx", `<rect x="18" y="54" width="9" height="20" fill="#3fb950"/>`},
		{"background of blanks", "\x1b[42m   ", `<rect x="18" y="54" width="27" height="20" fill="#3fb950"/>`},
		{"reverse", "\x1b[7mx", `fill="#0d1117">x<`},
		{"behind reverse", "\x1b[7mx", `<rect x="18" y="54" width="9" height="20" fill="#e6edf3"/>`},
		{"underline", "\x1b[4mx", `<rect x="18" y="71" width="9" height="1" fill="#e6edf3"/>`},
		{"underline in colour", "\x1b[4;31mxy", `<rect x="18" y="71" width="18" height="1" fill="#ff7b72"/>`},
		{"struck", "\x1b[9mx", `<rect x="18" y="64" width="9" height="1" fill="#e6edf3"/>`},
		{"concealed", "\x1b[8mx", `fill="#0d1117">x<`},
		{"wide and reversed", "\x1b[7m你", `<rect x="18" y="54" width="18" height="20" fill="#e6edf3"/>`},
	} {
		if svg := draw(t, show(20, 2, c.output)); !strings.Contains(svg, c.want) {
			t.Errorf("%s: no %s in\n%s", c.name, c.want, svg)
		}
	}
}

func TestTheCursorIsABlock(t *testing.T) {
	const block = `<rect x="36" y="54" width="9" height="20" fill="#e6edf3"/>`
	s := show(20, 3, "abc\x1b[2D\x1b[C")
	if svg := draw(t, s); strings.Contains(svg, block) {
		t.Errorf("a hidden cursor is drawn:\n%s", svg)
	}
	s.WriteString("\x1b[?25h")
	if svg := draw(t, s); !strings.Contains(svg, block) || !strings.Contains(svg, `fill="#0d1117">c<`) {
		t.Errorf("no cursor on c:\n%s", svg)
	}
	s.WriteString("\r\n")
	if svg := draw(t, s); !strings.Contains(svg, `<rect x="18" y="74"`) {
		t.Errorf("no cursor in the empty row:\n%s", svg)
	}
}

// Only the rows that are used are drawn.
func TestTheHeightIsThatOfWhatIsUsed(t *testing.T) {
	for output, want := range map[string]string{
		"x": `height="92"`, "x\r\n\r\nx": `height="132"`, "x\r\n\r\n   ": `height="92"`, "x\r\n\x1b[41m ": `height="112"`,
	} {
		if svg := draw(t, show(20, 9, output)); !strings.Contains(svg, want) {
			t.Errorf("%q: no %s in\n%s", output, want, svg)
		}
	}
}

func TestTitleAndDescription(t *testing.T) {
	svg, err := Draw(show(20, 2, "x"), "a < b", "so & so")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<title id="title">a &lt; b</title>`, `<desc id="about">so &amp; so</desc>`,
		`role="img" aria-labelledby="title about"`, `font-family="` + fonts + `"`, `>a &lt; b</text>`} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
}

func TestWhatIsNotDrawn(t *testing.T) {
	for what, s := range map[string]Screen{
		"empty":    show(20, 2, ""),
		"too wide": show(MostColumns+1, 2, "x"),
		"too high": show(20, MostRows+1, "x"),
	} {
		if svg, err := Draw(s, "t", "a"); err == nil {
			t.Errorf("%s: it is drawn:\n%s", what, svg)
		}
	}
	if _, err := Draw(show(MostColumns, MostRows, "x"), "t", "a"); err != nil {
		t.Errorf("the largest screen: %v", err)
	}
}

// Text can be read: a contrast of 4.5 is what WCAG 2 asks for. Black is for backgrounds.
func TestTextCanBeRead(t *testing.T) {
	if c := contrast(caption, bar); c < 4.5 {
		t.Errorf("the title has a contrast of %.1f", c)
	}
	for _, c := range append([]rgb{ink, faint(ink, ground)}, basic[1:]...) {
		if got := contrast(c, ground); c != basic[8] && got < 4.5 || got < 3.5 {
			t.Errorf("%s has a contrast of %.1f", c, got)
		}
	}
}

func contrast(a, b rgb) float64 {
	high, low := max(luminance(a), luminance(b)), min(luminance(a), luminance(b))
	return (high + 0.05) / (low + 0.05)
}

func luminance(c rgb) float64 {
	linear := func(v uint8) float64 { return math.Pow((float64(v)/255+0.055)/1.055, 2.4) } // exact enough for the dark end
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// grid is a screen that holds anything.
type grid struct {
	width int
	cells []uv.Cell
}

func (g *grid) Width() int                  { return g.width }
func (g *grid) Height() int                 { return (len(g.cells) + g.width - 1) / g.width }
func (g *grid) CursorPosition() uv.Position { return uv.Pos(1, 0) }
func (g *grid) CursorHidden() bool          { return false }
func (g *grid) CellAt(x, y int) *uv.Cell {
	if i := y*g.width + x; i < len(g.cells) {
		return &g.cells[i]
	}
	return &uv.EmptyCell
}

// gridOf has a character of text in each cell, and now and then two or a hundred.
func gridOf(text string, attrs uint8) *grid {
	g := &grid{width: 10}
	for len(text) > 0 && len(g.cells) < 200 {
		_, n := utf8.DecodeRuneInString(text)
		switch attrs % 7 {
		case 3:
			n = min(2*n, len(text))
		case 5:
			n = min(100, len(text))
		}
		g.cells = append(g.cells, uv.Cell{Content: text[:n], Width: 1, Style: uv.Style{Attrs: attrs, Underline: uv.Underline(attrs % 2)}})
		text = text[n:]
		attrs = attrs*5 + 1
	}
	return g
}

// Whatever is in the cells, a picture is XML, reads as they do, and is no larger than they allow.
func FuzzDraw(f *testing.F) {
	f.Add("hello, world", uint8(0))
	f.Add("<svg onload=\"x\">&amp;]]>'\x00\x1b\x07", uint8(32))
	f.Add("é你🎉👩\u200d👩\u200d👧 \xff\xfe\u202e\ufffe\ufeff", uint8(9))
	f.Add(strings.Repeat("a\u0301", 300), uint8(3))
	f.Fuzz(func(t *testing.T, text string, attrs uint8) {
		g := gridOf(text, attrs)
		svg, err := Draw(g, text[:min(len(text), 50)], text)
		if err != nil {
			return // nothing to be seen
		}
		again, _ := Draw(g, text[:min(len(text), 50)], text)
		if !bytes.Equal(svg, again) {
			t.Error("it is drawn in two ways")
		}
		if most := 4000 + 10*len(text) + 1000*len(g.cells); len(svg) > most {
			t.Errorf("%d bytes for %d cells", len(svg), len(g.cells))
		}
		for y, got := range readBack(t, string(svg)) {
			if want := g.text(y); strings.TrimRight(got, " ") != strings.TrimRight(want, " ") {
				t.Errorf("row %d reads %q, want %q", y, got, want)
			}
		}
	})
}

// text is a row as XML can have it: each cell for itself, as a character may be torn in two.
func (g *grid) text(y int) string {
	var row strings.Builder
	for x := range g.width {
		var e bytes.Buffer
		xml.EscapeText(&e, []byte(textOf(g.CellAt(x, y))))
		var back struct {
			Text string `xml:",chardata"`
		}
		xml.Unmarshal([]byte("<t>"+e.String()+"</t>"), &back)
		row.WriteString(back.Text)
	}
	return row.String()
}
