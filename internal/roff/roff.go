// Package roff writes manual pages in the macros of man(7), which groff and mandoc read alike.
//
// Text is plain, and none of it can become a request; only `words between backquotes` are set in bold. What is
// written is ASCII.
package roff

import (
	"fmt"
	"strings"
	"time"
)

// A Page is a manual page in the making. The zero value is an empty one, whose Title comes first.
type Page struct {
	b      strings.Builder
	headed bool // nothing stands under the last heading yet
}

// String returns the page.
func (p *Page) String() string { return p.b.String() }

// Title names the page, such as sshchat of section 1, and says what stands in its foot: the day of its last change,
// nothing for the zero time, and the release that it belongs to.
func (p *Page) Title(name string, section int, changed time.Time, release string) {
	day := ""
	if !changed.IsZero() {
		day = changed.Format(time.DateOnly)
	}
	// A date with the minus signs of escape is no date to mandoc.
	fmt.Fprintf(&p.b, ".TH \"%s\" %d \"%s\" \"%s\"\n", word(strings.ToUpper(name)), section, day, word(release))
}

// Section begins a section, as NAME is one.
func (p *Page) Section(heading string) { p.heading("SH", heading) }

// Subsection begins a part of a section.
func (p *Page) Subsection(heading string) { p.heading("SS", heading) }

// Text adds paragraphs, which a blank line separates; other line breaks do not count.
func (p *Page) Text(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		p.paragraph()
		p.lines(paragraph)
	}
}

// Item adds a term, in bold, and what is to be said of it.
func (p *Page) Item(term, text string) {
	p.request("TP")
	p.headed = false
	p.lines("`" + strings.ReplaceAll(term, "`", "'") + "`")
	p.lines(text)
}

// Verbatim adds lines that stay as they are, such as an example.
func (p *Page) Verbatim(text string) {
	p.paragraph()
	p.request("nf")
	for line := range strings.Lines(text) {
		p.line(escape(strings.TrimRight(line, "\n")))
	}
	p.request("fi")
}

// request writes a line that roff obeys.
func (p *Page) request(name string) { p.b.WriteString("." + name + "\n") }

func (p *Page) heading(name, text string) {
	fmt.Fprintf(&p.b, ".%s \"%s\"\n", name, word(text))
	p.headed = true
}

// paragraph begins one. Under a heading one has begun already.
func (p *Page) paragraph() {
	if !p.headed {
		p.request("PP")
	}
	p.headed = false
}

// word is text as one argument of a request, on one line.
func word(text string) string { return escape(strings.Join(strings.Fields(text), " ")) }

// lines writes text that roff fills. Spaces at its ends and empty lines would break it.
func (p *Page) lines(text string) {
	for line := range strings.Lines(marked(text)) {
		if line = strings.TrimSpace(line); line != "" {
			p.line(line)
		}
	}
}

// line writes a line of escaped text. A full stop or an apostrophe at its beginning would make it a request, as
// would a space a break.
func (p *Page) line(text string) {
	if text != "" && strings.ContainsRune(". '", rune(text[0])) {
		p.b.WriteString(`\&`)
	}
	p.b.WriteString(text)
	p.b.WriteByte('\n')
}

// marked escapes text, and sets in bold what stands between two backquotes.
func marked(text string) string {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(text, "`")
		bold, after, closed := strings.Cut(rest, "`")
		if !opened || !closed {
			return b.String() + escape(text)
		}
		b.WriteString(escape(before) + `\fB` + whole(bold) + `\fP`)
		text = after
	}
}

// whole escapes words that no hyphen may break at the end of a line: they are typed as they stand.
func whole(text string) string {
	words := strings.Fields(text)
	for i := range words {
		words[i] = `\%` + escape(words[i])
	}
	return strings.Join(words, " ")
}

// special is what roff would take for something else, or print as another sign than the one that a shell knows.
var special = map[rune]string{
	'\\': `\(rs`, '-': `\-`, '\'': `\(aq`, '`': `\(ga`, '"': `\(dq`, '^': `\(ha`, '~': `\(ti`,
}

func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch s, ok := special[r]; {
		case ok:
			b.WriteString(s)
		case r == '\n', r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0x9f:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default: // a control character has no place on a page
			b.WriteByte(' ')
		}
	}
	return b.String()
}
