package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// script makes a database by other means than a Store.
func script(t *testing.T, path string, statements ...string) {
	t.Helper()
	touch(t, path, 0o600) // SQLite goes by the umask
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, text := range statements {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%.80s: %v", text, err)
		}
	}
}

// schemaOf gives what is in a database, by name.
func schemaOf(t *testing.T, s *Store) map[string]string {
	t.Helper()
	type object struct{ name, text string }
	rows, err := s.readDB.QueryContext(t.Context(), `SELECT name, coalesce(sql, '') FROM sqlite_schema`)
	objects, err := collect(rows, err, func(row scanner) (o object, err error) { return o, row.Scan(&o.name, &o.text) })
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, o := range objects {
		all[o.name] = o.text
	}
	return all
}

// TestFrozenSchemas opens a database of every schema that was ever released: each becomes the present one,
// and what was in it is there.
func TestFrozenSchemas(t *testing.T) {
	files, err := filepath.Glob("testdata/schemas/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	present := schemaOf(t, newStore(t))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dump, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "sshchat.db")
			script(t, path, string(dump))
			s := openAt(t, path, Settings{})
			if diff := cmp.Diff(present, schemaOf(t, s)); diff != "" {
				t.Errorf("the schema (-new +migrated):\n%s", diff)
			}
			checkFrozen(t, s)
		})
	}
}

