package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"sshchat/internal/shell"
)

const (
	// readers is how many reads run at once; each connection holds 2 MB of pages at most.
	readers = 4
	// checkWhole is the size in bytes up to which a file is checked whole at each start, which
	// takes 3 ms a megabyte.
	checkWhole = 64 << 20
)

// create makes the file with mode 0600 if it is not there, so that SQLite, which goes by the umask,
// never does; its -wal and -shm get the same mode. A file that is there is only looked at: to
// open and close it would drop every POSIX lock that this process holds on it.
func create(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil:
		return checkFile(path, info)
	case !errors.Is(err, fs.ErrNotExist):
		return pathError(path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return pathError(path, err)
	}
	return f.Close()
}

func checkFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return &Error{Problem: Foreign, Text: path + " is not a file", Hint: "name another data folder"}
	}
	if err := checkMode(path); err != nil {
		return err
	}
	// SQLite takes an empty file for a new database and throws the log beside it away.
	if wal, err := os.Stat(path + "-wal"); err == nil && info.Size() == 0 && wal.Size() > 0 {
		return &Error{Problem: Damaged, Text: path + " is empty, but its write-ahead log is not", Hint: hintRestore}
	}
	return nil
}

// checkMode refuses a database that others than its owner can read or write, or whose log they can: SQLite gives
// new logs the mode of the database, but one that a crash has left behind is used as it is.
func checkMode(path string) error {
	if runtime.GOOS == "windows" { // it has no such bits
		return nil
	}
	var first, fix string
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if first == "" {
			first = fmt.Sprintf("others can read or write %s (mode %04o)", file, info.Mode().Perm())
		}
		fix += " " + shell.Quote(file)
	}
	if first == "" {
		return nil
	}
	return &Error{Problem: Exposed, Text: first, Hint: "chmod 600" + fix}
}

func pathError(path string, err error) error {
	e := &Error{Text: "cannot make or open " + path, Err: err}
	switch {
	case errors.Is(err, fs.ErrPermission):
		e.Problem, e.Hint = Denied, hintMode
	case errors.Is(err, fs.ErrNotExist):
		e.Problem, e.Hint = Denied, "make the folder first"
	}
	return e
}

// dsn names the file for the driver. What is deleted is overwritten where that costs no writing. journal_mode is not in it: the mode is written into the file,
// and a file that turns out not to be ours must stay as it is.
func dsn(path string, more url.Values) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/data
	}
	q := url.Values{
		"mode":          {"rw"},
		"_busy_timeout": {"5000"},
		"_synchronous":  {"FULL"},
		"_defensive":    {"1"},
		"_dqs":          {"0"},
		"_error_rc":     {"1"},
		"_pragma":       {"temp_store(memory)", "journal_size_limit(67108864)", "secure_delete(fast)"},
	}
	for k, v := range more {
		q[k] = v
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}).String(), nil
}

// openPool opens a pool of at most n connections that stay open.
func openPool(path string, n int, more url.Values) (*sql.DB, error) {
	name, err := dsn(path, more)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	return db, nil
}

// openReaders opens the pool that reads.
func openReaders(path string) (*sql.DB, error) {
	return openPool(path, readers, url.Values{"_query_only": {"1"}})
}

// openWriter opens the one connection that writes, on a file whose content is known to be ours and sound,
// and of the present schema when it returns.
func openWriter(ctx context.Context, path string, m migrations) (*sql.DB, *sql.Conn, error) {
	db, err := openPool(path, 1, url.Values{"_txlock": {"immediate"}})
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		err = prepareFile(ctx, conn, path, m)
	}
	if err == nil {
		return db, conn, nil
	}
	if conn != nil {
		err = errors.Join(err, conn.Close())
	}
	return nil, nil, errors.Join(named(path, fault("open", err)), db.Close())
}

// named puts the path before an Error's text.
func named(path string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Text = path + ": " + e.Text
	}
	return err
}

func prepareFile(ctx context.Context, conn *sql.Conn, path string, m migrations) error {
	at, err := m.inspect(ctx, conn)
	if err != nil {
		return err
	}
	if at > 0 {
		if err := quickCheck(ctx, conn, path, m.wholeCheck); err != nil {
			return err
		}
	}
	if err := mayWrite(conn); err != nil {
		return err
	}
	if err := setModes(ctx, conn); err != nil {
		return err
	}
	return m.apply(ctx, conn, at)
}

// quickCheck finds what is damaged. Of a big file, where reading all would take longer than a start
// may, it looks at the small tables that everything else depends on; what is damaged in the others shows
// when it is read. A file that lacks its end is found by SQLite itself.
func quickCheck(ctx context.Context, conn *sql.Conn, path string, whole int64) error {
	checks := []string{`PRAGMA quick_check(1)`}
	if info, err := os.Stat(path); err != nil || info.Size() > whole {
		checks = []string{`PRAGMA quick_check(meta)`, `PRAGMA quick_check(log_head)`, `PRAGMA quick_check(nodes)`,
			`PRAGMA quick_check(blocks)`, `PRAGMA quick_check(cursors)`, `PRAGMA quick_check(gaps)`}
	}
	for _, check := range checks {
		var found string
		if err := conn.QueryRowContext(ctx, check).Scan(&found); err != nil {
			return err
		}
		if found != "ok" {
			return &Error{Problem: Damaged, Text: "the database is damaged", Hint: hintRestore, Err: errors.New(found)}
		}
	}
	return nil
}

// mayWrite refuses what SQLite has quietly opened for reading only.
func mayWrite(conn *sql.Conn) error {
	return conn.Raw(func(c any) error {
		asked, ok := c.(interface {
			IsReadOnly(schema string) (bool, error)
		})
		if !ok {
			return fmt.Errorf("store: the driver's %T does not say what it may do", c)
		}
		readOnly, err := asked.IsReadOnly("main")
		if err == nil && readOnly {
			return &Error{Problem: Denied, Text: "the database may not be written", Hint: hintMode}
		}
		return err
	})
}

// setModes makes sure of what the promise "sent means stored" rests on.
func setModes(ctx context.Context, conn *sql.Conn) error {
	var journal string
	if err := conn.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&journal); err != nil {
		return err
	}
	var synchronous int
	if err := conn.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
		return err
	}
	if journal != "wal" || synchronous != 2 {
		return &Error{Text: "the database cannot keep a write-ahead log here", Hint: "put it on a local disk",
			Err: fmt.Errorf("journal_mode is %s, synchronous is %d", journal, synchronous)}
	}
	return nil
}

// checkpoint moves everything into the file itself and leaves an empty log, which SQLite removes as the
// last connection closes.
func checkpoint(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return fault("checkpoint", err)
}

// micros is how a time is stored. The zero time is not stored: see nullTime.
func micros(t time.Time) int64 { return t.UnixMicro() }

// fromMicros is the time that micros stored.
func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// nullTime reads a column in which NULL is "never", the zero time.
func nullTime(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return fromMicros(us.Int64)
}

// orNull stores the id of nobody and nothing as NULL.
func orNull[ID ~int64](id ID) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}
