package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"sshchat/internal/chat"
)

// held keeps the writer busy, so that what is asked for meanwhile comes into one batch.
type held struct {
	release func()
	s       *Store
	calls   sync.WaitGroup
}

func hold(t *testing.T, s *Store) *held {
	t.Helper()
	taken, let := make(chan struct{}), make(chan struct{})
	h := &held{s: s, release: func() { close(let) }}
	h.calls.Go(func() {
		err := s.write(t.Context(), "hold", single, func(*tx) error {
			close(taken)
			<-let
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-taken
	return h
}

// call starts fn, which writes once, and waits until that is in the queue.
func (h *held) call(fn func()) {
	n := len(h.s.writer.queue)
	h.calls.Go(fn)
	for len(h.s.writer.queue) == n {
		runtime.Gosched()
	}
}

// end lets the writer go on and waits for all calls.
func (h *held) end() {
	h.release()
	h.calls.Wait()
}

// batches follows the log and keeps what each batch brought.
func batches(t *testing.T, s *Store) *[][]chat.EntryID {
	all := &[][]chat.EntryID{}
	t.Cleanup(s.Follow(func(batch []*chat.Entry) {
		var ids []chat.EntryID
		for _, e := range batch {
			ids = append(ids, e.ID)
		}
		*all = append(*all, ids)
	}))
	return all
}

func TestARefusalInABatchFailsAlone(t *testing.T) {
	s := newStore(t)
	alice, bob := s.signUp(t, "alice"), s.signUp(t, "bob")
	seen := batches(t, s)
	h := hold(t, s)
	drafts := []struct {
		chat.Draft
		want error
	}{
		{direct(alice.ID, bob.ID, "one"), nil},
		{direct(alice.ID, 999, "to nobody"), chat.ErrNoUser},
		{chat.Draft{Kind: chat.Block, Sender: bob.ID, Recipient: alice.ID}, nil},
		{direct(alice.ID, bob.ID, "blocked in the same batch"), chat.ErrBlocked},
		{chat.Draft{Kind: chat.Block, Sender: bob.ID, Recipient: alice.ID}, chat.ErrStale},
		{direct(bob.ID, alice.ID, "two"), nil},
	}
	for _, d := range drafts {
		h.call(func() {
			if _, err := s.Append(t.Context(), d.Draft); !errors.Is(err, d.want) {
				t.Errorf("%s %q: got %v, want %v", d.Kind, d.Body, err, d.want)
			}
		})
	}
	h.end()
	if want := [][]chat.EntryID{{1, 2, 3}}; !slices.EqualFunc(*seen, want, slices.Equal) {
		t.Errorf("handed on %v, want %v", *seen, want)
	}
}

// TestFailedCommit lets the COMMIT itself fail, by a constraint that is only checked there.
func TestFailedCommit(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	for _, text := range []string{
		`PRAGMA foreign_keys = ON`,
		`CREATE TABLE child (parent INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)`,
	} {
		if _, err := s.writer.conn.ExecContext(t.Context(), text); err != nil { // the writer is idle
			t.Fatal(err)
		}
	}
	seen := batches(t, s)
	h := hold(t, s)
	for range 3 {
		h.call(func() {
			if e, err := s.Append(t.Context(), broadcast(alice.ID, "lost")); err == nil {
				t.Errorf("entry %d was acknowledged, but not committed", e.ID)
			}
		})
	}
	h.call(func() {
		err := s.write(t.Context(), "test", single, func(x *tx) error {
			_, err := x.exec(`INSERT INTO child VALUES (999)`)
			return err
		})
		if err == nil {
			t.Error("the commit succeeded")
		}
	})
	h.call(func() {
		if _, err := s.Append(t.Context(), direct(alice.ID, 999, "x")); errors.Is(err, chat.ErrNoUser) {
			t.Error("a refusal was believed that rests on what was undone")
		}
	})
	h.end()
	if len(*seen) != 0 {
		t.Errorf("handed on %v, which is not in the log", *seen)
	}

	e, err := s.Append(t.Context(), broadcast(alice.ID, "kept"))
	if err != nil || e.ID != 1 {
		t.Fatalf("afterwards: %+v, %v; want id 1, as nothing before is in the log", e, err)
	}
	p, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 10)
	if err != nil || len(p.Entries) != 1 {
		t.Errorf("the log holds %d entries (%v), want 1", len(p.Entries), err)
	}
}

// TestDiskFull lets the file reach a size that it may not exceed.
func TestDiskFull(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	limit := func(pages int) {
		t.Helper()
		if _, err := s.writer.conn.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)); err != nil {
			t.Fatal(err)
		}
	}
	seen := batches(t, s)
	limit(1) // SQLite makes of it: no more than there are
	var stored, refused int
	for range 1000 {
		_, err := s.Append(t.Context(), broadcast(alice.ID, "a line that takes some room on the disk, as lines do"))
		if err == nil {
			stored++
			continue
		}
		refused++
		if e := (*Error)(nil); !errors.As(err, &e) || e.Problem != Full || e.Hint == "" {
			t.Fatalf("a full disk gave %v", err)
		}
	}
	limit(1 << 30)
	e, err := s.Append(t.Context(), broadcast(alice.ID, "there is room again"))
	if err != nil {
		t.Fatal(err)
	}
	if refused == 0 || int(e.ID) != stored+1 || len(*seen) != stored+1 {
		t.Errorf("%d stored, %d refused, %d handed on, next id %d", stored, refused, len(*seen), e.ID)
	}
}

func TestWhatSeveralStatementsChangedIsUndoneTogether(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	refusal := errors.New("refused after writing")
	h := hold(t, s)
	h.call(func() { s.Append(t.Context(), broadcast(alice.ID, "before")) })
	h.call(func() {
		err := s.write(t.Context(), "test", several, func(x *tx) error {
			if _, err := x.append(broadcast(alice.ID, "undone"), verbs[chat.Broadcast]); err != nil {
				return err
			}
			return refusal
		})
		if !errors.Is(err, refusal) {
			t.Errorf("got %v", err)
		}
	})
	h.call(func() { s.Append(t.Context(), broadcast(alice.ID, "after")) })
	h.end()
	p, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Entries) != 2 || p.Entries[1].ID != 2 || p.Entries[1].Body.String() != "after" || p.Head != 2 {
		t.Errorf("the log is %+v", p)
	}
}

