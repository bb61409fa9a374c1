package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// Whatever is asked, and by however many at once, each gets the answer to what they asked; no more statements are kept than
// there is room for.
func TestStatementsAreKeptWithinBounds(t *testing.T) {
	s := newStore(t)
	ask := func(read func(context.Context, string, func(querier) error) error, n int) {
		err := read(t.Context(), "count", func(q querier) error {
			for i := n; i < n+3; i++ {
				var got, also int
				query := fmt.Sprintf(`SELECT %d, $1`, i)
				if err := q.QueryRowContext(t.Context(), query, i).Scan(&got, &also); err != nil || got != i || also != i {
					return fmt.Errorf("%d, %d for %d: %w", got, also, i, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	for range 2 { // the second time what was kept answers
		var asking sync.WaitGroup
		for person := range 16 {
			asking.Go(func() {
				for n := person; n < 2*statementsMax; n += 16 {
					ask(s.snapshot, n)
					ask(s.read, n)
				}
			})
		}
		asking.Wait()
	}
	if n := len(s.selects.byText); n != statementsMax {
		t.Errorf("%d statements are kept, want %d", n, statementsMax)
	}
}

// A statement that was kept ends as any other does.
func TestAKeptStatementEndsWithItsContext(t *testing.T) {
	s := newStore(t)
	const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1) SELECT max(i) FROM n`
	count := func(ctx context.Context, n int) (most int, err error) {
		err = s.snapshot(ctx, "count", func(q querier) error { return q.QueryRowContext(ctx, endless, n).Scan(&most) })
		return most, err
	}
	if n, err := count(t.Context(), 10); err != nil || n != 10 {
		t.Fatal(n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := count(ctx, 1<<40)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	if n, err := count(t.Context(), 12); err != nil || n != 12 {
		t.Errorf("after it was ended it gives %d, %v", n, err)
	}
}
