package command

import (
	"slices"
	"strings"

	"sshchat/internal/chat"
)

// Completion is how the last word of a line can go on.
type Completion struct {
	Start int      // byte offset of what is to be completed
	Words []string // each can stand in its place
	Users bool     // it is the name of an account: those that begin with line[Start:]
	Rooms bool     // it is the name of a room, with its #: as Users
	Names bool     // it names somebody at the beginning of a text: bob:
}

// Suffix is what goes behind the word once it is complete.
func (c Completion) Suffix() string {
	if c.Names {
		return ": "
	}
	return " "
}

// Complete says how line, which somebody logged in as me has typed up to the cursor, can go on. In a conversation
// that is current a command begins with "/", and names in a text are completed behind an "@".
//
// Nobody is told names of accounts before they have logged in.
func Complete(line string, me chat.Name, talk chat.Conversation) Completion {
	if _, ok := textFor(talk, line); ok {
		return completeText(line)
	}
	start := strings.LastIndexAny(line, blanks) + 1
	before, word := strings.Fields(line[:start]), line[start:]
	if len(before) == 0 {
		if strings.HasPrefix(word, "/") {
			start, word = start+1, word[1:]
		}
		return Completion{Start: start, Words: beginning(table.usable(me), word)}
	}
	c := table.find(strings.TrimPrefix(before[0], "/"))
	if c == nil || !c.open(me) {
		return Completion{Start: start}
	}
	return c.complete(start, before[1:], word)
}

// completeText completes a name behind an "@", or at the beginning of a text.
func completeText(line string) Completion {
	start := strings.LastIndexAny(line, blanks) + 1
	if strings.HasPrefix(line[start:], "@") {
		return Completion{Start: start + 1, Users: true}
	}
	first := start == 0 && line != ""
	return Completion{Start: start, Users: first, Names: first}
}

// complete completes a word behind the arguments that stand before it. Text is not completed, but for the words that it
// may be instead: a name in it is no argument.
func (c *Command) complete(start int, before []string, word string) Completion {
	if len(c.Flags) > 0 && strings.HasPrefix(word, "-") {
		left := slices.DeleteFunc(slices.Clone(c.Flags), func(f string) bool {
			return slices.Contains(before, f)
		})
		return Completion{Start: start, Words: beginning(left, word)}
	}
	switch a := c.argAt(before, word); a.Kind {
	case User:
		return Completion{Start: start, Users: true}
	case Room:
		return Completion{Start: start, Rooms: true}
	case Anybody:
		isRoom := strings.HasPrefix(word, "#")
		return Completion{Start: start, Users: !isRoom, Rooms: isRoom}
	case Choice, Text:
		if a.OrRoom && strings.HasPrefix(word, "#") {
			return Completion{Start: start, Rooms: true}
		}
		return Completion{Start: start, Words: beginning(a.wordsBehind(before), word)}
	case CommandName:
		return Completion{Start: start, Words: slices.Compact(beginning(append(table.names(), groupNames[:]...), word))}
	}
	return Completion{Start: start}
}

// wordsBehind are the words that a can be behind those that stand before it.
func (a Arg) wordsBehind(before []string) []string {
	if a.WordsOf == nil || len(before) == 0 {
		return a.Words
	}
	last := strings.ToLower(before[len(before)-1])
	if strings.HasPrefix(last, "#") {
		last = "#"
	} else if words, ok := a.WordsOf["#"+last]; ok && strings.HasPrefix(before[0], "#") {
		return words
	}
	return a.WordsOf[last]
}

// argAt is the argument that word is, behind those before it; none if there are no more.
func (c *Command) argAt(before []string, word string) Arg {
	words := slices.DeleteFunc(append(slices.Clone(before), word), func(w string) bool {
		return len(c.Flags) > 0 && strings.HasPrefix(w, "--") && w != word
	})
	for _, a := range c.Args {
		if a.leftOut(words[0]) {
			continue
		}
		if len(words) == 1 || a.Kind == Text {
			return a
		}
		words = words[1:]
	}
	return Arg{}
}

// beginning is those of words that begin with prefix in any case, sorted.
func beginning(words []string, prefix string) (list []string) {
	for _, w := range words {
		if strings.HasPrefix(w, strings.ToLower(prefix)) {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	return list
}
