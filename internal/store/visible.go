package store

import (
	"context"
	"slices"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// selectVisible is the entitlement: which of the lines with the ids in $2 may $1, whose account was made at $3, see?
const selectVisible = entryColumns + `
		FROM   json_each($2) j JOIN log l ON l.id = j.value
		WHERE  CASE
		       WHEN l.kind IN ('room', 'action') THEN (l.sender_id = $1 OR NOT ` + inBlock + `) AND (` + wasIn + ` OR ` + isOpen + `)
		       WHEN l.kind = 'invite' THEN l.recipient_id = $1 AND NOT ` + inBlock + `
		       WHEN l.kind IN ('kick', 'turn', 'told') THEN l.recipient_id = $1
		       WHEN l.kind = 'direct' THEN l.sender_id = $1 OR l.recipient_id = $1 AND NOT ` + inBlock + `
		       WHEN l.kind = 'broadcast' THEN l.sender_id = $1 OR l.id > $3 AND NOT ` + inBlock + `
		       ELSE 0 END`

const (
	wasIn = `EXISTS (
			SELECT 1 FROM members m
			WHERE  m.room_id = l.room_id AND m.user_id = $1 AND m.joined < l.id AND (m."left" IS NULL OR m."left" > l.id))`

	isOpen = `EXISTS (
			SELECT 1 FROM rooms r JOIN members m ON m.room_id = r.id
			WHERE  r.id = l.room_id AND r.history = 1 AND r.closed IS NULL AND m.user_id = $1 AND m."left" IS NULL)`
)

// visible gives those of the lines with some ids that v's person may see. Whatever goes by ids asks it: a command that
// takes one, a quote, what a search has found.
func visible(ctx context.Context, db querier, v view, ids []chat.EntryID) (map[chat.EntryID]*chat.Entry, error) {
	may := make(map[chat.EntryID]*chat.Entry, len(ids))
	if len(ids) == 0 {
		return may, nil
	}
	rows, err := db.QueryContext(ctx, selectVisible, int64(v.user), list(ids), int64(v.created))
	stored, err := collect(rows, err, scanStored)
	if err != nil {
		return nil, err
	}
	if err := amend(ctx, db, v, stored); err != nil {
		return nil, err
	}
	for _, s := range stored {
		may[s.ID] = s.Entry
	}
	return may, nil
}

// Entry is the line with an id; see [chat.Store].
func (s *Store) Entry(ctx context.Context, user chat.UserID, id chat.EntryID) (e *chat.Entry, err error) {
	err = s.snapshot(ctx, "find a line", func(db querier) error {
		v, err := viewOf(ctx, db, user, chat.Stretch{From: id, To: id})
		if err != nil {
			return err
		}
		may, err := visible(ctx, db, v, []chat.EntryID{id})
		if err != nil {
			return err
		}
		if e = may[id]; e == nil || e.Deleted {
			return chat.ErrNoEntry
		}
		return nil
	})
	return e, err
}

// A stored entry is one as it was appended, with the entry that changed it last; 0: none did.
type stored struct {
	*chat.Entry
	change chat.EntryID
}

// asSeen makes of stored entries what v's person sees: as they stand now, each with the line that it is about.
func asSeen(ctx context.Context, db querier, v view, all []stored) ([]*chat.Entry, error) {
	if err := amend(ctx, db, v, all); err != nil {
		return nil, err
	}
	entries := make([]*chat.Entry, len(all))
	for i, s := range all {
		entries[i] = s.Entry
	}
	return withQuotes(ctx, db, v, entries)
}

// withQuotes gives entries the lines that they are about, as far as v's person may see those, and the names of their rooms as
// that person knew them. A change of a line that they may not see is left out.
func withQuotes(ctx context.Context, db querier, v view, entries []*chat.Entry) ([]*chat.Entry, error) {
	if err := asNamed(ctx, db, v, entries); err != nil {
		return nil, err
	}
	var refs []chat.EntryID
	for _, e := range entries {
		if e.Ref != 0 {
			refs = append(refs, e.Ref)
		}
	}
	may, err := visible(ctx, db, v, refs)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(entries, func(e *chat.Entry) bool {
		about := may[e.Ref]
		if about != nil {
			e.About = &chat.Quote{Kind: about.Kind, Sender: about.Sender, At: about.At}
			if !e.Kind.IsChange() {
				e.About.Text = chat.Clip(about.Body)
			}
		}
		return about == nil && e.Kind.IsChange()
	}), nil
}

// selectRoomsNow are those of the rooms in $2 that $1 is in.
const selectRoomsNow = `
		SELECT m.room_id FROM json_each($2) j JOIN members m ON m.room_id = j.value AND m.user_id = $1 AND m."left" IS NULL`

// selectNameThen is how the room $1 was called when the entry $2 was appended: as the next rename says that it was.
const selectNameThen = `
		SELECT l.body FROM log l WHERE l.kind = 'rename' AND l.room_id = $1 AND l.id > $2 ORDER BY l.id LIMIT 1`

// asNamed calls rooms as v's person knew them: those that they have left are called what they were called then, and not by
// a name that was given to them since.
func asNamed(ctx context.Context, db querier, v view, entries []*chat.Entry) error {
	var ids []chat.RoomID
	for _, e := range entries {
		if e.Room.ID != 0 && !slices.Contains(ids, e.Room.ID) {
			ids = append(ids, e.Room.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := db.QueryContext(ctx, selectRoomsNow, int64(v.user), list(ids))
	now, err := collect(rows, err, func(row scanner) (id chat.RoomID, err error) { return id, row.Scan(&id) })
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Room.ID == 0 || slices.Contains(now, e.Room.ID) {
			continue
		}
		err := db.QueryRowContext(ctx, selectNameThen, int64(e.Room.ID), int64(e.ID)).Scan(&e.Room.Name)
		if err = orMissing(err, nil); err != nil {
			return err
		}
	}
	return nil
}

// selectChanges gives, of each of the lines in $2, the newest change that $1 may see. Of what somebody says while they are
// blocked, or to a room that one has left, one sees nothing, be it said by an edit of an old line. What was taken back is
// so for all.
const selectChanges = `
		SELECT e.ref, e.kind, e.at, e.body, e.sender_id IS NULL
		FROM   json_each($2) j JOIN log e ON e.id = (
		       SELECT l.id FROM log l
		       WHERE  l.kind IN ('edit', 'delete') AND l.ref = j.value AND (
		              l.kind = 'delete' OR l.sender_id = $1
		              OR NOT ` + inBlock + ` AND (l.room_id IS NULL OR ` + wasIn + ` OR ` + isOpen + `))
		       ORDER  BY l.id DESC LIMIT 1)`

// amend has entries say what their authors have made of them, as far as v's person may see.
func amend(ctx context.Context, db querier, v view, all []stored) error {
	var ids []chat.EntryID
	for _, s := range all {
		if s.change != 0 {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	type change struct {
		ref      chat.EntryID
		kind     chat.Kind
		at       int64
		body     string
		byServer bool
	}
	rows, err := db.QueryContext(ctx, selectChanges, int64(v.user), list(ids))
	changes, err := collect(rows, err, func(row scanner) (c change, err error) {
		return c, row.Scan(&c.ref, &c.kind, &c.at, &c.body, &c.byServer)
	})
	if err != nil {
		return err
	}
	by := make(map[chat.EntryID]change, len(changes))
	for _, c := range changes {
		by[c.ref] = c
	}
	for _, s := range all {
		if c, ok := by[s.ID]; ok {
			s.Edited, s.Deleted, s.Removed = fromMicros(c.at), c.kind == chat.Delete, c.byServer
			s.Body = sanitize.Message(c.body)
		}
	}
	return nil
}
