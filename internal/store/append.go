package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"sshchat/internal/chat"
)

// clientIDMax bounds chat.Draft.ClientID, in bytes.
const clientIDMax = 64

// Append puts entries into the log; see [chat.Store]. A message costs one statement, which checks
// and inserts at once. Of several refusals that apply the one that concerns the sender comes first.
// A Draft that no session could have made (an unknown kind, a ClientID over 64 bytes) is a fault.
func (s *Store) Append(ctx context.Context, d chat.Draft) (*chat.Entry, error) {
	o := s.AppendAll(ctx, []chat.Draft{d})[0]
	return o.Entry, o.Err
}

// AppendAll is Append for several entries; they share a transaction if they can.
func (s *Store) AppendAll(ctx context.Context, ds []chat.Draft) []chat.Outcome {
	all := make([]chat.Outcome, len(ds))
	ops := make([]*op, len(ds))
	for i, d := range ds {
		ops[i], all[i].Err = s.beginAppend(ctx, d, &all[i].Entry)
	}
	for i, o := range ops {
		if o == nil {
			continue
		}
		if all[i].Err = fault("append", s.writer.await(ctx, o)); all[i].Err != nil {
			all[i].Entry = nil
		}
	}
	return all
}

// beginAppend gives a draft to the writer, which sets e.
func (s *Store) beginAppend(ctx context.Context, d chat.Draft, e **chat.Entry) (*op, error) {
	v, err := verbOf(d)
	if err != nil {
		return nil, err
	}
	if d.Audit != nil {
		v.writes = several
	}
	o := newOp(v.writes, func(t *tx) (err error) {
		if *e, err = t.append(d, v); err != nil || d.Audit == nil {
			return err
		}
		return t.audit(*d.Audit, s.node.Load())
	})
	if err := s.writer.enqueue(ctx, o); err != nil {
		return nil, err
	}
	return o, nil
}

// A verb is how an entry of one kind is appended.
type verb struct {
	insert string
	writes writes
	// before checks what insert does not, and completes the draft; nil: there is nothing of the kind.
	before func(*tx, *chat.Draft) error
	// diagnose finds out why insert inserted nothing.
	diagnose func(*tx, chat.Draft) error
	// then changes what depends on the entry; nil: nothing does.
	then func(*tx, chat.Draft, chat.EntryID) error
}

var verbs = map[chat.Kind]verb{
	chat.Direct:    {insert: insertDirect, diagnose: (*tx).whyNotDirect},
	chat.Broadcast: {insert: insertBroadcast, diagnose: (*tx).whyNotSpeaker},
	chat.Told:      {insert: insertEvent, diagnose: (*tx).whyNotSender},
	chat.Block:     {insert: insertBlock, diagnose: (*tx).whyNotBlock, then: (*tx).openBlock, writes: several},
	chat.Unblock:   {insert: insertUnblock, diagnose: (*tx).whyNotUnblock, then: (*tx).closeBlock, writes: several},

	chat.Edit:   {before: (*tx).mayChange, then: (*tx).change, writes: several},
	chat.Delete: {before: (*tx).mayChange, then: (*tx).change, writes: several},

	chat.Said:  {insert: insertSaid, diagnose: (*tx).whyNotSaid},
	chat.Acted: {insert: insertSaid, diagnose: (*tx).whyNotSaid},

	chat.Join:    ofRoom((*tx).mayJoin, (*tx).join),
	chat.Leave:   ofRoom((*tx).mayLeave, (*tx).leave),
	chat.Invite:  ofRoom((*tx).mayInvite, (*tx).invite).saysSomething(),
	chat.Kick:    ofRoom((*tx).mayKick, (*tx).kick),
	chat.Topic:   ofRoom((*tx).mayTopic, (*tx).setTopic),
	chat.Promote: ofRoom((*tx).mayPromote, (*tx).setRole),
	chat.Demote:  ofRoom((*tx).mayDemote, (*tx).setRole),
	chat.Mute:    ofRoom((*tx).mayMute, (*tx).mute),
	chat.Give:    ofRoom((*tx).mayGive, (*tx).give),
	chat.Rename:  ofRoom((*tx).mayRename, nil).saysSomething(),
	chat.Post:    ofRoom((*tx).mayPost, (*tx).setPosting),
	chat.Slow:    ofRoom((*tx).maySlow, (*tx).setSlow),
	chat.Access:  ofRoom((*tx).mayAccess, (*tx).setAccess),
	chat.Close:   ofRoom((*tx).mayClose, (*tx).closeRoom),

	chat.Pin:   ofRoom((*tx).mayPin, (*tx).pin).saysSomething(),
	chat.Unpin: ofRoom((*tx).mayUnpin, (*tx).unpin),
	chat.Hand:  ofRoom((*tx).mayRaise, (*tx).raise).saysSomething(),
	chat.Lower: ofRoom((*tx).mayLower, (*tx).lower),
	chat.Turn:  ofRoom((*tx).mayCall, (*tx).call),
}

