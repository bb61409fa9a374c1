package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdown finds what the simple forms of Markdown mark in a text: **bold**, *italic*, _italic_,
// `code`, and blocks of code between lines of ```. The rules are those of CommonMark, less what would
// mark what nobody meant as markup: see sign. It takes time linear in the text.
//
// A mark has the signs as well as what is between them. The signs stay, as a text may mean them
// after all, and what somebody copies has to be what was written; shown in the style they belong to
// the words rather than beside them.
//
// Blocks of code are found for Colour Off too: they are set otherwise, not only shown so.
func markdown(s string, c Colour) []mark {
	if isUnmarked(s, c) {
		return nil
	}
	return readMarkdown(s, c)
}

func readMarkdown(s string, c Colour) []mark {
	r := markdownReader{code: codeStyles[c]}
	for at := 0; at < len(s); {
		end := lineEnd(s, at)
		if n, _ := fence(s[at:end]); n > 0 {
			end = blockEnd(s, end, n)
			r.codes = append(r.codes, mark{from: at, to: end, style: r.code, verbatim: true})
		} else if c != Off {
			r.read(s[at:end], at)
		}
		at = end + 1
	}
	return overlay(r.bolds, r.italics, r.codes)
}

// isUnmarked tells most texts from those that are worth reading.
func isUnmarked(s string, c Colour) bool {
	if strings.IndexByte(s, '`') >= 0 {
		return false
	}
	return c == Off || strings.IndexByte(s, '*') < 0 && strings.IndexByte(s, '_') < 0
}

func lineEnd(s string, at int) int {
	if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(s)
}

// The ticks of a fence, at least, and the spaces before them, at most.
const leastFence, mostIndent = 3, 3

// fence is how many ticks a line has that may begin or, if bare, end a block of code; 0 if it may not.
func fence(line string) (ticks int, bare bool) {
	ticked := strings.TrimLeft(line, " ")
	n := run(ticked)
	if n < leastFence || ticked[0] != '`' || len(line)-len(ticked) > mostIndent {
		return 0, false
	}
	word := strings.Trim(ticked[n:], " ")
	if strings.ContainsAny(word, " `") {
		return 0, false
	}
	return n, word == ""
}

// blockEnd is where the line ends that closes a block whose first line ends at s[at] and has n ticks.
func blockEnd(s string, at, n int) int {
	for at < len(s) {
		from := at + 1
		at = lineEnd(s, from)
		if ticks, bare := fence(s[from:at]); bare && ticks >= n {
			break
		}
	}
	return at
}

