package store

import (
	"context"

	"sshchat/internal/chat"
)

// mostTold is in how many gaps at most is left what waits for one person and is not deleted.
const mostTold = 10

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

// countFor counts the lines that wait for somebody. To whoever is logged in what is above the cursor is being shown.
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
		n, err := s.linesFor(ctx, d.user, w)
		if err != nil {
			return err
		}
		d.lines += n
	}
	return nil
}

// linesFor is Backlog for the lines alone.
func (s *Store) linesFor(ctx context.Context, user chat.UserID, w chat.Stretch) (n int, err error) {
	err = s.snapshot(ctx, "count what expires", func(q querier) error {
		v, err := viewOf(ctx, q, user, w)
		if err != nil || v.from > v.to {
			return err
		}
		stays, err := staysIn(ctx, q, v)
		if err != nil {
			return err
		}
		query, args := withRooms(selectWaitingLines, `SELECT l.id`, notHidden, stays, append(v.args(), nil))
		n, err = countWaiting(ctx, q, query, args)
		return err
	})
	return n, err
}

func (s *Store) gapsOf(ctx context.Context, user chat.UserID) (gaps []chat.Stretch, err error) {
	err = s.read(ctx, "read what waits", func(q querier) error {
		rows, err := q.QueryContext(ctx, `SELECT from_id, to_id FROM gaps WHERE user_id = $1`, int64(user))
		gaps, err = collect(rows, err, func(row scanner) (g chat.Stretch, err error) { return g, row.Scan(&g.From, &g.To) })
		return err
	})
	return gaps, err
}

func (t *tx) charge(d debtor, last chat.EntryID) error {
	if !d.live {
		if moved, err := t.stepOver(d, last); err != nil || !moved {
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

// stepOver moves the cursor of somebody behind what goes; what is for them and stays it leaves waiting in gaps. Who has
// logged in, or out, since they were counted is left alone: what waited for them is being shown, or is so the next time.
func (t *tx) stepOver(d debtor, last chat.EntryID) (moved bool, err error) {
	n, err := t.exec(`
		UPDATE cursors SET delivered = max(delivered, $1) WHERE user_id = $2 AND delivered = $3
		AND    NOT EXISTS (SELECT 1 FROM logins WHERE user_id = $2 AND slot = 'prompt' AND ended_at IS NULL)`,
		int64(last), int64(d.user), int64(d.delivered))
	if err != nil || n == 0 {
		return false, err
	}
	waits, err := t.gaps(d.user)
	if err != nil {
		return false, err
	}
	var told, rest []chat.Stretch
	for _, w := range append(waits, chat.Stretch{From: d.delivered + 1, To: last}) {
		ids, err := t.toldIn(d.user, chat.Stretch{From: w.From, To: min(w.To, last)})
		if err != nil {
			return false, err
		}
		told = withIDs(told, ids)
		rest = append(rest, chat.Stretch{From: max(w.From, last+1), To: w.To})
	}
	return true, t.replaceGaps(d.user, append(fewer(told, mostTold), rest...))
}

// selectToldIn are those of the entries from $2 to $3 that are for $1 and are no lines.
const selectToldIn = `SELECT l.id` + fromTold + ` ORDER BY l.id`

func (t *tx) toldIn(user chat.UserID, w chat.Stretch) ([]chat.EntryID, error) {
	rows, err := t.rows(selectToldIn, int64(user), int64(w.From), int64(w.To))
	return collect(rows, err, func(row scanner) (id chat.EntryID, err error) { return id, row.Scan(&id) })
}

// withIDs adds ids behind stretches, to the last one where they touch.
func withIDs(all []chat.Stretch, ids []chat.EntryID) []chat.Stretch {
	for _, id := range ids {
		if n := len(all); n > 0 && all[n-1].To+1 == id {
			all[n-1].To = id
		} else {
			all = append(all, chat.Stretch{From: id, To: id})
		}
	}
	return all
}

// fewer makes one of the oldest stretches if there are more than most. What lies between them goes, or is something that
// the person has: to be told that twice is no harm.
func fewer(all []chat.Stretch, most int) []chat.Stretch {
	if n := len(all) - most; n > 0 {
		all[n].From = all[0].From
		return all[n:]
	}
	return all
}

// expired gives how many lines somebody is to be told of.
func (t *tx) expired(user chat.UserID) (lines int, err error) {
	err = t.row(`SELECT lines FROM expired WHERE user_id = $1`, int64(user)).Scan(&lines)
	return lines, orMissing(err, nil)
}

// toldExpired takes off what somebody was told of. More may have come to it since.
func (t *tx) toldExpired(user chat.UserID, lines int) error {
	if _, err := t.exec(`UPDATE expired SET lines = lines - $2 WHERE user_id = $1`, int64(user), lines); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM expired WHERE user_id = $1 AND lines <= 0`, int64(user))
	return err
}
