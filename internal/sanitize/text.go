// Package sanitize turns text that came from somebody into text that no terminal can be
// controlled by, and that cannot pass for what it is not.
//
// Every byte a client sends is untrusted: messages, user names, TERM, client versions, commands.
// It is cleaned where it enters and again where it is shown, because rows written by an older
// release, imports and restored backups never passed today's entry. Cleaning twice changes
// nothing.
//
// What is removed, and the attacks that it stops: control characters (escape sequences: CWE-150,
// GHSA-4225-c933-76f3), bidirectional controls (Trojan Source: CVE-2021-42574), invisible
// characters, stacks of combining marks, and clusters too long for a terminal to hold in a cell.
package sanitize

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Text is text that no terminal can be controlled by. The zero value is empty. Only this package
// makes it, so that a renderer which takes Text cannot be handed anything raw.
//
// It is valid UTF-8. Of the control characters (Cc) it holds at most \n; of the format characters
// (Cf) only ZWJ, ZWNJ and whole tag sequences of flags. A grapheme cluster is in NFC and has at
// most 64 bytes. Texts can be compared with == and be keys of maps.
type Text struct{ s string }

// Message cleans text of several lines: every kind of line break becomes \n. Spaces at either end
// stay, and so does every line: limits are the caller's to refuse. The result has at most four
// times the bytes of s (tabs become four spaces).
func Message(s string) Text { return Text{clean(s, '\n')} }

// Line cleans text for a single line: as Message, but every line break becomes a space.
// Line(Message(s).String()) equals Line(s).
func Line(s string) Text { return Text{clean(s, ' ')} }

// Field cleans a short value that a client names itself by, such as TERM, its version or a user
// name: as Line, then cut to at most max bytes at the end of a grapheme cluster. The cost is
// bounded by max, whatever the length of s: only the first 4*max bytes are looked at.
func Field(s string, max int) Text {
	if max <= 0 {
		return Text{}
	}
	s = clean(cutRune(s, 4*max), ' ')
	if len(s) <= max {
		return Text{s}
	}
	end := 0
	for it := graphemes.FromString(s); it.Next() && it.End() <= max; {
		end = it.End()
	}
	return Text{s[:end]}
}

// cutRune returns at most the first n bytes of s, without the beginning of a rune that does not
// fit: half a rune would come out as U+FFFD.
func cutRune(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for back := 0; back < utf8.UTFMax && n > 0 && !utf8.RuneStart(s[n]); back++ {
		n--
	}
	return s[:n]
}

// String returns the text, which is as safe as t.
func (t Text) String() string { return t.s }

// IsEmpty reports whether nothing is left. A text of spaces is not empty.
func (t Text) IsEmpty() bool { return t.s == "" }

// Lines returns the number of lines: one more than there are \n, so 1 for the empty text.
func (t Text) Lines() int { return 1 + strings.Count(t.s, "\n") }

// MarshalText lets encoding/json and log/slog write a Text as its string: to both, a struct
// without exported fields would be {}. There is no way back, as only cleaning may make a Text.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.s), nil }
