package render

import "sshchat/internal/sanitize"

// An Item of a section is what one types, or a word, and what is to be said of it.
type Item struct{ Typed, Does string }

// leastDoes is the room in which it is worth setting what items do beside them.
const leastDoes = 24

// Section renders items under a heading, which may be empty. What they do stands beside them in a column of
// its own; where that would be too narrow it stands below them. Everything is cleaned.
func (v Viewer) Section(heading string, items []Item) string {
	l := v.layout(least)
	v.heading(&l, sanitize.Line(heading).String())
	s := section{items: make([]Item, len(items)), deep: min(2*least, l.room/2)}
	column, widest := 0, 0
	for i, it := range items {
		it = Item{sanitize.Line(it.Typed).String(), sanitize.Line(it.Does).String()}
		s.items[i] = it
		column = max(column, least+width(it.Typed)+len(textGap))
		widest = max(widest, width(it.Does))
	}
	if l.room-column >= min(widest, leastDoes) {
		s.column = column
	}
	s.put(&l)
	return l.String()
}

// heading puts a heading into a row of its own; it stands out where the terminal can do that.
func (v Viewer) heading(l *layout, text string) {
	switch {
	case text == "":
		return
	case v.colour() == Off || !isASCII(text) || len(text) > l.room:
		l.line(text)
	default:
		l.styled(boldStyle, text)
	}
	l.end()
}

// section is how items are set. All of it is indented: only headings stand in column 0.
type section struct {
	items  []Item // clean
	column int    // where what they do begins; 0: below them
	deep   int    // the indent of what stands below an item
}

func (s *section) put(l *layout) {
	for _, it := range s.items {
		l.indent = s.deep
		l.spaces(least)
		l.line(it.Typed)
		switch {
		case it.Does == "":
		case s.column == 0:
			l.nextRow()
			l.line(it.Does)
		default:
			l.indent = s.column
			l.spaces(s.column - l.col)
			l.line(it.Does)
		}
		l.end()
	}
}
