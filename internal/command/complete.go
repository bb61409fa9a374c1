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
}

// Complete says how line, which somebody logged in as me has typed up to the cursor, can go on.
//
// Nobody is told names of accounts before they have logged in.
func Complete(line string, me chat.Name) Completion {
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

// complete completes a word behind the arguments that stand before it. Text is not completed: a name
// in it is no argument.
func (c *Command) complete(start int, before []string, word string) Completion {
	if len(c.Flags) > 0 && strings.HasPrefix(word, "-") {
		left := slices.DeleteFunc(slices.Clone(c.Flags), func(f string) bool {
			return slices.Contains(before, f)
		})
		return Completion{Start: start, Words: beginning(left, word)}
	}
	at := 0
	for _, b := range before {
		if len(c.Flags) == 0 || !strings.HasPrefix(b, "--") {
			at++
		}
	}
	if at >= len(c.Args) {
		return Completion{Start: start}
	}
	switch c.Args[at].Kind {
	case User:
		return Completion{Start: start, Users: true}
	case CommandName:
		return Completion{Start: start, Words: beginning(table.names(), word)}
	}
	return Completion{Start: start}
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
