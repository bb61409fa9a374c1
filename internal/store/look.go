package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"time"

	"sshchat/internal/chat"
)

// What the console looks up, and the chat itself never asks for.

// Account is what there is to know of an account besides a [chat.User].
type Account struct {
	Settings  chat.Settings
	Rooms     []Membership // by name
	Keys      []Key        // the oldest first
	Blocks    int          // people whom it blocks
	BlockedBy int          // people who block it
	SeenWith  []Neighbour  // by name; at most MostNeighbours
}

// Membership is an account's being in a room.
type Membership struct {
	chat.Room
	Role chat.Role
}

// Key is a public key that may log in.
type Key struct {
	Fingerprint, Label string
	Added, Used        time.Time // Used is zero if it never was
}

// Neighbour is another account that came from an address that an account came from.
type Neighbour struct {
	chat.Person
	Remote netip.Addr // the newest such address
}

// The bounds of the search for neighbours: of the newest logins of an account are the addresses.
const (
	MostNeighbours   = 50
	neighbourLogins  = 50
	selectNeighbours = `
		WITH places AS MATERIALIZED (
		     SELECT remote, max(id) AS id FROM (
		            SELECT remote, id FROM logins WHERE user_id = $1 AND slot = 'prompt' ORDER BY id DESC LIMIT $2)
		     GROUP BY remote)
		SELECT u.id, u.name, p.remote, max(p.id)
		FROM   places p JOIN logins l ON l.remote = p.remote JOIN users u ON u.id = l.user_id
		WHERE  l.user_id <> $1
		GROUP  BY u.id ORDER BY u.name_key LIMIT $3`
	selectMemberships = `
		SELECT r.id, r.name, m.role FROM members m JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 AND m."left" IS NULL ORDER BY r.name`
	selectKeys       = `SELECT fingerprint, label, added_at, coalesce(last_used_at, 0) FROM keys WHERE user_id = $1 ORDER BY added_at`
	selectBlockCount = `
		SELECT (SELECT count(*) FROM blocks b JOIN users u ON u.id = b.blocked_id WHERE b.blocker_id = $1 AND b.until IS NULL AND u.erased = 0),
		       (SELECT count(*) FROM blocks WHERE blocked_id = $1 AND until IS NULL)`
)

// Account gives what there is to know of an account. chat.ErrNoUser.
func (s *Store) Account(ctx context.Context, id chat.UserID) (a Account, err error) {
	err = s.snapshot(ctx, "look at an account", func(q querier) error {
		var settings string
		err := q.QueryRowContext(ctx, `SELECT settings FROM users WHERE id = $1`, int64(id)).Scan(&settings)
		if err != nil {
			return orMissing(err, chat.ErrNoUser)
		}
		if json.Unmarshal([]byte(settings), &a.Settings) != nil {
			a.Settings = chat.Settings{}
		}
		a.Settings = a.Settings.Checked()
		rows, err := q.QueryContext(ctx, selectMemberships, int64(id))
		if a.Rooms, err = collect(rows, err, scanMembership); err != nil {
			return err
		}
		rows, err = q.QueryContext(ctx, selectKeys, int64(id))
		if a.Keys, err = collect(rows, err, scanKey); err != nil {
			return err
		}
		rows, err = q.QueryContext(ctx, selectNeighbours, int64(id), neighbourLogins, MostNeighbours)
		if a.SeenWith, err = collect(rows, err, scanNeighbour); err != nil {
			return err
		}
		return q.QueryRowContext(ctx, selectBlockCount, int64(id)).Scan(&a.Blocks, &a.BlockedBy)
	})
	return a, err
}

func scanMembership(row scanner) (m Membership, err error) {
	return m, row.Scan(&m.ID, &m.Name, &m.Role)
}

func scanKey(row scanner) (k Key, err error) {
	var added, used int64
	err = row.Scan(&k.Fingerprint, &k.Label, &added, &used)
	k.Added, k.Used = fromMicros(added), orNoTime(used)
	return k, err
}

const selectKeyOwner = `SELECT u.name FROM keys k JOIN users u ON u.id = k.user_id WHERE k.fingerprint = $1`

