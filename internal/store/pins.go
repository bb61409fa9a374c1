package store

import (
	"context"
	"errors"

	"sshchat/internal/chat"
)

// isMember: $1 is in the room $2.
const isMember = `EXISTS (SELECT 1 FROM members m WHERE m.room_id = $2 AND m.user_id = $1 AND m."left" IS NULL)`

// selectPins does not ask the entitlement on purpose: a pin shows a line to those as well who came later.
const selectPins = entryColumns + `
		FROM   pins p JOIN log l ON l.id = p.line
		WHERE  p.room_id = $2 AND ` + isMember + notHiddenOrOwn + `
		ORDER  BY p.entry`

// Pins lists what is pinned in a room; see [chat.Store].
func (s *Store) Pins(ctx context.Context, user chat.UserID, room chat.RoomID) (pins []*chat.Entry, err error) {
	err = s.snapshot(ctx, "list pins", func(db querier) error {
		v, err := viewOf(ctx, db, user, chat.Stretch{})
		if err != nil {
			return err
		}
		rows, err := db.QueryContext(ctx, selectPins, int64(user), int64(room))
		all, err := collect(rows, err, scanStored)
		if err != nil {
			return err
		}
		pins, err = asSeen(ctx, db, v, all)
		return err
	})
	return pins, err
}

func (t *tx) mayPin(d *chat.Draft) error {
	if _, err := t.governs(d, chat.Operator); err != nil {
		return err
	}
	var isLine, isPinned bool
	var pins int
	err := t.row(`
		SELECT EXISTS (SELECT 1 FROM log l WHERE l.id = $2 AND l.room_id = $1 AND l.kind IN ('room', 'action') AND NOT `+isDeleted+`),
		       EXISTS (SELECT 1 FROM pins WHERE room_id = $1 AND line = $2),
		       (SELECT count(*) FROM pins WHERE room_id = $1)`, int64(d.Room), int64(d.Ref)).
		Scan(&isLine, &isPinned, &pins)
	switch {
	case err != nil:
		return err
	case !isLine:
		return chat.ErrNoEntry
	case isPinned:
		return chat.ErrStale
	case pins >= chat.MostPins:
		return chat.ErrManyPins
	}
	return nil
}

func (t *tx) pin(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`INSERT INTO pins (room_id, line, entry) VALUES ($1, $2, $3)`, int64(d.Room), int64(d.Ref), int64(id))
	return err
}

// mayUnpin finds the room by the line. To somebody who is not in it nothing is pinned there: numbers that are tried out
// must not tell what there is.
func (t *tx) mayUnpin(d *chat.Draft) error {
	err := t.row(`SELECT l.room_id FROM log l JOIN pins p ON p.room_id = l.room_id AND p.line = l.id WHERE l.id = $1`, int64(d.Ref)).
		Scan(&d.Room)
	if err != nil {
		return orMissing(err, chat.ErrNoEntry)
	}
	if _, err = t.governs(d, chat.Operator); errors.Is(err, chat.ErrNotIn) {
		err = chat.ErrNoEntry
	}
	return err
}

func (t *tx) unpin(d chat.Draft, _ chat.EntryID) error { return t.dropPin(d.Room, d.Ref) }

func (t *tx) dropPin(room chat.RoomID, line chat.EntryID) error {
	_, err := t.exec(`DELETE FROM pins WHERE room_id = $1 AND line = $2`, int64(room), int64(line))
	return err
}
