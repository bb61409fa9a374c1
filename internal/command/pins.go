package command

import (
	"context"

	"sshchat/internal/chat"
)

// pin shows a line to whoever comes into its room from now on.
func pin(ctx context.Context, c *Call) (Effect, error) { return c.pins(ctx, c.Chat.Pin) }

func unpin(ctx context.Context, c *Call) (Effect, error) { return c.pins(ctx, c.Chat.Unpin) }

// pins does something to the pin of the line that is named. Its entry is the answer, as for what governs a room.
func (c *Call) pins(ctx context.Context, do func(context.Context, chat.Actor, chat.EntryID) (*chat.Entry, error)) (Effect, error) {
	id, err := c.id()
	if err != nil {
		return Effect{}, err
	}
	e, err := do(ctx, c.Me, id)
	return Effect{Answer: e}, err
}

func pins(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	lines, err := c.Chat.Pins(ctx, c.Me, r)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Pins(lines, c.Now())}, nil
}

// pinned is what somebody sees of the pins who comes into a room; nothing if there are none.
func (c *Call) pinned(ctx context.Context, r chat.RoomInfo) (string, error) {
	lines, err := c.Chat.Pins(ctx, c.Me, r)
	if err != nil || len(lines) == 0 {
		return "", err
	}
	v := c.View
	if !v.Plain {
		v.Room = r.ID // it becomes the current conversation
	}
	return v.Say(textPinned(len(lines))) + v.Pins(lines, c.Now()), nil
}
