package command

import (
	"context"
	"strings"

	"sshchat/internal/chat"
)

// likes lists how the person likes things, shows one, or changes one.
func likes(ctx context.Context, c *Call) (Effect, error) {
	name := c.Arg("NAME")
	if name == "" {
		return Effect{Text: c.View.Settings(c.Likes)}, nil
	}
	value := c.Arg("VALUE")
	if strings.HasPrefix(name, "#") {
		return c.roomNotify(ctx, name, value)
	}
	x, err := chat.FindSetting(name)
	if err != nil {
		return Effect{}, err
	}
	if value == "" {
		return Effect{Text: c.View.Setting(x, c.Likes)}, nil
	}
	now, err := c.Likes.With(name, value)
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.SaveSettings(ctx, c.Me, now); err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Say(textSet(x, now)), Likes: &now}, nil
}

func likeNames() (names []string) {
	for _, x := range chat.SettingTable {
		names = append(names, x.Name)
	}
	return names
}

func likeValues() map[string][]string {
	values := map[string][]string{"#": {"notify"}, "#notify": append([]string{chat.Auto}, notifies...)}
	for _, x := range chat.SettingTable {
		values[x.Name] = x.Values
	}
	return values
}
