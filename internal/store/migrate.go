package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"time"
)

// Migrations are never edited once released. One after which older binaries would do harm sets
// meta.oldest to its own number.
//
//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the steps from an empty database to the present one: files NNNN_words.sql, numbered
// from 1 without gaps. How many there are is the number that this binary goes by.
type migrations struct {
	files fs.FS
	names []string
	log   *slog.Logger

	wholeCheck int64 // the size up to which a file is checked whole before
}

func loadMigrations(files fs.FS, log *slog.Logger) (migrations, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return migrations{}, fmt.Errorf("store: %w", err)
	}
	for i, name := range names {
		if n, err := strconv.Atoi(name[len("migrations/"):][:4]); err != nil || n != i+1 {
			return migrations{}, fmt.Errorf("store: migration %d is called %s", i+1, name)
		}
	}
	return migrations{files, names, log, checkWhole}, nil
}

// inspect reads, and only reads, which schema the database has: 0 if it is empty. It refuses what
// is not ours and what only a newer binary may touch.
func (m migrations) inspect(ctx context.Context, conn *sql.Conn) (schema int, err error) {
	var tables, ours int
	err = conn.QueryRowContext(ctx, `
		SELECT count(*),
		       count(*) FILTER (WHERE type = 'table' AND name IN ('meta', 'log_head', 'log'))
		FROM   sqlite_schema`).Scan(&tables, &ours)
	switch {
	case err != nil:
		return 0, err
	case tables == 0:
		return 0, nil
	case ours != 3:
		return 0, &Error{Problem: Foreign, Text: "the file is a database of another program", Hint: "name another data folder"}
	}
	var oldest int
	err = conn.QueryRowContext(ctx, `SELECT schema, oldest FROM meta WHERE one = 1`).Scan(&schema, &oldest)
	if err == sql.ErrNoRows {
		return 0, &Error{Problem: Damaged, Text: "the database does not say which schema it has", Hint: hintRestore}
	}
	if err != nil {
		return 0, err
	}
	if oldest > len(m.names) {
		return 0, &Error{
			Problem: Newer,
			Text:    fmt.Sprintf("the database is from a newer sshchat: it needs schema %d, this one knows %d", oldest, len(m.names)),
			Hint:    "run the newer sshchat, or restore a backup from before the upgrade",
		}
	}
	return schema, nil
}

// apply brings the database from schema at to the present one. As a large log takes minutes, it says so before.
func (m migrations) apply(ctx context.Context, conn *sql.Conn, at int) error {
	if at == 0 || at >= len(m.names) { // a new file, or one that is up to date
		return m.run(ctx, conn, at)
	}
	began := time.Now()
	m.log.Info("migrating the database", "event", "migrating", "from", at, "to", len(m.names))
	if err := m.run(ctx, conn, at); err != nil {
		return err
	}
	m.log.Info("database migrated", "event", "migrated", "from", at, "to", len(m.names), "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// run runs the migrations behind schema at, each in a transaction of its own.
func (m migrations) run(ctx context.Context, conn *sql.Conn, at int) error {
	for ; at < len(m.names); at++ {
		if err := m.step(ctx, conn, at+1); err != nil {
			return fmt.Errorf("migration %s: %w", m.names[at], err)
		}
	}
	return nil
}

// step runs one migration and notes its number in the same transaction: cut off anywhere, it has not run.
func (m migrations) step(ctx context.Context, conn *sql.Conn, to int) error {
	text, err := fs.ReadFile(m.files, m.names[to-1])
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET schema = $1 WHERE one = 1`, to); err != nil {
		return err
	}
	return tx.Commit()
}
