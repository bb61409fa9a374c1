package command

import (
	"context"
	"strings"
	"time"

	"sshchat/internal/chat"
)

func seen(ctx context.Context, c *Call) (Effect, error) {
	s, err := c.Chat.Seen(ctx, c.Me, c.Arg("USER"))
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Seen(s, c.Now())}, nil
}

func away(ctx context.Context, c *Call) (Effect, error) {
	if err := c.Chat.SetAway(ctx, c.Me, c.Text()); err != nil {
		return Effect{}, err
	}
	return c.say(textAway(c.Text()))
}

func back(ctx context.Context, c *Call) (Effect, error) {
	if err := c.Chat.Back(ctx, c.Me); err != nil {
		return Effect{}, err
	}
	return c.say(textBack)
}

// noDND is typed to be disturbed again.
const noDND = "off"

// dnd tells until when nothing rings, or decides it.
func dnd(ctx context.Context, c *Call) (Effect, error) {
	typed, now := c.Arg("UNTIL"), c.Now()
	if typed == "" {
		return c.say(c.howDND(c.Likes.DND, now))
	}
	var until time.Time
	if !strings.EqualFold(typed, noDND) {
		var ok bool
		if until, ok = c.until(typed, now); !ok {
			return Effect{}, refuseUntil
		}
	}
	likes, err := c.Chat.SetDND(ctx, c.Me, c.Likes, until)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Say(c.howDND(until, now)), Likes: &likes}, nil
}

func (c *Call) howDND(until, now time.Time) string {
	if !until.After(now) {
		return textNoDND
	}
	return textDND(c.View.When(until, now))
}

// until reads a moment to come: the next 17:30 where the person is, or 2h from now.
func (c *Call) until(typed string, now time.Time) (time.Time, bool) {
	clock, err := time.Parse("15:04", typed)
	if err != nil {
		d, ok := ParseSpan(typed)
		return now.Add(d), ok
	}
	zone := c.View.Zone
	if zone == nil {
		zone = time.Local
	}
	y, m, d := now.In(zone).Date()
	at := time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, zone)
	if !at.After(now) {
		at = time.Date(y, m, d+1, clock.Hour(), clock.Minute(), 0, 0, zone)
	}
	return at, true
}

// watch lists whom the person watches for, or watches for one more.
func watch(ctx context.Context, c *Call) (Effect, error) {
	if c.Arg("USER") == "" {
		ps, err := c.Chat.Watches(ctx, c.Me)
		if err != nil {
			return Effect{}, err
		}
		return Effect{Text: c.View.Watches(ps)}, nil
	}
	return c.setWatch(ctx, c.Chat.Watch, textWatch)
}

func unwatch(ctx context.Context, c *Call) (Effect, error) {
	return c.setWatch(ctx, c.Chat.Unwatch, textUnwatch)
}

func (c *Call) setWatch(ctx context.Context, set func(context.Context, chat.Actor, string) (chat.Person, error), text func(chat.Name) string) (Effect, error) {
	p, err := set(ctx, c.Me, c.Arg("USER"))
	if err != nil {
		return Effect{}, err
	}
	return c.say(text(p.Name))
}
