package chat

import (
	"strings"

	"sshchat/internal/sanitize"
)

// Mentions reports whether a text names somebody: @bob anywhere, or bob: or bob, at its beginning, in any case.
func Mentions(t sanitize.Text, who Name) bool {
	text, name := t.String(), string(who)
	if name == "" {
		return false
	}
	if rest, ok := cutName(text, name); ok && rest != "" && (rest[0] == ':' || rest[0] == ',') {
		return true
	}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			return false
		}
		at += i + 1
		if at > 1 && isNameByte(text[at-2]) { // the address of a mailbox
			continue
		}
		if rest, ok := cutName(text[at:], name); ok && (rest == "" || !isNameByte(rest[0])) {
			return true
		}
	}
}

// cutName cuts a name off the beginning of text.
func cutName(text, name string) (rest string, ok bool) {
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return "", false
	}
	return text[len(name):], true
}
