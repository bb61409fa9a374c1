package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
)

// mostFound bounds what Check lists.
const mostFound = 20

// Verdict is what Check has found.
type Verdict struct {
	Facts
	Found []string // what is wrong, at most 20, each on one line; none: it is sound
}

// Check reads the whole database at path, beside a server or without one, and lists what is wrong in it: what SQLite
// finds, its indexes and the index of words included, and what no database of ours may say. An error is that nothing could
// be found out.
func Check(ctx context.Context, path string) (r Verdict, err error) {
	m, err := loadMigrations(embedded, nil)
	if err != nil {
		return Verdict{}, err
	}
	db, err := openPool(path, 1, url.Values{"_query_only": {"1"}})
	if err != nil {
		return Verdict{}, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err == nil {
		defer conn.Close()
		r, err = checkAll(ctx, conn, m)
	}
	err = fault("check", err)
	if e, ok := errors.AsType[*Error](err); ok && (e.Problem == Damaged || e.Problem == Foreign) {
		return Verdict{Facts: r.Facts, Found: append(r.Found, e.Text)}, nil
	}
	return r, named(path, err)
}

func checkAll(ctx context.Context, conn *sql.Conn, m migrations) (r Verdict, err error) {
	at, err := m.inspect(ctx, conn)
	if err != nil {
		return r, err
	}
	if r.Found, err = integrity(ctx, conn, mostFound); err != nil || len(r.Found) > 0 {
		return r, err // what a damaged database says of itself means nothing
	}
	if r.Facts, err = factsOf(ctx, conn); err != nil {
		return r, err
	}
	for _, v := range invariants {
		if at < v.since {
			continue
		}
		var n int
		if err := conn.QueryRowContext(ctx, v.count).Scan(&n); err != nil {
			return r, err
		}
		if n > 0 {
			r.Found = append(r.Found, fmt.Sprintf(v.words, n))
		}
	}
	return r, nil
}

// integrity gives what SQLite finds wrong, at most so much.
func integrity(ctx context.Context, q querier, most int) ([]string, error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, most))
	found, err := collect(rows, err, func(row scanner) (s string, err error) { return s, row.Scan(&s) })
	if err == nil && len(found) == 1 && found[0] == "ok" {
		return nil, nil
	}
	return found, err
}

// invariants are what is true of every database of ours, each with a count of what is not so.
var invariants = []struct {
	since int // the schema that has what it asks for
	words string
	count string
}{
	{1, "%d entries of the log are above its head: their ids would be given again",
		`SELECT count(*) FROM log WHERE id > (SELECT id FROM log_head)`},
	{1, "%d people have been shown more than there is: what comes next would not be shown to them",
		`SELECT count(*) FROM cursors WHERE delivered > (SELECT id FROM log_head)`},
	{1, "%d accounts have no cursor: nobody can log in to them",
		// Those that were erased need none: only their keys have a space in them.
		`SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM cursors) AND instr(name_key, ' ') = 0`},
	{1, "%d accounts are newer than the log's head: what comes next would not be for them",
		`SELECT count(*) FROM users WHERE created > (SELECT id FROM log_head)`},
	{4, "%d lines are not in the index of words: no search finds them",
		`SELECT count(*) FROM log WHERE kind IN ('direct', 'broadcast', 'room', 'action')
		 AND    id NOT IN (SELECT rowid FROM search)`},
	{4, "%d lines in the index of words are not in the log",
		`SELECT count(*) FROM search s WHERE NOT EXISTS (SELECT 1 FROM log WHERE id = s.rowid)`},
}
