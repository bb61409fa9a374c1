package render

import (
	"strings"

	"sshchat/internal/chat"
)

// Colour is how many colours a terminal has, as far as we use them. Meaning is never by colour
// alone.
type Colour int

// The kinds of terminals.
const (
	Off   Colour = iota // no escape sequence at all
	Basic               // 16 colours (aixterm)
	Rich                // 256 colours (xterm)
)

// ColourOf tells by its TERM what a terminal can do. TERM is the client's own word: nothing of it
// is shown.
func ColourOf(term string) Colour {
	switch {
	case term == "" || term == "dumb":
		return Off
	case strings.Contains(term, "256color") || strings.Contains(term, "direct"):
		return Rich
	}
	return Basic
}

// The SGR sequences used (ECMA-48 8.3.117). Each is ended in the row that it begins in.
const (
	resetStyle  = "\x1b[0m"
	boldStyle   = "\x1b[1m"
	dimStyle    = "\x1b[2m"
	italicStyle = "\x1b[3m"
	foundStyle  = "\x1b[1;4m" // bold and underlined
)

// codeStyles are colours of the palettes. Reverse and backgrounds would make boxes of what is code,
// and an underline a link.
var codeStyles = [...]string{Off: "", Basic: "\x1b[35m", Rich: "\x1b[38;5;30m"}

// The palettes hold colours that can be read on black as well as on white (a test computes the
// contrasts). Neighbours differ most: accounts made one after the other often talk to each other.
var palettes = [...][]string{
	Off:   {""},
	Basic: {"\x1b[35m", "\x1b[94m", "\x1b[31m", "\x1b[95m", "\x1b[91m"},
	Rich: {
		"\x1b[38;5;28m", "\x1b[38;5;161m", "\x1b[38;5;32m", "\x1b[38;5;130m", "\x1b[38;5;99m", "\x1b[38;5;30m",
		"\x1b[38;5;163m", "\x1b[38;5;64m", "\x1b[38;5;196m", "\x1b[38;5;27m", "\x1b[38;5;166m", "\x1b[38;5;129m",
	},
}

// of is the style in which the name of an account is shown, for ever the same.
func (c Colour) of(id chat.UserID) string {
	p := palettes[c]
	return p[uint64(id)%uint64(len(p))]
}
