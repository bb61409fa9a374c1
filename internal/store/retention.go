package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sshchat/internal/chat"
)

// The sizes of the steps in which old lines go, so that nobody who writes meanwhile waits for more than some
// milliseconds: lines of one transaction, accounts of one, and pages of the index of words that one merge writes.
const (
	expireLines    = 200
	expireAccounts = 200
	mergePages     = 200
)

// Expiry is one time that lines were deleted for their age.
type Expiry struct {
	At     time.Time // zero: it never happened
	Before time.Time // what was said before that went
	Lines  int
}

// Expire deletes what was said before a time, with what it said in the index of words, all that has changed it, and the pins of it. Who
// came, went or blocked whom stays. Those for whom lines of it waited are told at their next login how many. It works in
// small steps and rests as long as each took: others come first. Cut anywhere, it goes on where it was when it is called again.
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
	if done.Lines, err = s.expireUpTo(ctx, last); err != nil {
		return Expiry{}, err
	}
	if done.Lines > 0 {
		if err := s.mergeWords(ctx); err != nil {
			return Expiry{}, err
		}
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

// A debtor is an account for which lines may wait that go.
type debtor struct {
	user      chat.UserID
	delivered chat.EntryID
	live      bool // logged in: the session knows better than the database how far it is
	lines     int
}

// charge notes for each account how many of the lines up to last still wait for it. As these do not wait any more then, they are
// counted once, whatever becomes of the rest.
func (s *Store) charge(ctx context.Context, last chat.EntryID) error {
	for after := chat.UserID(0); ; {
		began := s.now()
		all, err := s.debtors(ctx, after, last)
		if err != nil || len(all) == 0 {
			return err
		}
		after = all[len(all)-1].user
		for i := range all {
			if err := s.countFor(ctx, &all[i], last); err != nil {
				return err
			}
		}
		err = s.write(ctx, "note what expires", several, func(t *tx) error {
			for _, d := range all {
				if err := t.charge(d, last); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := rest(ctx, s.now().Sub(began)); err != nil {
			return err
		}
	}
}

func (s *Store) debtors(ctx context.Context, after chat.UserID, last chat.EntryID) (all []debtor, err error) {
	err = s.read(ctx, "find for whom something waits", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT c.user_id, c.delivered, EXISTS (SELECT 1 FROM logins WHERE user_id = c.user_id AND slot = 'prompt' AND ended_at IS NULL)
			FROM   cursors c
			WHERE  c.user_id > $1
			AND    (c.delivered < $2 OR EXISTS (SELECT 1 FROM gaps g WHERE g.user_id = c.user_id AND g.from_id <= $2))
			ORDER  BY c.user_id LIMIT $3`, int64(after), int64(last), expireAccounts)
		all, err = collect(rows, err, func(row scanner) (d debtor, err error) {
			return d, row.Scan(&d.user, &d.delivered, &d.live)
		})
		return err
	})
	return all, err
}

// countFor counts what waits for somebody. To whoever is logged in what is above the cursor is being shown.
func (s *Store) countFor(ctx context.Context, d *debtor, last chat.EntryID) error {
	waits, err := s.gapsOf(ctx, d.user)
	if err != nil {
		return err
	}
	if !d.live {
		waits = append(waits, chat.Stretch{From: d.delivered + 1, To: last})
	}
	for _, w := range waits {
		if w.To = min(w.To, last); w.From > w.To {
			continue
		}
		b, err := s.Backlog(ctx, d.user, w, 0)
		if err != nil {
			return err
		}
		d.lines += b.Count
	}
	return nil
}

func (s *Store) gapsOf(ctx context.Context, user chat.UserID) (gaps []chat.Stretch, err error) {
	err = s.read(ctx, "read what waits", func(q querier) error {
		rows, err := q.QueryContext(ctx, `SELECT from_id, to_id FROM gaps WHERE user_id = $1`, int64(user))
		gaps, err = collect(rows, err, func(row scanner) (g chat.Stretch, err error) { return g, row.Scan(&g.From, &g.To) })
		return err
	})
	return gaps, err
}

// charge moves the cursor of somebody behind what goes. Who has logged in, or out, since they were counted is left alone:
// what waited for them is being shown, or is so the next time.
func (t *tx) charge(d debtor, last chat.EntryID) error {
	if !d.live {
		n, err := t.exec(`
			UPDATE cursors SET delivered = max(delivered, $1) WHERE user_id = $2 AND delivered = $3
			AND    NOT EXISTS (SELECT 1 FROM logins WHERE user_id = $2 AND slot = 'prompt' AND ended_at IS NULL)`,
			int64(last), int64(d.user), int64(d.delivered))
		if err != nil || n == 0 {
			return err
		}
		if _, err := t.exec(`DELETE FROM gaps WHERE user_id = $1 AND to_id <= $2`, int64(d.user), int64(last)); err != nil {
			return err
		}
		_, err = t.exec(`UPDATE gaps SET from_id = $2 + 1 WHERE user_id = $1 AND from_id <= $2`, int64(d.user), int64(last))
		if err != nil {
			return err
		}
	}
	if d.lines == 0 {
		return nil
	}
	_, err := t.exec(`
		INSERT INTO expired (user_id, lines) VALUES ($1, $2)
		ON CONFLICT (user_id) DO UPDATE SET lines = lines + excluded.lines`, int64(d.user), d.lines)
	return err
}

// takeExpired gives how many lines somebody is to be told of, once.
func (t *tx) takeExpired(user chat.UserID) (lines int, err error) {
	err = t.row(`SELECT lines FROM expired WHERE user_id = $1`, int64(user)).Scan(&lines)
	if err != nil {
		return 0, orMissing(err, nil)
	}
	_, err = t.exec(`DELETE FROM expired WHERE user_id = $1`, int64(user))
	return lines, err
}

// expireUpTo deletes all that was said up to an id, and says how much that was.
func (s *Store) expireUpTo(ctx context.Context, last chat.EntryID) (lines int, err error) {
	for after := chat.EntryID(0); ; {
		began := s.now()
		ids, err := s.saidBetween(ctx, after, last)
		if err != nil || len(ids) == 0 {
			return lines, err
		}
		if err := s.write(ctx, "expire", several, func(t *tx) error { return t.expire(ids) }); err != nil {
			return lines, err
		}
		after = ids[len(ids)-1]
		lines += len(ids)
		if err := rest(ctx, s.now().Sub(began)); err != nil {
			return lines, err
		}
	}
}

func (s *Store) saidBetween(ctx context.Context, after, last chat.EntryID) (ids []chat.EntryID, err error) {
	err = s.read(ctx, "find what is old", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT id FROM log
			WHERE  id > $1 AND id <= $2 AND kind IN ('direct', 'broadcast', 'room', 'action')
			ORDER  BY id LIMIT $3`, int64(after), int64(last), expireLines)
		ids, err = collect(rows, err, func(row scanner) (id chat.EntryID, err error) { return id, row.Scan(&id) })
		return err
	})
	return ids, err
}

func (t *tx) expire(ids []chat.EntryID) error {
	if err := t.index(); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := t.exec(`DELETE FROM search WHERE rowid = $1`, int64(id)); err != nil {
			return err
		}
	}
	for _, text := range []string{
		`DELETE FROM log WHERE kind IN ('edit', 'delete') AND ref IN (SELECT value FROM json_each($1))`,
		`DELETE FROM pins WHERE line IN (SELECT value FROM json_each($1))`,
		`UPDATE reports SET said = '' WHERE line IN (SELECT value FROM json_each($1))`,
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
