package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// What concerns a person is a UNION ALL over one partial index a kind, each arm in id order, which the
// engines merge: they touch the rows they give and no others. (With OR in place of it they sort
// everything that was said.) What was said in rooms has an arm for each stay that reaches into the stretch: see
// roomArms. In all arms $1 is the person and $2 to $3 the stretch; broadcasts begin at $4, so that nobody is
// shown those from before their account.
const (
	// notHidden leaves out one's own lines, which have an arm of their own, and what was said
	// during a block, for ever.
	notHidden = ` AND (l.sender_id IS NULL OR l.sender_id <> $1 AND NOT ` + inBlock + `)`

	notHiddenOrOwn = ` AND (l.sender_id = $1 OR NOT ` + inBlock + `)`

	inBlock = `EXISTS (
			SELECT 1 FROM blocks b
			WHERE  b.blocker_id = $1 AND b.blocked_id = l.sender_id
			AND    b.since < l.id AND (b.until IS NULL OR b.until > l.id))`

	fromTold = ` FROM log l WHERE l.kind IN ('invite', 'kick', 'turn', 'told') AND l.recipient_id = $1 AND l.id BETWEEN $2 AND $3
			AND (l.kind <> 'invite' OR NOT ` + inBlock + `)`
	// fromChanges are those of lines that somebody may have seen: which, asSeen knows. Of each line it is the newest.
	fromChanges = ` FROM log l WHERE l.kind IN ('edit', 'delete') AND l.id BETWEEN $2 AND $3 AND (
			l.recipient_id = $1 OR ` + changer + ` = $1 OR l.recipient_id IS NULL AND (
			l.room_id IS NULL OR l.room_id IN (SELECT m.room_id FROM members m WHERE m.user_id = $1 AND m."left" IS NULL)))` + notHiddenOrOwn + `
			AND NOT EXISTS (SELECT 1 FROM log c WHERE c.kind IN ('edit', 'delete') AND c.ref = l.ref AND c.id > l.id)`
	// changer is whose line an edit or a deletion changes: also if an administrator deletes it.
	changer = `coalesce(l.sender_id, (SELECT o.sender_id FROM log o WHERE o.id = l.ref))`

	fromDirect    = ` FROM log l WHERE l.kind = 'direct' AND l.recipient_id = $1 AND l.id BETWEEN $2 AND $3` + notHidden
	fromBroadcast = ` FROM log l WHERE l.kind = 'broadcast' AND l.id BETWEEN $4 AND $3` + notHidden
	fromOwn       = ` FROM log l WHERE l.kind IN ('direct', 'broadcast', 'room', 'action') AND l.sender_id = $1 AND l.id BETWEEN $2 AND $3`
	fromBlocks    = ` FROM log l WHERE l.kind IN ('block', 'unblock') AND l.sender_id = $1 AND l.id BETWEEN $2 AND $3`

	entryColumns = `
		SELECT l.id, l.kind, coalesce(l.sender_id, 0), coalesce((SELECT name FROM users WHERE id = l.sender_id), ''),
		       coalesce(l.recipient_id, 0), coalesce((SELECT name FROM users WHERE id = l.recipient_id), ''),
		       coalesce(l.room_id, 0), coalesce((SELECT name FROM rooms WHERE id = l.room_id), ''),
		       coalesce(l.ref, 0), l.at, l.client_id, l.body, ` + lastChange

	selectPage = entryColumns + fromDirect +
		` UNION ALL ` + entryColumns + fromBroadcast +
		` UNION ALL ` + entryColumns + fromOwn +
		` UNION ALL ` + entryColumns + fromBlocks +
		` UNION ALL ` + entryColumns + fromTold +
		` UNION ALL ` + entryColumns + fromChanges

	// anyStart is true: it uses the argument of the broadcasts.
	anyStart = ` AND $4 = $4`

	selectWaitingLines = `SELECT l.id` + fromDirect + ` UNION ALL SELECT l.id` + fromBroadcast

	selectWaiting = selectWaitingLines + ` UNION ALL SELECT l.id` + fromTold
)

// A stretchOfRoom is what somebody may see of a room.
type stretchOfRoom struct {
	room chat.RoomID
	chat.Stretch
}

