package store

import (
	"bytes"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestCheckFindsNothingWrongWithASoundDatabase(t *testing.T) {
	path := dbIn(t)
	s, alice, bob := spoken(t, path, 3)
	line := s.says(t, alice, bob, 1)
	for _, d := range []chat.Draft{
		{Kind: chat.Edit, Sender: alice.ID, Ref: line, Body: sanitize.Message("so it was")},
		{Kind: chat.Delete, Sender: alice.ID, Ref: line},
		{Kind: chat.Block, Sender: bob.ID, Recipient: alice.ID},
	} {
		if _, err := s.Append(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // while it is in use, and closed
		r, err := Check(t.Context(), path)
		if err != nil || len(r.Found) != 0 || r.Users != 2 || r.Lines != 4 {
			t.Errorf("%+v, %v", r, err)
		}
		s.Close()
	}
}

// Nobody has an account that was erased.
func TestCheckDoesNotCountWhoWasErased(t *testing.T) {
	path := dbIn(t)
	s, _, bob := spoken(t, path, 3)
	if err := s.Erase(t.Context(), bob.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	r, err := Check(t.Context(), path)
	if err != nil || len(r.Found) != 0 || r.Users != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCheckKnowsWhatNoDatabaseOfOursSays(t *testing.T) {
	for what, want := range map[string]string{
		`UPDATE log_head SET id = 2`:                                            "1 entries of the log are above its head",
		`UPDATE cursors SET delivered = 9 WHERE user_id = 1`:                    "1 people have been shown more than there is",
		`DELETE FROM cursors WHERE user_id = 2`:                                 "1 accounts have no cursor",
		`UPDATE users SET created = 7`:                                          "2 accounts are newer than the log's head",
		`DELETE FROM search WHERE rowid = 2`:                                    "1 lines are not in the index of words",
		`INSERT INTO search (rowid, body, place) VALUES (99, 'ghost', 'f1 t2')`: "1 lines in the index of words are not in the log",
		`DELETE FROM log WHERE id = 3`:                                          "1 lines in the index of words are not in the log",
	} {
		path := dbIn(t)
		s, _, _ := spoken(t, path, 3)
		s.sql(t, what)
		r, err := Check(t.Context(), path)
		if err != nil || len(r.Found) != 1 || !strings.HasPrefix(r.Found[0], want) {
			t.Errorf("%s: found %q, %v", what, r.Found, err)
		}
	}
}

func TestCheckFindsDamage(t *testing.T) {
	whole := []byte(read(t, closedStore(t)))
	half := bytes.Clone(whole)
	for i := len(half) / 2; i < len(half)/2+20000; i++ {
		half[i] = byte(i * 7)
	}
	for name, content := range map[string][]byte{
		"garbage in its middle": half, "without its end": whole[:len(whole)/2], "no database": []byte("a letter, and a long one at that"),
	} {
		path := dbIn(t)
		write(t, path, content)
		r, err := Check(t.Context(), path)
		if err != nil || len(r.Found) == 0 || len(r.Found) > mostFound {
			t.Errorf("%s: found %q, %v", name, r.Found, err)
		}
	}
	_, err := Check(t.Context(), filepath.Join(t.TempDir(), "missing.db"))
	if e, ok := errors.AsType[*Error](err); !ok || e.Problem != Denied {
		t.Errorf("a file that is not there: %v", err)
	}
}

// The index of words is a table of SQLite's own making, which keeps its content in tables that it does not know.
func TestCheckFindsDamageInTheIndexOfWords(t *testing.T) {
	path := dbIn(t)
	s, _, _ := spoken(t, path, 3)
	s.Close()
	db, err := sql.Open("sqlite", path) // to which nothing is forbidden
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `DELETE FROM search_data WHERE id > 10`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	r, err := Check(t.Context(), path)
	if err != nil || len(r.Found) == 0 || !strings.Contains(r.Found[0], "search") {
		t.Errorf("found %q, %v", r.Found, err)
	}
}

// An older database is checked as it is: it becomes the present one at the next start, not here.
func TestCheckOfAnOlderSchema(t *testing.T) {
	path := dbIn(t)
	script(t, path, read(t, "testdata/schemas/0001.sql"))
	if r, err := Check(t.Context(), path); err != nil || len(r.Found) != 0 || r.Schema != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
