package store

import (
	"context"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// SetRole makes an account more than the others, or not any more; see [chat.Store].
func (s *Store) SetRole(ctx context.Context, id chat.UserID, role string, tell sanitize.Text, a chat.Audit) error {
	return s.write(ctx, "set role", several, func(t *tx) error {
		var was string
		if err := t.row(`SELECT role FROM users WHERE id = $1`, int64(id)).Scan(&was); err != nil {
			return orMissing(err, chat.ErrNoUser)
		}
		if was == role {
			return chat.ErrStale
		}
		if _, err := t.exec(`UPDATE users SET role = $1 WHERE id = $2`, role, int64(id)); err != nil {
			return err
		}
		if err := t.tell(id, tell); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

// Rename gives an account another name; see [chat.Store].
func (s *Store) Rename(ctx context.Context, id chat.UserID, n chat.Name, a chat.Audit) error {
	return s.write(ctx, "rename account", several, func(t *tx) error {
		if err := t.rename(id, n); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

func (t *tx) rename(id chat.UserID, n chat.Name) error {
	var was chat.Name
	if err := t.row(`SELECT name FROM users WHERE id = $1`, int64(id)).Scan(&was); err != nil {
		return orMissing(err, chat.ErrNoUser)
	}
	if was == n {
		return chat.ErrStale
	}
	if err := t.nameIsFree(n, id); err != nil {
		return err
	}
	if err := t.keepName(id, was); err != nil {
		return err
	}
	delete(t.w.names, id)
	_, err := t.exec(`UPDATE users SET name = $1, name_key = $2, skeleton = $3 WHERE id = $4`,
		string(n), n.Key(), n.Skeleton(), int64(id))
	return err
}

// Former finds who had a name; see [chat.Store].
func (s *Store) Former(ctx context.Context, skeleton string) (is chat.Person, was chat.Name, err error) {
	err = s.read(ctx, "find a name that was", func(q querier) error {
		err := q.QueryRowContext(ctx, `
			SELECT u.id, u.name, f.name FROM former_names f JOIN users u ON u.id = f.user_id
			WHERE  f.skeleton = $1 AND f.until > $2 LIMIT 1`, skeleton, micros(s.now())).Scan(&is.ID, &is.Name, &was)
		return orMissing(err, chat.ErrNoUser)
	})
	return is, was, err
}

// keepName keeps a name for the account that had it; those that were kept long enough are forgotten.
func (t *tx) keepName(id chat.UserID, was chat.Name) error {
	if _, err := t.exec(`DELETE FROM former_names WHERE until <= $1`, t.now); err != nil {
		return err
	}
	_, err := t.exec(`
		INSERT INTO former_names (name_key, skeleton, name, user_id, until) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name_key) DO UPDATE SET user_id = excluded.user_id, until = excluded.until, name = excluded.name`,
		was.Key(), was.Skeleton(), string(was), int64(id), t.now+chat.NameKept.Microseconds())
	return err
}
