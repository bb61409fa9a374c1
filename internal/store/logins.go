package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// BeginLogin begins a login; see [chat.Store]. A node whose epoch is over begins none: ErrEnded.
func (s *Store) BeginLogin(ctx context.Context, l chat.NewLogin) (chat.Begun, error) {
	var b chat.Begun
	err := s.write(ctx, "begin login", several, func(t *tx) (err error) {
		b, err = t.beginLogin(l)
		return err
	})
	if err != nil {
		return chat.Begun{}, err
	}
	return b, nil
}

// beginLogin takes the old login away before it looks whether the slot is empty; if it is not, the savepoint
// puts the old one back.
func (t *tx) beginLogin(l chat.NewLogin) (chat.Begun, error) {
	who, err := t.mayLogIn(l)
	if err != nil {
		return chat.Begun{}, err
	}
	if err := t.replace(l); err != nil {
		return chat.Begun{}, err
	}
	if err := t.emptySlot(l); err != nil {
		return chat.Begun{}, err
	}
	b := chat.Begun{Login: chat.Login{
		User: who, Slot: l.Slot, Node: l.Node, Remote: plain(l.Remote), Client: l.Client, Since: t.time(),
	}, Head: t.head}
	if err := t.whereTheyWere(&b); err != nil {
		return chat.Begun{}, err
	}
	return b, t.insertLogin(&b.Login)
}

// mayLogIn refuses whom no password lets in. A lock comes first: who is locked out must not learn whether
// the account is banned.
func (t *tx) mayLogIn(l chat.NewLogin) (who chat.Person, err error) {
	var key string
	var disabled, closed, ofNode bool
	err = t.row(`
		SELECT u.id, u.name, u.name_key, `+disabledNow+` IS NOT NULL, u.closed,
		       EXISTS (SELECT 1 FROM nodes WHERE id = $2 AND epoch = $3)
		FROM   users u WHERE u.id = $4`, t.now, l.Node.ID, l.Node.Epoch, int64(l.User)).
		Scan(&who.ID, &who.Name, &key, &disabled, &closed, &ofNode)
	if err != nil {
		return who, orMissing(err, chat.ErrNoUser)
	}
	err = t.refuseLocked(chat.Failure{Key: key, Remote: l.Remote})
	switch {
	case err != nil:
		return who, err
	case closed:
		return who, chat.ErrClosed
	case disabled:
		return who, chat.ErrDisabled
	case !ofNode:
		return who, fmt.Errorf("node %d is not in epoch %d: %w", l.Node.ID, l.Node.Epoch, chat.ErrEnded)
	}
	return who, nil
}

// replace ends the login that the new one takes the place of. One that has ended meanwhile, or is another
// account's, is left alone: its cursor is not this person's to move.
func (t *tx) replace(l chat.NewLogin) error {
	if l.Replaces == 0 {
		return nil
	}
	live, err := t.isLive(l.Replaces, l.User)
	if err != nil || !live {
		return err
	}
	if l.Left != nil {
		if _, err := t.saveProgress(*l.Left); err != nil {
			return err
		}
		if err := t.keepUnsent(l.User, l.Left.Unsent); err != nil {
			return err
		}
	}
	return t.endLogin(l.Replaces, l.EndedWhy)
}

// emptySlot makes sure that nobody is in the slot. A login whose node has been started again is
// nobody's: it is ended.
func (t *tx) emptySlot(l chat.NewLogin) error {
	if l.Slot != chat.Prompt {
		return nil // as many as one likes
	}
	held, isHeld, err := scanHeld(t.row(selectLogin+`
		WHERE  l.user_id = $1 AND l.slot = 'prompt' AND l.ended_at IS NULL`, int64(l.User)))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case isHeld:
		return &chat.LoggedInError{Login: held}
	}
	return t.endLogin(held.ID, whyRestarted)
}

// whereTheyWere finds what the session has to know of the time before it. It comes before
// insertLogin, so that the newest login is the one before.
func (t *tx) whereTheyWere(b *chat.Begun) error {
	var seen sql.NullInt64
	err := t.row(`
		SELECT c.delivered, u.created, u.motd_seen FROM cursors c JOIN users u ON u.id = c.user_id
		WHERE  c.user_id = $1`, int64(b.User.ID)).Scan(&b.Delivered, &b.Created, &seen)
	if err != nil {
		return err
	}
	b.MotdSeen = nullTime(seen)
	if b.Gaps, err = t.gaps(b.User.ID); err != nil {
		return err
	}
	if b.Settings, err = t.settings(b.User.ID); err != nil {
		return err
	}
	if b.Notices, err = t.notices(b.User.ID); err != nil {
		return err
	}
	if b.Unsent, err = t.takeUnsent(b.User.ID); err != nil {
		return err
	}
	if b.Expired, err = t.expired(b.User.ID); err != nil {
		return err
	}
	rows, err := t.rows(roomsOf, int64(b.User.ID))
	if b.Rooms, err = collect(rows, err, scanStay); err != nil {
		return err
	}
	rows, err = t.rows(selectQueued, int64(b.User.ID))
	if b.Queued, err = collect(rows, err, scanQueued); err != nil {
		return err
	}
	var ended sql.NullInt64
	err = t.row(`
		SELECT ended_at FROM logins WHERE user_id = $1 AND slot = $2
		ORDER  BY id DESC LIMIT 1`, int64(b.User.ID), string(b.Slot)).Scan(&ended)
	b.AwaySince = nullTime(ended)
	return orMissing(err, nil)
}

