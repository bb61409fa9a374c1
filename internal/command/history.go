package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
)

// shownOfThePast is how many lines of the past are shown unless the person says.
const shownOfThePast = 20

// history shows the newest lines of a conversation: of the current one, or of all.
func history(ctx context.Context, c *Call) (Effect, error) {
	who, limit, span, ok := c.past()
	if !ok {
		return Effect{}, c.refuseForm(hintPast)
	}
	in := c.Parsed.talk
	if who != "" {
		var err error
		if in, err = c.conversation(ctx, who); err != nil {
			return Effect{}, err
		}
	}
	var since time.Time
	if span > 0 {
		since = c.Now().Add(-span)
	}
	lines, err := c.Chat.History(ctx, c.Me, in, since, limit)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Past(lines, c.Now())}, nil
}

// past reads what history was told: whose, how many, or since when.
func (c *Call) past() (who string, limit int, span time.Duration, ok bool) {
	words := c.args
	for len(words) > 0 && words[len(words)-1] == "" {
		words = words[:len(words)-1]
	}
	if len(words) > 0 && !isNumber(words[0]) && !(len(words) == 2 && isSince(words)) {
		who, words = words[0], words[1:]
	}
	switch {
	case len(words) == 0:
		return who, shownOfThePast, 0, true
	case len(words) == 1 && isNumber(words[0]):
		limit, err := strconv.Atoi(words[0])
		return who, limit, 0, err == nil && limit > 0
	case len(words) == 2 && isSince(words):
		span, ok := ParseSpan(words[1])
		return who, chat.MostHistory, span, ok
	}
	return "", 0, 0, false
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

func isSince(words []string) bool {
	_, ok := ParseSpan(words[1])
	return ok && strings.EqualFold(words[0], "since")
}

// contextOf shows what stood around a line.
func contextOf(ctx context.Context, c *Call) (Effect, error) {
	id, err := c.id()
	if err != nil {
		return Effect{}, err
	}
	lines, err := c.Chat.Context(ctx, c.Me, id)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Past(lines, c.Now())}, nil
}
