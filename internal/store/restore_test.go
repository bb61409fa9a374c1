package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
)

var (
	restoredAt = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	restoring  = chat.Audit{Actor: "uid 0", Via: "console", Action: "restore", Target: "/b.db"}
)

// A lapse is a database of which there is a backup, and what was done since.
type lapse struct {
	path, backup string
	head         chat.EntryID // of the database as it is
	incarnation  string
}

// lapsed has 3 lines in the backup, said 2 more since, and made an account and a room; alice is logged in.
func lapsed(t *testing.T) lapse {
	t.Helper()
	l := lapse{path: dbIn(t), backup: filepath.Join(t.TempDir(), "b.db")}
	s, alice, bob := spoken(t, l.path, 3)
	node, err := s.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	login, err := s.BeginLogin(t.Context(), chat.NewLogin{User: alice.ID, Slot: chat.Prompt, Node: node})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), l.backup, false); err != nil {
		t.Fatal(err)
	}
	s.signUp(t, "carol")
	_, err = s.Append(t.Context(), chat.Draft{Kind: chat.Join, Login: login.ID, Sender: alice.ID, NewName: "#ops"})
	if err != nil {
		t.Fatal(err)
	}
	l.head = s.says(t, alice, bob, 2)
	l.incarnation = s.word(t, `SELECT incarnation FROM meta`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return l
}

// word is what a statement gives, as text.
func (s *Store) word(t *testing.T, query string) (word string) {
	t.Helper()
	if err := s.readDB.QueryRowContext(t.Context(), query).Scan(&word); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return word
}

func survey(t *testing.T, file, path string) *Restoration {
	t.Helper()
	r, err := Survey(t.Context(), file, path, restoredAt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *Restoration) done(t *testing.T) *Store {
	t.Helper()
	if err := r.Do(t.Context(), restoring, restoredAt); err != nil {
		t.Fatal(err)
	}
	return started(t, r.path)
}

// started opens a database as a server does.
func started(t *testing.T, path string) *Store {
	t.Helper()
	s := openAt(t, path, Settings{})
	if _, err := s.StartNode(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestARestoredDatabaseIsTheBackupAndGivesNoIdTwice(t *testing.T) {
	l := lapsed(t)
	r := survey(t, l.backup, l.path)
	if r.Lost != nil || !r.IsThere || r.Present.Lines != 5 || r.Backup.Lines != 3 || r.Backup.StoreID != r.Present.StoreID {
		t.Errorf("surveyed %+v", r)
	}
	s := r.done(t)
	if f := s.word(t, `SELECT count(*) FROM log`); f != "3" {
		t.Errorf("it has %s lines", f)
	}
	for query, want := range map[string]string{
		`SELECT count(*) FROM logins WHERE ended_at IS NULL`:                         "0",
		`SELECT ended_why FROM logins`:                                               whyRestored,
		`SELECT actor || ' ' || action || ' ' || target FROM audit ORDER BY id DESC`: "uid 0 restore /b.db",
		`SELECT count(*) FROM users`:                                                 "2",
		`SELECT count(*) FROM search`:                                                "3",
		`PRAGMA journal_mode`:                                                        "wal",
	} {
		if got := s.word(t, query); got != want {
			t.Errorf("%s is %s, want %s", query, got, want)
		}
	}
	if s.word(t, `SELECT incarnation FROM meta`) == l.incarnation {
		t.Error("clients cannot see that it is another incarnation")
	}
	alice, err := s.UserByKey(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Append(t.Context(), broadcast(alice.ID, "we are back"))
	if err != nil || e.ID != l.head+1 {
		t.Errorf("the next entry is %+v, %v; the last one given was %d", e, err, l.head)
	}
	if carol := s.signUp(t, "carol"); carol.ID != 4 {
		t.Errorf("the account 3 was given before, and carol has %d", carol.ID)
	}
	if e, err := s.Append(t.Context(), chat.Draft{Kind: chat.Join, Sender: alice.ID, NewName: "#lab"}); err != nil || e.Room.ID != 2 {
		t.Errorf("the room 1 was given before: %+v, %v", e, err)
	}

	aside := started(t, r.Aside)
	if n := aside.word(t, `SELECT count(*) FROM log WHERE kind = 'direct'`); n != "5" {
		t.Errorf("what was there is kept with %s lines", n)
	}
}

// Where nobody knows which ids were given since the backup, they go on far above those that it knows.
func TestIdsGoOnFarAboveWhereNobodyKnowsTheLast(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(t *testing.T, path string)
		lost bool
	}{
		"damaged": {func(t *testing.T, path string) {
			whole := []byte(read(t, path))
			write(t, path, append(whole[:4096:4096], bytes.Repeat([]byte("damage! "), len(whole)/8)...))
		}, true},
		"no database": {func(t *testing.T, path string) { write(t, path, []byte("hello, this is a letter")) }, true},
		"emptied":     {func(t *testing.T, path string) { write(t, path, nil) }, true},
		"gone": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, false},
		"of another server": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			other := openAt(t, path, Settings{})
			other.signUp(t, "mallory")
			other.Close()
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := lapsed(t)
			c.lose(t, l.path)
			r := survey(t, l.backup, l.path)
			if (r.Lost != nil) != c.lost {
				t.Errorf("lost: %v", r.Lost)
			}
			s := r.done(t)
			alice, err := s.UserByKey(t.Context(), "alice")
			if err != nil {
				t.Fatal(err)
			}
			if e, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil || e.ID != 3+idStride+1 {
				t.Errorf("%+v, %v", e, err)
			}
			if carol := s.signUp(t, "carol"); carol.ID != 2+idStride+1 {
				t.Errorf("carol is %d", carol.ID)
			}
		})
	}
}

