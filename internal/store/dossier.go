package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"math"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Dossier is all that is stored about an account but its lines; see [chat.Store].
func (s *Store) Dossier(ctx context.Context, id chat.UserID) (chat.Dossier, error) {
	var d chat.Dossier
	err := s.snapshot(ctx, "read all of an account", func(q querier) (err error) {
		now := micros(s.now())
		d.User, err = scanUser(q.QueryRowContext(ctx, selectUser+` WHERE id = $2 AND erased = 0`, now, int64(id)))
		if err != nil {
			return orMissing(err, chat.ErrNoUser)
		}
		return (&clerk{ctx, q, id, now}).fill(&d)
	})
	return d, err
}

// A clerk gathers what is stored about an account.
type clerk struct {
	ctx context.Context
	q   querier
	id  chat.UserID
	now int64
}

// fill sets all of d but its User.
func (c *clerk) fill(d *chat.Dossier) (err error) {
	for _, part := range []func(*chat.Dossier) error{
		c.account, c.keys, c.rooms, c.people, c.words, c.audit,
	} {
		if err := part(d); err != nil {
			return err
		}
	}
	return nil
}

// gather has the account as $1 of the query.
func gather[T any](c *clerk, into *[]T, scan func(scanner) (T, error), query string, args ...any) error {
	rows, err := c.q.QueryContext(c.ctx, query, append([]any{int64(c.id)}, args...)...)
	*into, err = collect(rows, err, scan)
	return err
}

func (c *clerk) account(d *chat.Dossier) error {
	var settings string
	var seen, muted sql.NullInt64
	err := c.q.QueryRowContext(c.ctx, `
		SELECT settings, motd_seen, disabled_by, (SELECT since FROM mutes WHERE user_id = $1 AND (until IS NULL OR until > $2))
		FROM   users WHERE id = $1`, int64(c.id), c.now).Scan(&settings, &seen, &d.DisabledBy, &muted)
	if err != nil {
		return err
	}
	d.MotdSeen, d.MutedSince = nullTime(seen), nullTime(muted)
	if json.Unmarshal([]byte(settings), &d.Settings) != nil {
		d.Settings = chat.Settings{}
	}
	err = gather(c, &d.FormerNames, scanFormerName, `
		SELECT name, until FROM former_names WHERE user_id = $1 AND until > $2 ORDER BY until, name`, c.now)
	if err != nil {
		return err
	}
	return gather(c, &d.Logins, scanPastLogin, `
		SELECT since, ended_at, ended_why, remote, port, client, coalesce(away, '') FROM logins WHERE user_id = $1 ORDER BY id`)
}

func (c *clerk) keys(d *chat.Dossier) error {
	err := gather(c, &d.Keys, scanHeldKey, `
		SELECT fingerprint, public_key, label, added_at, last_used_at FROM keys WHERE user_id = $1 ORDER BY added_at, fingerprint`)
	if err != nil {
		return err
	}
	return gather(c, &d.KeyBans, scanBan, `
		SELECT kind, what, 0, since, until, reason, actor FROM bans
		WHERE  kind = 'key' AND what IN (SELECT fingerprint FROM keys WHERE user_id = $1) AND (until IS NULL OR until > $2)
		ORDER  BY since, what`, c.now)
}

func (c *clerk) rooms(d *chat.Dossier) error {
	err := gather(c, &d.Rooms, scanDossierRoom, `
		SELECT r.name, m.role, m."left" IS NULL, m.kicked, m.muted_until * (m.muted_until > $2)
		FROM   members m JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 ORDER BY m.joined`, c.now)
	if err != nil {
		return err
	}
	err = gather(c, &d.Invitations, func(row scanner) (n chat.RoomName, err error) { return n, row.Scan(&n) }, `
		SELECT r.name FROM invitations i JOIN rooms r ON r.id = i.room_id WHERE i.user_id = $1 ORDER BY r.name`)
	if err != nil {
		return err
	}
	if err := gather(c, &d.Queued, scanQueued, selectQueued); err != nil {
		return err
	}
	// A room that they have left is not named: they are not to learn what it is called now.
	return gather(c, &d.Dealings, scanDealing, `
		SELECT coalesce(w.name, ''), coalesce(r.name, ''), c.read, c.notify, c.quiet_until
		FROM   conversations c
		       LEFT JOIN members m ON m.room_id = c.room_id AND m.user_id = c.user_id AND m."left" IS NULL
		       LEFT JOIN rooms r   ON r.id = m.room_id
		       LEFT JOIN users w   ON w.id = c.with_id
		WHERE  c.user_id = $1 AND (c.room_id = 0 OR r.id IS NOT NULL)
		ORDER  BY 1, 2, c.with_id`)
}

func (c *clerk) people(d *chat.Dossier) error {
	err := gather(c, &d.Blocks, scanPastBlock, `
		SELECT u.name, b.until IS NULL FROM blocks b JOIN users u ON u.id = b.blocked_id
		WHERE  b.blocker_id = $1 ORDER BY b.since`)
	if err != nil {
		return err
	}
	err = gather(c, &d.BlockedBy, scanPastBlock, `SELECT '', until IS NULL FROM blocks WHERE blocked_id = $1 ORDER BY since`)
	if err != nil {
		return err
	}
	return gather(c, &d.Watches, scanPerson, `
		SELECT u.id, u.name FROM watches w JOIN users u ON u.id = w.watched_id WHERE w.watcher_id = $1 ORDER BY u.name_key`)
}

