package password

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// MaxLength is the most characters (runes, once normalised) that a password has.
const MaxLength = 256

// maxRaw is the most bytes that are looked at: MaxLength characters of the longest kind.
const maxRaw = MaxLength * utf8.UTFMax

// common has the 10,000 most common passwords: lower case, sorted by byte, one a line. Where they
// come from, and under which licence, is in common.NOTICE.
//
//go:embed common.txt
var common string

// Weakness returns why password is not good enough for the account called name, in words for the
// person, or "" if it is. A password has from least to MaxLength characters, does not equal the
// name (case apart; it may contain it), and is not among the 10,000 most common.
func Weakness(password, name string, least int) string {
	if len(password) > maxRaw {
		return textTooLong()
	}
	clean, ok := normalise(password)
	length := utf8.RuneCountInString(clean)
	switch {
	case password == "":
		return textTooShort(least)
	case !ok:
		return textCharacters
	case length < least:
		return textTooShort(least)
	case length > MaxLength:
		return textTooLong()
	case strings.EqualFold(clean, name):
		return textIsName
	case isCommon(clean):
		return textCommon
	}
	return ""
}

// normalise returns password as OpaqueString has it, and whether it is one that can be hashed. The
// profile refuses control characters, the empty password and code points without a meaning.
//
// Bytes that are not UTF-8 are refused here, as precis lets them pass, together with U+FFFD, which
// is what they are read as: any two passwords from such a keyboard could be the same.
func normalise(password string) (string, bool) {
	if len(password) > maxRaw || strings.ContainsRune(password, utf8.RuneError) {
		return "", false
	}
	clean, err := precis.OpaqueString.String(password)
	return clean, err == nil
}

// isCommon searches the list where it stands: a set of it would take megabytes.
func isCommon(password string) bool {
	word := strings.ToLower(password)
	low, high := 0, len(common) // of lines that can be word's, the first starts at low
	for low < high {
		start := low + strings.LastIndexByte(common[low:(low+high)/2], '\n') + 1
		line, _, _ := strings.Cut(common[start:], "\n")
		switch strings.Compare(word, line) {
		case 0:
			return true
		case -1:
			high = start
		default:
			low = start + len(line) + 1
		}
	}
	return false
}
