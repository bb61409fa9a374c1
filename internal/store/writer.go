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
	"sshchat/internal/panics"
)

const (
	// batchMax is how many verbs one transaction takes; past it a batch only makes everyone in it wait.
	batchMax = 256
	// queueMax is how many verbs wait for the writer; whoever comes then waits outside, with a context.
	queueMax = 1024
)

// An op is one verb on its way through the writer.
type op struct {
	run    func(*tx) error
	writes writes
	state  atomic.Int32 // waiting, then taken or withdrawn, for good
	err    error
	done   chan struct{} // closed when err is the outcome
}

const (
	waiting int32 = iota
	taken
	withdrawn
)

// writes says how many statements of an op write.
type writes bool

const (
	// single: at most one, after every check. If it fails, SQLite undoes it by itself.
	single writes = false
	// several: what came before a failure must be undone, which takes a savepoint.
	several writes = true
)

// writer owns the connection that writes. Its goroutine alone uses conn and what follows.
type writer struct {
	queue chan *op
	apart chan *op      // what cannot be done in a transaction
	quit  chan struct{} // closed by stop: no more ops
	gone  chan struct{} // closed by run: nothing more will be done
	once  sync.Once
	feed  *feed
	log   *slog.Logger
	did   func(Op, time.Duration, bool)
	clock func() time.Time

	conn     *sql.Conn
	prepared map[string]*sql.Stmt // by text; the texts are constants of this package
	names    map[chat.UserID]chat.Name
	rooms    map[chat.RoomID]chat.RoomName
	pruning  pruning
}

func newWriter(conn *sql.Conn, s Settings, f *feed) *writer {
	return &writer{
		queue:    make(chan *op, queueMax),
		apart:    make(chan *op),
		quit:     make(chan struct{}),
		gone:     make(chan struct{}),
		feed:     f,
		log:      s.Log,
		did:      s.Did,
		clock:    s.Now,
		conn:     conn,
		prepared: make(map[string]*sql.Stmt),
		names:    make(map[chat.UserID]chat.Name),
		rooms:    make(map[chat.RoomID]chat.RoomName),
		pruning:  pruning{max: failuresMax, every: pruneEvery, since: pruneEvery},
	}
}

func newOp(n writes, run func(*tx) error) *op {
	return &op{run: run, writes: n, done: make(chan struct{})}
}

// write has run done by the writer and returns the outcome, once that is on disk and the feed has
// handed it on. If ctx ends before the writer has taken the verb, nothing was done and its error
// is returned. After that write waits, for it could not say what became of the verb; that takes as long
// as the disk does.
func (s *Store) write(ctx context.Context, what string, n writes, run func(*tx) error) error {
	o := newOp(n, run)
	err := s.writer.enqueue(ctx, o)
	if err == nil {
		err = s.writer.await(ctx, o)
	}
	return fault(what, err)
}

// await waits for the outcome of what was enqueued.
func (w *writer) await(ctx context.Context, o *op) error {
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		if o.state.CompareAndSwap(waiting, withdrawn) {
			return ctx.Err()
		}
		<-o.done
		return o.err
	case <-w.gone:
	}
	// It may have been answered just before the writer ended.
	select {
	case <-o.done:
		return o.err
	default:
		return ErrClosed
	}
}

// enqueue gives a verb to the writer. Those that one goroutine gives are done in that order.
func (w *writer) enqueue(ctx context.Context, o *op) error {
	// Of several cases that are ready select takes any: what must win is asked first.
	select {
	case <-w.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case w.queue <- o:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return ErrClosed
	}
}

// outside has fn done on the connection that writes, between two transactions. Nobody writes until it returns.
func (w *writer) outside(ctx context.Context, fn func(*sql.Conn) error) error {
	o := newOp(several, func(*tx) error { return fn(w.conn) })
	o.state.Store(taken)
	select {
	case w.apart <- o:
		return w.await(context.WithoutCancel(ctx), o)
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return ErrClosed
	}
}

// run takes what waits, commits it, and so on until stop. Waiting for the disk is what lets
// the next batch gather: no timer is needed.
func (w *writer) run() {
	defer close(w.gone)
	for {
		select {
		case o := <-w.queue:
			w.commit(w.take(o))
			continue
		case o := <-w.apart:
			w.alone(o)
			continue
		case <-w.quit:
		}
		select {
		case o := <-w.queue:
			w.commit(w.take(o))
		default:
			return
		}
	}
}

// stop ends run after what is queued, and waits for it.
func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.gone
}

// close gives the connection back, after stop.
func (w *writer) close() error {
	var errs []error
	for _, st := range w.prepared {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// take makes a batch of first and what waits behind it.
func (w *writer) take(first *op) []*op {
	batch := make([]*op, 0, min(len(w.queue)+1, batchMax))
	for o := first; ; {
		if o.state.CompareAndSwap(waiting, taken) {
			batch = append(batch, o)
		}
		if len(batch) == batchMax {
			return batch
		}
		select {
		case o = <-w.queue:
		default:
			return batch
		}
	}
}

// commit carries a batch out, hands on what it added to the log, and answers.
func (w *writer) commit(batch []*op) {
	if len(batch) == 0 {
		return
	}
	began := time.Now()
	entries, err := w.transact(batch)
	w.did(Commit, time.Since(began), err != nil)
	if err != nil {
		w.rollback()
		for _, o := range batch {
			o.err = err // even a refusal: what it was based on may be undone
		}
	} else if len(entries) > 0 {
		w.feed.hand(entries)
	}
	for _, o := range batch {
		close(o.done)
	}
}

// alone carries out what is done outside of a transaction, and answers. If it fails it may have left one open.
func (w *writer) alone(o *op) {
	defer close(o.done)
	o.err = func() (err error) {
		defer w.survive(&err)
		return o.run(nil)
	}()
	if o.err != nil {
		w.rollback()
	}
}

// survive is deferred: it makes an error of a panic, so that the writer outlives the verb.
func (w *writer) survive(err *error) {
	if p := recover(); p != nil {
		w.log.Error("a write panicked", "event", "panic", panics.Attr(p))
		*err = fmt.Errorf("store: panic: %v", p)
	}
}

// transact runs a batch in one transaction. An error concerns all of it.
func (w *writer) transact(batch []*op) (added []*chat.Entry, err error) {
	defer w.survive(&err)
	t, err := w.begin()
	if err != nil {
		return nil, err
	}
	for _, o := range batch {
		if o.err = t.run(o); losesBatch(o.err) {
			return nil, o.err
		}
	}
	return t.entries, t.commit()
}

// rollback ends whatever transaction a failed batch has left, and forgets what was learnt in it.
func (w *writer) rollback() {
	clear(w.names)
	clear(w.rooms)
	w.pruning.since = w.pruning.every
	// The error is of no use: it is "no transaction is active" if the engine has rolled back already,
	// and if it is anything else the next BEGIN says so.
	_, _ = w.conn.ExecContext(context.Background(), `ROLLBACK`)
}

// stmt gives the prepared statement for a text.
func (w *writer) stmt(query string) (*sql.Stmt, error) {
	if st, ok := w.prepared[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	w.prepared[query] = st
	return st, nil
}
