package bare

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// As many as sshchat's own store takes.
const (
	batchMax = 256  // lines in one transaction
	queueMax = 1024 // lines that wait for the disk; who types then waits
)

const schema = `
CREATE TABLE IF NOT EXISTS lines (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL, -- microseconds
	sender TEXT NOT NULL,
	body   TEXT NOT NULL     -- as it was typed
)`

// A store has lines on disk before they are handed on: the least that makes a chat durable, one INSERT a line
// and one commit for all that wait.
type store struct {
	db                    *sql.DB
	begin, insert, commit *sql.Stmt // used by run alone
	queue                 chan line
	gone                  chan struct{} // closed by run: nothing more will be stored
}

// openStore opens the file, and makes it if it is missing.
func openStore(file string) (*store, error) {
	name := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_journal_mode=WAL&_synchronous=FULL"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // a transaction is several statements
	s := &store{db: db, queue: make(chan line, queueMax), gone: make(chan struct{})}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("open %s: %w", file, errors.Join(err, db.Close()))
	}
	return s, nil
}

func (s *store) prepare() (err error) {
	if _, err = s.db.Exec(schema); err != nil {
		return err
	}
	if s.begin, err = s.db.Prepare(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if s.insert, err = s.db.Prepare(`INSERT INTO lines (at, sender, body) VALUES ($1, $2, $3)`); err != nil {
		return err
	}
	s.commit, err = s.db.Prepare(`COMMIT`)
	return err
}

// put has a line stored and handed on, after those that were put before. It does not wait for that. Once run has
// ended the line is dropped.
func (s *store) put(l line) {
	select {
	case s.queue <- l:
	case <-s.gone:
	}
}

// run stores what waits, then hands it on, and so on until ctx ends or the file fails: what could not be stored
// nobody gets. The time that the disk takes is what lets the next lines gather.
func (s *store) run(ctx context.Context, hand func(line)) error {
	defer close(s.gone)
	for {
		select {
		case first := <-s.queue:
			batch := s.take(first)
			if err := s.keep(batch); err != nil {
				return fmt.Errorf("store %d lines: %w", len(batch), err)
			}
			for _, l := range batch {
				hand(l)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// take makes a batch of first and what waits behind it.
func (s *store) take(first line) []line {
	batch := []line{first}
	for len(batch) < batchMax {
		select {
		case l := <-s.queue:
			batch = append(batch, l)
		default:
			return batch
		}
	}
	return batch
}

// keep stores a batch in one transaction. After an error the store is of no more use.
func (s *store) keep(batch []line) error {
	if _, err := s.begin.Exec(); err != nil {
		return err
	}
	for _, l := range batch {
		if _, err := s.insert.Exec(l.at.UnixMicro(), l.from.name, l.text); err != nil {
			return err
		}
	}
	_, err := s.commit.Exec()
	return err
}

// close closes the file, after run.
func (s *store) close() error { return s.db.Close() }
