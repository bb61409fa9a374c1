package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// An Error is a setting that cannot be used, for the operator to read: Where and Text on a line
// that starts with "error:", and Hint, if any, on one that starts with "hint:". All three are one
// line each and safe to print.
type Error struct {
	Where string // FILE:LINE, FILE, VARIABLE or --flag
	Text  string // what is wrong
	Hint  string // what to do instead; may be empty
}

// Error returns the place and the text, without the hint.
func (e *Error) Error() string { return e.Where + ": " + e.Text }

// A misfit is a value that a rule does not take. Its key says where it was.
type misfit struct {
	wants string // what the rule takes
	got   string // what it was given
	hint  string // the likely meaning; may be empty
}

func (m *misfit) Error() string { return fmt.Sprintf("wants %s, not %s", m.wants, m.got) }

// mostShown is how many characters an error repeats of what somebody wrote.
const mostShown = 60

// quote shows a text that somebody wrote: on one line, without control characters, and short.
func quote(s string) string {
	if runes := []rune(s); len(runes) > mostShown {
		return strconv.Quote(string(runes[:mostShown])) + "..."
	}
	return strconv.Quote(s)
}

// short cuts a text that repeats bytes of the operator's in words of ours. The TOML parser, for one,
// repeats a whole line where it expected a value.
func short(s string) string {
	const most = 2 * mostShown
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}

// oneLine makes what is shown without quotes safe to print.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
