package admin

import "strings"

// A Command is what the manual and the shells' completion say of a command of the console.
type Command struct {
	Usage string // kick USER [--reason TEXT]
	Help  string // one line
}

// Name is what is typed as it stands: the words of the usage before the first that stands for something.
func (c Command) Name() string {
	words := strings.Fields(c.Usage)
	for i, w := range words {
		if strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
			words = words[:i]
			break
		}
	}
	return strings.Join(words, " ")
}

// Commands are those of the console, in the order of [Help].
func Commands() []Command {
	var all []Command
	for _, row := range helpRows() {
		all = append(all, Command{Usage: row[0], Help: row[1]})
	}
	return all
}
