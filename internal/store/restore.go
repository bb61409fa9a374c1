package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"sshchat/internal/chat"
)

// idStride is how far ids go on above those of a backup where nobody knows which were given since: the database that
// gave them is gone, damaged, or another one. People have seen ids and may type them, and an ssh may have shown what
// they stand for: none may come to mean a second thing. A thousand million lines are 100 a second for a hundred
// days, which is longer than between two backups, and leave room for millions of restores.
const idStride = 1_000_000_000

// whyRestored is the ended_why of the logins that a backup has as going on.
const whyRestored = "restored from a backup"

// Restoration is a backup that can be put in the place of a database.
type Restoration struct {
	File    string
	Backup  Facts
	Present Facts  // of what it replaces; zero if that cannot be read
	Lost    error  // why it cannot be read; nil where there is none
	IsThere bool   // there is something to replace
	Aside   string // where that is kept

	path string // of the database
	last ids    // known where Present is an older or newer state of the same store
}

// ids are the newest ids that a database has given.
type ids struct {
	log    chat.EntryID
	tables map[string]int64 // of accounts, rooms and so on, by table
}

// Survey checks a backup and finds out what it would replace at path, where no server may run; nothing but the write-ahead
// log that a crash may have left is changed. A database that is damaged is no reason to refuse: to get rid of it is what backups are for. The
// error is an [*Error] if the file is no good, or in the way.
func Survey(ctx context.Context, file, path string, now time.Time) (r *Restoration, err error) {
	r = &Restoration{File: file, path: path}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		r.path = real // a link stays one
	}
	r.Aside = r.path + ".before-restore-" + now.UTC().Format("20060102T150405Z")
	switch {
	case isSame(file, r.path):
		return nil, &Error{Problem: Denied, Text: file + " is the database itself", Hint: "name a backup"}
	case isThere(r.Aside):
		return nil, &Error{Problem: Denied, Text: r.Aside + " is there already", Hint: "try again in a second"}
	}
	if r.Backup, err = Inspect(ctx, file); err != nil {
		return nil, err
	}
	return r, r.lookAtPresent(ctx)
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// lookAtPresent reads what the database that is there has given. It is closed in order, so that no
// write-ahead log is left beside it, unless it cannot be read.
func (r *Restoration) lookAtPresent(ctx context.Context) error {
	info, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return pathError(r.path, err)
	}
	r.IsThere = true
	if info.Size() == 0 {
		r.Lost = errors.New("it is empty")
		return nil
	}
	err = fault("read the present database", r.readPresent(ctx))
	if e, ok := errors.AsType[*Error](err); ok && (e.Problem == Damaged || e.Problem == Foreign) {
		r.Present, r.last, r.Lost = Facts{}, ids{}, e
		return nil
	}
	return named(r.path, err)
}

