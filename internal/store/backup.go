package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"sshchat/internal/chat"
)

// Facts are what is in a database.
type Facts struct {
	Schema  int    // the newest migration that ran
	StoreID string // of the store, whatever copy of it this is
	Users   int
	Lines   int          // that were said
	Head    chat.EntryID // the newest id that the log has given
	Newest  time.Time    // when that was; zero: never
}

// Backup writes the database as it is now to a file, mode 0600, which is there whole and checked or not at all. It
// takes as long as the disk does; those who write meanwhile do not wait, as it only reads. The error is fs.ErrExist if the
// file is there and replace does not say that it may go, or an [*Error] where the operator can do something about it.
//
// The write-ahead log cannot begin anew while the backup runs, and grows by what is written meanwhile.
func (s *Store) Backup(ctx context.Context, file string, replace bool) (f Facts, err error) {
	if err := s.mayBackUp(file, replace); err != nil {
		return Facts{}, err
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part") // with mode 0600
	if err != nil {
		return Facts{}, fileError("cannot write "+file, err)
	}
	defer func() {
		if err != nil {
			os.Remove(part.Name())
		}
	}()
	if err := part.Close(); err != nil {
		return Facts{}, fileError("cannot write "+file, err)
	}
	err = s.read(ctx, "back up", func(querier) error { return vacuumInto(ctx, s.path, part.Name()) })
	if err != nil {
		return Facts{}, err
	}
	if f, err = s.verify(ctx, part.Name()); err != nil {
		return Facts{}, err
	}
	if err := publish(part.Name(), file); err != nil {
		return Facts{}, err
	}
	s.backedUp.Store(s.now().UnixMicro())
	return f, nil
}

// LastBackup is when the last backup of this process was complete; zero if there was none.
func (s *Store) LastBackup() time.Time {
	if us := s.backedUp.Load(); us != 0 {
		return fromMicros(us)
	}
	return time.Time{}
}

// mayBackUp refuses a place that is none for a backup.
func (s *Store) mayBackUp(file string, replace bool) error {
	for _, own := range []string{s.path, s.path + "-wal", s.path + "-shm", s.path + "-journal"} {
		if isSame(own, file) {
			return &Error{Problem: Denied, Text: file + " is the database itself", Hint: "name another file"}
		}
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fileError("cannot write "+file, err)
	case !info.Mode().IsRegular():
		return &Error{Problem: Denied, Text: file + " is not a file", Hint: "name a file: it is made"}
	case !replace:
		return fs.ErrExist
	}
	return nil
}

// isSame reports whether two paths lead to one file, or would if there were one.
func isSame(a, b string) bool {
	inA, errA := os.Stat(a)
	inB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(inA, inB)
	}
	inA, errA = os.Stat(filepath.Dir(a))
	inB, errB = os.Stat(filepath.Dir(b))
	return errA == nil && errB == nil && os.SameFile(inA, inB) && filepath.Base(a) == filepath.Base(b)
}

// vacuumInto copies a database into an empty file. The connection is one of its own: those that read may write nothing,
// to no file.
func vacuumInto(ctx context.Context, path, into string) error {
	db, err := openPool(path, 1, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, into)
	return err
}

// verify makes sure that a copy is sound and of this store.
func (s *Store) verify(ctx context.Context, file string) (Facts, error) {
	f, err := Inspect(ctx, file)
	if err != nil {
		return Facts{}, err
	}
	var id string
	var schema int
	err = s.read(ctx, "verify the backup", func(q querier) error {
		return q.QueryRowContext(ctx, `SELECT store_id, schema FROM meta WHERE one = 1`).Scan(&id, &schema)
	})
	if err == nil && (f.StoreID != id || f.Schema != schema) {
		err = &Error{Problem: Damaged, Text: "the copy is not of this database", Hint: "try again"}
	}
	return f, err
}

// Inspect checks the whole of a database that nobody uses, and says what is in it. Nothing is changed. The error is
// an [*Error] if the file is no database of ours, is damaged, or is from a newer release.
func Inspect(ctx context.Context, file string) (Facts, error) {
	if err := isWhole(file); err != nil {
		return Facts{}, err
	}
	m, err := loadMigrations(embedded, nil)
	if err != nil {
		return Facts{}, err
	}
	db, err := openPool(file, 1, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return Facts{}, err
	}
	defer db.Close()
	f, err := inspect(ctx, db, m)
	return f, named(file, fault("inspect", err))
}

// isWhole refuses what is no file, or only a part of a database.
func isWhole(file string) error {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return fileError("cannot read "+file, err)
	case !info.Mode().IsRegular():
		return &Error{Problem: Foreign, Text: file + " is not a file", Hint: "name a backup"}
	case info.Size() == 0:
		return &Error{Problem: Foreign, Text: file + " is empty", Hint: "name a backup"}
	}
	if wal, err := os.Stat(file + "-wal"); err == nil && wal.Size() > 0 {
		return &Error{Problem: Foreign, Text: file + " is no backup: a part of it is in the write-ahead log beside it",
			Hint: "make one of both: sqlite3 FILE 'VACUUM INTO \"COPY\"'"}
	}
	return nil
}

func inspect(ctx context.Context, db *sql.DB, m migrations) (Facts, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return Facts{}, err
	}
	defer conn.Close()
	switch at, err := m.inspect(ctx, conn); {
	case err != nil:
		return Facts{}, err
	case at == 0:
		return Facts{}, &Error{Problem: Foreign, Text: "the database is empty", Hint: "name a backup"}
	}
	if found, err := integrity(ctx, conn, 1); err != nil || len(found) > 0 {
		return Facts{}, errors.Join(err, damaged(found))
	}
	return factsOf(ctx, conn)
}

func damaged(found []string) error {
	if len(found) == 0 {
		return nil
	}
	return &Error{Problem: Damaged, Text: "the database is damaged", Hint: hintRestore, Err: errors.New(found[0])}
}

// factsOf works with every schema that there was.
func factsOf(ctx context.Context, q querier) (f Facts, err error) {
	var at int64
	// Accounts that were erased have a space in their keys; a database of an older release says so nowhere else.
	err = q.QueryRowContext(ctx, `
		SELECT m.schema, m.store_id, h.id, h.at, (SELECT count(*) FROM users WHERE instr(name_key, ' ') = 0),
		       (SELECT count(*) FROM log WHERE kind IN ('direct', 'broadcast', 'room', 'action'))
		FROM   meta m, log_head h`).Scan(&f.Schema, &f.StoreID, &f.Head, &at, &f.Users, &f.Lines)
	if f.Head > 0 {
		f.Newest = fromMicros(at)
	}
	return f, err
}

// publish gives a file that was written beside it its name, for good.
func publish(part, file string) error {
	if err := syncFile(part); err != nil {
		return fileError("cannot write "+file, err)
	}
	if err := os.Rename(part, file); err != nil {
		return fileError("cannot write "+file, err)
	}
	return fileError("cannot write "+file, syncFolder(filepath.Dir(file)))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes a rename durable. Windows cannot sync a folder, and needs not.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// fileError puts what the system says of a file into words; nil stays nil.
func fileError(text string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err // text names the path
	}
	e := &Error{Text: text, Err: err, Hint: "name another file"}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.Problem, e.Hint = Full, "make room, or name a file on another disk"
	case errors.Is(err, fs.ErrPermission):
		e.Problem, e.Hint = Denied, "name a folder that the server's user may write"
	case errors.Is(err, fs.ErrNotExist):
		e.Problem, e.Hint = Denied, "make the folder first"
	}
	return e
}