// checkFrozen looks for what stands in every frozen database.
func checkFrozen(t *testing.T, s *Store) {
	t.Helper()
	bob, err := s.UserByKey(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Read(t.Context(), bob.ID, chat.Stretch{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range p.Entries {
		lines = append(lines, string(e.Sender.Name)+" "+string(e.Kind)+" "+e.Body.String())
	}
	want := []string{"Alice direct hello\nbob", "bob block ", "bob unblock ", "Alice broadcast seen by bob"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("bob's log (-want +got):\n%s", diff)
	}
	search, err := chat.ParseSearch("hello")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.Lines(t.Context(), bob.ID, chat.LogQuery{Search: search, Newest: true, Limit: 9}); err != nil || len(found) != 1 {
		t.Errorf("bob finds %d lines: %v", len(found), err)
	}
	node, err := s.StartNode(t.Context(), 1)
	if err != nil || node.Epoch != 2 {
		t.Errorf("the node is %+v, %v", node, err)
	}
	b, err := s.BeginLogin(t.Context(), chat.NewLogin{User: bob.ID, Slot: chat.Prompt, Node: node})
	if err != nil || b.Delivered != 4 || len(b.Gaps) != 1 {
		t.Errorf("bob logs in: %+v, %v", b, err)
	}
	if e, err := s.Append(t.Context(), broadcast(bob.ID, "x")); err != nil || e.ID != 6 {
		t.Errorf("the next entry: %+v, %v", e, err)
	}
}

// A lock that holds is not ended by the upgrade to failures with times.
func TestLocksOutliveTheUpgradeOfFailures(t *testing.T) {
	dump, err := os.ReadFile("testdata/schemas/0001.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sshchat.db")
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	script(t, path, string(dump), fmt.Sprintf(`UPDATE login_failures SET count = 0, locks = 3, locked_until = %d WHERE port = 0`,
		now.Add(time.Minute).UnixMicro()))
	s := openAt(t, path, Settings{Now: func() time.Time { return now }})
	locks, err := s.Locks(t.Context())
	if err != nil || len(locks) != 1 || !locks[0].Until.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v, %v", locks, err)
	}
}

// steps are migrations of a test, on top of the first real one.
func steps(t *testing.T, more ...string) migrations {
	t.Helper()
	first, err := embedded.ReadFile("migrations/0001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"migrations/0001_first.sql": {Data: first}}
	for i, text := range more {
		files["migrations/000"+string(rune('2'+i))+"_more.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	m, err := loadMigrations(files, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func openWith(t *testing.T, path string, m migrations) (*Store, error) {
	t.Helper()
	plain := Settings{Log: slog.New(slog.DiscardHandler), Now: time.Now}
	s, err := open(t.Context(), path, plain, m)
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

func TestMigrationsRunOnceAndInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	for _, m := range []migrations{
		steps(t),
		steps(t, `CREATE TABLE a (n INTEGER) STRICT; INSERT INTO a VALUES (1)`),
		steps(t, `CREATE TABLE a (n INTEGER) STRICT; INSERT INTO a VALUES (1)`, `UPDATE a SET n = n + 10`, `UPDATE a SET n = n * 2`),
		steps(t, `CREATE TABLE a (n INTEGER) STRICT; INSERT INTO a VALUES (1)`, `UPDATE a SET n = n + 10`, `UPDATE a SET n = n * 2`),
	} {
		s, err := openWith(t, path, m)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	s, err := openWith(t, path, steps(t, ``, ``, ``))
	if err != nil {
		t.Fatal(err)
	}
	var n, schema int
	if err := s.readDB.QueryRowContext(t.Context(), `SELECT n, schema FROM a, meta`).Scan(&n, &schema); err != nil || n != 22 || schema != 4 {
		t.Errorf("n is %d, the schema %d, %v", n, schema, err)
	}
}

// A large log takes minutes: whoever has started the server is told before, and after how long it took.
func TestAMigrationIsAnnounced(t *testing.T) {
	var log bytes.Buffer
	path := filepath.Join(t.TempDir(), "sshchat.db")
	for _, c := range []struct {
		m    migrations
		want []string
	}{
		{steps(t), nil}, // a new file
		{steps(t, `CREATE TABLE a (n INTEGER) STRICT`), []string{
			`level=INFO msg="migrating the database" event=migrating from=1 to=2`,
			`level=INFO msg="database migrated" event=migrated from=1 to=2 took=`}},
		{steps(t, ``), nil},
	} {
		log.Reset()
		c.m.log = slog.New(slog.NewTextHandler(&log, nil))
		s, err := openWith(t, path, c.m)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		lines := slices.Collect(strings.Lines(log.String()))
		if len(lines) != len(c.want) {
			t.Fatalf("logged %q, want %q", lines, c.want)
		}
		for i, want := range c.want {
			if !strings.Contains(lines[i], want) {
				t.Errorf("logged %q, want %q", lines[i], want)
			}
		}
	}
}

func TestAFailedMigrationLeavesTheDatabaseAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	s, err := openWith(t, path, steps(t))
	if err != nil {
		t.Fatal(err)
	}
	before := schemaOf(t, s)
	s.Close()
	_, err = openWith(t, path, steps(t, `CREATE TABLE a (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1)`))
	if e := (*Error)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), "0002_more.sql") {
		t.Fatalf("got %v", err)
	}
	s, err = openWith(t, path, steps(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, schemaOf(t, s)); diff != "" {
		t.Errorf("the schema changed (-before +after):\n%s", diff)
	}
}

// TestAnOlderBinary runs on a newer schema unless that says it must not.
func TestAnOlderBinary(t *testing.T) {
	for _, c := range []struct {
		name, migration string
		newer           bool
	}{
		{"may run", `CREATE TABLE a (n INTEGER) STRICT`, false},
		{"may not run", `UPDATE meta SET oldest = 2`, true},
	} {
		path := filepath.Join(t.TempDir(), "sshchat.db")
		s, err := openWith(t, path, steps(t, c.migration))
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		_, err = openWith(t, path, steps(t))
		e := (*Error)(nil)
		if isNewer := errors.As(err, &e) && e.Problem == Newer; isNewer != c.newer || !isNewer && err != nil {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	for _, names := range [][]string{
		{"0002_a.sql"}, {"0001_a.sql", "0003_b.sql"}, {"0001_a.sql", "0001_b.sql"}, {"a.sql"}, {"1.sql"},
	} {
		files := fstest.MapFS{}
		for _, n := range names {
			files["migrations/"+n] = &fstest.MapFile{}
		}
		if m, err := loadMigrations(files, nil); err == nil {
			t.Errorf("%v were taken for %v", names, m.names)
		}
	}
}
