// Package shell writes words of command lines that operators are told to paste.
package shell

import (
	"regexp"
	"strings"
)

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+:,./-]+$`)

// Quote returns s as one word for a POSIX shell, in quotes only where it needs them.
func Quote(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
