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

func direct(from, to chat.UserID, text string) chat.Draft {
	return chat.Draft{Kind: chat.Direct, Sender: from, Recipient: to, Body: sanitize.Message(text)}
}

func broadcast(from chat.UserID, text string) chat.Draft {
	return chat.Draft{Kind: chat.Broadcast, Sender: from, Body: sanitize.Message(text)}
}
