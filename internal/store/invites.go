package store

import (
	"context"
	"database/sql"

	"sshchat/internal/chat"
)

// CreateInvite keeps an invite; see [chat.Store]. Those that nobody can use any more are forgotten.
func (s *Store) CreateInvite(ctx context.Context, n chat.NewInvite, a chat.Audit) (chat.InviteID, error) {
	var id chat.InviteID
	err := s.write(ctx, "create invite", several, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM invites WHERE until <= $1`, t.now); err != nil {
			return err
		}
		var until any
		if !n.Until.IsZero() {
			until = micros(n.Until)
		}
		err := t.row(`INSERT INTO invites (code, uses, made_at, until) VALUES ($1, $2, $3, $4) RETURNING id`,
			n.Code, n.Uses, t.now, until).Scan(&id)
		if err != nil {
			return err
		}
		a.Target = id.String()
		return t.audit(a, s.node.Load())
	})
	return id, err
}

// Invites lists those that can be used; see [chat.Store].
func (s *Store) Invites(ctx context.Context) ([]chat.Invited, error) {
	var all []chat.Invited
	err := s.read(ctx, "list invites", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT id, uses, made_at, until FROM invites WHERE until IS NULL OR until > $1 ORDER BY id`, micros(s.now()))
		all, err = collect(rows, err, scanInvited)
		return err
	})
	return all, err
}

func scanInvited(row scanner) (i chat.Invited, err error) {
	var made int64
	var until sql.NullInt64
	err = row.Scan(&i.ID, &i.Uses, &made, &until)
	i.Made, i.Until = fromMicros(made), nullTime(until)
	return i, err
}

// HasInvite reports whether a code can be used; see [chat.Store].
func (s *Store) HasInvite(ctx context.Context, code string) (has bool, err error) {
	err = s.read(ctx, "look for an invite", func(q querier) error {
		return q.QueryRowContext(ctx, `
			SELECT EXISTS (SELECT 1 FROM invites WHERE code = $1 AND (until IS NULL OR until > $2))`, code, micros(s.now())).Scan(&has)
	})
	return has, err
}

// useInvite takes one use of an invite; with the last it is gone.
func (t *tx) useInvite(code string) error {
	n, err := t.exec(`UPDATE invites SET uses = uses - 1 WHERE code = $1 AND (until IS NULL OR until > $2)`, code, t.now)
	switch {
	case err != nil:
		return err
	case n == 0:
		return chat.ErrNoInvite
	}
	_, err = t.exec(`DELETE FROM invites WHERE code = $1 AND uses <= 0`, code)
	return err
}

// RevokeInvite takes an invite back; see [chat.Store].
func (s *Store) RevokeInvite(ctx context.Context, id chat.InviteID, code string, a chat.Audit) (chat.InviteID, error) {
	err := s.write(ctx, "revoke invite", several, func(t *tx) error {
		err := t.row(`DELETE FROM invites WHERE id = $1 OR code = $2 RETURNING id`, int64(id), code).Scan(&id)
		if err != nil {
			return orMissing(err, chat.ErrNoInvite)
		}
		a.Target = id.String()
		return t.audit(a, s.node.Load())
	})
	return id, err
}
