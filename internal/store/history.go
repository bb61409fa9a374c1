package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"sshchat/internal/chat"
)

// The arms of what a person may see again of one conversation. $1 to $4 are as in what concerns a person, and $5 is
// the other person.
const (
	fromOther = fromDirect + ` AND l.sender_id = $5`
	toOther   = ` FROM log l WHERE l.kind IN ('direct', 'broadcast', 'room', 'action') AND l.sender_id = $1 AND l.id BETWEEN $2 AND $3
			AND l.kind = 'direct' AND l.recipient_id = $5`
	// noLine is a query that gives nothing, for others to hang on; it uses the arguments that they do not.
	noLine = entryColumns + ` FROM log l WHERE l.id = 0 AND $1 + $2 + $3 + $4 = 0`
)

// Lines gives what user may see again of the log; see [chat.Store].
func (s *Store) Lines(ctx context.Context, user chat.UserID, q chat.LogQuery) ([]*chat.Entry, error) {
	f, err := s.Search(ctx, user, q)
	return f.Lines, err
}

func linesOf(ctx context.Context, db querier, v view, q chat.LogQuery) (f chat.Found, err error) {
	if v.from > v.to {
		return f, nil
	}
	isOwn := q.From == v.user && len(q.Search.Terms) == 0 && q.In.IsNone() && !q.Newest
	// What two have said to each other last is found by the index: somebody may have written to very many others.
	byIndex := len(q.Search.Terms) > 0 || q.From != 0 || q.In.With.ID != 0 && q.Newest
	if byIndex && !isOwn {
		f, err = found(ctx, db, v, q)
		slices.Reverse(f.Lines)
		return f, err
	}
	query, args, err := arms(ctx, db, v, q.In)
	if isOwn {
		query, args = entryColumns+fromOwn+anyStart, v.args()
	}
	if err != nil {
		return f, err
	}
	order := ` ORDER BY 1`
	if q.Newest {
		order = ` ORDER BY 1 DESC`
	}
	rows, err := db.QueryContext(ctx, query+order+fmt.Sprintf(` LIMIT $%d`, len(args)+1), append(args, max(q.Limit, 1))...)
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return f, err
	}
	if q.Newest {
		slices.Reverse(all)
	}
	f.Lines, err = asSeen(ctx, db, v, all)
	return f, err
}

// arms is the query for what v holds of a conversation, or of all.
func arms(ctx context.Context, db querier, v view, in chat.Conversation) (string, []any, error) {
	if in.With.ID != 0 {
		return entryColumns + fromOther + ` UNION ALL ` + entryColumns + toOther, append(v.args(), int64(in.With.ID)), nil
	}
	stays, err := staysIn(ctx, db, v)
	if err != nil {
		return "", nil, err
	}
	if in.Room.ID == 0 {
		query, args := withRooms(entryColumns+fromDirect+` UNION ALL `+entryColumns+fromBroadcast+` UNION ALL `+entryColumns+fromOwn+
			` UNION ALL `+entryColumns+fromTold, entryColumns, notHidden, stays, v.args())
		return query, args, nil
	}
	stays, err = staysInOne(ctx, db, v, in.Room.ID, stays)
	query, args := withRooms(noLine, entryColumns, notHiddenOrOwn, stays, v.args())
	return query, args, err
}

// staysInOne are those of the stays that are in one room; all of the stretch, to a member of a room whose owner has
// opened its history.
func staysInOne(ctx context.Context, db querier, v view, room chat.RoomID, stays []stretchOfRoom) (in []stretchOfRoom, err error) {
	var open bool
	err = db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM rooms r JOIN members m ON m.room_id = r.id
		       WHERE r.id = $1 AND r.history = 1 AND r.closed IS NULL AND m.user_id = $2 AND m."left" IS NULL)`,
		int64(room), int64(v.user)).Scan(&open)
	if open {
		return []stretchOfRoom{{room, chat.Stretch{From: v.from, To: v.to}}}, err
	}
	for _, s := range stays {
		if s.room == room {
			in = append(in, s)
		}
	}
	return in, err
}

// firstSince finds the first id of the log that is not older than a time: as time never runs back in the log, by
// halving it.
func firstSince(ctx context.Context, db querier, head chat.EntryID, t time.Time) (chat.EntryID, error) {
	low, high := chat.EntryID(1), head+1 // what is sought is from low to high
	for low < high {
		middle := low + (high-low)/2
		var id chat.EntryID
		var at int64
		err := db.QueryRowContext(ctx, `SELECT id, at FROM log WHERE id >= $1 ORDER BY id LIMIT 1`, int64(middle)).Scan(&id, &at)
		switch {
		case errors.Is(err, sql.ErrNoRows): // nothing from there on
			high = middle
		case err != nil:
			return 0, err
		case at >= micros(t):
			high = middle
		default:
			low = id + 1
		}
	}
	return low, nil
}
