package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// maxLooked is how many of the newest messages to somebody, and of the newest lines of each of their rooms, are looked at for
// what is unread.
const maxLooked = 10_000

const (
	// selectUnreadRooms counts for $1 what is unread in each of their rooms, up to $2 lines of the newest $3.
	selectUnreadRooms = `
		WITH mine AS (
		     SELECT m.room_id, coalesce(c.notify, '') AS notify, coalesce(c.quiet_until, 0) AS quiet_until,
		            max(m.joined, coalesce(c.read, 0), coalesce((
		                SELECT read FROM conversations WHERE user_id = $1 AND room_id = 0 AND with_id = 0), 0)) AS read
		     FROM   members m LEFT JOIN conversations c ON c.user_id = $1 AND c.room_id = m.room_id AND c.with_id = 0
		     WHERE  m.user_id = $1 AND m."left" IS NULL)
		SELECT 0, '', r.id, r.name, mine.read, mine.notify, mine.quiet_until, (
		       SELECT count(*) FROM (
		              SELECT 1 FROM (
		                     SELECT l.id, l.sender_id FROM log l
		                     WHERE  l.kind IN ('room', 'action') AND l.room_id = r.id AND l.id > mine.read
		                     ORDER  BY l.id DESC LIMIT $3) l
		              WHERE  1` + notHidden + `
		              LIMIT $2))
		FROM   mine JOIN rooms r ON r.id = mine.room_id
		ORDER  BY r.name`

	// selectUnreadPeople counts for $1 what is unread of the newest $2 messages to them.
	selectUnreadPeople = `
		SELECT u.id, u.name, 0, '', max(coalesce(c.read, 0), b.read), '', 0, count(*)
		FROM   (SELECT coalesce((SELECT read FROM conversations WHERE user_id = $1 AND room_id = 0 AND with_id = 0), 0) AS read) b,
		       (SELECT l.id, l.sender_id FROM log l WHERE l.kind = 'direct' AND l.recipient_id = $1 AND l.id > (
		               SELECT coalesce(max(read), 0) FROM conversations WHERE user_id = $1 AND room_id = 0 AND with_id = 0)` + notHidden + `
		        ORDER BY l.id DESC LIMIT $2) n
		       JOIN users u ON u.id = n.sender_id
		       LEFT JOIN conversations c ON c.user_id = $1 AND c.room_id = 0 AND c.with_id = n.sender_id
		WHERE  n.id > coalesce(c.read, 0)
		GROUP  BY u.id
		ORDER  BY u.name_key`
)

// Unread lists conversations with how much of them is unread; see [chat.Store].
func (s *Store) Unread(ctx context.Context, user chat.UserID) (all []chat.Unread, err error) {
	err = s.snapshot(ctx, "count what is unread", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectUnreadPeople, int64(user), maxLooked)
		people, err := collect(rows, err, scanUnread)
		if err != nil {
			return err
		}
		rows, err = q.QueryContext(ctx, selectUnreadRooms, int64(user), chat.MostUnread, maxLooked)
		rooms, err := collect(rows, err, scanUnread)
		all = append(people, rooms...)
		return err
	})
	return all, err
}

func scanUnread(row scanner) (u chat.Unread, err error) {
	var quiet int64
	err = row.Scan(&u.With.ID, &u.With.Name, &u.Room.ID, &u.Room.Name, &u.Since, &u.Notify, &quiet, &u.Count)
	u.Count, u.QuietUntil = min(u.Count, chat.MostUnread), orNoTime(quiet)
	return u, err
}

func orNoTime(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return fromMicros(at)
}

// MarkRead has what was said count as read; see [chat.Store].
func (s *Store) MarkRead(ctx context.Context, user chat.UserID, p chat.Place) error {
	return s.write(ctx, "mark as read", single, func(t *tx) error {
		return t.markRead(user, chat.ReadMark{Place: p, Through: t.head})
	})
}

// markRead moves how far a conversation is read, forward only.
func (t *tx) markRead(user chat.UserID, m chat.ReadMark) error {
	_, err := t.exec(`
		INSERT INTO conversations (user_id, room_id, with_id, read) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, room_id, with_id) DO UPDATE SET read = max(read, excluded.read)`,
		int64(user), int64(m.Room), int64(m.With), int64(min(m.Through, t.head)))
	return err
}

// SetNotice keeps how far somebody wants to be told of a room; see [chat.Store].
func (s *Store) SetNotice(ctx context.Context, user chat.UserID, room chat.RoomID, n chat.Notice) error {
	var quiet int64
	if !n.QuietUntil.IsZero() {
		quiet = micros(n.QuietUntil)
	}
	return s.write(ctx, "set a notice", single, func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO conversations (user_id, room_id, with_id, notify, quiet_until) VALUES ($1, $2, 0, $3, $4)
			ON CONFLICT (user_id, room_id, with_id) DO UPDATE SET notify = excluded.notify, quiet_until = excluded.quiet_until`,
			int64(user), int64(room), n.Notify, quiet)
		return err
	})
}

// keepUnsent keeps the line that somebody was typing, if there is one.
func (t *tx) keepUnsent(user chat.UserID, u *chat.Unsent) error {
	if u == nil {
		return nil
	}
	_, err := t.exec(`
		INSERT INTO unsent (user_id, room_id, with_id, at, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id) DO UPDATE SET
		   room_id = excluded.room_id, with_id = excluded.with_id, at = excluded.at, body = excluded.body`,
		int64(user), int64(u.In.Room.ID), int64(u.In.With.ID), micros(u.At), u.Text.String())
	return err
}

// takeUnsent gives the line that was kept, which is the session's business from now on; nil if there is none, or
// it is too old. Its conversation is none if the person is not in that room any more.
func (t *tx) takeUnsent(user chat.UserID) (*chat.Unsent, error) {
	var u chat.Unsent
	var at int64
	var body string
	err := t.row(`
		SELECT x.at, x.body, coalesce(r.id, 0), coalesce(r.name, ''), coalesce(w.id, 0), coalesce(w.name, '')
		FROM   unsent x
		       LEFT JOIN members m ON m.room_id = x.room_id AND m.user_id = x.user_id AND m."left" IS NULL
		       LEFT JOIN rooms r   ON r.id = m.room_id
		       LEFT JOIN users w   ON w.id = x.with_id
		WHERE  x.user_id = $1`, int64(user)).
		Scan(&at, &body, &u.In.Room.ID, &u.In.Room.Name, &u.In.With.ID, &u.In.With.Name)
	if err == sql.ErrNoRows {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("unsent line: %w", err)
	}
	if _, err := t.exec(`DELETE FROM unsent WHERE user_id = $1`, int64(user)); err != nil {
		return nil, err
	}
	if t.now-at > chat.UnsentKept.Microseconds() {
		return nil, nil
	}
	u.At, u.Text = fromMicros(at), sanitize.Message(body)
	return &u, nil
}
