package command

import (
	"slices"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Parsed is a line that is a command with all that it needs.
type Parsed struct {
	*Command
	args  []string // as many as Args; "" for one left out
	flags []string
	talk  chat.Conversation // the current one when it was typed
	table Table
}

// Parse finds out what somebody means by a line. me is whom they are logged in as, or empty, and talk the
// conversation that is current. The error is a Refusal: the line is no command, or one that cannot be used
// now, or not like that.
//
// In a conversation a line is text for it, unless it begins with "/". There "//" begins a text with one.
//
// A leading "/" is accepted, names may be in any case, and words are separated by spaces or line
// breaks. Of a Text argument only the one separator in front of it is cut off: spaces and line
// breaks in it stay. The line is cleaned first, so every argument is what sanitize.Message leaves.
func Parse(line string, me chat.Name, talk chat.Conversation) (Parsed, error) {
	line = sanitize.Message(line).String()
	if text, ok := textFor(talk, line); ok {
		return parseText(text, talk)
	}
	first, rest := cutWord(line)
	typed := strings.TrimPrefix(first, "/")
	if typed == "" {
		return Parsed{}, refuseNothing
	}
	c := table.find(typed)
	if c == nil && isAdmin(typed, me) {
		c = &adminCommand
	}
	switch {
	case c == nil:
		return Parsed{}, refuseUnknown(typed, table.nearest(typed, me), me)
	case !c.open(me) && c.Needs == LoggedIn:
		return Parsed{}, chat.NotLoggedIn
	case !c.open(me):
		return Parsed{}, refuseLoggedIn(me)
	}
	p, err := table.parse(c, rest)
	p.talk = talk
	return p, err
}

// textFor is what line says in a conversation; false if it is a command.
func textFor(talk chat.Conversation, line string) (string, bool) {
	switch {
	case talk.IsNone():
		return "", false
	case strings.HasPrefix(line, "//"):
		return line[1:], true
	}
	return line, !strings.HasPrefix(strings.TrimLeft(line, blanks), "/")
}

// open reports whether c can be used by somebody who is logged in as me.
func (c *Command) open(me chat.Name) bool {
	return c.Needs == Anyone || (c.Needs == LoggedIn) == (me != "")
}

// parse takes the arguments of c off rest: all that it needs, and nothing that it has no use for.
// What is left over is refused and not ignored: "block bob carol" would look as if both were blocked.
func (t Table) parse(c *Command, rest string) (Parsed, error) {
	p := Parsed{Command: c, table: t, args: make([]string, 0, len(c.Args))}
	for _, a := range c.Args {
		if a.leftOut(rest) {
			p.args = append(p.args, "") // the current room, or the newest line
			continue
		}
		word, err := p.next(a.Kind, &rest)
		switch {
		case err != nil:
			return Parsed{}, err
		case word == "" && !a.Optional:
			return Parsed{}, c.refuseUsage()
		}
		p.args = append(p.args, word)
	}
	extra, err := p.next(Word, &rest)
	if err == nil && extra != "" {
		err = c.refuseUsage()
	}
	if err != nil {
		return Parsed{}, err
	}
	return p, nil
}

// leftOut reports whether an argument that its # tells from others is not there.
func (a Arg) leftOut(rest string) bool {
	if !a.Optional || a.Kind != Room && a.Kind != Line {
		return false
	}
	word, marked := strings.CutPrefix(strings.TrimLeft(rest, blanks), "#")
	return !marked || a.Kind == Line && (word == "" || !isNumber(word[:1]))
}

// next takes an argument off rest, and the options in front of it.
func (p *Parsed) next(kind ArgKind, rest *string) (string, error) {
	if kind == Text {
		text := *rest
		*rest = ""
		if strings.Trim(text, blanks) == "" {
			return "", nil
		}
		return text, nil
	}
	for {
		var word string
		word, *rest = cutWord(*rest)
		if len(p.Flags) == 0 || !strings.HasPrefix(word, "--") {
			return word, nil
		}
		flag := strings.ToLower(word)
		if !slices.Contains(p.Flags, flag) {
			return "", p.refuseFlag(word)
		}
		p.flags = append(p.flags, flag)
	}
}

// blanks separate words. A cleaned line has no other white space that a keyboard makes.
const blanks = " \n"

// cutWord takes the first word off s, and the one separator behind it.
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, blanks)
	i := strings.IndexAny(s, blanks)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// A Table is commands in the order in which help lists them. Its methods are on the value, and a
// Parsed carries the table that it was found in: the help command could not refer to the
// package's own table, which refers to it.
type Table []Command

// find finds a command by any of its names, in any case; nil if there is none.
func (t Table) find(typed string) *Command {
	typed = strings.ToLower(typed)
	for i := range t {
		if c := &t[i]; c.Name == typed || slices.Contains(c.Aliases, typed) {
			return c
		}
	}
	return nil
}

// longestName bounds what is compared with the names of commands.
const longestName = 16

// foreign are the names that other programs have for a command.
var foreign = map[string]string{
	"query": "talk", "dm": "message", "pm": "message", "tell": "message", "w": "message", "whisper": "message",
	"list": "rooms", "names": "members", "users": "whoelse", "whowas": "seen", "window": "next", "buffer": "next",
	"ignore": "block", "unignore": "unblock", "undo": "delete",
}

// nearest finds the command that somebody may have meant, or nil. It is one that they can use; before a login
// it may also be one that needs it.
func (t Table) nearest(typed string, me chat.Name) *Command {
	if len(typed) > longestName {
		return nil
	}
	if c := t.find(foreign[strings.ToLower(typed)]); c != nil {
		return c
	}
	candidates := [][]string{t.usable(me)}
	if me == "" {
		candidates = append(candidates, t.names())
	}
	for _, names := range candidates {
		if near := chat.Nearest(strings.ToLower(typed), names, func(name string) string { return name }); near != "" {
			return t.find(near)
		}
	}
	return nil
}

// usable lists the names, without aliases, of the commands that me can use.
func (t Table) usable(me chat.Name) (list []string) {
	for i := range t {
		if t[i].open(me) {
			list = append(list, t[i].Name)
		}
	}
	return list
}

func (t Table) names() (list []string) {
	for i := range t {
		list = append(list, t[i].Name)
	}
	return list
}
