package chat

import (
	"slices"
	"strings"

	"sshchat/internal/sanitize"
)

// Mentions reports whether a text names somebody: @bob anywhere, or bob: or bob, at its beginning, in any case, with the
// words of [Words] that the name has, so that a search finds it; or has one of the words that they have marked, which are those of [Settings.Highlights].
func Mentions(t sanitize.Text, who Name, marked []string) bool {
	return names(t.String(), string(who)) || hasAny(t.String(), marked)
}

func names(text, name string) bool {
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
		if rest, ok := cutName(text[at:], name); ok && endsName(rest) {
			return true
		}
	}
}

// endsName reports whether a name can have ended before rest. A Latin letter behind it, or an accent, makes it another word.
func endsName(rest string) bool {
	return rest == "" || !isNameByte(rest[0]) && wordAt("x"+rest) == len("x")
}

// cutName cuts a name off the beginning of text.
func cutName(text, name string) (rest string, ok bool) {
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return "", false
	}
	return text[len(name):], true
}

func hasAny(text string, marked []string) bool {
	if len(marked) == 0 {
		return false
	}
	said := inRow(Words(text))
	return slices.ContainsFunc(marked, func(words string) bool { return strings.Contains(said, words) })
}

// inRow is words as one string that another such string contains if it has the same words in a row.
func inRow(words []string) string { return " " + strings.Join(words, " ") + " " }
