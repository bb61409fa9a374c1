package store

import (
	"context"
	"slices"
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

// selectNotices are the rooms of which $1 has said how far to be told of them, the $2 newest. Left alone, SQLite would go
// through all conversations that $1 has read.
const selectNotices = `
		SELECT room_id, notify, quiet_until FROM conversations INDEXED BY conversations_told
		WHERE  user_id = $1 AND (notify <> '' OR quiet_until <> 0)
		ORDER  BY room_id DESC LIMIT $2`

func (t *tx) notices(user chat.UserID) (map[chat.RoomID]chat.Notice, error) {
	var all map[chat.RoomID]chat.Notice
	rows, err := t.rows(selectNotices, int64(user), chat.MostNotices)
	_, err = collect(rows, err, func(row scanner) (room chat.RoomID, err error) {
		var n chat.Notice
		var quiet int64
		if err := row.Scan(&room, &n.Notify, &quiet); err != nil {
			return 0, err
		}
		if all == nil {
			all = make(map[chat.RoomID]chat.Notice)
		}
		n.QuietUntil = orNoTime(quiet)
		all[room] = n
		return room, nil
	})
	return all, err
}

// keepUnsent keeps the lines that somebody had begun.
func (t *tx) keepUnsent(user chat.UserID, all []chat.Unsent) error {
	for _, u := range all {
		_, err := t.exec(`
			INSERT INTO unsent (user_id, room_id, with_id, aside, at, body) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (user_id, room_id, with_id) DO UPDATE SET
			   aside = excluded.aside, at = excluded.at, body = excluded.body`,
			int64(user), int64(u.In.Room.ID), int64(u.In.With.ID), u.Aside, micros(u.At), u.Text.String())
		if err != nil {
			return err
		}
	}
	return nil
}

// A room that a person was removed from is not named: they are not to learn what it is called now.
const selectUnsent = `
		SELECT x.aside, x.at, x.body, x.room_id, coalesce(r.name, ''), coalesce(w.id, 0), coalesce(w.name, '')
		FROM   unsent x
		       LEFT JOIN members m ON m.room_id = x.room_id AND m.user_id = x.user_id AND m."left" IS NULL
		       LEFT JOIN rooms r   ON r.id = m.room_id
		       LEFT JOIN users w   ON w.id = x.with_id
		WHERE  x.user_id = $1
		ORDER  BY x.at, x.room_id, x.with_id`

func scanUnsent(row scanner) (u chat.Unsent, err error) {
	var at int64
	var body string
	err = row.Scan(&u.Aside, &at, &body, &u.In.Room.ID, &u.In.Room.Name, &u.In.With.ID, &u.In.With.Name)
	u.At, u.Text = fromMicros(at), sanitize.Message(body)
	return u, err
}

// takeUnsent gives the lines that were kept, which are the session's business from now on, without those that are too
// old.
func (t *tx) takeUnsent(user chat.UserID) ([]chat.Unsent, error) {
	rows, err := t.rows(selectUnsent, int64(user))
	all, err := collect(rows, err, scanUnsent)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if _, err := t.exec(`DELETE FROM unsent WHERE user_id = $1`, int64(user)); err != nil {
		return nil, err
	}
	oldest := fromMicros(t.now).Add(-chat.UnsentKept)
	return slices.DeleteFunc(all, func(u chat.Unsent) bool { return u.At.Before(oldest) }), nil
}
