package store

import (
	"context"
	"encoding/json"
	"time"

	"sshchat/internal/chat"
)

// SaveSettings replaces settings; see [chat.Store]. Those that a newer binary knows are kept.
func (s *Store) SaveSettings(ctx context.Context, id chat.UserID, x chat.Settings) error {
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return s.write(ctx, "save settings", single, func(t *tx) error {
		n, err := t.exec(`UPDATE users SET settings = json_patch(iif(json_valid(settings), settings, '{}'), $2) WHERE id = $1`, int64(id), string(text))
		if err == nil && n == 0 {
			err = chat.ErrNoUser
		}
		return err
	})
}

// settings reads those of an account. What is no settings is none: nobody is kept out by how they like things.
func (t *tx) settings(id chat.UserID) (x chat.Settings, err error) {
	var text string
	if err := t.row(`SELECT settings FROM users WHERE id = $1`, int64(id)).Scan(&text); err != nil {
		return x, err
	}
	if json.Unmarshal([]byte(text), &x) != nil {
		return chat.Settings{}, nil
	}
	return x.Checked(), nil
}

// What others see of the settings of an account; empty if they are none.
const (
	settingDND   = `iif(json_valid(settings), coalesce(settings ->> '$.dnd', ''), '')`
	settingAbout = `iif(json_valid(settings), coalesce(settings ->> '$.about', ''), '')`
)

// parseDND reads what was stored; what is no time comes out as the zero time.
func parseDND(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
