package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
)

// spoken makes a store at path in which alice has said n lines to bob, and a room has been made.
func spoken(t *testing.T, path string, n int) (s *Store, alice, bob chat.User) {
	t.Helper()
	s = openAt(t, path, Settings{})
	alice, bob = s.signUp(t, "alice"), s.signUp(t, "bob")
	s.says(t, alice, bob, n)
	return s, alice, bob
}

func (s *Store) says(t *testing.T, from, to chat.User, n int) (last chat.EntryID) {
	t.Helper()
	for range n {
		e, err := s.Append(t.Context(), direct(from.ID, to.ID, "the printer works again"))
		if err != nil {
			t.Fatal(err)
		}
		last = e.ID
	}
	return last
}

func dbIn(t *testing.T) string { return filepath.Join(t.TempDir(), "sshchat.db") }

func TestABackupIsAWholeDatabaseOfItsOwn(t *testing.T) {
	s, alice, bob := spoken(t, dbIn(t), 5)
	file := filepath.Join(t.TempDir(), "a ?#%41 b.db")
	f, err := s.Backup(t.Context(), file, false)
	if err != nil || f.Users != 2 || f.Lines != 5 || f.Head != 5 || f.Newest.IsZero() {
		t.Fatalf("%+v, %v", f, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("beside it are %v, %v", left, err)
	}
	s.says(t, alice, bob, 1) // which is not in it
	copied := started(t, file)
	p, err := copied.Read(t.Context(), bob.ID, chat.Stretch{}, 10)
	if err != nil || len(p.Entries) != 5 || p.Through != 5 {
		t.Errorf("%+v, %v", p, err)
	}
	search, err := chat.ParseSearch("printer")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := copied.Lines(t.Context(), bob.ID, chat.LogQuery{Search: search, Newest: true, Limit: 9}); err != nil || len(found) != 5 {
		t.Errorf("found %d, %v", len(found), err)
	}
}

func TestAFileThatIsThereIsOnlyReplacedIfSoAsked(t *testing.T) {
	s, alice, bob := spoken(t, dbIn(t), 1)
	file := filepath.Join(t.TempDir(), "b.db")
	write(t, file, []byte("a letter to my aunt"))
	if _, err := s.Backup(t.Context(), file, false); !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	if read(t, file) != "a letter to my aunt" {
		t.Fatal("it was overwritten")
	}
	for range 2 {
		last := s.says(t, alice, bob, 1)
		if f, err := s.Backup(t.Context(), file, true); err != nil || f.Head != last {
			t.Fatalf("%+v, %v", f, err)
		}
	}
}

func TestPlacesThatAreNoneForABackup(t *testing.T) {
	path := dbIn(t)
	s, alice, bob := spoken(t, path, 1)
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, text string
		problem    Problem
	}{
		{path, "the database itself", Denied},
		{path + "-wal", "the database itself", Denied},
		{path + "-journal", "the database itself", Denied},
		{link, "the database itself", Denied},
		{dir, "is not a file", Denied},
		{filepath.Join(dir, "missing", "b.db"), "cannot write", Denied},
		{filepath.Join(path, "b.db"), "cannot write", Faulty},
	} {
		_, err := s.Backup(t.Context(), c.file, true)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Problem != c.problem || !strings.Contains(e.Text, c.text) || e.Hint == "" {
			t.Errorf("%s: %v", c.file, err)
		}
	}
	if s.says(t, alice, bob, 1) != 2 {
		t.Error("the database is not what it was")
	}
}

// A copy that is not what it should be is not given the name of a backup.
func TestABackupThatIsCutOffLeavesNothing(t *testing.T) {
	s, _, _ := spoken(t, dbIn(t), 1)
	file := filepath.Join(t.TempDir(), "b.db")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Backup(ctx, file, false); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestACopyOfAnotherDatabaseIsNoBackup(t *testing.T) {
	s, _, _ := spoken(t, dbIn(t), 1)
	s.sql(t, `UPDATE meta SET store_id = 'another'`)
	file := filepath.Join(t.TempDir(), "b.db")
	if _, err := s.Backup(t.Context(), file, false); err != nil {
		t.Fatal(err)
	}
	s.sql(t, `UPDATE meta SET store_id = 'this'`)
	_, err := s.verify(t.Context(), file)
	if e, ok := errors.AsType[*Error](err); !ok || e.Problem != Damaged {
		t.Errorf("a copy of another database was taken for one of this: %v", err)
	}
}

// People write while the backup runs: their lines are stored meanwhile, and all that was acknowledged before it began
// is in it.
func TestABackupHoldsUpNobody(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 100)
	s.fillLog(t, 60_000, 100, 10)
	var before chat.EntryID
	var during int
	began, ended := make(chan struct{}), make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 0; ; i++ {
			e, err := s.Append(context.Background(), direct(1, 2, "meanwhile"))
			if err != nil {
				t.Error(err)
				return
			}
			if i == 20 {
				before = e.ID
				close(began)
			}
			select {
			case <-ended:
				return
			default:
			}
			if i > 20 {
				during++
			}
		}
	})
	<-began
	acknowledged := before
	file := filepath.Join(t.TempDir(), "b.db")
	start := time.Now()
	f, err := s.Backup(t.Context(), file, false)
	took := time.Since(start)
	close(ended)
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if f.Head < acknowledged {
		t.Errorf("entry %d was acknowledged before the backup began, which goes up to %d", acknowledged, f.Head)
	}
	if during == 0 {
		t.Error("nobody could write meanwhile")
	}
	t.Logf("a backup of %d lines took %v; %d lines were stored meanwhile", f.Lines, took, during)
}

func TestInspectTakesOnlyWhatIsABackup(t *testing.T) {
	whole := []byte(read(t, closedStore(t)))
	for _, c := range []struct {
		name    string
		make    func(path string)
		problem Problem
		text    string
	}{
		{"missing", func(string) {}, Denied, "cannot read"},
		{"a folder", func(path string) { os.Mkdir(path, 0o700) }, Foreign, "is not a file"},
		{"empty", func(path string) { write(t, path, nil) }, Foreign, "is empty"},
		{"text", func(path string) { write(t, path, bytes.Repeat([]byte("no database\n"), 900)) }, Foreign, "no database"},
		{"another program's", func(path string) { script(t, path, `CREATE TABLE songs (name TEXT)`) }, Foreign, "another program"},
		{"newer", func(path string) {
			script(t, path, read(t, "testdata/schemas/0001.sql"), `UPDATE meta SET schema = 99, oldest = 98`)
		}, Newer, "needs schema 98"},
		{"cut", func(path string) { write(t, path, whole[:len(whole)/2]) }, Damaged, "damaged"},
		{"beside its log", func(path string) {
			write(t, path, whole)
			write(t, path+"-wal", []byte("something"))
		}, Foreign, "write-ahead log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "b.db")
			c.make(path)
			_, err := Inspect(t.Context(), path)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Problem != c.problem || !strings.Contains(e.Text, c.text) || e.Hint == "" {
				t.Errorf("%#v (%v)", e, err)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "good.db")
	write(t, path, whole)
	if f, err := Inspect(t.Context(), path); err != nil || f.Lines != 3000 || f.Users != 100 {
		t.Errorf("%+v, %v", f, err)
	}
	if read(t, path) != string(whole) {
		t.Error("to look at it has changed it")
	}
}
