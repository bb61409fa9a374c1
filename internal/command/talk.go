package command

import (
	"context"
	"slices"
	"strings"

	"sshchat/internal/chat"
)

// What is typed into a conversation is a command without a name. Guarded, it first looks whether it is text:
// a command whose "/" was forgotten must not be published.
var (
	say     = Command{Name: "say", Args: []Arg{{Name: "TEXT", Kind: Text}}, Pace: Messages, Line: toTalk}
	guarded = Command{Name: "say", Args: []Arg{{Name: "TEXT", Kind: Text}}, Run: guard}
)

func parseText(text string, talk chat.Conversation) (Parsed, error) {
	if strings.Trim(text, blanks) == "" {
		return Parsed{}, refuseNoText
	}
	p := Parsed{Command: &say, args: []string{text}, talk: talk, table: table}
	if c, _ := p.slip(); c != nil {
		p.Command = &guarded
	}
	return p, nil
}

// IsGuarded reports whether p is text that may be a command without its "/".
func (p *Parsed) IsGuarded() bool { return p.Command == &guarded }

// Unguarded is p as text, whatever it looks like.
func (p Parsed) Unguarded() Parsed {
	if p.IsGuarded() {
		p.Command = &say
	}
	return p
}

// slip finds the command that a text would be behind a "/", and the name in it, if that is what makes it one: an
// account or a #room. Text that merely begins with such a word is none.
func (p *Parsed) slip() (c *Command, name string) {
	first, rest := cutWord(p.args[0])
	c = p.table.find(first)
	switch {
	case c == nil && strings.EqualFold(first, adminCommand.Name):
		return &adminCommand, ""
	case c == nil:
		return nil, ""
	}
	second, behind := cutWord(rest)
	isBlank := strings.Trim(behind, blanks) == ""
	switch {
	case second == "", slices.Contains([]string{"login", "signup", "reply", "broadcast"}, c.Name):
		return c, ""
	case strings.HasPrefix(second, "#") && slices.ContainsFunc(c.Args, func(a Arg) bool { return a.Kind == Room || a.Kind == Anybody }):
		return c, ""
	case c.Name == "message" && isBlank, c.Name != "message" && !isBlank && len(c.Args) == 1:
		return nil, ""
	case slices.ContainsFunc(c.Args, func(a Arg) bool { return a.Kind == User || a.Kind == Anybody }):
		return c, second
	}
	return nil, ""
}

// guard holds back what may be a slip; with a name in it, only if that is somebody's.
func guard(ctx context.Context, c *Call) (Effect, error) {
	slip, name := c.slip()
	if slip == &adminCommand {
		if role, err := c.Chat.RoleOf(ctx, c.Me); err != nil || role == "" {
			return Effect{Say: true}, err
		}
	}
	if name != "" {
		if _, err := c.Chat.Lookup(ctx, c.Me, name); err != nil {
			if _, ok := chat.AsRefusal(err); ok {
				return Effect{Say: true}, nil
			}
			return Effect{}, err
		}
	}
	return Effect{}, refuseSlip(slip)
}

func toTalk(p *Parsed) chat.Line {
	if p.talk.Room.ID != 0 {
		return chat.Line{Audience: chat.ToRoom, Room: p.talk.Room, Text: p.Text()}
	}
	return chat.Line{Audience: chat.ToOne, To: string(p.talk.With.Name), Text: p.Text()}
}

// toAction is for the room that is named, else for the current one.
func toAction(p *Parsed) chat.Line {
	l := chat.Line{Audience: chat.ToRoom, To: p.Arg(roomArg.Name), Action: true, Text: p.Text()}
	if l.To == "" {
		l.Room = p.talk.Room
	}
	return l
}

// talk makes a conversation the current one.
func talk(ctx context.Context, c *Call) (Effect, error) {
	who := c.Arg("WHO")
	switch {
	case c.View.Plain:
		return Effect{}, refuseTalkPlain
	case who == "" && c.Parsed.talk.IsNone():
		return Effect{}, refuseNoTalk
	case who == "":
		return Effect{Text: c.View.Say(textTalkEnds(c.Parsed.talk)), Talk: &chat.Conversation{}}, nil
	}
	with, err := c.conversation(ctx, who)
	if err != nil {
		return Effect{}, err
	}
	return c.turnTo(ctx, with)
}

func (c *Call) conversation(ctx context.Context, who string) (chat.Conversation, error) {
	if strings.HasPrefix(who, "#") {
		r, err := c.Chat.MyRoom(ctx, c.Me, who)
		return chat.Conversation{Room: r.Room}, err
	}
	p, err := c.Chat.Lookup(ctx, c.Me, who)
	return chat.Conversation{With: p}, err
}
