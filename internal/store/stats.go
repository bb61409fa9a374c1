package store

import (
	"context"
	"time"

	"sshchat/internal/chat"
)

// Stats are figures of the whole.
type Stats struct {
	Accounts, Banned int
	Rooms            int // that are not closed
	LoginsToday      int
	OpenReports      int
	Days             []Day // the newest last; the last is today
	// CountedFrom is the time of the first line that Days count; zero: all that were said in those days.
	CountedFrom time.Time
}

// Day is what was said on one day of the server's time zone.
type Day struct {
	Start                    time.Time
	Direct, Broadcasts, Room int // lines
}

// daysBack is over how many days the lines are counted, and mostCounted how many entries at most: a million is read in
// about a second.
const (
	daysBack    = 7
	mostCounted = 1_000_000
)

const selectStats = `
		SELECT (SELECT count(*) FROM users WHERE erased = 0),
		       (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL AND closed = 0 AND (disabled_until IS NULL OR disabled_until > $2)),
		       (SELECT count(*) FROM rooms WHERE closed IS NULL),
		       (SELECT count(*) FROM logins
		        WHERE  id > coalesce((SELECT id FROM logins WHERE since < $1 ORDER BY id DESC LIMIT 1), 0)),
		       (SELECT count(*) FROM reports WHERE closed_at IS NULL),
		       (SELECT id FROM log_head)`

// selectSaid counts the lines of each kind from $1 on and before $2.
const selectSaid = `
		SELECT count(*) FILTER (WHERE kind = 'direct'),
		       count(*) FILTER (WHERE kind = 'broadcast'),
		       count(*) FILTER (WHERE kind IN ('room', 'action'))
		FROM   log WHERE id >= $1 AND id < $2`

// Stats counts, for the week that ends today.
func (s *Store) Stats(ctx context.Context) (x Stats, err error) {
	today := startOfDay(s.now())
	err = s.snapshot(ctx, "count", func(q querier) error {
		var head chat.EntryID
		err := q.QueryRowContext(ctx, selectStats, micros(today), micros(s.now())).
			Scan(&x.Accounts, &x.Banned, &x.Rooms, &x.LoginsToday, &x.OpenReports, &head)
		if err != nil {
			return err
		}
		return x.count(ctx, q, today, head, mostCounted)
	})
	return x, err
}

// count counts the lines of the days among the newest most entries: the newest day first, so that it knows how far back it
// has come.
func (x *Stats) count(ctx context.Context, q querier, today time.Time, head, most chat.EntryID) error {
	x.Days = make([]Day, daysBack)
	for i := range x.Days {
		x.Days[i].Start = today.AddDate(0, 0, i-daysBack+1)
	}
	oldest, end := max(head-most+1, 1), head+1
	for i := daysBack - 1; i >= 0; i-- {
		d := &x.Days[i]
		first, err := firstSince(ctx, q, head, d.Start)
		if err != nil {
			return err
		}
		err = q.QueryRowContext(ctx, selectSaid, int64(max(first, oldest)), int64(end)).Scan(&d.Direct, &d.Broadcasts, &d.Room)
		switch {
		case err != nil:
			return err
		case first < oldest:
			return x.cutAt(ctx, q, oldest)
		}
		end = first
	}
	return nil
}

// cutAt notes that nothing before an entry was counted. The days before it are shown with nothing in them.
func (x *Stats) cutAt(ctx context.Context, q querier, oldest chat.EntryID) error {
	var at int64
	err := q.QueryRowContext(ctx, `SELECT at FROM log WHERE id >= $1 ORDER BY id LIMIT 1`, int64(oldest)).Scan(&at)
	x.CountedFrom = fromMicros(at)
	return orMissing(err, nil)
}

func startOfDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}