// run is how often the first byte of s is repeated, with itself; 0 if s is empty.
func run(s string) int {
	n := 0
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// markdownReader reads a text line by line. Each list of marks is in order and without overlaps.
type markdownReader struct {
	code                  string // a style
	bolds, italics, codes []mark

	line  string
	base  int              // where line begins in the text
	solid int              // the end of what was there last that is no punctuation
	open  [kinds][]int     // where signs stand that may open, by kind
	noEnd [maxRun + 1]bool // by number: no run of so many ticks closes code from here on
}

// The kinds of signs: a run of one to three stars by its length (three are bold and italic), or one _.
const (
	underscore = 0
	maxRun     = 3
	kinds      = maxRun + 1
)

// read reads a line that begins at base.
func (r *markdownReader) read(line string, base int) {
	r.line, r.base, r.solid, r.noEnd = line, base, 0, [maxRun + 1]bool{}
	for k := range r.open {
		r.open[k] = r.open[k][:0]
	}
	for at := 0; at < len(line); {
		switch c := line[at]; {
		case c == '\\' && at+1 < len(line):
			at += 2 // what follows is no sign, though the \ is shown
		case c == '`':
			at = r.ticks(at)
		case c == '*', c == '_':
			at = r.sign(at)
		case c == ':' && strings.HasPrefix(line[at:], schemeEnd):
			at = urlEnd(line, schemeStart(line, at), at)
			r.solid = at
		default:
			at++
			if isAlphanumeric(c) || c >= utf8.RuneSelf {
				r.solid = at
			}
		}
	}
}

// ticks reads a run of ticks, and code if it opens some. It does unless it ends a word, or a space follows.
func (r *markdownReader) ticks(at int) (next int) {
	n := run(r.line[at:])
	next = at + n
	before, _ := utf8.DecodeLastRuneInString(r.line[:at])
	if n > maxRun || r.noEnd[n] || isWord(before) || startsWithSpace(r.line[next:]) {
		return next
	}
	end := closingTicks(r.line, next, n)
	if end < 0 {
		r.noEnd[n] = true
		return next
	}
	r.add(&r.codes, at, end, r.code)
	r.solid = end
	return end
}

// closingTicks is the end of the first run of n ticks behind s[at] that has no space before it; -1 if
// there is none.
func closingTicks(s string, at, n int) int {
	for {
		i := strings.IndexByte(s[at:], '`')
		if i < 0 {
			return -1
		}
		from := at + i
		at = from + run(s[from:])
		if at-from == n && s[from-1] != ' ' {
			return at
		}
	}
}

// sign reads a run of * or _. It closes what the last run of the same kind has opened, or may open
// itself. On its inner side there must be no space, on its outer side no word, nor what paths,
// patterns and arithmetic have there, and between the two signs there must be more than punctuation.
// __ is none, as it is part of names in Python and C.
func (r *markdownReader) sign(at int) (next int) {
	kind := run(r.line[at:])
	next = at + kind
	if r.line[at] == '_' {
		if kind > 1 {
			return next
		}
		kind = underscore
	}
	if kind > maxRun {
		return next
	}
	before, after := r.line[:at], r.line[next:]
	if from, ok := r.opener(kind); ok && !endsWithSpace(before) && startsOutside(after) {
		r.match(kind, from, next)
	} else if endsOutside(before) && after != "" && !startsWithSpace(after) {
		r.open[kind] = append(r.open[kind], at)
	}
	return next
}

// opener is the last sign of a kind that may open, if there is something to mark behind it.
func (r *markdownReader) opener(kind int) (at int, ok bool) {
	n := len(r.open[kind])
	if n == 0 {
		return 0, false
	}
	at = r.open[kind][n-1]
	return at, r.solid > at
}

// match marks what is between two signs. What opened behind the first can no longer be closed: marks
// nest, they do not cross.
func (r *markdownReader) match(kind, from, to int) {
	for k, open := range r.open {
		for len(open) > 0 && open[len(open)-1] >= from {
			open = open[:len(open)-1]
		}
		r.open[k] = open
	}
	if kind >= 2 {
		r.add(&r.bolds, from, to, boldStyle)
	}
	if kind != 2 {
		r.add(&r.italics, from, to, italicStyle)
	}
}

// add adds a mark, which takes the place of those within it.
func (r *markdownReader) add(list *[]mark, from, to int, style string) {
	from, to = r.base+from, r.base+to
	for n := len(*list); n > 0 && (*list)[n-1].from >= from; n-- {
		*list = (*list)[:n-1]
	}
	*list = append(*list, mark{from: from, to: to, style: style})
}

// The end of a text is like U+FFFD, as which it decodes: no word and no space.

// endsOutside reports whether a sign behind s may open.
func endsOutside(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	if r < utf8.RuneSelf {
		return strings.IndexByte(" ([{<>\"'|*_", byte(r)) >= 0
	}
	return !isWord(r)
}

// startsOutside reports whether a sign before s may close.
func startsOutside(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r >= utf8.RuneSelf:
		return !isWord(r)
	case strings.IndexByte(".,:;!?", byte(r)) >= 0: // the end of a clause, but not _name_.txt
		next, _ := utf8.DecodeRuneInString(s[size:])
		return !isWord(next)
	}
	return strings.IndexByte(" )]}>\"'|*_", byte(r)) >= 0
}

func endsWithSpace(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r)
}

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

// isWord reports whether r is part of a word. Scripts that put no spaces between words have none.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return isAlphanumeric(byte(r))
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Cf) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
