package store

import (
	"context"

	"sshchat/internal/chat"
)

// SaveProgress moves cursors; see [chat.Store]. A thousand of them take the writer some 6 ms, during which
// nothing else is written: whoever saves does so in batches, not one by one.
func (s *Store) SaveProgress(ctx context.Context, ps []chat.Progress) (ended []chat.LoginID, err error) {
	err = s.write(ctx, "save progress", several, func(t *tx) error {
		ended = nil
		for _, p := range ps {
			live, err := t.saveProgress(p)
			if err != nil {
				return err
			}
			if !live {
				ended = append(ended, p.Login)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// saveProgress moves one cursor, and reports whether the login that asks for it is still one.
func (t *tx) saveProgress(p chat.Progress) (live bool, err error) {
	// No ssh can have what has not been said: a cursor past the head would hide what comes.
	delivered := int64(min(p.Delivered, t.head))
	n, err := t.exec(`
		UPDATE cursors SET delivered = $1
		WHERE  user_id = $2 AND delivered < $1
		AND    EXISTS (SELECT 1 FROM logins WHERE id = $3 AND user_id = $2 AND ended_at IS NULL)`,
		delivered, int64(p.User), int64(p.Login))
	if err != nil {
		return false, err
	}
	if n == 0 { // ended, or no further than it was
		if live, err = t.isLive(p.Login, p.User); err != nil || !live {
			return false, err
		}
	}
	if p.Expired > 0 {
		if err := t.toldExpired(p.User, p.Expired); err != nil {
			return false, err
		}
	}
	for _, m := range p.Reads {
		if err := t.markRead(p.User, m); err != nil {
			return false, err
		}
	}
	if p.GapsChanged {
		return true, t.replaceGaps(p.User, p.Gaps)
	}
	return true, nil
}

// isLive reports whether a login is that account's and has not ended.
func (t *tx) isLive(id chat.LoginID, user chat.UserID) (live bool, err error) {
	err = t.row(`SELECT EXISTS (SELECT 1 FROM logins WHERE id = $1 AND user_id = $2 AND ended_at IS NULL)`,
		int64(id), int64(user)).Scan(&live)
	return live, err
}

// replaceGaps writes the few stretches anew: to find out what changed would cost more than it saves.
func (t *tx) replaceGaps(user chat.UserID, gaps []chat.Stretch) error {
	if _, err := t.exec(`DELETE FROM gaps WHERE user_id = $1`, int64(user)); err != nil {
		return err
	}
	for _, g := range gaps {
		if g.IsEmpty() {
			continue
		}
		_, err := t.exec(`INSERT INTO gaps (user_id, from_id, to_id) VALUES ($1, $2, $3)`,
			int64(user), int64(g.From), int64(g.To))
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) gaps(user chat.UserID) ([]chat.Stretch, error) {
	rows, err := t.rows(`SELECT from_id, to_id FROM gaps WHERE user_id = $1 ORDER BY from_id`, int64(user))
	return collect(rows, err, func(row scanner) (g chat.Stretch, err error) { return g, row.Scan(&g.From, &g.To) })
}

// EndLogin saves how far a login came and ends it; see [chat.Store].
func (s *Store) EndLogin(ctx context.Context, p chat.Progress, why string) error {
	return s.write(ctx, "end login", several, func(t *tx) error {
		live, err := t.saveProgress(p)
		if err != nil || !live {
			return err
		}
		if err := t.keepUnsent(p.User, p.Unsent); err != nil {
			return err
		}
		return t.endLogin(p.Login, why)
	})
}

func (t *tx) endLogin(id chat.LoginID, why string) error {
	_, err := t.exec(`
		UPDATE logins SET ended_at = $1, ended_why = $2
		WHERE  id = $3 AND ended_at IS NULL`, t.now, why, int64(id))
	return err
}
