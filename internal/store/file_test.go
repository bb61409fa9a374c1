package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sshchat/internal/chat"
)

// closedStore makes a database with something in it and gives its path.
func closedStore(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sshchat.db")
	s := openAt(t, path, Settings{})
	s.fillUsers(t, 100)
	s.fillLog(t, 3000, 100, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheFilesArePrivateAndNoLogIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%41 b.db") // nothing in a path is taken for a parameter
	s := openAt(t, path, Settings{})
	alice := s.signUp(t, "alice")
	if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestCloseLeavesAnEmptyLogToOthers: SQLite itself only clears up as the last connection of all programs closes.
func TestCloseLeavesAnEmptyLogToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	s := openAt(t, path, Settings{})
	s.signUp(t, "alice")
	other, err := openReaders(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log is %v, %v", info, err)
	}
}

func TestWhatWasStoredIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	for run := range 3 {
		s := openAt(t, path, Settings{})
		if run == 0 {
			s.signUp(t, "alice")
		}
		alice, err := s.UserByKey(t.Context(), "alice")
		if err != nil {
			t.Fatal(err)
		}
		node, err := s.StartNode(t.Context(), 1)
		if err != nil || node.Epoch != int64(run+1) {
			t.Fatalf("node %+v, %v", node, err)
		}
		e, err := s.Append(t.Context(), broadcast(alice.ID, "x"))
		if err != nil || int(e.ID) != run+1 {
			t.Fatalf("entry %+v, %v", e, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestIdsAreNeverUsedTwice erases the newest entries, as an administrator may: SQLite's own ids would begin
// again behind what is left.
func TestIdsAreNeverUsedTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	s := openAt(t, path, Settings{})
	alice := s.signUp(t, "alice")
	for range 5 {
		if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
			t.Fatal(err)
		}
	}
	s.sql(t, `DELETE FROM log WHERE id > 2`, `DELETE FROM users`, `DELETE FROM cursors`)
	bob := s.signUp(t, "bob")
	e, err := s.Append(t.Context(), broadcast(bob.ID, "x"))
	if err != nil || e.ID != 6 || bob.ID == alice.ID || bob.Created != 5 {
		t.Errorf("entry %+v of %+v, %v", e, bob, err)
	}
	s.sql(t, `DELETE FROM log`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Settings{})
	if e, err := s.Append(t.Context(), broadcast(bob.ID, "x")); err != nil || e.ID != 7 {
		t.Errorf("after reopening: %+v, %v", e, err)
	}
}

func TestKindsFromTheFutureAreSkipped(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	s.sql(t, `INSERT INTO log (id, kind, sender_id, recipient_id, at) VALUES (1, 'dance', 1, 1, 0)`,
		`UPDATE log_head SET id = 1`)
	// The writer read its head before that; the next batch reads it anew.
	if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
		t.Fatal(err)
	}
	p, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 10)
	if err != nil || len(p.Entries) != 1 || p.Entries[0].ID != 2 || p.Through != 2 {
		t.Errorf("read %+v, %v", p, err)
	}
}

func TestTextIsCleanedAgainAsItIsRead(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	s.sql(t, `INSERT INTO log (id, kind, sender_id, at, body) VALUES (1, 'broadcast', 1, 0, 'a' || char(27) || '[2Jb')`,
		`UPDATE log_head SET id = 1`)
	p, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 10)
	if err != nil || len(p.Entries) != 1 || strings.ContainsRune(p.Entries[0].Body.String(), 27) {
		t.Errorf("read %+v, %v", p, err)
	}
}

// TestBadFiles opens what is no good. Each is refused in words, and stays byte by byte what it was.
func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name    string
		make    func(t *testing.T, path string)
		problem Problem
		text    string
	}{
		{"text", func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("not a database\n"), 400)) },
			Foreign, "no database"},
		{"short text", func(t *testing.T, path string) { write(t, path, []byte("hello")) }, Foreign, "no database"},
		{"another program's", func(t *testing.T, path string) { script(t, path, `CREATE TABLE songs (name TEXT)`) },
			Foreign, "another program"},
		{"another program's with a table like ours", func(t *testing.T, path string) { script(t, path, `CREATE TABLE log (name TEXT)`) },
			Foreign, "another program"},
		{"newer", func(t *testing.T, path string) {
			script(t, path, read(t, "testdata/schemas/0001.sql"), `UPDATE meta SET schema = 99, oldest = 98`)
		}, Newer, "needs schema 98"},
		{"without its schema", func(t *testing.T, path string) {
			script(t, path, read(t, "testdata/schemas/0001.sql"), `DELETE FROM meta`)
		}, Damaged, "which schema"},
		{"without its end", func(t *testing.T, path string) {
			whole := read(t, closedStore(t))
			write(t, path, []byte(whole[:len(whole)/2]))
		}, Damaged, "damaged"},
		{"cut within a page", func(t *testing.T, path string) {
			whole := read(t, closedStore(t))
			write(t, path, []byte(whole[:len(whole)-1000]))
		}, Damaged, "damaged"},
		{"with garbage in its middle", func(t *testing.T, path string) {
			whole := []byte(read(t, closedStore(t)))
			for i := len(whole) / 2; i < len(whole)/2+20000; i++ {
				whole[i] = byte(i * 7)
			}
			write(t, path, whole)
		}, Damaged, "damaged"},
		{"with garbage at its beginning", func(t *testing.T, path string) {
			whole := []byte(read(t, closedStore(t)))
			copy(whole, "garbage")
			write(t, path, whole)
		}, Foreign, "beginning is damaged"},
		{"emptied beside its log", func(t *testing.T, path string) {
			write(t, path, nil)
			write(t, path+"-wal", []byte("something"))
		}, Damaged, "write-ahead log is not"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sshchat.db")
			c.make(t, path)
			before := read(t, path)
			refuses(t, path, c.problem, c.text)
			if read(t, path) != before {
				t.Error("the file has changed")
			}
		})
	}
}

