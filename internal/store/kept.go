package store

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Kept gives what holds for the whole server; see [chat.Store].
func (s *Store) Kept(ctx context.Context) (map[string]chat.Kept, error) {
	all := make(map[string]chat.Kept)
	err := s.read(ctx, "read what is kept", func(q querier) error {
		type named struct {
			name string
			chat.Kept
		}
		rows, err := q.QueryContext(ctx, `SELECT name, value, at FROM kept`)
		found, err := collect(rows, err, func(row scanner) (k named, err error) {
			var at int64
			err = row.Scan(&k.name, &k.Value, &at)
			k.At = fromMicros(at)
			return k, err
		})
		for _, k := range found {
			all[k.name] = k.Kept
		}
		return err
	})
	return all, err
}

// SetKept keeps something for the whole server; see [chat.Store].
func (s *Store) SetKept(ctx context.Context, name, value string, tell sanitize.Text, a chat.Audit) error {
	return s.write(ctx, "keep", several, func(t *tx) error {
		if err := t.setKept(name, value); err != nil {
			return err
		}
		if !tell.IsEmpty() {
			if _, err := t.append(chat.Draft{Kind: chat.Told, Body: tell}, verbs[chat.Told]); err != nil {
				return err
			}
		}
		return t.audit(a, s.node.Load())
	})
}

// setKept gives what takes the place of something a later time, as it is known by that.
func (t *tx) setKept(name, value string) error {
	if value != "" {
		_, err := t.exec(`
			INSERT INTO kept (name, value, at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = max(excluded.at, kept.at + 1)`, name, value, t.now)
		return err
	}
	n, err := t.exec(`DELETE FROM kept WHERE name = $1`, name)
	if err == nil && n == 0 {
		err = chat.ErrStale
	}
	return err
}

// SawMotd notes what somebody was shown; see [chat.Store].
func (s *Store) SawMotd(ctx context.Context, id chat.UserID, at time.Time) error {
	return s.write(ctx, "note what was seen", single, func(t *tx) error {
		_, err := t.exec(`UPDATE users SET motd_seen = $2 WHERE id = $1 AND coalesce(motd_seen, 0) < $2`, int64(id), micros(at))
		return err
	})
}