func TestAPanicFailsItsBatchOnly(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	h := hold(t, s)
	h.call(func() {
		if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err == nil {
			t.Error("acknowledged, but rolled back")
		}
	})
	h.call(func() {
		if err := s.write(t.Context(), "test", single, func(*tx) error { panic("of the test") }); err == nil {
			t.Error("a panic was taken for success")
		}
	})
	h.end()
	if e, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil || e.ID != 1 {
		t.Errorf("afterwards: %+v, %v", e, err)
	}
}

// What is done between two transactions must not take the writer with it, nor leave one open.
func TestAPanicOutsideOfATransactionFailsAlone(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	err := s.writer.outside(t.Context(), func(c *sql.Conn) error {
		if _, err := c.ExecContext(context.Background(), `BEGIN IMMEDIATE`); err != nil {
			return err
		}
		panic("of the test")
	})
	if err == nil || !strings.Contains(err.Error(), "of the test") {
		t.Errorf("a panic was taken for %v", err)
	}
	if e, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil || e.ID != 1 {
		t.Errorf("afterwards: %+v, %v", e, err)
	}
}

func TestNamesLearntInAFailedBatchAreForgotten(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	err := s.write(t.Context(), "test", single, func(x *tx) error {
		if _, err := x.exec(`UPDATE users SET name = 'mallory'`); err != nil {
			return err
		}
		if _, err := x.append(broadcast(alice.ID, "x"), verbs[chat.Broadcast]); err != nil {
			return err
		}
		panic("of the test")
	})
	if err == nil {
		t.Fatal("a panic was taken for success")
	}
	if e, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil || e.Sender.Name != "alice" {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestTheNamesRememberedAreBounded(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, namesMax+10)
	err := s.write(t.Context(), "test", single, func(x *tx) error {
		for id := range chat.UserID(namesMax + 10) {
			p, err := x.person(id + 1)
			if err != nil || p.Name != chat.Name(fmt.Sprintf("u%d", id+1)) {
				return fmt.Errorf("account %d is %v: %w", id+1, p, err)
			}
			if n := len(x.w.names); n > namesMax {
				return fmt.Errorf("%d names are remembered", n)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhoLeavesBeforeTheWriterIsReadyHasDoneNothing(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	h := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan struct{})
	h.call(func() {
		defer close(left)
		if _, err := s.Append(ctx, broadcast(alice.ID, "x")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	cancel()
	<-left // while the writer is still held
	h.end()
	if e, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil || e.ID != 1 {
		t.Errorf("got %+v, %v; want the first entry", e, err)
	}
}

func TestWhoLeavesLaterIsToldTheTruth(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := false
	err := s.write(ctx, "test", single, func(*tx) error {
		cancel()
		done = true
		return nil
	})
	if err != nil || !done {
		t.Errorf("got %v, done: %v", err, done)
	}
}

func TestTheQueueAndTheBatchesAreBounded(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	seen := batches(t, s)
	h := hold(t, s)
	for range queueMax {
		h.calls.Go(func() {
			if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
				t.Error(err)
			}
		})
	}
	for len(s.writer.queue) < queueMax {
		runtime.Gosched()
	}
	full, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Append(full, broadcast(alice.ID, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("with a full queue: %v", err)
	}
	h.end()
	for _, b := range *seen {
		if len(b) != batchMax {
			t.Errorf("a batch of %d", len(b))
		}
	}
	if len(*seen) != queueMax/batchMax {
		t.Errorf("%d batches", len(*seen))
	}
}

func TestCloseDoesWhatIsQueued(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	seen := batches(t, s)
	h := hold(t, s)
	for range queueMax {
		h.calls.Go(func() {
			if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); err != nil {
				t.Error(err)
			}
		})
	}
	for len(s.writer.queue) < queueMax {
		runtime.Gosched()
	}
	h.calls.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	<-s.writer.quit
	h.end()
	if len(*seen) != queueMax/batchMax {
		t.Errorf("%d batches were handed on", len(*seen))
	}
	if _, err := s.Append(t.Context(), broadcast(alice.ID, "x")); !errors.Is(err, ErrClosed) {
		t.Errorf("a write after Close: %v", err)
	}
	if _, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 1); !errors.Is(err, ErrClosed) {
		t.Errorf("a read after Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

// TestCloseAmidWrites lets many write while the store closes: each is told what became of it.
func TestCloseAmidWrites(t *testing.T) {
	path := t.TempDir() + "/sshchat.db"
	s := openAt(t, path, Settings{})
	alice := s.signUp(t, "alice")
	var mu sync.Mutex
	acknowledged := 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for {
				_, err := s.Append(t.Context(), broadcast(alice.ID, "x"))
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged++
				mu.Unlock()
			}
		})
	}
	for len(s.writer.queue) == 0 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	p, err := openAt(t, path, Settings{}).Read(t.Context(), alice.ID, chat.Stretch{}, 1)
	if err != nil || int(p.Head) != acknowledged {
		t.Errorf("%d were acknowledged, the log ends at %d (%v)", acknowledged, p.Head, err)
	}
}

func TestAReadIsCancelled(t *testing.T) {
	s := newStore(t)
	alice := s.signUp(t, "alice")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ctx, alice.ID, chat.Stretch{}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Read(t.Context(), alice.ID, chat.Stretch{}, 1); err != nil {
		t.Errorf("the next read: %v", err)
	}
}
