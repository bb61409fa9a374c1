package command

import (
	"strings"

	"sshchat/internal/chat"
)

// Hint is what of a command's usage is still to be typed behind line, which somebody logged in as me has typed in a
// conversation; nothing if line is no command that they can use, or has all that it takes.
func Hint(line string, me chat.Name, talk chat.Conversation) string {
	if _, ok := textFor(talk, line); ok {
		return ""
	}
	first, rest := cutWord(line)
	c := table.find(strings.TrimPrefix(first, "/"))
	if c == nil || !c.open(me) {
		return ""
	}
	left := c.left(rest)
	if left != "" && !strings.HasSuffix(line, " ") {
		return " " + left
	}
	return left
}

// left is what of the arguments does not stand in typed yet, or is not begun there.
func (c *Command) left(typed string) string {
	words := strings.Fields(typed)
	switch {
	case len(words) == 0:
		return strings.TrimPrefix(strings.TrimPrefix(c.Usage(), c.Name), " ")
	case c.Form != "":
		return ""
	}
	names := c.argNames()
	for i, a := range c.Args {
		for len(words) > 0 && len(c.Flags) > 0 && strings.HasPrefix(words[0], "--") {
			words = words[1:]
		}
		switch {
		case len(words) == 0:
			return strings.Join(names[i:], " ")
		case a.leftOut(words[0]):
		case a.Kind == Text:
			return ""
		default:
			words = words[1:]
		}
	}
	return ""
}
