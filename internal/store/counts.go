package store

import "context"

// Counts is how much there is of something.
type Counts struct {
	Accounts int
	Rooms    int // that are not closed
}

// Counts counts, which takes some milliseconds with a hundred thousand accounts.
func (s *Store) Counts(ctx context.Context) (c Counts, err error) {
	err = s.read(ctx, "count", func(q querier) error {
		return q.QueryRowContext(ctx, `
			SELECT (SELECT count(*) FROM users WHERE erased = 0), (SELECT count(*) FROM rooms WHERE closed IS NULL)`).
			Scan(&c.Accounts, &c.Rooms)
	})
	return c, err
}

// Ping reads next to nothing: its error says why the database does not answer within ctx.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, "ping", func(q querier) error {
		var head int64
		return q.QueryRowContext(ctx, `SELECT id FROM log_head WHERE one = 1`).Scan(&head)
	})
}
