package command

import (
	"context"

	"sshchat/internal/chat"
)

// likes lists how the person likes things, or changes one.
func likes(ctx context.Context, c *Call) (Effect, error) {
	name, value := c.Arg("NAME"), c.Arg("VALUE")
	if name == "" {
		return Effect{Text: c.View.Settings(c.Likes)}, nil
	}
	if value == "" {
		return Effect{}, c.refuseUsage()
	}
	now, err := c.Likes.With(name, value)
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.SaveSettings(ctx, c.Me, now); err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Say(textSet(name, value)), Likes: &now}, nil
}

func likeNames() (names []string) {
	for _, x := range chat.SettingTable {
		names = append(names, x.Name)
	}
	return names
}

func likeValues() map[string][]string {
	values := make(map[string][]string)
	for _, x := range chat.SettingTable {
		values[x.Name] = x.Values
	}
	return values
}
