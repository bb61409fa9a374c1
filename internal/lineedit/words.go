package lineedit

import (
	"unicode"
	"unicode/utf8"
)

// maxWord bounds a word's clusters, blanks around it included, so that walking
// to and fro over a line that is one long word stays cheap.
const maxWord = 256

func isWord(r rune) bool     { return unicode.IsLetter(r) || unicode.IsNumber(r) }
func isNotBlank(r rune) bool { return !unicode.IsSpace(r) }

// back is the start of the word at or before the cursor; in says which
// characters make one.
func (b *buffer) back(in func(rune) bool) int {
	at, found := b.cur, false
	for n := 0; at > 0 && n < maxWord; n++ {
		p := b.prev(at)
		is := b.is(p, in)
		if found && !is {
			break
		}
		found, at = is, p
	}
	return at
}

// ahead is the end of the word at or after the cursor.
func (b *buffer) ahead(in func(rune) bool) int {
	at, found := b.cur, false
	for n := 0; at < len(b.text) && n < maxWord; n++ {
		is := b.is(at, in)
		if found && !is {
			break
		}
		found, at = is, b.next(at)
	}
	return at
}

func (b *buffer) is(at int, in func(rune) bool) bool {
	r, _ := utf8.DecodeRune(b.text[at:])
	return in(r)
}
