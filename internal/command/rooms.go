package command

import (
	"context"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// roomArg is the room that a command is about: the current one if it is left out.
var roomArg = Arg{Name: "#ROOM", Kind: Room, Optional: true}

// room finds the room that a command is about.
func (c *Call) room(ctx context.Context) (chat.RoomInfo, error) {
	switch name := c.Arg(roomArg.Name); {
	case name != "":
		return c.Chat.MyRoom(ctx, c.Me, name)
	case c.Parsed.talk.Room.ID == 0:
		return chat.RoomInfo{}, c.refuseWhichRoom()
	}
	return c.Chat.SameRoom(ctx, c.Me, c.Parsed.talk.Room)
}

// join makes the room current, also if one is in it: after a login that is the way back.
func join(ctx context.Context, c *Call) (Effect, error) {
	if r, err := c.Chat.MyRoom(ctx, c.Me, c.Arg("#ROOM")); err == nil && !c.View.Plain {
		return c.turnTo(ctx, chat.Conversation{Room: r.Room})
	}
	r, e, err := c.Chat.Join(ctx, c.Me, c.Arg("#ROOM"))
	if err != nil {
		return Effect{}, err
	}
	pinned, err := c.pinned(ctx, r)
	if err != nil {
		return Effect{}, err
	}
	return c.enters(r, Effect{After: e.ID, Text: c.View.Facts(r) + pinned})
}

func (c *Call) enters(r chat.RoomInfo, e Effect) (Effect, error) {
	with := chat.Conversation{Room: r.Room}
	if e.Talk = &with; !c.View.Plain {
		e.Text += c.View.Say(textTalk(with))
	}
	return e, nil
}

func rooms(ctx context.Context, c *Call) (Effect, error) {
	if err := c.keepRead(ctx); err != nil {
		return Effect{}, err
	}
	all, err := c.Chat.Rooms(ctx, c.Me)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Rooms(all)}, nil
}

func members(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	all, err := c.Chat.Members(ctx, c.Me, r)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Members(all, c.Now())}, nil
}

// governs is a command that does to a room what an entry of kind k says. The entry comes back to whoever did
// it as to all who are in the room: that is the answer.
func governs(k chat.Kind, value func(*Call) (sanitize.Text, error)) func(context.Context, *Call) (Effect, error) {
	return func(ctx context.Context, c *Call) (Effect, error) {
		r, err := c.room(ctx)
		if err != nil {
			return Effect{}, err
		}
		v, err := value(c)
		if err != nil {
			return Effect{}, err
		}
		e, err := c.Chat.Govern(ctx, c.Me, r, k, c.Arg("USER"), v)
		return Effect{Answer: e}, err
	}
}

func nothing(*Call) (sanitize.Text, error) { return sanitize.Text{}, nil }

func text(c *Call) (sanitize.Text, error) { return c.Text(), nil }

// longestMute is the longest time for which somebody can be muted, and between two lines in a slow room.
const longestMute = 30 * 24 * time.Hour

func muteFor(c *Call) (sanitize.Text, error) { return c.span(c.Arg("DURATION")) }

func (c *Call) span(typed string) (sanitize.Text, error) {
	d, ok := ParseSpan(typed)
	switch {
	case !ok:
		return sanitize.Text{}, c.refuseUsage()
	case d > longestMute:
		return sanitize.Text{}, refuseLongMute
	}
	return sanitize.Line(d.String()), nil
}

func unmute(*Call) (sanitize.Text, error) { return sanitize.Line(time.Duration(0).String()), nil }

// noTopic is typed to take a topic away.
const noTopic = "-"

// topic shows the topic, or sets it.
func topic(ctx context.Context, c *Call) (Effect, error) {
	switch text := c.Text(); {
	case text.String() == noTopic:
		return governs(chat.Topic, nothing)(ctx, c)
	case !text.IsEmpty():
		return governs(chat.Topic, func(*Call) (sanitize.Text, error) { return text, nil })(ctx, c)
	}
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Facts(r)}, nil
}

func closeRoom(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	if r.Role == chat.Owner {
		typed, err := c.Ask(ctx, Question{Note: c.View.Say(textClose(r)), Prompt: askClose})
		if err != nil {
			return Effect{}, err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), "yes") {
			return Effect{}, Cancelled
		}
	}
	e, err := c.Chat.Govern(ctx, c.Me, r, chat.Close, "", sanitize.Text{})
	return Effect{Answer: e}, err
}

// rules are what room can be told, each with how it takes the value behind it.
var rules = map[string]func(context.Context, *Call, chat.RoomInfo, string) (*chat.Entry, error){
	"rename": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		if value == "" {
			return nil, c.refuseUsage()
		}
		return c.Chat.RenameRoom(ctx, c.Me, r, value)
	},
	"give": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		if value == "" {
			return nil, c.refuseUsage()
		}
		return c.Chat.Govern(ctx, c.Me, r, chat.Give, value, sanitize.Text{})
	},
	"post": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		return c.choose(ctx, r, chat.Post, value, map[string]string{
			"all": string(chat.PostAll), "ops": string(chat.PostOps), "owners": string(chat.PostOwners)})
	},
	"access": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		return c.choose(ctx, r, chat.Access, value, map[string]string{"open": chat.AccessOpen, "invite": chat.AccessInvited})
	},
	"history": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		return c.choose(ctx, r, chat.Access, value, map[string]string{"all": chat.HistoryAll, "joined": chat.HistoryJoined})
	},
	"slow": func(ctx context.Context, c *Call, r chat.RoomInfo, value string) (*chat.Entry, error) {
		span := sanitize.Line(time.Duration(0).String())
		if !strings.EqualFold(value, "off") {
			var err error
			if span, err = c.span(value); err != nil {
				return nil, err
			}
		}
		return c.Chat.Govern(ctx, c.Me, r, chat.Slow, "", span)
	},
}

// ruleNames are the words that room takes, in the order of the help.
var ruleNames = []string{"rename", "give", "access", "history", "post", "slow"}

// ruleValues are the words that may stand behind them.
var ruleValues = map[string][]string{
	"access": {"open", "invite"}, "history": {"all", "joined"}, "post": {"all", "ops", "owners"}, "slow": {"off"},
}

// choose sets what has a few values.
func (c *Call) choose(ctx context.Context, r chat.RoomInfo, k chat.Kind, typed string, values map[string]string) (*chat.Entry, error) {
	value, ok := values[strings.ToLower(typed)]
	if !ok {
		return nil, c.refuseUsage()
	}
	return c.Chat.Govern(ctx, c.Me, r, k, "", sanitize.Line(value))
}

func room(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	what := strings.ToLower(c.Arg("WHAT"))
	if what == "" && c.Arg("VALUE") == "" {
		return Effect{Text: c.View.Facts(r)}, nil
	}
	set, ok := rules[what]
	if !ok {
		return Effect{}, c.refuseUsage()
	}
	e, err := set(ctx, c, r, c.Arg("VALUE"))
	return Effect{Answer: e}, err
}
