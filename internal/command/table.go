package command

import (
	"context"
	"strconv"
	"strings"

	"sshchat/internal/chat"
)

// table has every command. Its texts stand in texts.go.
var table = Table{
	{
		Name: "signup", Args: []Arg{{"NAME", Word, true}}, Needs: LoggedOut, Group: Account,
		Help:  helpSignUp,
		About: aboutSignUp, Run: signUp,
	},
	{
		Name: "login", Args: []Arg{{"NAME", Word, true}}, Flags: []string{flagTakeOver, flagQuiet},
		Needs: LoggedOut, Group: Account,
		Help:  helpLogin,
		About: aboutLogin, Run: login,
	},
	{
		Name: "logout", Aliases: []string{"quit", "exit"}, Needs: Anyone, Group: Account,
		Help:  helpLogout,
		About: aboutLogout, Run: logout,
	},
	{
		Name: "passwd", Group: Account,
		Help: helpPasswd, Run: changePassword,
	},
	{
		Name: "message", Aliases: []string{"msg", "m"}, Args: []Arg{{"WHO", User, false}, {"TEXT", Text, false}},
		Pace: Messages, Group: Talk,
		Help:  helpMessage,
		About: aboutMessage, Line: toOne,
	},
	{
		Name: "reply", Aliases: []string{"r"}, Args: []Arg{{"TEXT", Text, false}}, Pace: Messages, Group: Talk,
		Help: helpReply, Line: toLast,
	},
	{
		Name: "broadcast", Args: []Arg{{"TEXT", Text, false}}, Pace: Broadcasts, Group: Talk,
		Help: helpBroadcast, Line: toAll,
	},
	{
		Name: "sent", Args: []Arg{{"ID", Word, true}}, Group: Talk,
		Help:  helpSent,
		About: aboutSent, Run: sent,
	},
	{
		Name: "more", Group: Talk,
		Help:  helpMore,
		About: aboutMore, Run: more,
	},
	{
		Name: "whoelse", Aliases: []string{"who"}, Group: People,
		Help: helpWhoElse, Run: whoElse,
	},
	{
		Name: "wholasthr", Group: People,
		Help: helpWhoLastHour, Run: whoLastHour,
	},
	{
		Name: "wholast", Args: []Arg{{"DURATION", Word, false}}, Group: People,
		Help:  helpWhoLast,
		About: aboutWhoLast, Run: whoLast,
	},
	{
		Name: "whois", Args: []Arg{{"USER", User, false}}, Group: People,
		Help: helpWhoIs, Run: whoIs,
	},
	{
		Name: "block", Args: []Arg{{"USER", User, false}}, Group: People,
		Help:  helpBlock,
		About: aboutBlock, Run: block,
	},
	{
		Name: "unblock", Args: []Arg{{"USER", User, false}}, Group: People,
		Help: helpUnblock, Run: unblock,
	},
	{
		Name: "blocked", Group: People,
		Help: helpBlocked, Run: blocked,
	},
	{
		Name: "help", Args: []Arg{{"COMMAND", CommandName, true}}, Needs: Anyone, Group: Help,
		Help: helpHelp, Run: help,
	},
}

// The options.
const (
	flagTakeOver = "--take-over"
	flagQuiet    = "--quiet"
)

func logout(context.Context, *Call) (Effect, error) { return Effect{Logout: true}, nil }

func more(context.Context, *Call) (Effect, error) { return Effect{More: true}, nil }

func toOne(p *Parsed) chat.Line {
	return chat.Line{Audience: chat.ToOne, To: p.Arg("WHO"), Text: p.Text()}
}

func toLast(p *Parsed) chat.Line { return chat.Line{Audience: chat.ToLast, Text: p.Text()} }

func toAll(p *Parsed) chat.Line { return chat.Line{Audience: chat.ToAll, Text: p.Text()} }

// Send sends what is typed with commands that have a Line, in that order; each is refused alone. A line
// that was sent is answered by itself: it comes back in its place among all others.
func Send(ctx context.Context, c *chat.Service, me chat.Actor, typed []Parsed) []chat.Outcome {
	lines := make([]chat.Line, len(typed))
	for i := range typed {
		lines[i] = typed[i].Line(&typed[i])
	}
	return c.Send(ctx, me, lines)
}

// listed is how many of one's own lines sent lists.
const listed = 20

// sent takes the number of a line as it is shown, with its #, and without.
func sent(ctx context.Context, c *Call) (Effect, error) {
	var id int64
	if typed := c.Arg("ID"); typed != "" {
		var err error
		if id, err = strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64); err != nil || id <= 0 {
			return Effect{}, c.refuseUsage()
		}
	}
	lines, err := c.Chat.Sent(ctx, c.Me, chat.EntryID(id), listed)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Sent(lines, c.Now())}, nil
}
