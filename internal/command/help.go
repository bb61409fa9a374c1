package command

import (
	"context"
	"strings"
)

// help lists the commands, or says what there is to say of one.
func help(_ context.Context, c *Call) (Effect, error) {
	typed := strings.TrimPrefix(c.Arg("COMMAND"), "/")
	if typed == "" {
		return c.listed()
	}
	about := c.table.find(typed)
	if about == nil {
		return Effect{}, refuseNoHelp(typed, c.table.nearest(typed, c.Me.Name))
	}
	return c.say(about.long())
}

// listed is the list of what can be used now.
func (c *Call) listed() (Effect, error) {
	var rows [][]string
	for g := range groups {
		group := [][]string{{groupNames[g]}}
		for i := range c.table {
			if one := &c.table[i]; one.Group == g && one.open(c.Me.Name) {
				group = append(group, []string{"  " + one.Usage(), one.Help})
			}
		}
		if len(group) > 1 {
			rows = append(rows, group...)
		}
	}
	text := c.View.Table(rows)
	if c.Me.ID == 0 {
		return Effect{Text: text + c.View.Say(textHelpBefore)}, nil
	}
	return Effect{Text: text + c.View.Say(textHelpMore)}, nil
}

// long is all that there is to say of c.
func (c *Command) long() string {
	lines := []string{c.Usage() + ": " + c.Help}
	if len(c.Aliases) > 0 {
		lines = append(lines, textAliases(c.Aliases))
	}
	if c.About != "" {
		lines = append(lines, c.About)
	}
	return strings.Join(lines, "\n")
}