// words goes through all of the log: no index has it by who wrote what is no line.
func (c *clerk) words(d *chat.Dossier) error {
	if err := gather(c, &d.Unsent, scanUnsent, selectUnsent); err != nil {
		return err
	}
	err := gather(c, &d.Reports, scanPastReport, `
		SELECT p.at, p.reporter_id = $1, u.name, coalesce(p.line, 0), p.kind, p.said, p.body, p.closed_at
		FROM   reports p JOIN users u ON u.id = p.about_id
		WHERE  p.reporter_id = $1 OR p.about_id = $1 ORDER BY p.id`)
	if err != nil {
		return err
	}
	return gather(c, &d.Words, scanWording, `
		SELECT l.at, l.kind, r.name, coalesce(u.name, ''), l.body
		FROM   log l JOIN rooms r ON r.id = l.room_id LEFT JOIN users u ON u.id = l.recipient_id
		WHERE  l.sender_id = $1 AND l.kind IN ('kick', 'topic', 'hand') AND l.body <> '' ORDER BY l.id`)
}

// A spell is a time in which an account had a folded name: before and after, it may have been another's.
type spell struct {
	Name  string `json:"name"`
	Since int64  `json:"since"`
	Until int64  `json:"until"`
}

// spells follows the renames back in time.
func (c *clerk) spells(u chat.User) (all []spell, err error) {
	s, made, before := spell{Name: u.Name.Key(), Until: math.MaxInt64}, micros(u.CreatedAt), int64(math.MaxInt64)
	for {
		var was string
		err := c.q.QueryRowContext(c.ctx, `
			SELECT id, at, lower(target) FROM audit
			WHERE  action = 'rename' AND lower(detail) = $1 AND at >= $2 AND id < $3 ORDER BY id DESC LIMIT 1`,
			s.Name, made, before).Scan(&before, &s.Since, &was)
		if errors.Is(err, sql.ErrNoRows) {
			s.Since = made
			return append(all, s), nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		s = spell{Name: was, Until: s.Since}
	}
}

// audit tells also of lines that were taken back: their target is "#ID by NAME".
func (c *clerk) audit(d *chat.Dossier) error {
	all, err := c.spells(d.User)
	if err != nil {
		return err
	}
	names, err := json.Marshal(all)
	if err != nil {
		return err
	}
	rows, err := c.q.QueryContext(c.ctx, `
		SELECT a.at, a.actor, a.via, a.action, a.target, a.detail FROM audit a
		WHERE  EXISTS (SELECT 1 FROM json_each($1) j
		       WHERE a.at BETWEEN j.value ->> 'since' AND j.value ->> 'until'
		       AND   (lower(a.actor) = j.value ->> 'name' OR lower(a.target) = j.value ->> 'name'
		              OR a.target LIKE '#% by %' AND lower(substr(a.target, instr(a.target, ' by ') + 4)) = j.value ->> 'name'))
		ORDER  BY a.id`, string(names))
	d.Audit, err = collect(rows, err, scanAudited)
	return err
}

func scanFormerName(row scanner) (n chat.FormerName, err error) {
	var until int64
	err = row.Scan(&n.Name, &until)
	n.Until = fromMicros(until)
	return n, err
}

func scanHeldKey(row scanner) (k chat.HeldKey, err error) {
	var added int64
	var used sql.NullInt64
	err = row.Scan(&k.Fingerprint, &k.Public, &k.Label, &added, &used)
	k.Added, k.Used = fromMicros(added), nullTime(used)
	return k, err
}

func scanPastLogin(row scanner) (l chat.PastLogin, err error) {
	var remote, away string
	var port uint16
	var since int64
	var ended sql.NullInt64
	err = row.Scan(&since, &ended, &l.Why, &remote, &port, &l.Client, &away)
	l.Since, l.Until, l.Remote, l.Away = fromMicros(since), nullTime(ended), parseRemote(remote, port), sanitize.Line(away)
	return l, err
}

func scanDossierRoom(row scanner) (m chat.Membership, err error) {
	var muted int64
	err = row.Scan(&m.Room, &m.Role, &m.Holds, &m.Kicked, &muted)
	m.Muted = orNoTime(muted)
	return m, err
}

func scanDealing(row scanner) (d chat.Dealing, err error) {
	var quiet int64
	err = row.Scan(&d.With, &d.Room, &d.Read, &d.Notify, &quiet)
	d.QuietUntil = orNoTime(quiet)
	return d, err
}

func scanPastBlock(row scanner) (b chat.PastBlock, err error) { return b, row.Scan(&b.Name, &b.Holds) }

func scanPastReport(row scanner) (r chat.PastReport, err error) {
	var at int64
	var closed sql.NullInt64
	var kind chat.Kind
	var said, text string
	if err := row.Scan(&at, &r.Own, &r.About, &r.Line, &kind, &said, &text, &closed); err != nil {
		return r, err
	}
	r.At, r.Closed, r.Said = fromMicros(at), nullTime(closed), sanitize.Message(said)
	switch {
	case r.Own:
		r.Text = sanitize.Message(text)
	case kind == chat.Direct:
		r.Line, r.Said = 0, sanitize.Text{}
	}
	return r, nil
}

func scanWording(row scanner) (w chat.Wording, err error) {
	var at int64
	var text string
	err = row.Scan(&at, &w.Kind, &w.Room, &w.To, &text)
	w.At, w.Text = fromMicros(at), sanitize.Line(text)
	return w, err
}

func scanAudited(row scanner) (a chat.Audited, err error) {
	var at int64
	var detail string
	err = row.Scan(&at, &a.Actor, &a.Via, &a.Action, &a.Target, &detail)
	a.At, a.Detail = fromMicros(at), sanitize.Message(detail).String()
	return a, err
}
