package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sshchat/internal/chat"
)

// The sizes of the steps in which old lines go, so that nobody who writes meanwhile waits for more than some
// milliseconds: rows of one transaction, accounts of one, and pages of the index of words that one merge writes.
const (
	stepRows       = 200
	expireAccounts = 200
	mergePages     = 200
)

// Expiry is one time that lines were deleted for their age.
type Expiry struct {
	At     time.Time // zero: it never happened
	Before time.Time // what was said before that went
	Lines  int
}

// Expire deletes what was said before a time, with what it said in the index of words, all that has changed it, and the pins of it, and
// forgets what else was written before then: see wordings. Who came, went or blocked whom stays, and what the server has
// for one person waits until they have it. Those for whom lines that go waited are told at their next login how many. It
// works in small steps and rests as long as each took: others come first. Cut anywhere, it goes on where it was when it
// is called again.
//
// What is deleted is mostly overwritten. Copies that the engine has left behind as it moved things around go with
// [Store.Vacuum].
func (s *Store) Expire(ctx context.Context, before time.Time) (Expiry, error) {
	done := Expiry{At: s.now(), Before: before}
	last, err := s.lastBefore(ctx, before)
	if err != nil {
		return Expiry{}, err
	}
	if err := s.charge(ctx, last); err != nil {
		return Expiry{}, err
	}
	err = s.unmerged(ctx, func() (err error) {
		done.Lines, err = s.inSteps(ctx, "expire", selectSaidUpTo, []any{int64(last)}, (*tx).deleteLines)
		if err != nil || done.Lines == 0 {
			return err
		}
		return s.mergeWords(ctx)
	})
	if err != nil {
		return Expiry{}, err
	}
	if err := s.forget(ctx, last, before); err != nil {
		return Expiry{}, err
	}
	return done, s.write(ctx, "note what expired", single, func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO expiry (one, at, before, lines) VALUES (1, $1, $2, $3)
			ON CONFLICT (one) DO UPDATE SET at = excluded.at, before = excluded.before, lines = excluded.lines`,
			micros(done.At), micros(before), done.Lines)
		return err
	})
}

// LastExpiry is the last time that Expire has come to its end.
func (s *Store) LastExpiry(ctx context.Context) (e Expiry, err error) {
	err = s.read(ctx, "find the last expiry", func(q querier) error {
		var at, before int64
		err := q.QueryRowContext(ctx, `SELECT at, before, lines FROM expiry WHERE one = 1`).Scan(&at, &before, &e.Lines)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		e.At, e.Before = fromMicros(at), fromMicros(before)
		return err
	})
	return e, err
}

// lastBefore is the newest id of what was said before a time.
func (s *Store) lastBefore(ctx context.Context, before time.Time) (last chat.EntryID, err error) {
	err = s.snapshot(ctx, "find what is old", func(q querier) error {
		var head chat.EntryID
		if err := q.QueryRowContext(ctx, `SELECT id FROM log_head WHERE one = 1`).Scan(&head); err != nil {
			return err
		}
		first, err := firstSince(ctx, q, head, before)
		last = first - 1
		return err
	})
	return last, err
}

// selectSaidUpTo gives lines for inSteps, those up to $3.
const selectSaidUpTo = `
		SELECT id FROM log
		WHERE  id > $1 AND id <= $3 AND kind IN ('direct', 'broadcast', 'room', 'action')
		ORDER  BY id LIMIT $2`

// inSteps has rows changed a few at a time, with a rest after each step, and says how many they were. The query gives the
// ids of those above $1, in order, $2 at most; args are its other arguments.
func (s *Store) inSteps(ctx context.Context, what, query string, args []any, change func(*tx, []int64) error) (n int, err error) {
	for after := int64(0); ; {
		began := s.now()
		ids, err := s.nextIDs(ctx, what, query, append([]any{after, stepRows}, args...))
		if err != nil || len(ids) == 0 {
			return n, err
		}
		if err := s.write(ctx, what, several, func(t *tx) error { return change(t, ids) }); err != nil {
			return n, err
		}
		after = ids[len(ids)-1]
		n += len(ids)
		if err := rest(ctx, s.now().Sub(began)); err != nil {
			return n, err
		}
	}
}

func (s *Store) nextIDs(ctx context.Context, what, query string, args []any) (ids []int64, err error) {
	err = s.read(ctx, what, func(q querier) error {
		rows, err := q.QueryContext(ctx, query, args...)
		ids, err = collect(rows, err, func(row scanner) (id int64, err error) { return id, row.Scan(&id) })
		return err
	})
	return ids, err
}

// usualMerging is how many parts of the index of words of one size a write that makes one more merges into one: what FTS5
// has from the start.
const usualMerging = 4

// unmerged has fn delete many lines while the index of words does not merge by itself: of parts whose lines are gone a merge
// writes so little that what is to bound it does not, and in a log of 100,000 lines others waited up to 0.65 s for one, and
// 0.1 s without.
func (s *Store) unmerged(ctx context.Context, fn func() error) error {
	if err := s.setMerging(ctx, 0); err != nil {
		return err
	}
	return errors.Join(fn(), s.setMerging(context.WithoutCancel(ctx), usualMerging))
}

func (s *Store) setMerging(ctx context.Context, parts int) error {
	return s.write(ctx, "set how the index of words merges", single, func(t *tx) error { return t.setMerging(parts) })
}

func (t *tx) setMerging(parts int) error {
	_, err := t.exec(`INSERT INTO search (search, rank) VALUES ('automerge', $1)`, parts)
	return err
}

// deleteLines deletes lines, with what they said in the index of words, all that has changed them, and the pins of them.
func (t *tx) deleteLines(ids []int64) error {
	if err := t.index(); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := t.exec(`DELETE FROM search WHERE rowid = $1`, id); err != nil {
			return err
		}
	}
	for _, text := range []string{
		`DELETE FROM log WHERE kind IN ('edit', 'delete') AND ref IN (SELECT value FROM json_each($1))`,
		`DELETE FROM pins WHERE line IN (SELECT value FROM json_each($1))`,
		`DELETE FROM log WHERE id IN (SELECT value FROM json_each($1))`,
	} {
		if _, err := t.exec(text, list(ids)); err != nil {
			return err
		}
	}
	return nil
}

// mergeWords has the index of words forget those of deleted lines, which it only marks as such until it merges what it is
// made of (sqlite.org/fts5.html, section 6.8): a negative number makes all of it due, and then it goes on
// until a step changes nothing.
func (s *Store) mergeWords(ctx context.Context) error {
	for pages := -mergePages; ; pages = mergePages {
		began := s.now()
		changed := 0
		err := s.write(ctx, "merge the index of words", several, func(t *tx) (err error) {
			changed, err = t.mergeWords(pages)
			return err
		})
		if err != nil || changed < 2 && pages > 0 {
			return err
		}
		if err := rest(ctx, s.now().Sub(began)); err != nil {
			return err
		}
	}
}

func (t *tx) mergeWords(pages int) (changed int, err error) {
	var before, after int
	if err := t.row(`SELECT total_changes()`).Scan(&before); err != nil {
		return 0, err
	}
	if _, err := t.exec(`INSERT INTO search (search, rank) VALUES ('merge', $1)`, pages); err != nil {
		return 0, err
	}
	err = t.row(`SELECT total_changes()`).Scan(&after)
	return after - before, err
}

// mostRest bounds a rest: a clock that jumps must not hold up the work for hours.
const mostRest = time.Second

// rest has others come first after a step that took a while.
func rest(ctx context.Context, took time.Duration) error {
	ring := time.NewTimer(min(max(took, 0), mostRest))
	defer ring.Stop()
	select {
	case <-ring.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Vacuum writes the database anew, without what was deleted, and gives the room that it took back to the disk. Those who
// write wait for as long as that takes, and it needs twice the room meanwhile.
func (s *Store) Vacuum(ctx context.Context) error {
	if err := s.mergeWords(ctx); err != nil {
		return err
	}
	return fault("vacuum", s.writer.outside(ctx, func(conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, `VACUUM`); err != nil {
			return err
		}
		return emptyLog(ctx, conn)
	}))
}

// emptyLog has nothing of before left in the write-ahead log either. The engine waits for those who read as long as it
// waits for anything; then somebody else's long reading, a backup for one, is in the way.
func emptyLog(ctx context.Context, conn *sql.Conn) error {
	var busy, frames, moved int
	if err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return &Error{Problem: InUse, Text: "the database is vacuumed, but its write-ahead log is being read", Hint: "vacuum it again later"}
	}
	return nil
}