// staysIn gives what v may see of rooms: the stays that reach into the stretch.
func staysIn(ctx context.Context, q querier, v view) ([]stretchOfRoom, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT room_id, max(joined + 1, $2), min(coalesce("left" - 1, $3), $3) FROM members
		WHERE  user_id = $1 AND joined < $3 AND ("left" IS NULL OR "left" > $2)
		ORDER  BY joined`, int64(v.user), int64(v.from), int64(v.to))
	return collect(rows, err, func(row scanner) (s stretchOfRoom, err error) {
		return s, row.Scan(&s.room, &s.From, &s.To)
	})
}

const (
	// armsOfQuery is how many arms a query may have: SQLite takes 500.
	armsOfQuery = 400
	// armsOfRoom is how many of them one room may have.
	armsOfRoom = 4

	saidInRooms = ` FROM log l WHERE l.kind IN ('room', 'action') AND l.id BETWEEN $%d AND $%d`

	// whileIn keeps of what was said in rooms what was said during a stay.
	whileIn = ` AND l.id < (
			SELECT coalesce(m."left", l.id + 1) FROM members m
			WHERE  m.room_id = l.room_id AND m.user_id = $1 AND m.joined < l.id ORDER BY m.joined DESC LIMIT 1)`
)

// withRooms adds to a query arms for what was said during the stays, which select columns: one for each stay, but for
// rooms that somebody has come to again and again one for all, and for very many rooms one that goes through all
// that was said in any. Else somebody who does nothing but come and go could make a query of any size. The arguments of the
// arms come behind args.
func withRooms(query, columns, hidden string, stays []stretchOfRoom, args []any) (string, []any) {
	byRoom := make(map[chat.RoomID][]stretchOfRoom)
	for _, s := range stays {
		byRoom[s.room] = append(byRoom[s.room], s)
	}
	arms, all := []string{query}, args[:len(args):len(args)]
	argument := func(id int64) int {
		all = append(all, id)
		return len(all)
	}
	arm := func(from, to chat.EntryID, which string) {
		said := fmt.Sprintf(saidInRooms, argument(int64(from)), argument(int64(to)))
		arms = append(arms, columns+said+which+hidden)
	}
	for _, room := range slices.Sorted(maps.Keys(byRoom)) {
		in, some := fmt.Sprintf(` AND l.room_id = $%d`, argument(int64(room))), byRoom[room]
		if len(some) > armsOfRoom {
			arm(some[0].From, some[len(some)-1].To, in+whileIn)
			continue
		}
		for _, s := range some {
			arm(s.From, s.To, in)
		}
	}
	if len(arms) > armsOfQuery {
		arms, all = arms[:1], args[:len(args):len(args)]
		from, to := stays[0].From, stays[0].To
		for _, s := range stays {
			from, to = min(from, s.From), max(to, s.To)
		}
		arm(from, to, whileIn)
	}
	return strings.Join(arms, ` UNION ALL `), all
}

func scanStored(row scanner) (stored, error) {
	s := stored{Entry: new(chat.Entry)}
	var at int64
	var body string
	err := row.Scan(&s.ID, &s.Kind, &s.Sender.ID, &s.Sender.Name, &s.Recipient.ID, &s.Recipient.Name,
		&s.Room.ID, &s.Room.Name, &s.Ref, &at, &s.ClientID, &body, &s.change)
	s.At = fromMicros(at)
	s.Body = sanitize.Message(body) // a row may be older than today's rule
	return s, err
}

// Read gives a page of what user may see of w; see [chat.Store]. Entries of unknown kinds are not in it.
// ErrNoUser.
func (s *Store) Read(ctx context.Context, user chat.UserID, w chat.Stretch, limit int) (chat.Page, error) {
	var p chat.Page
	err := s.snapshot(ctx, "read the log", func(q querier) (err error) {
		p, err = readPage(ctx, q, user, w, max(limit, 1))
		return err
	})
	return p, err
}

// readPage reads the entries last: the head, which the page must not reach past, and the blocks are of the same
// moment in any order.
func readPage(ctx context.Context, q querier, user chat.UserID, w chat.Stretch, limit int) (chat.Page, error) {
	v, err := viewOf(ctx, q, user, w)
	if err != nil {
		return chat.Page{}, err
	}
	p := chat.Page{Through: v.to, Head: v.head}
	if p.Blocks, err = blockSpans(ctx, q, user); err != nil {
		return p, err
	}
	rows, err := q.QueryContext(ctx, roomsOf, int64(user))
	if p.Rooms, err = collect(rows, err, scanStay); err != nil || v.from > v.to {
		return p, err
	}
	stays, err := staysIn(ctx, q, v)
	if err != nil {
		return p, err
	}
	query, args := withRooms(selectPage, entryColumns, notHidden, stays, append(v.args(), limit))
	rows, err = q.QueryContext(ctx, query+` ORDER BY 1 LIMIT $5`, args...)
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return p, err
	}
	if n := len(all); n == limit {
		p.Through = all[n-1].ID
	}
	p.Entries, err = asSeen(ctx, q, v, all)
	return p, err
}

// A view is a stretch of the log as it lies before one person.
type view struct {
	user     chat.UserID
	from, to chat.EntryID
	created  chat.EntryID // as in chat.User
	head     chat.EntryID
}

// viewOf cuts a stretch at the head: past it there is nothing to account for yet, and a reader that went on
// behind it would miss what comes there.
func viewOf(ctx context.Context, q querier, user chat.UserID, w chat.Stretch) (view, error) {
	v := view{user: user, from: w.From, to: w.To}
	err := q.QueryRowContext(ctx, `SELECT h.id, u.created FROM log_head h, users u WHERE h.one = 1 AND u.id = $1`, int64(user)).
		Scan(&v.head, &v.created)
	if v.to == 0 || v.to > v.head {
		v.to = v.head
	}
	return v, orMissing(err, chat.ErrNoUser)
}

// args are $1 to $4 of the queries above.
func (v view) args() []any {
	return []any{int64(v.user), int64(v.from), int64(v.to), int64(max(v.from, v.created+1))}
}

func blockSpans(ctx context.Context, q querier, user chat.UserID) ([]chat.BlockSpan, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT blocked_id, min(since), CASE WHEN count(*) > count(until) THEN 0 ELSE max(until) END
		FROM   blocks WHERE blocker_id = $1 GROUP BY blocked_id`, int64(user))
	return collect(rows, err, func(row scanner) (b chat.BlockSpan, err error) {
		return b, row.Scan(&b.User, &b.Since, &b.Until)
	})
}