// ofRoom is how what changes a room is appended.
func ofRoom(before func(*tx, *chat.Draft) error, then func(*tx, chat.Draft, chat.EntryID) error) verb {
	return verb{insert: insertEvent, diagnose: (*tx).whyNotSender, before: before, then: then, writes: several}
}

// saysSomething is v where it always puts words before others, which nobody who is muted may: what has none at times
// asks refuseWords.
func (v verb) saysSomething() verb {
	v.insert, v.diagnose = insertBroadcast, (*tx).whyNotSpeaker
	return v
}

// verbOf refuses what would put an entry into the log that no reader knows how to place.
func verbOf(d chat.Draft) (verb, error) {
	v, ok := verbs[d.Kind]
	switch {
	case !ok:
		return v, fmt.Errorf("store: append: nothing writes entries of kind %q", d.Kind)
	case d.Kind.IsChange() && d.Ref == 0:
		return v, fmt.Errorf("store: append: %s of nothing", d.Kind)
	case d.Kind == chat.Told && d.Sender != 0:
		return v, fmt.Errorf("store: append: told by account %d", d.Sender)
	case !d.Kind.IsOfRoom() && !d.Kind.IsChange() && d.Kind != chat.Invite && d.Kind != chat.Told && (d.Kind == chat.Broadcast) != (d.Recipient == 0):
		return v, fmt.Errorf("store: append: %s to account %d", d.Kind, d.Recipient)
	case v.then != nil && d.Sender == 0 && d.Kind != chat.Delete && d.Kind != chat.Close:
		return v, fmt.Errorf("store: append: %s by nobody", d.Kind)
	case len(d.ClientID) > clientIDMax:
		return v, fmt.Errorf("store: append: a client id of %d bytes", len(d.ClientID))
	}
	return v, nil
}

// The sender's side of the checks is the same for every kind: the login acts for that sender and has not
// ended, which it has if the account is disabled; without a login, the account is not disabled. The server
// itself is checked for nothing.
//
// If a check fails the time comes out as NULL, which the column refuses, and OR IGNORE makes of that: no
// row. INSERT .. SELECT .. WHERE says the same more plainly, but SQLite runs it as a statement of many
// rows, with a journal of its own: 8 % fewer lines a second.
const (
	insertEntry = `
		INSERT OR IGNORE INTO log (id, kind, sender_id, recipient_id, ref, client_id, body, room_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $10, CASE WHEN
		       ($9 = 0 OR EXISTS (SELECT 1 FROM logins WHERE id = $9 AND user_id = $3 AND ended_at IS NULL))
		AND    ($9 <> 0 OR $3 IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = $3 AND (disabled_at IS NULL OR disabled_until <= $8)))`

	// mayBeHeard is what else is checked of who says something.
	mayBeHeard = `
		AND    NOT EXISTS (SELECT 1 FROM mutes WHERE user_id = $3 AND (until IS NULL OR until > $8))`

	insertDirect = insertEntry + mayBeHeard + `
		AND    EXISTS (SELECT 1 FROM users WHERE id = $4 AND (disabled_at IS NULL OR disabled_until <= $8))
		AND    NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $4 AND blocked_id = $3 AND until IS NULL)
		THEN $8 END)`

	insertBroadcast = insertEntry + mayBeHeard + `
		THEN $8 END)`

	insertEvent = insertEntry + `
		THEN $8 END)`

	insertBlock = insertEntry + `
		AND    EXISTS (SELECT 1 FROM users WHERE id = $4 AND (disabled_at IS NULL OR disabled_until <= $8))
		AND    NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $3 AND blocked_id = $4 AND until IS NULL)
		THEN $8 END)`

	// Somebody who is disabled can be unblocked: they stand on the list of those who are blocked.
	insertUnblock = insertEntry + `
		AND    EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $3 AND blocked_id = $4 AND until IS NULL)
		THEN $8 END)`
)

// append looks the names up before it inserts: after that nothing may fail, as a message has no savepoint.
func (t *tx) append(d chat.Draft, v verb) (*chat.Entry, error) {
	if v.before != nil {
		if err := v.before(t, &d); err != nil {
			return nil, err
		}
	}
	if d.Kind.IsChange() {
		v = v.asLine(d)
	}
	e, err := t.entry(d)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, v.diagnose(t, d)
	}
	if err != nil {
		return nil, err
	}
	n, err := t.exec(v.insert, int64(e.ID), string(d.Kind), orNull(d.Sender), orNull(d.Recipient), orNull(d.Ref),
		d.ClientID, d.Body.String(), micros(e.At), int64(d.Login), orNull(d.Room))
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, v.diagnose(t, d)
	}
	if v.then != nil {
		if err := v.then(t, d, e.ID); err != nil {
			return nil, err
		}
	}
	t.added(e)
	return e, nil
}

