package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A word is what a search compares: letters and digits in a row, in small letters and without accents; of
// scripts that set no spaces, one character. It ends where the Latin script or digits meet another script, which in Korean
// hangs its endings on a name.

// Words lists the words of a text, in order.
func Words(text string) []string {
	var words []string
	for w := range wordsIn(text) {
		words = append(words, w.folded)
	}
	return words
}

// word is a word where it stands in a text.
type word struct {
	from, to int // bytes
	folded   string
}

// wordsIn gives the words of a text where they stand.
func wordsIn(text string) func(yield func(word) bool) {
	return func(yield func(word) bool) {
		for at := 0; at < len(text); {
			n := wordAt(text[at:])
			if n == 0 {
				_, n = utf8.DecodeRuneInString(text[at:])
				at += n
				continue
			}
			if !yield(word{at, at + n, foldWord(text[at : at+n])}) {
				return
			}
			at += n
		}
	}
}

// wordAt is the length of the word that text begins with; 0 if it begins with none.
func wordAt(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	if !isWordRune(first) {
		return 0
	}
	last := first
	for i, r := range text[size:] {
		if unicode.Is(unicode.M, r) {
			continue
		}
		if !areOneWord(last, r) {
			return size + i
		}
		last = r
	}
	return len(text)
}

// areOneWord reports whether a word that has the letter a goes on with b.
func areOneWord(a, b rune) bool {
	return isWordRune(b) && !isLone(a) && !isLone(b) && isLatin(a) == isLatin(b)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isLatin reports whether a letter is of the Latin script; a digit counts as such.
func isLatin(r rune) bool {
	return r < utf8.RuneSelf || unicode.IsNumber(r) || unicode.Is(unicode.Latin, r)
}

// isLone reports whether a character is a word by itself.
func isLone(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// foldWord makes of a word what is compared.
func foldWord(w string) string {
	if isASCII(w) {
		return strings.ToLower(w)
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(w))
	return norm.NFC.String(plain)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
