package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
)

// Settings are what a store is opened with. The zero value is good.
type Settings struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nowhere
	// Did is told of everything that was asked of the database, when it is over: how long it took, and whether the
	// database failed (a refusal is no failure). It must not wait; nil: nobody is told.
	Did func(op Op, took time.Duration, failed bool)
}

// An Op is what is asked of the database.
type Op int

// The ops.
const (
	Read   Op = iota // one reading, of one or several tables
	Commit           // one transaction, of one or several verbs
)

// Store is a [chat.Store] in a SQLite file. Its methods may be called from any goroutine.
type Store struct {
	path     string
	now      func() time.Time
	node     atomic.Int64 // the node started last, for audit rows
	backedUp atomic.Int64 // when a backup was last complete, in microseconds; 0: none was
	writer   *writer
	writeDB  *sql.DB
	feed     *feed

	// reading is held for reading by every read, so that Close can wait for those that run.
	reading sync.RWMutex
	readDB  *sql.DB // nil once closed
	selects *statements

	searching chan struct{} // holds one while a search goes through much

	did func(Op, time.Duration, bool)

	closing sync.Once
	closed  error
}

var _ chat.Store = (*Store)(nil)

// Open opens the database at path, makes it (mode 0600) if it is not there, and brings its schema up
// to date. The folder must exist. What is wrong with the file comes as an [*Error]. The process must not
// open the file by any other way while the store is open: closing it would drop SQLite's locks.
//
// The caller sees to it that one process at a time opens it.
func Open(ctx context.Context, path string, s Settings) (*Store, error) {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	m, err := loadMigrations(embedded, s.Log)
	if err != nil {
		return nil, err
	}
	return open(ctx, path, s, m)
}

// open is Open with the migrations that tests bring.
func open(ctx context.Context, path string, s Settings, m migrations) (*Store, error) {
	if s.Did == nil {
		s.Did = func(Op, time.Duration, bool) {}
	}
	if err := create(path); err != nil {
		return nil, err
	}
	writeDB, conn, err := openWriter(ctx, path, m)
	if err != nil {
		return nil, err
	}
	readDB, err := openReaders(path)
	if err != nil {
		return nil, errors.Join(err, conn.Close(), writeDB.Close())
	}
	st := &Store{path: path, now: s.Now, writeDB: writeDB, readDB: readDB, selects: newStatements(readDB), feed: &feed{log: s.Log}, searching: make(chan struct{}, 1), did: s.Did}
	st.writer = newWriter(conn, s, st.feed)
	go st.writer.run() // Close waits for it
	return st, nil
}

// Close waits for what is queued and for the reads that run, and closes the database so that no write-ahead
// log is left. Later calls return the same.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	s.writer.stop()
	s.reading.Lock()
	readDB := s.readDB
	s.readDB = nil
	s.reading.Unlock()
	return errors.Join(
		readDB.Close(),
		checkpoint(context.Background(), s.writer.conn),
		s.writer.close(),
		s.writeDB.Close(),
	)
}

// StartNode begins a new epoch of a node, which is one run of one server process, and ends the
// logins that its earlier epochs left behind: that is all the recovery from a crash there is.
func (s *Store) StartNode(ctx context.Context, id int64) (chat.Node, error) {
	if id <= 0 {
		return chat.Node{}, fmt.Errorf("store: %d cannot be the id of a node", id)
	}
	var n chat.Node
	err := s.write(ctx, "start node", several, func(t *tx) (err error) {
		n, err = t.startNode(id)
		return err
	})
	if err != nil {
		return chat.Node{}, err
	}
	s.node.Store(id)
	return n, nil
}

// whyRestarted is the ended_why of logins whose server died.
const whyRestarted = "server restarted"

func (t *tx) startNode(id int64) (chat.Node, error) {
	n := chat.Node{ID: id}
	err := t.row(`
		INSERT INTO nodes (id, epoch, started_at) VALUES ($1, 1, $2)
		ON CONFLICT (id) DO UPDATE SET epoch = nodes.epoch + 1, started_at = excluded.started_at
		RETURNING epoch`, id, t.now).Scan(&n.Epoch)
	if err != nil {
		return chat.Node{}, err
	}
	if err := t.setMerging(usualMerging); err != nil { // a crash may have been while lines were deleted
		return chat.Node{}, err
	}
	_, err = t.exec(`
		UPDATE logins SET ended_at = $1, ended_why = $2
		WHERE  node = $3 AND epoch < $4 AND ended_at IS NULL`, t.now, whyRestarted, id, n.Epoch)
	return n, err
}

// read runs one SELECT.
func (s *Store) read(ctx context.Context, what string, fn func(q querier) error) error {
	return s.withReader(ctx, what, func(r *reader) error { return fn(r) })
}

// snapshot runs several SELECTs that see one moment of the database.
func (s *Store) snapshot(ctx context.Context, what string, fn func(q querier) error) error {
	return s.withReader(ctx, what, func(r *reader) error {
		moment, err := s.readDB.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer moment.Rollback() // there is nothing to commit
		r.moment = moment
		return fn(r)
	})
}

func (s *Store) withReader(ctx context.Context, what string, fn func(*reader) error) error {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if s.readDB == nil {
		return ErrClosed
	}
	r := &reader{statements: s.selects}
	began := time.Now()
	err := fn(r)
	s.did(Read, time.Since(began), isFailure(err))
	r.keepNew(ctx)
	return fault(what, err)
}

// collect reads all rows with scan, and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(row scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// scanner is one row of a result.
type scanner interface{ Scan(dest ...any) error }

// orMissing turns the absence of the row into the refusal that it means.
func orMissing(err, refusal error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return refusal
	}
	return err
}