// insertLogin makes the row. Should all checks have missed another login in the slot, the index
// logins_prompt has not.
func (t *tx) insertLogin(l *chat.Login) error {
	err := t.row(`
		INSERT INTO logins (user_id, node, epoch, slot, remote, port, client, since)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		RETURNING id`,
		int64(l.User.ID), l.Node.ID, l.Node.Epoch, string(l.Slot), l.Remote.Addr().String(), int(l.Remote.Port()),
		l.Client, t.now).Scan(&l.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE users SET last_login_at = $1 WHERE id = $2`, t.now, int64(l.User.ID))
	return err
}

// selectLogin gives logins, and of each whether its node is still in the epoch that it began in.
const selectLogin = `
		SELECT l.id, u.id, u.name, l.slot, l.node, l.epoch, l.remote, l.port, l.client, l.since,
		       coalesce(l.away, ''), ` + settingDND + `, ` + nodeHolds + `
		FROM   logins l JOIN users u ON u.id = l.user_id`

// nodeHolds is whether the node of a login l is still in the epoch that it began in.
const nodeHolds = `EXISTS (SELECT 1 FROM nodes n WHERE n.id = l.node AND n.epoch = l.epoch)`

// scanHeld reads a row of selectLogin; held is whether the login's node still holds it.
func scanHeld(row scanner) (l chat.Login, held bool, err error) {
	var remote, away, dnd string
	var port uint16
	var since int64
	err = row.Scan(&l.ID, &l.User.ID, &l.User.Name, &l.Slot, &l.Node.ID, &l.Node.Epoch, &remote, &port,
		&l.Client, &since, &away, &dnd, &held)
	if err != nil {
		return chat.Login{}, false, err
	}
	l.Since, l.Remote = fromMicros(since), parseRemote(remote, port)
	l.Away, l.DND = sanitize.Line(away), parseDND(dnd)
	return l, held, nil
}

// Online lists the logins in the Prompt slot; see [chat.Store].
func (s *Store) Online(ctx context.Context) ([]chat.Login, error) {
	var all []chat.Login
	err := s.read(ctx, "list who is online", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectLogin+`
			WHERE  l.slot = 'prompt' AND l.ended_at IS NULL AND `+nodeHolds+`
			ORDER  BY u.name_key`)
		all, err = collect(rows, err, func(row scanner) (chat.Login, error) {
			l, _, err := scanHeld(row)
			return l, err
		})
		return err
	})
	return all, err
}

const selectOnlineOf = selectLogin + `
		WHERE  l.user_id = $1 AND l.slot = 'prompt' AND l.ended_at IS NULL AND ` + nodeHolds

// OnlineOf is the login of an account in the Prompt slot; see [chat.Store].
func (s *Store) OnlineOf(ctx context.Context, user chat.UserID) (l chat.Login, err error) {
	err = s.read(ctx, "look whether somebody is online", func(q querier) error {
		l, _, err = scanHeld(q.QueryRowContext(ctx, selectOnlineOf, int64(user)))
		return orMissing(err, nil)
	})
	return l, err
}

// WasHere reports where an account came from; see [chat.Store].
func (s *Store) WasHere(ctx context.Context, user chat.UserID, addr netip.Addr) (was bool, err error) {
	err = s.read(ctx, "look where an account was", func(q querier) error {
		return q.QueryRowContext(ctx, selectWasHere, int64(user), plain(netip.AddrPortFrom(addr, 0)).Addr().String()).Scan(&was)
	})
	return was, err
}

const selectWasHere = `
		SELECT EXISTS (SELECT 1 FROM (
		       SELECT remote FROM logins WHERE user_id = $1 AND slot = 'prompt' ORDER BY id DESC LIMIT 20) WHERE remote = $2)`

// SetAway keeps what somebody says of being away; see [chat.Store].
func (s *Store) SetAway(ctx context.Context, login chat.LoginID, text sanitize.Text) error {
	return s.write(ctx, "be away", single, func(t *tx) error { return t.setAway(login, text) })
}

func (t *tx) setAway(login chat.LoginID, text sanitize.Text) error {
	var away bool
	err := t.row(`SELECT away IS NOT NULL FROM logins WHERE id = $1 AND ended_at IS NULL`, int64(login)).Scan(&away)
	if err != nil {
		return orMissing(err, chat.ErrEnded)
	}
	is := sql.NullString{String: text.String(), Valid: !text.IsEmpty()}
	if !away && !is.Valid {
		return chat.ErrStale
	}
	_, err = t.exec(`UPDATE logins SET away = $2 WHERE id = $1`, int64(login), is)
	return err
}

// LastSeen is when an account was here last; see [chat.Store].
func (s *Store) LastSeen(ctx context.Context, user chat.UserID) (at time.Time, err error) {
	err = s.read(ctx, "look when an account was here", func(q querier) error {
		var us sql.NullInt64
		err := q.QueryRowContext(ctx, selectLastSeen, int64(user)).Scan(&us)
		at = nullTime(us)
		return orMissing(err, nil)
	})
	return at, err
}

const selectLastSeen = `
		SELECT coalesce(ended_at, since) FROM logins WHERE user_id = $1 AND slot = 'prompt' ORDER BY id DESC LIMIT 1`

// plain is an address without what makes one place look like two: an IPv4 address is not
// mapped into IPv6, and an IPv6 address has no zone.
func plain(remote netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(remote.Addr().Unmap().WithZone(""), remote.Port())
}

// parseRemote reads what was stored; what is no address comes out as none.
func parseRemote(addr string, port uint16) netip.AddrPort {
	a, _ := netip.ParseAddr(addr)
	return netip.AddrPortFrom(a, port)
}
