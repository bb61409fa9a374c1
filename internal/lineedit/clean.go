package lineedit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zwnj      = '\u200c'
	zwj       = '\u200d'
	blackFlag = '\U0001F3F4'
	drop      = -1
)

// clean returns what enters the line for r when before is the text in front of
// it: r, a line break for the characters that Unicode has for one, U+FFFD for
// private use and noncharacters, or drop.
//
// Dropped are controls (Cc), which would steer the terminal of whoever sees
// them, and what is invisible or turns the reading direction (Cf and the
// default-ignorable letters), which would show one line and send another.
// Joiners stay, as scripts and emoji need them, and so do tags that follow a
// black flag (Scotland's is written so).
func clean(before []byte, r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f || r == '\n':
		return r
	case r < 0xa0:
		return drop
	case r == '\u2028', r == '\u2029':
		return '\n'
	case r == zwj, r == zwnj:
		return r
	case isTag(r):
		if last, _ := utf8.DecodeLastRune(before); last == blackFlag || isTag(last) {
			return r
		}
		return drop
	case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point):
		return drop
	case unicode.In(r, unicode.Co, unicode.Noncharacter_Code_Point):
		return utf8.RuneError
	}
	return r
}

func isTag(r rune) bool { return r >= '\U000E0020' && r <= '\U000E007F' }

// cleanAll is clean for a whole text, in which CR and CRLF are line breaks and
// a tab is four spaces, as in a paste.
func cleanAll(s string) string {
	var p paste
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		p.add(r)
	}
	return string(p.text)
}
