package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// newStore opens a store on an empty file.
func newStore(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "sshchat.db"), Settings{})
}

// sql runs statements in the writer.
func (s *Store) sql(t testing.TB, statements ...string) {
	t.Helper()
	err := s.write(t.Context(), "test", several, func(x *tx) error {
		for _, text := range statements {
			if _, err := x.exec(text); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Store) signUp(t testing.TB, name chat.Name) chat.User {
	t.Helper()
	u, err := s.CreateUser(t.Context(), chat.NewUser{Name: name, Password: "phc"})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// fillUsers makes n accounts with cursors at 0. Their ids are 1 to n in an empty store.
func (s *Store) fillUsers(t testing.TB, n int) {
	t.Helper()
	s.sql(t, fmt.Sprintf(`
		WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
		INSERT INTO users (name, name_key, skeleton, password, created, created_at)
		SELECT 'u' || n, 'u' || n, 'u' || n, printf('%%.97c', 'p'), 0, 0 FROM i`, n),
		`INSERT INTO cursors SELECT id, 0 FROM users WHERE id NOT IN (SELECT user_id FROM cursors)`)
}

// fillLog appends n lines in which accounts 1 to users write to each other, one line in broadcastEvery (0:
// none) to all.
func (s *Store) fillLog(t testing.TB, n, users, broadcastEvery int) {
	t.Helper()
	err := s.write(t.Context(), "test", single, func(x *tx) error {
		if broadcastEvery == 0 {
			broadcastEvery = n + 1
		}
		_, err := x.exec(`
			WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < $1)
			INSERT INTO log (id, kind, sender_id, recipient_id, at, body)
			SELECT $2 + n, CASE WHEN n % $4 = 0 THEN 'broadcast' ELSE 'direct' END,
			       1 + n % $3, CASE WHEN n % $4 = 0 THEN NULL ELSE 1 + (n + 1 + n / $3) % $3 END,
			       0, 'a line of the usual length, as people write them all day long'
			FROM   i`, n, int64(x.head), users, broadcastEvery)
		x.head += chat.EntryID(n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fillRoom makes the room 1 with lines up to the id n, all by account 1: what is said is "needle in line ID", at a second each.
// 1 is always in it, 2 was so until line 100.
func (s *Store) fillRoom(t testing.TB, n int) {
	t.Helper()
	s.sql(t, `INSERT INTO rooms (id, name, skeleton, created) VALUES (1, 'ops', 'ops', 1)`,
		`INSERT INTO members (room_id, user_id, joined, "left") VALUES (1, 1, 1, NULL), (1, 2, 1, 100)`,
		fmt.Sprintf(`
			WITH RECURSIVE i(n) AS (VALUES (2) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
			INSERT INTO log (id, kind, sender_id, room_id, at, body) SELECT n, 'room', 1, 1, 1000000 * n, 'needle in line ' || n FROM i`, n),
		`INSERT INTO search (rowid, body, place) SELECT id, words(body), 'f1 r1' FROM log`,
		fmt.Sprintf(`UPDATE log_head SET id = %d, at = 1000000 * %[1]d`, n))
}

func direct(from, to chat.UserID, text string) chat.Draft {
	return chat.Draft{Kind: chat.Direct, Sender: from, Recipient: to, Body: sanitize.Message(text)}
}

func broadcast(from chat.UserID, text string) chat.Draft {
	return chat.Draft{Kind: chat.Broadcast, Sender: from, Body: sanitize.Message(text)}
}
