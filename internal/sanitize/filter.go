package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

const (
	zwnj = '\u200C'
	zwj  = '\u200D'

	tab = "    " // a tab's width depends on where it stands, which nobody knows before it is shown
)

// filter keeps the runes that a text may hold and drops or replaces the others.
type filter struct {
	out       strings.Builder
	lineBreak byte // what stands for a line break: \n or a space
	bare      bool // at the start of a word: nothing is there that a mark could sit on
	joined    bool // the last rune kept is a joiner
}

// filtered returns s, which is a whole text, without what a text may not hold. What a rune becomes
// depends on the runes kept before it alone, so filtering twice changes nothing.
func filtered(s string, lineBreak byte) string {
	f := filter{lineBreak: lineBreak, bare: true}
	f.feed(s)
	return f.out.String()
}

func (f *filter) feed(s string) {
	f.out.Grow(len(s))
	for s != "" {
		if n := printable(s); n > 0 {
			f.out.WriteString(s[:n])
			f.bare, f.joined = s[n-1] == ' ', false
			s = s[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			// One sign for any number of bytes, or foreign bytes would grow threefold.
			size = invalidPrefix(s)
			f.keep(utf8.RuneError)
		case strings.HasPrefix(s, "\r\n"):
			size = 2
			f.space(string(f.lineBreak))
		case isLineBreak(r):
			f.space(string(f.lineBreak))
		case r == '\t':
			f.space(tab)
		case r == blackFlag && flagLength(s) > 0:
			size = flagLength(s)
			f.out.WriteString(s[:size])
			f.bare, f.joined = false, false
		default:
			f.decide(r)
		}
		s = s[size:]
	}
}

// space writes white space, after which a mark has no base.
func (f *filter) space(s string) {
	f.out.WriteString(s)
	f.bare, f.joined = true, false
}

// decide keeps, drops or replaces a rune that is neither printable ASCII nor white space.
func (f *filter) decide(r rune) {
	switch {
	case isJoiner(r):
		// A joiner that joins nothing is an invisible character like any other.
		if !f.bare && !f.joined {
			f.keep(r)
			f.joined = true
		}
	case isDropped(r):
	case unicode.In(r, unicode.Co, unicode.Noncharacter_Code_Point):
		f.keep(utf8.RuneError) // private use: each terminal shows something else
	case f.bare && attaches(r):
		// It would sit on what we print before the text, not on a character of it.
	default:
		f.keep(r)
	}
}

func (f *filter) keep(r rune) {
	f.out.WriteRune(r)
	f.bare, f.joined = false, false
}

// printable returns how many bytes at the start of s are printable ASCII: most, in most texts.
func printable(s string) int {
	n := 0
	for n < len(s) && s[n] >= ' ' && s[n] <= '~' {
		n++
	}
	return n
}

// isLineBreak reports whether r ends a line for some program: Unicode's mandatory breaks
// (UAX 14: BK, CR, LF, NL).
func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// isDropped reports whether r may not be in a text, nor leave a sign. Unassigned characters are
// kept, but for those reserved to be invisible: today's tables do not know tomorrow's emoji.
func isDropped(r rune) bool {
	if r < 0x300 {
		return unicode.IsControl(r) || r == '\u00AD'
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}

func isMark(r rune) bool   { return r >= 0x300 && unicode.Is(unicode.M, r) }
func isJoiner(r rune) bool { return r == zwj || r == zwnj }

// attaches reports whether r joins the character before it, whichever that is (GCB Extend,
// SpacingMark).
func attaches(r rune) bool {
	if r < 0x300 {
		return false
	}
	pair := "x" + string(r)
	return len(graphemes.FromString(pair).First()) == len(pair)
}

// invalidPrefix returns how many bytes at the start of s are not UTF-8.
func invalidPrefix(s string) int {
	n := 0
	for n < len(s) {
		if r, size := utf8.DecodeRuneInString(s[n:]); r != utf8.RuneError || size != 1 {
			break
		}
		n++
	}
	return n
}

// Flags of regions such as Scotland's are spelt in invisible tag characters: a black flag, the
// region, an end (UTS 51, ED-14a). Anything else spelt in them is a hidden message.
const (
	blackFlag = '\U0001F3F4'
	tagEnd    = '\U000E007F'

	minFlagTags, maxFlagTags = 3, 6 // a country of two letters and its part of one to three; one spare
)

// flagLength returns the length in bytes of the flag that s, which starts with a black flag,
// starts with; 0 if its tags are not whole.
func flagLength(s string) int {
	tags := 0
	for i, r := range s[utf8.RuneLen(blackFlag):] {
		switch {
		case r == tagEnd && tags >= minFlagTags:
			return utf8.RuneLen(blackFlag) + i + utf8.RuneLen(tagEnd)
		case !isRegionTag(r) || tags == maxFlagTags:
			return 0
		}
		tags++
	}
	return 0
}

// isRegionTag reports whether r is a tag digit or a tag small letter.
func isRegionTag(r rune) bool {
	return r >= 0xE0030 && r <= 0xE0039 || r >= 0xE0061 && r <= 0xE007A
}
