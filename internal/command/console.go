package command

import (
	"context"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// Console is the operators' console, as far as people with a role can use it in the chat. It is an interface as admin,
// which has it, stands above this package.
type Console interface {
	// Do does what somebody with a role has typed behind "admin", and gives the answer as rows. Its error is a refusal or
	// a fault.
	Do(ctx context.Context, me chat.Actor, role, typed string, v render.Viewer) (rows string, err error)
}

// adminCommand stands in no table: to whoever has no role there is no such command. It is not completed either, as what
// somebody may do is known only once they do it.
var adminCommand = Command{
	Name: "admin", Args: []Arg{{Name: "COMMAND", Kind: Text, Optional: true}}, Pace: Messages, Group: Operators,
	Help:  helpAdmin,
	About: aboutAdmin, Run: runAdmin,
	Examples: examplesAdmin,
}

// isAdmin reports whether somebody who is logged in as me has typed the name of adminCommand.
func isAdmin(typed string, me chat.Name) bool {
	return me != "" && strings.EqualFold(typed, adminCommand.Name)
}

// withAdmin is the table that somebody with a role can use.
func (c *Call) withAdmin(ctx context.Context) (Table, error) {
	if c.Me.ID == 0 {
		return c.table, nil
	}
	role, err := c.Chat.RoleOf(ctx, c.Me)
	if err != nil || role == "" {
		return c.table, err
	}
	return append(c.table[:len(c.table):len(c.table)], adminCommand), nil
}

// runAdmin reads the role for each act anew: it may have been taken away.
func runAdmin(ctx context.Context, c *Call) (Effect, error) {
	role, err := c.Chat.RoleOf(ctx, c.Me)
	switch {
	case err != nil:
		return Effect{}, err
	case role == "" || c.Console == nil:
		return Effect{}, refuseUnknown(c.Name, c.table.nearest(c.Name, c.Me.Name), c.Me.Name)
	}
	rows, err := c.Console.Do(ctx, c.Me, role, c.Text().String(), c.View)
	return Effect{Text: rows}, err
}
