package render

import "strings"

// A URL that is broken over rows is no longer one for the terminal, which makes links of what it
// finds in a row. Yet no row may be wider than the screen, or its rest would begin in column 0, where
// only we may begin (see the package). So, in this order:
//
//   - A word with a URL that fits a row is put whole into one, if need be into one with the least
//     indent, and the space behind it goes on in the next.
//   - One that is longer than any row is cut, and its pieces are marked as one link (OSC 8), which
//     costs no column. A link shows no other address than the one it leads to.
//   - Where that may not be, it is cut like any other word.
//
// OSC 8 has its price: what does not know it must skip it, and not all do. So links are made on
// terminals with 256 colours only, which leaves out the consoles and emulations that print it; and
// none is longer than GNU screen skips. What VTE was before 0.48.2 (2017) prints it nevertheless.
//
// Terminals find by themselves only schemes that are harmless to follow, but follow any that a
// link has: ours has none but http and https.
const (
	linkOpen = "\x1b]8;id=sshchat;" // pieces of the same id and URL are one link
	linkShut = "\x1b]8;;"
	linkSign = "\x1b\\" // ST, which ends both

	// maxLink is the longest URL that is linked, in bytes. GNU screen prints what of a control string
	// is behind byte 767.
	maxLink = 700
	// maxLinks is what links may add to a line, in bytes: each piece of a URL repeats all of it.
	maxLinks = 16 << 10
)

const schemeEnd, mailScheme = "://", "mailto:"

// hasURL reports whether a word has a URL in it.
func hasURL(word string) bool {
	colon := strings.Index(word, schemeEnd)
	return colon > 0 && schemeStart(word, colon) < colon || strings.Contains(word, mailScheme)
}

// schemeStart is where the scheme begins that the colon at s[colon] ends; colon itself if none does.
func schemeStart(s string, colon int) int {
	from := colon
	for from > 0 && (isAlphanumeric(s[from-1]) || strings.IndexByte("+-.", s[from-1]) >= 0) {
		from--
	}
	for from < colon && !isLetter(s[from]) {
		from++
	}
	return from
}

// urlEnd is where the URL ends whose scheme is s[from:colon]: at the first character that is not
// printable ASCII, but before signs that rather belong to the sentence, a bracket or Markdown.
func urlEnd(s string, from, colon int) int {
	end := colon + len(schemeEnd)
	for end < len(s) && ' ' < s[end] && s[end] <= '~' {
		end++
	}
	closing := ".,;:!?'\"*`>"
	if from > 0 && s[from-1] == '_' {
		closing += "_"
	}
	url := s[from:end]
	unpaired := strings.Count(url, ")") - strings.Count(url, "(")
	for ; end > colon+len(schemeEnd); end-- {
		switch c := s[end-1]; {
		case c == ')' && unpaired > 0:
			unpaired--
		case strings.IndexByte(closing, c) < 0:
			return end
		}
	}
	return end
}

// linkable finds the URL in a word that may be made a link; from is to if there is none.
func linkable(word string) (from, to int) {
	colon := strings.Index(word, schemeEnd)
	if colon < 0 {
		return 0, 0
	}
	from = schemeStart(word, colon)
	to = urlEnd(word, from, colon)
	scheme := strings.ToLower(word[from:colon])
	if scheme != "http" && scheme != "https" || to-from > maxLink || !isASCII(word[to:]) {
		return 0, 0
	}
	return from, to
}

// placeURL puts a word with a URL, and the spaces behind it, which are too wide for this row and the next.
func (l *layout) placeURL(s string, cols int) {
	word := strings.TrimRight(s, " ")
	behind := s[len(word):]
	cols -= len(behind)
	switch {
	case cols <= l.room-l.col:
		l.set(word, cols)
	case cols <= l.room-least:
		if l.due == 0 {
			l.nextRow()
		}
		if cols > l.room-l.indent {
			l.col, l.due = least, least
		}
		l.set(word, cols)
	default:
		l.begin((l.room - l.indent) / 2)
		l.cutURL(word)
	}
	l.line(behind)
}

// cutURL adds a word that no row has room for.
func (l *layout) cutURL(word string) {
	from, to := linkable(word)
	url := word[from:to]
	pieces := 2 + len(url)/(l.room-l.indent)
	cost := pieces * (len(linkOpen) + len(url) + len(linkShut) + 2*len(linkSign))
	if l.colour != Rich || l.links+cost > maxLinks {
		url = ""
	} else {
		l.links += cost
	}
	l.cut(word[:from], "")
	l.cut(word[from:to], url)
	l.cut(word[to:], "")
}

// setLinked is set for a piece of a URL that it links to; an empty one is no link.
func (l *layout) setLinked(s string, cols int, url string) {
	if url == "" {
		l.set(s, cols)
		return
	}
	l.payIndent()
	for _, part := range []string{linkOpen, url, linkSign} {
		l.out.WriteString(part)
	}
	l.set(s, cols)
	l.out.WriteString(linkShut + linkSign)
}