// KeyOwner is the name of the account that has the key with a fingerprint; empty if none has.
func (s *Store) KeyOwner(ctx context.Context, fingerprint string) (name chat.Name, err error) {
	err = s.read(ctx, "find the owner of a key", func(q querier) error {
		err := q.QueryRowContext(ctx, selectKeyOwner, fingerprint).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return name, err
}

func scanNeighbour(row scanner) (n Neighbour, err error) {
	var remote string
	var newest int64
	err = row.Scan(&n.ID, &n.Name, &remote, &newest)
	n.Remote = parseRemote(remote, 0).Addr()
	return n, err
}

// RoomLook is a room as nobody in the chat sees it: whether one may know of it or not.
type RoomLook struct {
	chat.RoomInfo
	Owner chat.Name // empty if it has none
	Lines int       // said in it, those that were taken back as well
}

const selectRoomLook = `
		SELECT coalesce((SELECT u.name FROM members m JOIN users u ON u.id = m.user_id
		                 WHERE  m.room_id = $1 AND m."left" IS NULL AND m.role = 'owner'), ''),
		       (SELECT count(*) FROM log l WHERE l.room_id = $1 AND l.kind IN ('room', 'action'))`

// AllRooms lists rooms in order of name, those after the name after, at most limit.
func (s *Store) AllRooms(ctx context.Context, after chat.RoomName, limit int) (all []RoomLook, err error) {
	err = s.snapshot(ctx, "list all rooms", func(q querier) error {
		all, err = lookAtRooms(ctx, q, ` AND r.name > $2 ORDER BY r.name LIMIT $3`, string(after), limit)
		return err
	})
	return all, err
}

func lookAtRooms(ctx context.Context, q querier, which string, args ...any) ([]RoomLook, error) {
	rows, err := q.QueryContext(ctx, selectRooms+which, append([]any{0}, args...)...)
	all, err := collect(rows, err, func(row scanner) (RoomLook, error) {
		r, err := scanRoom(row)
		return RoomLook{RoomInfo: r}, err
	})
	for i := 0; i < len(all) && err == nil; i++ {
		err = q.QueryRowContext(ctx, selectRoomLook, int64(all[i].ID)).Scan(&all[i].Owner, &all[i].Lines)
	}
	return all, err
}

// RoomDetail is a room with what is in it. Of what was said there it tells only by whom, and when.
type RoomDetail struct {
	RoomLook
	Members []chat.Member // as chat.Store lists them
	Pins    []Trace       // in the order in which they were pinned
	Hands   []Trace       // whoever has waited longest first
}

// Trace is an entry without its text.
type Trace struct {
	ID     chat.EntryID
	Sender chat.Name
	At     time.Time
}

const (
	selectPinTraces = `
		SELECT l.id, coalesce(u.name, ''), l.at
		FROM   pins p JOIN log l ON l.id = p.line LEFT JOIN users u ON u.id = l.sender_id
		WHERE  p.room_id = $1 ORDER BY p.entry`
	selectHandTraces = `
		SELECT l.id, coalesce(u.name, ''), l.at
		FROM   hands h JOIN log l ON l.id = h.entry LEFT JOIN users u ON u.id = h.user_id
		WHERE  h.room_id = $1 ORDER BY h.entry`
)

// RoomDetail looks at the room of some name. chat.ErrNoSuchRoom.
func (s *Store) RoomDetail(ctx context.Context, name chat.RoomName) (d RoomDetail, err error) {
	err = s.snapshot(ctx, "look at a room", func(q querier) error {
		found, err := lookAtRooms(ctx, q, ` AND r.name = $2`, string(name))
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return chat.ErrNoSuchRoom
		}
		d.RoomLook = found[0]
		if d.Pins, err = traces(ctx, q, selectPinTraces, d.ID); err != nil {
			return err
		}
		d.Hands, err = traces(ctx, q, selectHandTraces, d.ID)
		return err
	})
	if err != nil {
		return RoomDetail{}, err
	}
	d.Members, err = s.Members(ctx, d.ID)
	return d, err
}

func traces(ctx context.Context, q querier, query string, room chat.RoomID) ([]Trace, error) {
	rows, err := q.QueryContext(ctx, query, int64(room))
	return collect(rows, err, func(row scanner) (t Trace, err error) {
		var at int64
		err = row.Scan(&t.ID, &t.Sender, &at)
		t.At = fromMicros(at)
		return t, err
	})
}

// AuditRow is a row of the audit table.
type AuditRow struct {
	ID int64
	At time.Time
	chat.Audit
}

// AuditQuery asks for rows of the audit table. The zero value of each field is any, but for Limit.
type AuditQuery struct {
	After         int64 // the id of the row before the first
	Since         time.Time
	Actor, Action string
	Newest        bool // of more than Limit the newest, and not the oldest
	Limit         int
}

const selectAudit = `
		SELECT id, at, actor, via, action, target, detail FROM audit
		WHERE  id > $1 AND at >= $2 AND ($3 = '' OR actor = $3) AND ($4 = '' OR action = $4)`

// AuditRows lists rows of the audit table, the oldest first.
func (s *Store) AuditRows(ctx context.Context, a AuditQuery) (all []AuditRow, err error) {
	order := ` ORDER BY id LIMIT $5`
	if a.Newest {
		order = ` ORDER BY id DESC LIMIT $5`
	}
	since := int64(0)
	if !a.Since.IsZero() {
		since = micros(a.Since)
	}
	err = s.read(ctx, "read the audit table", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectAudit+order, a.After, since, a.Actor, a.Action, max(a.Limit, 0))
		all, err = collect(rows, err, scanAudit)
		return err
	})
	if a.Newest {
		slices.Reverse(all)
	}
	return all, err
}

func scanAudit(row scanner) (r AuditRow, err error) {
	var at int64
	err = row.Scan(&r.ID, &at, &r.Actor, &r.Via, &r.Action, &r.Target, &r.Detail)
	r.At = fromMicros(at)
	return r, err
}
