package store

import (
	"context"
	"database/sql"
	"time"

	"sshchat/internal/chat"
)

// tx is the writer's transaction, shared by the verbs of one batch. It runs without a context: a
// verb whose caller has left must not interrupt the others.
type tx struct {
	w       *writer
	now     int64        // microseconds; the same for the whole batch
	head    chat.EntryID // the newest id of the log, those of this transaction included
	at      int64        // the time of head
	first   chat.EntryID // head as the transaction began
	entries []*chat.Entry
	indexed int // how many of the entries are in the index of words
}

// begin reads the head anew for each batch: another process may have written, and after a failed commit
// what is in memory may be wrong.
func (w *writer) begin() (*tx, error) {
	t := &tx{w: w, now: micros(w.clock())}
	if _, err := t.exec(`BEGIN IMMEDIATE`); err != nil {
		return nil, err
	}
	err := t.row(`SELECT id, at FROM log_head WHERE one = 1`).Scan(&t.head, &t.at)
	t.first = t.head
	return t, err
}

// commit writes the head and the index of words once for all entries of the batch.
func (t *tx) commit() error {
	if err := t.index(); err != nil {
		return err
	}
	if t.head != t.first {
		_, err := t.exec(`UPDATE log_head SET id = $1, at = $2 WHERE one = 1`, int64(t.head), t.at)
		if err != nil {
			return err
		}
	}
	_, err := t.exec(`COMMIT`)
	return err
}

// run runs one verb; if it fails, it has changed nothing.
func (t *tx) run(o *op) error {
	if o.writes == single {
		return o.run(t)
	}
	if _, err := t.exec(`SAVEPOINT op`); err != nil {
		return err
	}
	head, at, n, indexed := t.head, t.at, len(t.entries), t.indexed
	err := o.run(t)
	if losesBatch(err) {
		return err
	}
	if err != nil {
		t.head, t.at, t.entries, t.indexed = head, at, t.entries[:n], indexed
		clear(t.w.rooms) // it may have named one that is not there now
		clear(t.w.names)
		if _, undo := t.exec(`ROLLBACK TO op`); undo != nil {
			return undo
		}
	}
	if _, release := t.exec(`RELEASE op`); release != nil {
		return release
	}
	return err
}

// added takes note of an entry that is in the log now, with an id one above the head.
func (t *tx) added(e *chat.Entry) {
	t.head, t.at = e.ID, micros(e.At)
	t.entries = append(t.entries, e)
}

// exec runs a statement that gives no rows, and returns how many it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	st, err := t.w.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row runs a statement that gives one row at most.
func (t *tx) row(query string, args ...any) scanner {
	st, err := t.w.stmt(query)
	if err != nil {
		return failed{err}
	}
	return st.QueryRowContext(context.Background(), args...)
}

// rows runs a statement that gives rows.
func (t *tx) rows(query string, args ...any) (*sql.Rows, error) {
	st, err := t.w.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

// failed is the row of a statement that could not be prepared.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// time is the transaction's now as a time.
func (t *tx) time() time.Time { return fromMicros(t.now) }

// namesMax bounds the names that the writer remembers.
const namesMax = 1 << 14

// person gives the name of an account; nobody's is empty. A batch that fails forgets the names, and so does whatever
// changes one.
func (t *tx) person(id chat.UserID) (chat.Person, error) {
	if id == 0 {
		return chat.Person{}, nil
	}
	name, ok := t.w.names[id]
	if !ok {
		if err := t.row(`SELECT name FROM users WHERE id = $1`, int64(id)).Scan(&name); err != nil {
			return chat.Person{}, err
		}
		if len(t.w.names) >= namesMax {
			clear(t.w.names)
		}
		t.w.names[id] = name
	}
	return chat.Person{ID: id, Name: name}, nil
}

// room gives the name of a room; none's is empty. A batch that fails forgets the names, and so does whatever
// changes one.
func (t *tx) room(id chat.RoomID) (chat.Room, error) {
	if id == 0 {
		return chat.Room{}, nil
	}
	name, ok := t.w.rooms[id]
	if !ok {
		if err := t.row(`SELECT name FROM rooms WHERE id = $1`, int64(id)).Scan(&name); err != nil {
			return chat.Room{}, err
		}
		if len(t.w.rooms) >= namesMax {
			clear(t.w.rooms)
		}
		t.w.rooms[id] = name
	}
	return chat.Room{ID: id, Name: name}, nil
}
