package command

import (
	"context"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// What hand takes in place of a text, if it is all that stands there: "hand down the hall?" is a text. To an operator "hand down
// bob" is about bob's.
const (
	handNext = "next"
	handDown = "down"
)

// hand raises the person's hand in a room, or does what the word says.
func hand(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	switch word := strings.Trim(c.Text().String(), blanks); {
	case strings.EqualFold(word, handNext):
		return c.callNext(ctx, r)
	case strings.EqualFold(word, handDown):
		e, err := c.Chat.Govern(ctx, c.Me, r, chat.Lower, "", sanitize.Text{})
		return Effect{Answer: e}, err
	case r.Role != chat.Plain && len(strings.Fields(word)) == 2 && strings.EqualFold(strings.Fields(word)[0], handDown):
		e, err := c.Chat.Govern(ctx, c.Me, r, chat.Lower, strings.Fields(word)[1], sanitize.Text{})
		return Effect{Answer: e}, err
	}
	e, place, err := c.Chat.Raise(ctx, c.Me, r, c.Text())
	if err != nil || place == 0 {
		return Effect{}, err
	}
	return Effect{After: e.ID, Text: c.View.Say(textPlace(e.Room, place))}, nil
}

// callNext makes whoever is next the current conversation.
func (c *Call) callNext(ctx context.Context, r chat.RoomInfo) (Effect, error) {
	e, err := c.Chat.Govern(ctx, c.Me, r, chat.Turn, "", sanitize.Text{})
	if err != nil || c.View.Plain {
		return Effect{Answer: e}, err
	}
	with := chat.Conversation{With: e.Recipient}
	return Effect{Answer: e, Text: c.View.Say(textTalk(with)), Talk: &with}, nil
}

func hands(ctx context.Context, c *Call) (Effect, error) {
	r, err := c.room(ctx)
	if err != nil {
		return Effect{}, err
	}
	all, err := c.Chat.Hands(ctx, c.Me, r)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Hands(all, c.Now())}, nil
}
