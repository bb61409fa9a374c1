package store

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// roomsOf are the rooms that a person is in, and from where on they see what was said.
const roomsOf = `
		SELECT r.id, r.name, CASE r.history WHEN 1 THEN 0 ELSE m.joined + 1 END
		FROM   members m JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 AND m."left" IS NULL ORDER BY r.id`

func scanStay(row scanner) (s chat.Stay, err error) {
	err = row.Scan(&s.ID, &s.Name, &s.From)
	return s, err
}

// selectRooms gives rooms as $1 may know of them.
const selectRooms = `
		SELECT r.id, r.name, r.topic, r.invite_only, r.posting, r.slow, r.history,
		       (SELECT count(*) FROM members m WHERE m.room_id = r.id AND m."left" IS NULL),
		       (SELECT count(*) FROM members m JOIN logins l ON l.user_id = m.user_id
		        WHERE  m.room_id = r.id AND m."left" IS NULL AND l.slot = 'prompt' AND l.ended_at IS NULL),
		       me.user_id IS NOT NULL, coalesce(me.role, ''), coalesce(c.notify, ''), coalesce(c.quiet_until, 0)
		FROM   rooms r LEFT JOIN members me ON me.room_id = r.id AND me.user_id = $1 AND me."left" IS NULL
		       LEFT JOIN conversations c ON c.user_id = $1 AND c.room_id = r.id AND c.with_id = 0
		WHERE  r.closed IS NULL`

func scanRoom(row scanner) (r chat.RoomInfo, err error) {
	var topic string
	var slow, quiet int64
	err = row.Scan(&r.ID, &r.Name, &topic, &r.InviteOnly, &r.Posting, &slow, &r.History, &r.Members, &r.Online,
		&r.IsMember, &r.Role, &r.Notify, &quiet)
	r.QuietUntil = orNoTime(quiet)
	r.Topic, r.Slow = sanitize.Line(topic), time.Duration(slow)*time.Microsecond
	return r, err
}

// Room finds a room by its name; see [chat.Store].
func (s *Store) Room(ctx context.Context, user chat.UserID, name chat.RoomName) (r chat.RoomInfo, err error) {
	err = s.read(ctx, "find a room", func(q querier) (err error) {
		r, err = scanRoom(q.QueryRowContext(ctx, selectRooms+`
			AND    r.name = $2
			AND    (r.invite_only = 0 OR me.user_id IS NOT NULL OR EXISTS (
			       SELECT 1 FROM invitations i WHERE i.room_id = r.id AND i.user_id = $1))`, int64(user), string(name)))
		return orMissing(err, chat.ErrNoSuchRoom)
	})
	return r, err
}

const selectRoomOf = `
		SELECT r.id, r.name FROM rooms r JOIN members m ON m.room_id = r.id AND m.user_id = $1 AND m."left" IS NULL
		WHERE  r.name = $2 AND r.closed IS NULL`

// RoomOf finds a room that somebody is in; see [chat.Store].
func (s *Store) RoomOf(ctx context.Context, user chat.UserID, name chat.RoomName) (r chat.Room, err error) {
	err = s.read(ctx, "find a room", func(q querier) error {
		return orMissing(q.QueryRowContext(ctx, selectRoomOf, int64(user), string(name)).Scan(&r.ID, &r.Name), chat.ErrNotIn)
	})
	return r, err
}

// RoomByID finds a room; see [chat.Store].
func (s *Store) RoomByID(ctx context.Context, user chat.UserID, id chat.RoomID) (r chat.RoomInfo, err error) {
	err = s.read(ctx, "find a room", func(q querier) (err error) {
		r, err = scanRoom(q.QueryRowContext(ctx, selectRooms+`
			AND    r.id = $2 AND (r.invite_only = 0 OR me.user_id IS NOT NULL)`, int64(user), int64(id)))
		return orMissing(err, chat.ErrNoSuchRoom)
	})
	return r, err
}

// Rooms lists rooms; see [chat.Store].
func (s *Store) Rooms(ctx context.Context, user chat.UserID) (all []chat.RoomInfo, err error) {
	err = s.read(ctx, "list rooms", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectRooms+`
			AND    (r.invite_only = 0 OR me.user_id IS NOT NULL)
			ORDER  BY me.user_id IS NULL, r.name`, int64(user))
		all, err = collect(rows, err, scanRoom)
		return err
	})
	return all, err
}

// Members lists who is in a room; see [chat.Store].
func (s *Store) Members(ctx context.Context, room chat.RoomID) (all []chat.Member, err error) {
	now := micros(s.now())
	err = s.read(ctx, "list members", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT u.id, u.name, m.role, m.muted_until, EXISTS (
			       SELECT 1 FROM logins l WHERE l.user_id = m.user_id AND l.slot = 'prompt' AND l.ended_at IS NULL)
			FROM   members m JOIN users u ON u.id = m.user_id
			WHERE  m.room_id = $1 AND m."left" IS NULL
			ORDER  BY m.role <> 'owner', m.role <> 'op', u.name_key`, int64(room))
		all, err = collect(rows, err, func(row scanner) (m chat.Member, err error) {
			var muted int64
			err = row.Scan(&m.ID, &m.Name, &m.Role, &muted, &m.Online)
			if muted > now {
				m.Muted = fromMicros(muted)
			}
			return m, err
		})
		return err
	})
	return all, err
}

// Extent is what there is of a room; see [chat.Store].
func (s *Store) Extent(ctx context.Context, name chat.RoomName) (x chat.Extent, err error) {
	err = s.read(ctx, "measure a room", func(q querier) error {
		row := q.QueryRowContext(ctx, `
			SELECT r.id, r.name, (SELECT count(*) FROM members m WHERE m.room_id = r.id AND m."left" IS NULL),
			       (SELECT count(*) FROM log l WHERE l.kind IN ('room', 'action') AND l.room_id = r.id)
			FROM   rooms r WHERE r.name = $1 AND r.closed IS NULL`, string(name))
		return orMissing(row.Scan(&x.ID, &x.Name, &x.Members, &x.Lines), chat.ErrNoSuchRoom)
	})
	return x, err
}
