package store

import (
	"context"
	"database/sql"
	"errors"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

const (
	// isOnline: so is the person of the hand h.
	isOnline = `EXISTS (SELECT 1 FROM logins o WHERE o.user_id = h.user_id AND o.slot = 'prompt' AND o.ended_at IS NULL)`

	selectHands = `
		SELECT u.id, u.name, l.at, CASE WHEN ` + inBlock + ` THEN '' ELSE l.body END, ` + isOnline + `
		FROM   hands h JOIN log l ON l.id = h.entry JOIN users u ON u.id = h.user_id
		WHERE  h.room_id = $2 AND ` + isMember + `
		ORDER  BY h.entry`

	// selectNext is whose turn it is if $2 calls.
	selectNext = `
		SELECT h.user_id FROM hands h
		WHERE  h.room_id = $1 AND h.user_id <> $2 AND ` + isOnline + `
		ORDER  BY h.entry LIMIT 1`

	// selectQueued is where $1 waits, and in which place. It begins with the rooms that they are in, as no index has hands
	// by person.
	selectQueued = `
		SELECT r.id, r.name, (SELECT count(*) FROM hands o WHERE o.room_id = h.room_id AND o.entry <= h.entry)
		FROM   members m CROSS JOIN hands h ON h.room_id = m.room_id AND h.user_id = m.user_id JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 AND m."left" IS NULL ORDER BY r.name`
)

// Hands lists who waits for a turn; see [chat.Store].
func (s *Store) Hands(ctx context.Context, user chat.UserID, room chat.RoomID) (all []chat.RaisedHand, err error) {
	err = s.read(ctx, "list hands", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectHands, int64(user), int64(room))
		all, err = collect(rows, err, scanHand)
		return err
	})
	return all, err
}

func scanHand(row scanner) (h chat.RaisedHand, err error) {
	var at int64
	var body string
	err = row.Scan(&h.ID, &h.Name, &at, &body, &h.Online)
	h.Since, h.Text = fromMicros(at), sanitize.Line(body)
	return h, err
}

func scanQueued(row scanner) (q chat.Queued, err error) {
	return q, row.Scan(&q.ID, &q.Name, &q.Position)
}

// mayRaise has the muted wait, and members of a slow room who have just spoken: all read what a hand says. Where only
// operators may speak, a hand is how a member asks to.
func (t *tx) mayRaise(d *chat.Draft) error {
	m, err := t.member(d.Room, d.Sender)
	if err != nil {
		return err
	}
	var isUp bool
	var slow int64
	err = t.row(`SELECT EXISTS (SELECT 1 FROM hands WHERE room_id = $1 AND user_id = $2), slow FROM rooms WHERE id = $1`,
		int64(d.Room), int64(d.Sender)).Scan(&isUp, &slow)
	now := max(t.at, t.now)
	switch {
	case err != nil:
		return err
	case isUp:
		return chat.ErrStale
	case m.muted > now:
		return &chat.WaitError{Muted: true, Until: fromMicros(m.muted)}
	case slow > 0 && m.role == chat.Plain && m.said+slow > now:
		return &chat.WaitError{Until: fromMicros(m.said + slow)}
	}
	return nil
}

// raise counts as a line where the pace is slow.
func (t *tx) raise(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`INSERT INTO hands (room_id, user_id, entry) VALUES ($1, $2, $3)`, int64(d.Room), int64(d.Sender), int64(id))
	if err != nil {
		return err
	}
	return t.spoke(d.Room, d.Sender)
}

// spoke has what somebody does count as a line where the pace is slow.
func (t *tx) spoke(room chat.RoomID, user chat.UserID) error {
	_, err := t.exec(`
		UPDATE members SET last_said = $3
		WHERE  room_id = $1 AND user_id = $2 AND "left" IS NULL AND (SELECT slow FROM rooms WHERE id = $1) > 0`,
		int64(room), int64(user), max(t.at, t.now))
	return err
}

// mayLower lets everyone take their own hand down, and operators another's: of somebody who has gone for good.
func (t *tx) mayLower(d *chat.Draft) error {
	needs := chat.Plain
	if d.Recipient != 0 {
		needs = chat.Operator
	}
	if _, err := t.governs(d, needs); err != nil {
		return err
	}
	var isUp bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM hands WHERE room_id = $1 AND user_id = $2)`, int64(d.Room), int64(whose(*d))).Scan(&isUp)
	if err == nil && !isUp {
		err = chat.ErrStale
	}
	return err
}

func (t *tx) lower(d chat.Draft, _ chat.EntryID) error { return t.takeDown(d.Room, whose(d)) }

// whose hand is lowered.
func whose(d chat.Draft) chat.UserID {
	if d.Recipient != 0 {
		return d.Recipient
	}
	return d.Sender
}

func (t *tx) takeDown(room chat.RoomID, user chat.UserID) error {
	_, err := t.exec(`DELETE FROM hands WHERE room_id = $1 AND user_id = $2`, int64(room), int64(user))
	return err
}

// mayCall finds whose turn it is: of those who are online whoever has waited longest. The others keep their places.
func (t *tx) mayCall(d *chat.Draft) error {
	if _, err := t.governs(d, chat.Operator); err != nil {
		return err
	}
	err := t.row(selectNext, int64(d.Room), int64(d.Sender)).Scan(&d.Recipient)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var nobody chat.NobodyError
	err = t.row(`SELECT count(*) FROM hands WHERE room_id = $1 AND user_id <> $2`, int64(d.Room), int64(d.Sender)).Scan(&nobody.Away)
	if err != nil {
		return err
	}
	return &nobody
}

func (t *tx) call(d chat.Draft, _ chat.EntryID) error { return t.takeDown(d.Room, d.Recipient) }