func (r *Restoration) readPresent(ctx context.Context) (err error) {
	db, err := openPool(r.path, 1, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	m, err := loadMigrations(embedded, nil)
	if err != nil {
		return err
	}
	switch at, err := m.inspect(ctx, conn); {
	case err != nil && !isNewer(err):
		return err
	case err == nil && at == 0:
		return &Error{Problem: Foreign, Text: "the database is empty"}
	}
	if r.Present, err = factsOf(ctx, conn); err != nil {
		return err
	}
	if r.last.tables, err = sequences(ctx, conn); err != nil {
		return err
	}
	r.last.log = r.Present.Head
	return checkpoint(ctx, conn)
}

// isNewer is no reason not to read which ids a database has given.
func isNewer(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Problem == Newer
}

// sequences are the newest ids of the tables that never give one twice.
func sequences(ctx context.Context, q querier) (map[string]int64, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, seq FROM sqlite_sequence`)
	all := make(map[string]int64)
	_, err = collect(rows, err, func(row scanner) (name string, err error) {
		var seq int64
		err = row.Scan(&name, &seq)
		all[name] = seq
		return name, err
	})
	return all, err
}

// Do restores. Whatever ends it, the database is the old one or the new one, whole; only where the old one cannot be
// read, a write-ahead log that could belong to either goes first, which is kept with it. What was there is kept in Aside. The new one says who has done
// it, gives ids above all that are known, and has nobody logged in.
func (r *Restoration) Do(ctx context.Context, a chat.Audit, now time.Time) error {
	for _, step := range r.steps() {
		if err := step(ctx, a, now); err != nil {
			r.remove(r.part(), "", "-journal")
			return err
		}
	}
	return nil
}

type restoreStep func(ctx context.Context, a chat.Audit, now time.Time) error

// steps are in this order so that a cut between two of them, or within one, does no harm: all but the last only make
// files that nobody opens.
func (r *Restoration) steps() []restoreStep {
	return []restoreStep{r.copyBackup, r.renew, r.keepAside, r.dropLog, r.swap}
}

// part is the new database before it is in its place.
func (r *Restoration) part() string { return r.path + ".restoring" }

// copyBackup brings the backup to the disk of the database. What an earlier restore has left there goes first: its
// journal would be taken for this copy's.
func (r *Restoration) copyBackup(context.Context, chat.Audit, time.Time) error {
	if err := r.remove(r.part(), "", "-journal", "-wal", "-shm"); err != nil {
		return err
	}
	return copyFile(r.File, r.part())
}

// renew makes of the copy what goes on from here.
func (r *Restoration) renew(ctx context.Context, a chat.Audit, now time.Time) (err error) {
	db, err := openPool(r.part(), 1, url.Values{"_txlock": {"immediate"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(fault("restore", err), db.Close()) }()
	// A backup has none, but who has copied a database that was closed has one that wants a write-ahead log.
	if _, err := db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`); err != nil {
		return err
	}
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback() // after Commit it does nothing
	if err := r.raise(ctx, t); err != nil {
		return err
	}
	for _, s := range []struct {
		text string
		args []any
	}{
		{`UPDATE meta SET incarnation = lower(hex(randomblob(16))) WHERE one = 1`, nil},
		{`UPDATE logins SET ended_at = $1, ended_why = $2 WHERE ended_at IS NULL`, []any{micros(now), whyRestored}},
		{`INSERT INTO audit (at, actor, via, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
			[]any{micros(now), a.Actor, a.Via, a.Action, a.Target, a.Detail}},
	} {
		if _, err := t.ExecContext(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return t.Commit()
}

// raise has the new database give ids above all that were ever given.
func (r *Restoration) raise(ctx context.Context, t *sql.Tx) error {
	_, err := t.ExecContext(ctx, `
		INSERT INTO sqlite_sequence (name, seq)
		SELECT name, 0 FROM sqlite_schema
		WHERE  type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)`)
	if err != nil {
		return err
	}
	if r.Present.StoreID != r.Backup.StoreID {
		if _, err := t.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = seq + $1`, idStride); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, `UPDATE log_head SET id = id + $1 WHERE one = 1`, idStride)
		return err
	}
	for table, seq := range r.last.tables {
		if _, err := t.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = $2`, seq, table); err != nil {
			return err
		}
	}
	_, err = t.ExecContext(ctx, `UPDATE log_head SET id = max(id, $1) WHERE one = 1`, int64(r.last.log))
	return err
}

// keepAside copies what is there. A link would do it at once, but it would be a second name of a database in use if the
// restore ends here, and two names have two write-ahead logs.
func (r *Restoration) keepAside(context.Context, chat.Audit, time.Time) error {
	for _, suffix := range []string{"", "-wal"} {
		err := copyFile(r.path+suffix, r.Aside+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fileError("cannot write "+r.Aside, syncFolder(filepath.Dir(r.Aside)))
}

// dropLog is for a database that could not be opened: SQLite would take its log for the new one's.
func (r *Restoration) dropLog(context.Context, chat.Audit, time.Time) error {
	return r.remove(r.path, "-wal", "-shm", "-journal")
}

func (r *Restoration) swap(context.Context, chat.Audit, time.Time) error {
	return publish(r.part(), r.path)
}

// remove removes files that may not be there, and makes that durable.
func (r *Restoration) remove(path string, suffixes ...string) error {
	for _, suffix := range suffixes {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError("cannot remove "+path+suffix, err)
		}
	}
	return fileError("cannot write "+path, syncFolder(filepath.Dir(path)))
}

// copyFile makes a copy, mode 0600, where no file is yet. It is on disk when copyFile returns.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fileError("cannot read "+from, err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError("cannot write "+to, err)
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			os.Remove(to)
			err = fileError("cannot write "+to, err)
		}
	}()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}
