package command

import (
	"context"
	"strings"

	"sshchat/internal/chat"
)

// search shows the newest lines that have some words, or, without words, that are from somewhere or somebody.
func search(ctx context.Context, c *Call) (Effect, error) {
	q, err := c.searched(ctx)
	if err != nil {
		return Effect{}, err
	}
	found, err := c.Chat.Find(ctx, c.Me, q)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Found(found, q.Search, c.Now())}, nil
}

// searched reads what is looked for, and from its end where: in WHO, from USER, since SPAN, each at most once.
func (c *Call) searched(ctx context.Context) (q chat.LogQuery, err error) {
	words := c.Text().String()
	filters := map[string]func(string) error{
		"in": func(who string) (err error) { q.In, err = c.conversation(ctx, who); return err },
		"from": func(who string) error {
			p, err := c.somebody(ctx, who)
			q.From = p.ID
			return err
		},
		"since": func(typed string) error {
			span, ok := ParseSpan(typed)
			if !ok {
				return c.refuseForm(hintSince)
			}
			q.Since = c.Now().Add(-span)
			return nil
		},
	}
	all := len(filters)
	for {
		rest, word, value := lastTwo(words)
		filter := filters[word]
		if filter == nil {
			break
		}
		if err := filter(value); err != nil {
			return q, err
		}
		words = rest
		delete(filters, word)
	}
	q.Limit = chat.MostFound
	if isFiltered := len(filters) < all; !isFiltered || strings.Trim(words, blanks+"*") != "" {
		q.Search, err = chat.ParseSearch(words)
	}
	return q, err
}

// somebody is an account, oneself too.
func (c *Call) somebody(ctx context.Context, typed string) (chat.Person, error) {
	if chat.Name(typed).Key() == c.Me.Name.Key() {
		return c.Me.Person, nil
	}
	return c.Chat.Lookup(ctx, c.Me, typed)
}

// lastTwo takes the last two words off s, the first of them in small letters.
func lastTwo(s string) (rest, word, value string) {
	cut := func(s string) (string, string) {
		s = strings.TrimRight(s, blanks)
		i := strings.LastIndexAny(s, blanks) + 1
		return s[:i], s[i:]
	}
	rest, value = cut(s)
	rest, word = cut(rest)
	return rest, strings.ToLower(word), value
}
