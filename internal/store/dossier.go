package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Dossier is all that is stored about an account but its lines; see [chat.Store].
func (s *Store) Dossier(ctx context.Context, id chat.UserID) (chat.Dossier, error) {
	var d chat.Dossier
	err := s.snapshot(ctx, "read all of an account", func(q querier) (err error) {
		d.User, err = scanUser(q.QueryRowContext(ctx, selectUser+` WHERE id = $2 AND erased = 0`, micros(s.now()), int64(id)))
		if err != nil {
			return orMissing(err, chat.ErrNoUser)
		}
		return readDossier(ctx, q, id, &d)
	})
	return d, err
}

func readDossier(ctx context.Context, q querier, id chat.UserID, d *chat.Dossier) error {
	var settings string
	if err := q.QueryRowContext(ctx, `SELECT settings FROM users WHERE id = $1`, int64(id)).Scan(&settings); err != nil {
		return err
	}
	if json.Unmarshal([]byte(settings), &d.Settings) != nil {
		d.Settings = chat.Settings{}
	}
	rows, err := q.QueryContext(ctx, `SELECT fingerprint, public_key, label FROM keys WHERE user_id = $1 ORDER BY added_at, fingerprint`, int64(id))
	d.Keys, err = collect(rows, err, func(row scanner) (k chat.Key, err error) { return k, row.Scan(&k.Fingerprint, &k.Public, &k.Label) })
	if err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `
		SELECT since, ended_at, remote, port, client FROM logins WHERE user_id = $1 ORDER BY id`, int64(id))
	if d.Logins, err = collect(rows, err, scanPastLogin); err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `
		SELECT r.name, m.role, m."left" IS NULL FROM members m JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 ORDER BY m.joined`, int64(id))
	if d.Rooms, err = collect(rows, err, scanDossierRoom); err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `
		SELECT u.name, b.until IS NULL FROM blocks b JOIN users u ON u.id = b.blocked_id
		WHERE  b.blocker_id = $1 ORDER BY b.since`, int64(id))
	d.Blocks, err = collect(rows, err, func(row scanner) (b chat.PastBlock, err error) { return b, row.Scan(&b.Name, &b.Holds) })
	if err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `
		SELECT at, actor, via, action, target, detail FROM audit
		WHERE  lower(target) = $1 OR lower(actor) = $1 ORDER BY id`, d.User.Name.Key())
	d.Audit, err = collect(rows, err, scanAudited)
	return err
}

func scanPastLogin(row scanner) (l chat.PastLogin, err error) {
	var remote string
	var port uint16
	var since int64
	var ended sql.NullInt64
	err = row.Scan(&since, &ended, &remote, &port, &l.Client)
	l.Since, l.Until, l.Remote = fromMicros(since), nullTime(ended), parseRemote(remote, port)
	return l, err
}

func scanDossierRoom(row scanner) (m chat.Membership, err error) {
	return m, row.Scan(&m.Room, &m.Role, &m.Holds)
}

func scanAudited(row scanner) (a chat.Audited, err error) {
	var at int64
	var detail string
	err = row.Scan(&at, &a.Actor, &a.Via, &a.Action, &a.Target, &detail)
	a.At, a.Detail = fromMicros(at), sanitize.Message(detail).String()
	return a, err
}
