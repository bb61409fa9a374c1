package store

import (
	"context"
	"errors"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

const (
	// lastChange is the newest change of a line l; 0 if there is none.
	lastChange = `coalesce((SELECT max(c.id) FROM log c WHERE c.kind IN ('edit', 'delete') AND c.ref = l.id), 0)`

	// asItStands gives what a line l says now: its newest edit, or nothing if it was taken back.
	asItStands = `coalesce((SELECT CASE e.kind WHEN 'edit' THEN e.body ELSE '' END FROM log e WHERE e.id = ` + lastChange + `), l.body)`

	isDeleted = `EXISTS (SELECT 1 FROM log d WHERE d.kind IN ('edit', 'delete') AND d.ref = l.id AND d.kind = 'delete')`
)

// mayChange finds the line, and for whom it was: so is what changes it.
func (t *tx) mayChange(d *chat.Draft) error {
	var sender chat.UserID
	var at int64
	var body string
	var deleted bool
	err := t.row(`
		SELECT coalesce(l.sender_id, 0), coalesce(l.recipient_id, 0), coalesce(l.room_id, 0), l.at, `+asItStands+`, `+isDeleted+`
		FROM   log l WHERE l.id = $1 AND l.kind IN ('direct', 'broadcast', 'room', 'action')`, int64(d.Ref)).
		Scan(&sender, &d.Recipient, &d.Room, &at, &body, &deleted)
	switch {
	case err != nil:
		return orMissing(err, chat.ErrNoEntry)
	case sender != d.Sender && (d.Sender != 0 || d.Kind != chat.Delete):
		return chat.ErrNotOwn
	case deleted:
		return chat.ErrNoEntry
	case d.Within > 0 && t.now > at+d.Within.Microseconds():
		return chat.ErrTooLate
	case d.Kind == chat.Edit && body == d.Body.String():
		return chat.ErrStale
	}
	return nil
}

// Author is who has said a line; see [chat.Store].
func (s *Store) Author(ctx context.Context, id chat.EntryID) (p chat.Person, err error) {
	err = s.read(ctx, "find the author of a line", func(q querier) error {
		row := q.QueryRowContext(ctx, `
			SELECT coalesce(l.sender_id, 0), coalesce((SELECT name FROM users WHERE id = l.sender_id), '')
			FROM   log l WHERE l.id = $1 AND l.kind IN ('direct', 'broadcast', 'room', 'action')`, int64(id))
		return orMissing(row.Scan(&p.ID, &p.Name), chat.ErrNoEntry)
	})
	return p, err
}

// asLine is how what changes a line is appended: as if it were said anew. What is taken back is, whoever may speak.
func (v verb) asLine(d chat.Draft) verb {
	line := verbs[chat.Broadcast]
	switch {
	case d.Kind == chat.Delete:
		line = verb{insert: insertEvent, diagnose: (*tx).whyNotSender}
	case d.Room != 0:
		line = verbs[chat.Said]
	case d.Recipient != 0:
		line = verbs[chat.Direct]
	}
	v.insert, v.diagnose = line.insert, line.diagnose
	return v
}

// change has what an edit or a deletion does to a room besides.
func (t *tx) change(d chat.Draft, _ chat.EntryID) error {
	switch {
	case d.Room == 0:
		return nil
	case d.Kind == chat.Delete:
		return t.dropPin(d.Room, d.Ref)
	}
	return t.spoke(d.Room, d.Sender)
}

// about is the line that an entry refers to; nil if that is none. What was said before a change is not told again.
func (t *tx) about(d chat.Draft) (*chat.Quote, error) {
	if d.Ref == 0 {
		return nil, nil
	}
	var q chat.Quote
	var at int64
	var body string
	err := t.row(`
		SELECT l.kind, coalesce(l.sender_id, 0), coalesce((SELECT name FROM users WHERE id = l.sender_id), ''), l.at, `+asItStands+`,
		       `+lastChange+`
		FROM   log l WHERE l.id = $1`, int64(d.Ref)).Scan(&q.Kind, &q.Sender.ID, &q.Sender.Name, &at, &body, &q.Change)
	if err = orMissing(err, chat.ErrNoEntry); errors.Is(err, chat.ErrNoEntry) {
		return nil, nil
	}
	if q.At = fromMicros(at); !d.Kind.IsChange() {
		q.Text = chat.Clip(sanitize.Line(body))
	}
	return &q, err
}
