package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"sshchat/internal/chat"
)

// unread lists the conversations with lines that the person has not read.
func unread(ctx context.Context, c *Call) (Effect, error) {
	if err := c.keepRead(ctx); err != nil {
		return Effect{}, err
	}
	all, err := c.Chat.Unread(ctx, c.Me, c.Likes)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Unread(all, c.Now())}, nil
}

// keepRead has what is asked for next go by what was read up to now.
func (c *Call) keepRead(ctx context.Context) error {
	if c.Progress == nil {
		return nil
	}
	return c.Chat.KeepRead(ctx, c.Progress())
}

// next goes to the next conversation that has something unread.
func next(ctx context.Context, c *Call) (Effect, error) {
	if c.View.Plain {
		return Effect{}, refuseTalkPlain
	}
	if err := c.keepRead(ctx); err != nil {
		return Effect{}, err
	}
	u, err := c.Chat.Next(ctx, c.Me, c.Likes)
	switch {
	case err != nil:
		return Effect{}, err
	case u.IsNone():
		return c.say(textNothingUnread)
	}
	return c.reopen(ctx, u)
}

// turnTo makes a conversation current.
func (c *Call) turnTo(ctx context.Context, with chat.Conversation) (Effect, error) {
	if err := c.keepRead(ctx); err != nil {
		return Effect{}, err
	}
	u, err := c.Chat.UnreadIn(ctx, c.Me, with)
	if err != nil {
		return Effect{}, err
	}
	return c.reopen(ctx, u)
}

// reopen makes u's conversation current, and shows what is unread in it behind a line where the person stopped.
func (c *Call) reopen(ctx context.Context, u chat.Unread) (Effect, error) {
	lines, err := c.Chat.Reopen(ctx, c.Me, u)
	if err != nil {
		return Effect{}, err
	}
	with := u.Conversation
	return Effect{Text: c.View.Reopened(u, lines, c.Now()) + c.View.Say(textTalk(with)), Talk: &with}, nil
}

// read has what was said in a conversation, the current one or the one that is named, count as read.
func read(ctx context.Context, c *Call) (Effect, error) {
	with, who := c.Parsed.talk, c.Arg("WHO")
	switch {
	case strings.EqualFold(who, "all"):
		if err := c.Chat.MarkRead(ctx, c.Me, chat.Place{}); err != nil {
			return Effect{}, err
		}
		return c.say(textReadAll)
	case who != "":
		var err error
		if with, err = c.conversation(ctx, who); err != nil {
			return Effect{}, err
		}
	case with.IsNone():
		return Effect{}, c.refuseUsage()
	}
	if err := c.Chat.MarkRead(ctx, c.Me, with.Place()); err != nil {
		return Effect{}, err
	}
	return c.say(textRead(with))
}

// mentions shows the newest lines that name the person.
func mentions(ctx context.Context, c *Call) (Effect, error) {
	who, limit, span, ok := c.past()
	if !ok || who != "" {
		return Effect{}, c.refuseForm(hintPast)
	}
	var since time.Time
	if span > 0 {
		since = c.Now().Add(-span)
	}
	lines, err := c.Chat.Mentions(ctx, c.Me, c.Likes, since, limit)
	if err != nil {
		return Effect{}, err
	}
	if len(lines) == 0 {
		return c.say(textNotMentioned)
	}
	return Effect{Text: c.View.Past(lines, c.Now())}, nil
}

// forEver is how long a room is quiet that is to be so until further notice.
const forEver = 100 * 366 * 24 * time.Hour

// A RoomNotice is how far the person wants to be told of a room.
type RoomNotice struct {
	Room chat.RoomID
	chat.Notice
}

// quiet has a room neither ring nor come up as next, for some time, until further notice, or no more.
func quiet(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	n, typed := r.Notice, c.Arg("DURATION")
	switch span, ok := ParseSpan(typed); {
	case typed == "":
		n.QuietUntil = c.Now().Add(forEver)
	case strings.EqualFold(typed, chat.Off):
		n.QuietUntil = time.Time{}
	case !ok:
		return Effect{}, c.refuseUsage()
	default:
		n.QuietUntil = c.Now().Add(span)
	}
	return c.notice(ctx, r, n, textQuiet(r.Name, n.IsQuiet(c.Now()), typed))
}

// notifies are what the notice of a room can be set to, besides going by the settings for all.
var notifies = []string{chat.Off, chat.BellMention, chat.BellAll}

// roomNotify shows, or sets, what rings in a room: settings #ROOM notify mention.
func (c *Call) roomNotify(ctx context.Context, room, what string) (Effect, error) {
	r, err := c.Chat.MyRoom(ctx, c.Me, room)
	if err != nil {
		return Effect{}, err
	}
	words := strings.Fields(strings.ToLower(what))
	n := r.Notice
	switch {
	case len(words) == 0:
		return c.say(textNotify(r.Name, n.Notify))
	case len(words) != 2 || words[0] != "notify":
		return Effect{}, refuseNotify
	case words[1] == chat.Auto:
		n.Notify = ""
	case slices.Contains(notifies, words[1]):
		n.Notify = words[1]
	default:
		return Effect{}, refuseNotify
	}
	return c.notice(ctx, r, n, textNotify(r.Name, n.Notify))
}

func (c *Call) notice(ctx context.Context, r chat.RoomInfo, n chat.Notice, text string) (Effect, error) {
	if err := c.Chat.SetNotice(ctx, c.Me, r.ID, n); err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Say(text), Notice: &RoomNotice{r.ID, n}}, nil
}
