package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func TestCounts(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "chat.db"), Settings{})
	counts := func(want Counts) {
		t.Helper()
		if got, err := s.Counts(t.Context()); got != want || err != nil {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	counts(Counts{})
	var users []chat.User
	for _, name := range []chat.Name{"alice", "bob"} {
		u, err := s.CreateUser(t.Context(), chat.NewUser{Name: name, Password: "x"})
		if err != nil {
			t.Fatal(err)
		}
		users = append(users, u)
	}
	for _, room := range []chat.RoomName{"ops", "lab"} {
		e, err := s.Append(t.Context(), chat.Draft{Kind: chat.Join, Sender: users[0].ID, NewName: room})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Append(t.Context(), chat.Draft{Kind: chat.Close, Sender: users[0].ID, Room: e.Room.ID})
	}
	counts(Counts{Accounts: 2, Rooms: 2})
	ops, err := s.Room(t.Context(), users[0].ID, "ops")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), chat.Draft{Kind: chat.Close, Sender: users[0].ID, Room: ops.ID}); err != nil {
		t.Fatal(err)
	}
	counts(Counts{Accounts: 2, Rooms: 1})
}

func TestPing(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "chat.db"), Settings{})
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Ping(gone); err == nil {
		t.Error("it answers nobody")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// diary keeps what was told of the database.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) did(op Op, took time.Duration, failed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if took < 0 {
		failed = true
	}
	d.lines = append(d.lines, fmt.Sprintf("%s %v", [...]string{Read: "read", Commit: "commit"}[op], failed))
}

func (d *diary) says(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := strings.Join(d.lines, ", "); got != strings.Join(want, ", ") {
		t.Errorf("told: %s\nwant: %s", got, strings.Join(want, ", "))
	}
	d.lines = nil
}

func TestWhatIsToldOfTheDatabase(t *testing.T) {
	d := &diary{}
	s := openAt(t, filepath.Join(t.TempDir(), "chat.db"), Settings{Did: d.did})
	alice, err := s.CreateUser(t.Context(), chat.NewUser{Name: "alice", Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	d.says(t, "commit false")

	h := hold(t, s)
	for range 5 { // which one transaction takes
		h.call(func() { s.Append(t.Context(), chat.Draft{Kind: chat.Broadcast, Sender: alice.ID}) })
	}
	h.end()
	d.says(t, "commit false", "commit false")

	if _, err := s.UserByKey(t.Context(), "nobody"); !errors.Is(err, chat.ErrNoUser) {
		t.Fatal(err)
	}
	s.CreateUser(t.Context(), chat.NewUser{Name: "alice", Password: "x"})
	d.says(t, "read false", "commit false") // refusals are no failures

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	s.Ping(gone)
	d.says(t, "read false") // nor is it that nobody waits for the answer

	err = s.read(t.Context(), "nonsense", func(q querier) error {
		return q.QueryRowContext(t.Context(), `SELECT nothing FROM nowhere`).Scan(new(int))
	})
	if err == nil {
		t.Fatal("nonsense is understood")
	}
	s.write(t.Context(), "nonsense", single, func(t *tx) error { panic("nonsense") })
	d.says(t, "read true", "commit true")
}