// Backlog counts the lines that wait for user in w; see [chat.Store]. ErrNoUser.
func (s *Store) Backlog(ctx context.Context, user chat.UserID, w chat.Stretch, newest int) (chat.Backlog, error) {
	var b chat.Backlog
	err := s.snapshot(ctx, "count what waits", func(q querier) error {
		v, err := viewOf(ctx, q, user, w)
		if b.Head = v.head; err != nil || v.from > v.to {
			return err
		}
		stays, err := staysIn(ctx, q, v)
		if err != nil {
			return err
		}
		waiting, args := withRooms(selectWaiting, `SELECT l.id`, notHidden, stays, append(v.args(), nil))
		waiting += ` ORDER BY 1 DESC`
		if b.Count, err = countWaiting(ctx, q, waiting, args); err != nil || b.Count == 0 {
			return err
		}
		if b.Direct, err = countWaiting(ctx, q, `SELECT l.id`+fromDirect+anyStart, append(v.args(), nil)); err != nil {
			return err
		}
		args[4] = min(max(newest, 1), b.Count) - 1
		return q.QueryRowContext(ctx, waiting+` LIMIT 1 OFFSET $5`, args...).Scan(&b.From)
	})
	return b, err
}

// countWaiting stops at chat.MaxBacklog: to know more helps nobody, and costs a microsecond a line.
// The fifth argument is its own.
func countWaiting(ctx context.Context, q querier, waiting string, args []any) (n int, err error) {
	args[4] = chat.MaxBacklog
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM (`+waiting+` LIMIT $5)`, args...).Scan(&n)
	return n, err
}

// LastSender is whoever wrote to user last; see [chat.Store].
func (s *Store) LastSender(ctx context.Context, user chat.UserID) (chat.Person, error) {
	var p chat.Person
	err := s.read(ctx, "find who wrote last", func(q querier) error {
		row := q.QueryRowContext(ctx, `
			SELECT l.sender_id, (SELECT name FROM users WHERE id = l.sender_id)`+fromDirect+`
			AND    l.sender_id IS NOT NULL
			ORDER  BY l.id DESC LIMIT 1`, int64(user), 0, int64(maxID))
		return orMissing(row.Scan(&p.ID, &p.Name), chat.ErrNoUser)
	})
	return p, err
}

// maxID is past every id.
const maxID chat.EntryID = 1<<63 - 1

// Blocked lists whom user blocks; see [chat.Store].
func (s *Store) Blocked(ctx context.Context, user chat.UserID) ([]chat.Person, error) {
	var all []chat.Person
	err := s.read(ctx, "list the blocked", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT u.id, u.name
			FROM   blocks b JOIN users u ON u.id = b.blocked_id
			WHERE  b.blocker_id = $1 AND b.until IS NULL AND u.erased = 0
			ORDER  BY u.name_key`, int64(user))
		all, err = collect(rows, err, scanPerson)
		return err
	})
	return all, err
}

func scanPerson(row scanner) (p chat.Person, err error) { return p, row.Scan(&p.ID, &p.Name) }
