package store

import (
	"context"
	"database/sql"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Ban keeps somebody out; see [chat.Store].
func (s *Store) Ban(ctx context.Context, b chat.Ban, a chat.Audit) error {
	return s.write(ctx, "ban", several, func(t *tx) error {
		ban := t.ban
		if b.Kind == chat.BanAccount {
			ban = t.banAccount
		}
		if err := ban(b); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

func (t *tx) banAccount(b chat.Ban) error {
	if err := t.setDisabled(b.User, true, false); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE users SET disabled_until = $2, disabled_why = $3, disabled_by = $4 WHERE id = $1`,
		int64(b.User), timeOrNull(b.Until), b.Reason.String(), b.Actor)
	return err
}

func (t *tx) ban(b chat.Ban) error {
	if _, err := t.exec(`DELETE FROM bans WHERE until <= $1`, t.now); err != nil {
		return err
	}
	var all, clients int
	err := t.row(`SELECT count(*), count(*) FILTER (WHERE kind = 'client') FROM bans`).Scan(&all, &clients)
	switch {
	case err != nil:
		return err
	case all >= chat.MaxBans, b.Kind == chat.BanClient && clients >= chat.MaxClientBans:
		return chat.ErrManyBans
	}
	n, err := t.exec(`
		INSERT INTO bans (kind, what, since, until, reason, actor) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		string(b.Kind), b.What, t.now, timeOrNull(b.Until), b.Reason.String(), b.Actor)
	if err == nil && n == 0 {
		err = chat.ErrStale
	}
	return err
}

// Unban ends a ban of what is no account; see [chat.Store].
func (s *Store) Unban(ctx context.Context, target chat.BanTarget, a chat.Audit) error {
	return s.write(ctx, "unban", several, func(t *tx) error {
		n, err := t.exec(`DELETE FROM bans WHERE kind = $1 AND what = $2 AND (until IS NULL OR until > $3)`,
			string(target.Kind), target.What, t.now)
		switch {
		case err != nil:
			return err
		case n == 0:
			return chat.ErrStale
		}
		return t.audit(a, s.node.Load())
	})
}

// Bans lists those that hold; see [chat.Store].
func (s *Store) Bans(ctx context.Context) ([]chat.Ban, error) {
	var all []chat.Ban
	err := s.read(ctx, "list bans", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT kind, what, 0, since, until, reason, actor FROM bans WHERE until IS NULL OR until > $1
			UNION  ALL
			SELECT 'account', name, id, disabled_at, disabled_until, disabled_why, disabled_by FROM users
			WHERE  disabled_at IS NOT NULL AND closed = 0 AND (disabled_until IS NULL OR disabled_until > $1)
			ORDER  BY 4 DESC, 1, 2`, micros(s.now()))
		all, err = collect(rows, err, scanBan)
		return err
	})
	return all, err
}

func scanBan(row scanner) (b chat.Ban, err error) {
	var since int64
	var until sql.NullInt64
	var reason string
	err = row.Scan(&b.Kind, &b.What, &b.User, &since, &until, &reason, &b.Actor)
	b.Since, b.Until, b.Reason = fromMicros(since), nullTime(until), sanitize.Line(reason)
	return b, err
}

// timeOrNull stores the zero time as NULL.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micros(t)
}
