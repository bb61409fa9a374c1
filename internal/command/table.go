package command

import (
	"context"
	"strconv"
	"strings"

	"sshchat/internal/chat"
)

// table has every command. Its one line of help stands here, as part of the row; see texts.go for the rest.
var table = Table{
	{
		Name: "signup", Args: []Arg{{"NAME", Word, true}}, Needs: LoggedOut, Group: Account,
		Help:  "make an account and log in",
		About: aboutSignUp, Run: signUp,
	},
	{
		Name: "login", Args: []Arg{{"NAME", Word, true}}, Flags: []string{flagTakeOver, flagQuiet},
		Needs: LoggedOut, Group: Account,
		Help:  "log in",
		About: aboutLogin, Run: login,
	},
	{
		Name: "logout", Aliases: []string{"quit", "exit"}, Needs: Anyone, Group: Account,
		Help:  "leave (^D on an empty line, too)",
		About: aboutLogout, Run: logout,
	},
	{
		Name: "passwd", Group: Account,
		Help: "change your password", Run: changePassword,
	},
	{
		Name: "message", Aliases: []string{"msg", "m"}, Args: []Arg{{"WHO", User, false}, {"TEXT", Text, false}},
		Pace: Messages, Group: Talk,
		Help:  "write to somebody, online or not",
		About: aboutMessage, Line: toOne,
	},
	{
		Name: "reply", Aliases: []string{"r"}, Args: []Arg{{"TEXT", Text, false}}, Pace: Messages, Group: Talk,
		Help: "write to whoever wrote to you last", Line: toLast,
	},
	{
		Name: "broadcast", Args: []Arg{{"TEXT", Text, false}}, Pace: Broadcasts, Group: Talk,
		Help: "write to everyone, online or not", Line: toAll,
	},
	{
		Name: "sent", Args: []Arg{{"ID", Word, true}}, Group: Talk,
		Help:  "what became of your lines",
		About: aboutSent, Run: sent,
	},
	{
		Name: "more", Group: Talk,
		Help:  "more of the lines that wait for you",
		About: aboutMore, Run: more,
	},
	{
		Name: "whoelse", Aliases: []string{"who"}, Group: People,
		Help: "who else is online", Run: whoElse,
	},
	{
		Name: "wholasthr", Group: People,
		Help: "who else logged in within the last hour", Run: whoLastHour,
	},
	{
		Name: "wholast", Args: []Arg{{"DURATION", Word, false}}, Group: People,
		Help:  "the same within 30 (minutes), 2h, 3d",
		About: aboutWhoLast, Run: whoLast,
	},
	{
		Name: "whois", Args: []Arg{{"USER", User, false}}, Group: People,
		Help: "what is known of somebody", Run: whoIs,
	},
	{
		Name: "block", Args: []Arg{{"USER", User, false}}, Group: People,
		Help:  "stop USER from reaching you",
		About: aboutBlock, Run: block,
	},
	{
		Name: "unblock", Args: []Arg{{"USER", User, false}}, Group: People,
		Help: "let USER reach you again", Run: unblock,
	},
	{
		Name: "blocked", Group: People,
		Help: "whom you block", Run: blocked,
	},
	{
		Name: "help", Args: []Arg{{"COMMAND", CommandName, true}}, Needs: Anyone, Group: Help,
		Help: "this list, or more about COMMAND", Run: help,
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
