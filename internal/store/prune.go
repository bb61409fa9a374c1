package store

const (
	// failuresMax bounds the rows of login_failures, which strangers make.
	failuresMax = 100_000
	// pruneEvery is after how many failures the rows are counted. One failure makes two rows at most.
	pruneEvery = 500
)

// pruning is when the writer looks at login_failures.
type pruning struct {
	max   int64 // rows
	every int   // failures
	since int   // failures since it looked
}

// pruneFailures bounds the rows of login_failures: first those that no longer count go, then the oldest, and
// those that hold a lock last, as a flood of names must not undo locks.
func (t *tx) pruneFailures() error {
	p := &t.w.pruning
	if p.since++; p.since < p.every {
		return nil
	}
	p.since = 0
	_, err := t.exec(`DELETE FROM login_failures WHERE since <= $1 AND locked_until <= $2`,
		t.now-forgetAfter.Microseconds(), t.now)
	if err != nil {
		return err
	}
	var rows int64
	if err := t.row(`SELECT count(*) FROM login_failures`).Scan(&rows); err != nil {
		return err
	}
	return t.dropFailures(rows - (p.max - 2*int64(p.every)))
}

// dropFailures deletes n rows.
func (t *tx) dropFailures(n int64) error {
	if n <= 0 {
		return nil
	}
	dropped, err := t.exec(`
		DELETE FROM login_failures WHERE (name_key, remote, port) IN (
		       SELECT name_key, remote, port FROM login_failures
		       WHERE  locked_until <= $1 ORDER BY since LIMIT $2)`, t.now, n)
	if err != nil || dropped == n {
		return err
	}
	_, err = t.exec(`
		DELETE FROM login_failures WHERE (name_key, remote, port) IN (
		       SELECT name_key, remote, port FROM login_failures ORDER BY locked_until LIMIT $1)`, n-dropped)
	return err
}