// A restore that is cut after any of its steps leaves the old database or the new one, whole, and can be done again.
func TestARestoreThatIsCutLeavesOneOfTheTwo(t *testing.T) {
	steps := len((&Restoration{}).steps())
	for n := range steps + 1 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			l := lapsed(t)
			r := survey(t, l.backup, l.path)
			for _, step := range r.steps()[:n] {
				if err := step(t.Context(), restoring, restoredAt); err != nil {
					t.Fatal(err)
				}
			}
			if found, err := Check(t.Context(), l.path); err != nil || len(found.Found) > 0 {
				t.Fatalf("%v, %v", found.Found, err)
			}
			want := 5
			if n == steps {
				want = 3
			}
			s := started(t, l.path)
			if got := s.word(t, `SELECT count(*) FROM log WHERE kind = 'direct'`); got != fmt.Sprint(want) {
				t.Errorf("it has %s lines, want %d", got, want)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := Survey(t.Context(), l.backup, l.path, restoredAt.Add(time.Second))
			if err != nil {
				t.Fatal(err)
			}
			s = again.done(t)
			if got := s.word(t, `SELECT count(*) FROM log WHERE kind = 'direct'`); got != "3" {
				t.Errorf("done again it has %s lines", got)
			}
		})
	}
}

// What a restore was about to write when the power went, SQLite would apply to whatever has the name of its file.
func TestTheJournalOfACutRestoreIsNotTakenForTheNextOnes(t *testing.T) {
	l := lapsed(t)
	for _, suffix := range []string{"", "-journal", "-wal"} {
		write(t, l.path+".restoring"+suffix, []byte("left behind"))
	}
	s := survey(t, l.backup, l.path).done(t)
	if got := s.word(t, `SELECT count(*) FROM log`); got != "3" {
		t.Errorf("it has %s lines", got)
	}
	for _, suffix := range []string{"", "-journal", "-wal"} {
		if isThere(l.path + ".restoring" + suffix) {
			t.Errorf("%s is left", suffix)
		}
	}
}

// A server that was killed has left lines in its write-ahead log alone: they are kept with what is put aside, and the ids
// that they have are not given again.
func TestWhatACrashHasLeftInTheLogCounts(t *testing.T) {
	l := lapsed(t)
	s, err := Open(t.Context(), l.path, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	alice, err := s.UserByKey(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Append(t.Context(), broadcast(alice.ID, "the last words"))
	if err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(t.TempDir(), "sshchat.db")
	for _, suffix := range []string{"", "-wal"} { // as they stand on the disk
		write(t, crashed+suffix, []byte(read(t, l.path+suffix)))
	}
	s.Close()

	r := survey(t, l.backup, crashed)
	restored := r.done(t)
	next, err := restored.Append(t.Context(), broadcast(alice.ID, "x"))
	if err != nil || next.ID != e.ID+1 {
		t.Errorf("the next entry is %+v, %v", next, err)
	}
	if got := started(t, r.Aside).word(t, `SELECT body FROM log ORDER BY id DESC`); got != "the last words" {
		t.Errorf("kept aside is %q", got)
	}
}

func TestABackupOfAnOlderSchemaIsRestoredAndMigrates(t *testing.T) {
	files, err := filepath.Glob("testdata/schemas/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			backup, path := filepath.Join(t.TempDir(), "b.db"), dbIn(t)
			script(t, backup, read(t, file))
			r := survey(t, backup, path)
			s := r.done(t)
			bob, err := s.UserByKey(t.Context(), "bob")
			if err != nil {
				t.Fatal(err)
			}
			if p, err := s.Read(t.Context(), bob.ID, chat.Stretch{}, 10); err != nil || len(p.Entries) != 4 {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
}

func TestWhatIsNoBackupIsNotRestored(t *testing.T) {
	l := lapsed(t)
	before := read(t, l.path)
	letter := filepath.Join(t.TempDir(), "letter")
	write(t, letter, []byte("a letter to my aunt, and a long one"))
	for file, text := range map[string]string{letter: "no database", l.path: "the database itself", letter + "s": "cannot read"} {
		_, err := Survey(t.Context(), file, l.path, restoredAt)
		if e, ok := errors.AsType[*Error](err); !ok || !strings.Contains(e.Text, text) {
			t.Errorf("%s: %v", file, err)
		}
	}
	if read(t, l.path) != before {
		t.Error("the database has changed")
	}
}