// entry makes of a draft what everyone will see if it is appended next. sql.ErrNoRows: somebody in it has
// no account.
func (t *tx) entry(d chat.Draft) (*chat.Entry, error) {
	sender, err := t.person(d.Sender)
	if err != nil {
		return nil, err
	}
	recipient, err := t.person(d.Recipient)
	if err != nil {
		return nil, err
	}
	room, err := t.room(d.Room)
	if err != nil {
		return nil, err
	}
	about, err := t.about(d)
	if err != nil {
		return nil, err
	}
	return &chat.Entry{
		ID: t.head + 1, Kind: d.Kind, Sender: sender, Recipient: recipient, Room: room, Ref: d.Ref,
		At: fromMicros(max(t.at, t.now)), ClientID: d.ClientID, Body: d.Body, About: about,
	}, nil
}

// errUnexplained is for an insert that refused what no diagnosis finds wrong: a bug, not a refusal.
var errUnexplained = errors.New("store: an entry was not appended, and nothing says why")

// why gives the first refusal whose condition the statement finds true. The statement gives one
// row of as many truth values as there are refusals.
func (t *tx) why(refusals []error, query string, args ...any) error {
	found := make([]bool, len(refusals))
	into := make([]any, len(refusals))
	for i := range found {
		into[i] = &found[i]
	}
	if err := t.row(query, args...).Scan(into...); err != nil {
		return err
	}
	for i, refusal := range refusals {
		if found[i] {
			return refusal
		}
	}
	return errUnexplained
}

// whyNotSender asks for the login first: to a session that was fenced everything else is beside the point.
func (t *tx) whyNotSender(d chat.Draft) error {
	return t.why([]error{chat.ErrEnded, chat.ErrNoUser, chat.ErrDisabled}, `
		SELECT $1 <> 0 AND NOT EXISTS (SELECT 1 FROM logins WHERE id = $1 AND user_id = $2 AND ended_at IS NULL),
		       NOT EXISTS (SELECT 1 FROM users WHERE id = $2),
		       EXISTS (SELECT 1 FROM users WHERE id = $2 AND disabled_at IS NOT NULL AND coalesce(disabled_until > $3, 1))`,
		int64(d.Login), int64(d.Sender), t.now)
}

// whyNotSpeaker is whyNotSender of who says something.
func (t *tx) whyNotSpeaker(d chat.Draft) error {
	if err := t.whyNotSender(d); err != errUnexplained {
		return err
	}
	if err := t.refuseMuted(d.Sender); err != nil {
		return err
	}
	return errUnexplained
}

// whyNot gives what is wrong with the sender (unless that is the server), else the refusal
// that the statement finds, whose $3 is the time.
func (t *tx) whyNot(d chat.Draft, refusals []error, query string) error {
	if d.Sender != 0 || d.Login != 0 {
		if err := t.whyNotSender(d); err != errUnexplained {
			return err
		}
	}
	return t.why(refusals, query, int64(d.Sender), int64(d.Recipient), t.now)
}

func (t *tx) whyNotDirect(d chat.Draft) error {
	if d.Sender != 0 {
		if err := t.whyNotSpeaker(d); err != errUnexplained {
			return err
		}
	}
	return t.whyNot(d, []error{chat.ErrNoUser, chat.ErrBlocked}, `
		SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = $2 AND (disabled_at IS NULL OR disabled_until <= $3)),
		       EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $2 AND blocked_id = $1 AND until IS NULL)`)
}

func (t *tx) whyNotBlock(d chat.Draft) error {
	return t.whyNot(d, []error{chat.ErrNoUser, chat.ErrStale}, `
		SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = $2 AND (disabled_at IS NULL OR disabled_until <= $3)),
		       EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $1 AND blocked_id = $2 AND until IS NULL)`)
}

func (t *tx) whyNotUnblock(d chat.Draft) error {
	return t.whyNot(d, []error{chat.ErrNoUser, chat.ErrStale}, `
		SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = $2),
		       NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $1 AND blocked_id = $2 AND until IS NULL)`)
}

// openBlock begins the interval at the entry itself: what has a greater id is hidden.
func (t *tx) openBlock(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`INSERT INTO blocks (blocker_id, blocked_id, since) VALUES ($1, $2, $3)`,
		int64(d.Sender), int64(d.Recipient), int64(id))
	return err
}

// closeBlock ends it at the entry that unblocks. The interval stays: what was said in it remains hidden.
func (t *tx) closeBlock(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`
		UPDATE blocks SET until = $1
		WHERE  blocker_id = $2 AND blocked_id = $3 AND until IS NULL`,
		int64(id), int64(d.Sender), int64(d.Recipient))
	return err
}
