package command

import (
	"context"
	"slices"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// help shows the commands, or what there is to say of one of them or of a group. Some groups have the name of
// a command: whoever types that sees both.
func help(ctx context.Context, c *Call) (Effect, error) {
	var err error
	if c.table, err = c.withAdmin(ctx); err != nil {
		return Effect{}, err
	}
	typed := strings.TrimPrefix(c.Arg("COMMAND"), "/")
	if typed == "" {
		return Effect{Text: c.overview()}, nil
	}
	text := ""
	if about := c.table.find(typed); about != nil {
		text = c.long(about)
	}
	g, isGroup := groupNamed(typed)
	if isGroup && c.Me.ID != 0 {
		text += c.View.Section(headGroup(g), c.items(c.table.in(g, c.Me.Name), true))
	}
	switch {
	case text != "":
		return Effect{Text: text}, nil
	case isGroup:
		return Effect{}, c.Chat.NotLoggedIn()
	}
	return Effect{}, refuseNoHelp(typed, c.nearestHelp(typed))
}

// overview is a page for which a screen of 80 columns and 24 rows has room, also with twice as many commands: a
// line for each of those that people need most, and the names of all. Before a login it is a line for
// each that can be used.
func (c *Call) overview() string {
	if c.Me.ID == 0 {
		return c.View.Section("", c.items(c.waysIn(), false)) + c.View.Say(textHelpBefore)
	}
	var everyday []*Command
	var byGroup []render.Item
	for g := range groups {
		names := ""
		for _, one := range c.table.in(g, c.Me.Name) {
			names += one.Name + " "
			if one.Everyday {
				everyday = append(everyday, one)
			}
		}
		byGroup = append(byGroup, render.Item{Typed: groupNames[g], Does: strings.TrimSpace(names)})
	}
	return c.View.Say(textHelp(c.Parsed.talk, c.View.Plain)) + c.View.Section(headEveryday, c.items(everyday, false)) +
		c.View.Section(headAll, byGroup) + c.View.Say(textHelpMore(c.slash()))
}

// waysIn are the commands that can be used before a login.
func (c *Call) waysIn() []*Command {
	open := c.table.open("")
	if c.Chat.MakesAccounts() {
		return open
	}
	return slices.DeleteFunc(open, func(one *Command) bool { return one.Name == "signup" })
}

// items are a line for each command, with its other names or without.
func (c *Call) items(commands []*Command, aliases bool) []render.Item {
	items := make([]render.Item, len(commands))
	for i, one := range commands {
		items[i] = render.Item{Typed: c.slash() + one.short(), Does: one.Help}
		if aliases {
			items[i].Does = textAlso(one.Help, one.Aliases)
		}
	}
	return items
}

// slash is what has to stand before a command now.
func (c *Call) slash() string {
	if c.Parsed.talk.IsNone() {
		return ""
	}
	return "/"
}

// long is all that there is to say of a command.
func (c *Call) long(about *Command) string {
	lines := []string{about.Usage() + ": " + about.Help}
	if len(about.Aliases) > 0 {
		lines = append(lines, textAliases(about.Aliases))
	}
	if about.About != "" {
		lines = append(lines, about.About)
	}
	text := c.View.Say(strings.Join(lines, "\n"))
	if len(about.Examples) == 0 {
		return text
	}
	items := make([]render.Item, len(about.Examples))
	for i, e := range about.Examples {
		items[i] = render.Item(e)
		if !strings.HasPrefix(e.Typed, "/") {
			items[i].Typed = c.slash() + e.Typed
		}
	}
	return text + c.View.Section(headExamples, items)
}

// mostUsage is how many columns usage has in a list.
const mostUsage = 22

// short is the usage for a list: without options, and of many arguments only the first ones.
func (c *Command) short() string {
	if usage := c.Name + " " + c.Form; c.Form != "" && len(usage) <= mostUsage {
		return usage
	}
	words := append([]string{c.Name}, c.argNames()...)
	usage := strings.Join(words, " ")
	if len(usage) <= mostUsage {
		return usage
	}
	const rest = " …" // 2 columns
	for len(words) > 1 && len(usage)+2 > mostUsage {
		words = words[:len(words)-1]
		usage = strings.Join(words, " ")
	}
	return usage + rest
}

// open lists the commands that me can use.
func (t Table) open(me chat.Name) (list []*Command) {
	for i := range t {
		if t[i].open(me) {
			list = append(list, &t[i])
		}
	}
	return list
}

// in lists those of a group.
func (t Table) in(g Group, me chat.Name) []*Command {
	return slices.DeleteFunc(t.open(me), func(c *Command) bool { return c.Group != g })
}

func groupNamed(typed string) (g Group, ok bool) {
	i := slices.Index(groupNames[:], strings.ToLower(typed))
	return Group(i), i >= 0
}

// nearestHelp is the command, or else the group, that somebody may have meant; empty if there is none.
func (c *Call) nearestHelp(typed string) string {
	if near := c.table.nearest(typed, c.Me.Name); near != nil {
		return near.Name
	}
	if c.Me.ID == 0 || len(typed) > longestName {
		return ""
	}
	return chat.Nearest(strings.ToLower(typed), groupNames[:], func(name string) string { return name })
}