func TestBadPlaces(t *testing.T) {
	dir := t.TempDir()
	refuses(t, dir, Foreign, "is not a file")
	refuses(t, filepath.Join(dir, "missing", "sshchat.db"), Denied, "missing")
	write(t, filepath.Join(dir, "file"), nil)
	refuses(t, filepath.Join(dir, "file", "sshchat.db"), Faulty, "file")
}

// refuses ends the test unless the path is refused with a problem, in words that contain text, with nothing
// left running.
func refuses(t *testing.T, path string, p Problem, text string) {
	t.Helper()
	s, err := Open(t.Context(), path, Settings{})
	if err == nil {
		s.Close()
		t.Fatal("it was opened")
	}
	e := (*Error)(nil)
	if !errors.As(err, &e) {
		t.Fatalf("got a bare %v", err)
	}
	if e.Problem != p || !strings.Contains(e.Text, text) || p != Faulty && e.Hint == "" {
		t.Errorf("got problem %d, %q, hint %q (%v); want problem %d, %q", e.Problem, e.Text, e.Hint, err, p, text)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDamageThatShowsLater is in a table that the check of a big file leaves out.
func TestDamageThatShowsLater(t *testing.T) {
	path := closedStore(t)
	var page, size int
	func() {
		db, err := openPool(path, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_schema WHERE name = 'log_to'`).Scan(&page); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), `PRAGMA page_size`).Scan(&size); err != nil {
			t.Fatal(err)
		}
	}()
	damaged := []byte(read(t, path))
	copy(damaged[(page-1)*size:page*size], bytes.Repeat([]byte{0xab}, size))
	write(t, path, damaged)

	m, err := loadMigrations(embedded, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	m.wholeCheck = 1 // every file is big
	s, err := openWith(t, path, m)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Read(t.Context(), 7, chat.Stretch{}, 10)
	if e := (*Error)(nil); !errors.As(err, &e) || e.Problem != Damaged {
		t.Errorf("a read of the damaged part: %v", err)
	}
	_, err = s.Append(t.Context(), direct(1, 2, "x"))
	if e := (*Error)(nil); !errors.As(err, &e) || e.Problem != Damaged {
		t.Errorf("a write to the damaged part: %v", err)
	}
	if _, err := s.UserByKey(t.Context(), "u7"); err != nil {
		t.Errorf("what is whole can be read no more: %v", err)
	}
}

func TestAnotherProgramHoldsTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	s := openAt(t, path, Settings{})
	alice := s.signUp(t, "alice")
	other, err := openPool(path, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := s.writer.conn.ExecContext(t.Context(), `PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	exec := func(text string) {
		t.Helper()
		if _, err := conn.ExecContext(context.Background(), text); err != nil {
			t.Fatal(err)
		}
	}
	exec(`BEGIN IMMEDIATE`)
	_, err = s.Append(t.Context(), broadcast(alice.ID, "x"))
	if e := (*Error)(nil); !errors.As(err, &e) || e.Problem != InUse {
		t.Errorf("got %v", err)
	}
	if _, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 10); err != nil {
		t.Errorf("a read: %v", err)
	}
	exec(`ROLLBACK`)
	if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := newStore(t)
	if _, err := s.readDB.ExecContext(t.Context(), `UPDATE log_head SET id = 9`); err == nil {
		t.Error("a reader wrote")
	}
}

func TestEveryConnectionIsSetUp(t *testing.T) {
	s := newStore(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "temp_store": "2", "query_only": "0",
		"secure_delete": "2",
	} {
		var got string
		if err := s.writer.conn.QueryRowContext(t.Context(), `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", pragma, got, err, want)
		}
	}
}

func TestFaultsInWords(t *testing.T) {
	if err := fault("x", chat.ErrBlocked); err != chat.ErrBlocked {
		t.Errorf("a refusal became %v", err)
	}
	e := &Error{Text: "the disk is full", Err: fmt.Errorf("append: %w", os.ErrClosed)}
	if got := e.Error(); got != "store: the disk is full: append: file already closed" || !errors.Is(e, os.ErrClosed) {
		t.Errorf("got %q", got)
	}
	if got := (&Error{Text: "it is old"}).Error(); got != "store: it is old" {
		t.Errorf("got %q", got)
	}
}

// TestLoginsOfADeadEpochAreInNobodysWay leaves a live login of an epoch that is over, as a node that is lost
// for good may.
func TestLoginsOfADeadEpochAreInNobodysWay(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	node, err := s.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	old, err := s.BeginLogin(t.Context(), chat.NewLogin{User: alice.ID, Slot: chat.Prompt, Node: node})
	if err != nil {
		t.Fatal(err)
	}
	s.sql(t, `UPDATE nodes SET epoch = epoch + 1`)
	if on, err := s.Online(t.Context()); err != nil || len(on) != 0 {
		t.Errorf("online are %+v, %v", on, err)
	}
	node.Epoch++
	if _, err := s.BeginLogin(t.Context(), chat.NewLogin{User: alice.ID, Slot: chat.Prompt, Node: node}); err != nil {
		t.Fatal(err)
	}
	var why string
	err = s.readDB.QueryRowContext(t.Context(), `SELECT ended_why FROM logins WHERE id = $1`, int64(old.ID)).Scan(&why)
	if err != nil || why != whyRestarted {
		t.Errorf("the old login ended because of %q, %v", why, err)
	}
}

func TestAuditRowsSayWhatWasDone(t *testing.T) {
	s := newStore(t)
	if _, err := s.StartNode(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	bob := s.signUp(t, "bob")
	ban := chat.Audit{Actor: "uid 0", Via: "console", Action: "ban", Target: "bob", Detail: "spam"}
	if err := s.SetDisabled(t.Context(), bob.ID, true, ban); err != nil {
		t.Fatal(err)
	}
	if err := s.SetDisabled(t.Context(), bob.ID, true, ban); !errors.Is(err, chat.ErrStale) {
		t.Fatal(err)
	}
	rows, err := s.readDB.QueryContext(t.Context(), `SELECT actor, via, action, target, detail, node FROM audit`)
	got, err := collect(rows, err, func(row scanner) (a chat.Audit, err error) {
		var node int64
		err = row.Scan(&a.Actor, &a.Via, &a.Action, &a.Target, &a.Detail, &node)
		if node != 7 {
			t.Errorf("node is %d", node)
		}
		return a, err
	})
	if err != nil || len(got) != 1 || got[0] != ban {
		t.Errorf("the audit is %+v, %v", got, err)
	}
}

// TestASenderWhoseAccountIsGone writes with a login that outlived its account: nothing half done is left.
func TestASenderWhoseAccountIsGone(t *testing.T) {
	s := newStore(t)
	alice, bob := s.signUp(t, "alice"), s.signUp(t, "bob")
	s.sql(t, `INSERT INTO logins (id, user_id, node, epoch, slot, remote, port, since) VALUES (1, 1, 1, 1, 'prompt', '', 0, 0)`,
		`DELETE FROM users WHERE id = 1`)
	d := direct(alice.ID, bob.ID, "x")
	d.Login = 1
	if _, err := s.Append(t.Context(), d); !errors.Is(err, chat.ErrNoUser) {
		t.Errorf("got %v", err)
	}
	if e, err := s.Append(t.Context(), broadcast(bob.ID, "x")); err != nil || e.ID != 1 {
		t.Errorf("the next: %+v, %v", e, err)
	}
}

func TestAFileThatOthersCanReadOrWriteIsRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		dir     string
		exposed map[string]fs.FileMode // by suffix
		text    string                 // in it, PATH is that of the database
		hint    string
	}{
		{"group and others write", "d", map[string]fs.FileMode{"": 0o622},
			"others can read or write PATH (mode 0622)", "chmod 600 PATH"},
		{"others read", "d", map[string]fs.FileMode{"": 0o604}, "others can read or write PATH (mode 0604)", "chmod 600 PATH"},
		{"the group reads", "d", map[string]fs.FileMode{"": 0o640}, "others can read or write PATH (mode 0640)", "chmod 600 PATH"},
		{"the log of a crash", "d", map[string]fs.FileMode{"-wal": 0o644, "-shm": 0o644},
			"others can read or write PATH-wal (mode 0644)", "chmod 600 PATH-wal PATH-shm"},
		{"a path with a space", "a b", map[string]fs.FileMode{"": 0o644},
			"others can read or write PATH (mode 0644)", "chmod 600 'PATH'"},
		{"nothing", "d", map[string]fs.FileMode{"-wal": 0o600, "-shm": 0o600}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), c.dir)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "sshchat.db")
			touch(t, path, 0o600)
			for suffix, mode := range c.exposed {
				touch(t, path+suffix, mode)
			}
			s, err := Open(t.Context(), path, Settings{})
			if c.text == "" {
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
				return
			}
			var e *Error
			named := strings.NewReplacer("PATH", path)
			if !errors.As(err, &e) || e.Problem != Exposed || e.Text != named.Replace(c.text) || e.Hint != named.Replace(c.hint) {
				t.Errorf("got %v, hint %q", err, e.Hint)
			}
		})
	}
}

// touch makes an empty file of that mode, whatever the umask.
func touch(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
