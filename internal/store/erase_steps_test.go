package store

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// commits opens a store again whose commits are counted: when so many were made, fn is called.
func (e *erasing) commits(fn func(n int64)) {
	e.Helper()
	e.must(e.s.Close())
	var n atomic.Int64
	e.s = openAt(e.T, e.path, Settings{Did: func(o Op, _ time.Duration, _ bool) {
		if o == Commit {
			fn(n.Add(1))
		}
	}})
}

// chatters has eve say much, a bit of it to all.
func (e *erasing) chatters(lines int) {
	e.Helper()
	e.s.fillLog(e.T, lines, 1, 10)
	e.s.sql(e.T, `UPDATE log SET body = 'zyxedit' WHERE body LIKE 'a line of%'`,
		`INSERT INTO search (rowid, body, place) SELECT id, words(body), 'f1 all' FROM log WHERE kind IN ('direct', 'broadcast') AND id NOT IN (SELECT rowid FROM search)`)
}

func (e *erasing) count(query string) (n int) {
	e.Helper()
	e.must(e.s.readDB.QueryRowContext(e.Context(), query).Scan(&n))
	return n
}

const (
	countOwn  = `SELECT count(*) FROM log WHERE sender_id = 1 AND kind IN ('direct', 'broadcast', 'room', 'action')`
	countActs = `SELECT count(*) FROM audit WHERE action = 'user erase'`
)

// Each step is a transaction of its own, so that what others write waits for one of them at most.
func TestLinesAreErasedInSteps(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.chatters(20 * stepRows)
	var commits atomic.Int64
	e.commits(func(n int64) { commits.Store(n) })
	e.must(e.s.Erase(t.Context(), e.eve.ID, true, byConsole))
	if n := commits.Load(); n < 20 {
		t.Errorf("%d lines went in %d transactions", 20*stepRows, n)
	}
	if left := e.words(); len(left) > 0 {
		t.Errorf("what is left is %q", left)
	}
}

// Wherever an erase is cut, the account is there by its name and no act is told of; run again, it leaves nothing.
func TestAnEraseThatIsCutIsRunAgain(t *testing.T) {
	for _, after := range []int64{2, 4, 8} {
		e := newErasing(t)
		e.lives()
		e.chatters(4 * stepRows)
		before := e.count(countOwn)
		ctx, cut := context.WithCancel(t.Context())
		e.commits(func(n int64) {
			if n == after {
				cut()
			}
		})
		if err := e.s.Erase(ctx, e.eve.ID, true, byConsole); !errors.Is(err, context.Canceled) {
			t.Fatalf("cut after %d: %v", after, err)
		}
		if left := e.count(countOwn); left >= before {
			t.Errorf("cut after %d: %d of %d lines are left", after, left, before)
		}
		if u, err := e.s.UserByKey(t.Context(), "zyxtwo"); err != nil || u.ID != e.eve.ID {
			t.Errorf("cut after %d: the account is %v, %v", after, u.Person, err)
		}
		if n := e.count(countActs); n != 0 {
			t.Errorf("cut after %d: %d acts are told of", after, n)
		}
		if found := e.s.found(t); len(found) > 0 {
			t.Errorf("cut after %d: found %q", after, found)
		}
		e.must(e.s.Erase(t.Context(), e.eve.ID, true, byConsole))
		if n := e.count(countActs); n != 1 {
			t.Errorf("cut after %d: then %d acts are told of", after, n)
		}
		if left := e.words(); len(left) > 0 {
			t.Errorf("cut after %d: then %q is left", after, left)
		}
	}
}

// While many lines go the index of words does not merge by itself; it does so again whatever becomes of that.
func TestTheIndexMergesAgainAfterADeletion(t *testing.T) {
	h := newHouse(t)
	merging := func(when, want string) {
		t.Helper()
		if got := h.word(t, `SELECT v FROM search_config WHERE k = 'automerge'`); got != want {
			t.Errorf("%s it merges %s parts, want %s", when, got, want)
		}
	}
	ctx, cut := context.WithCancel(t.Context())
	err := h.unmerged(ctx, func() error {
		merging("meanwhile", "0")
		cut()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	merging("after a cut", "4")
	h.sql(t, `INSERT INTO search (search, rank) VALUES ('automerge', 0)`)
	if _, err := h.StartNode(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	merging("after a crash", "4")
}

// What somebody says while their lines go, goes with the name.
func TestWhatIsSaidDuringAnErase(t *testing.T) {
	e := newErasing(t)
	e.lives()
	other := e.says(chat.Draft{Kind: chat.Join, Sender: e.bob.ID, NewName: "other"}, "").Room.ID
	e.says(chat.Draft{Kind: chat.Join, Sender: e.eve.ID, NewName: "other"}, "")
	e.says(chat.Draft{Kind: chat.Promote, Sender: e.bob.ID, Recipient: e.eve.ID, Room: other}, "")
	e.says(chat.Draft{Kind: chat.Topic, Sender: e.eve.ID, Room: other}, "zyxabout")
	gone, err := e.s.eraseLines(t.Context(), e.eve.ID)
	e.must(err)
	e.says(chat.Draft{Kind: chat.Topic, Sender: e.bob.ID, Room: other}, "of bob")
	e.says(chat.Draft{Kind: chat.Topic, Sender: e.eve.ID, Room: e.room}, "zyxmark")
	e.says(chat.Draft{Kind: chat.Said, Sender: e.eve.ID, Room: e.room}, "zyxroom")
	e.says(chat.Draft{Kind: chat.Kick, Sender: e.eve.ID, Recipient: e.bob.ID, Room: e.room}, "zyxhand")
	e.must(e.s.write(t.Context(), "erase", several, func(x *tx) error {
		late, err := x.erase(e.eve.ID, gone)
		if !late {
			t.Error("the line was not seen")
		}
		return err
	}))
	e.must(e.s.mergeWords(t.Context()))
	if r, err := e.s.Room(t.Context(), e.bob.ID, "other"); err != nil || r.Topic != sanitize.Line("of bob") {
		t.Errorf("the topic is %q, %v", r.Topic, err)
	}
	if left := e.words(); len(left) > 0 {
		t.Errorf("what is left is %q", left)
	}
}

// Whom somebody has erased without their messages cannot be erased again: those are nobody's to name.
func TestTheLinesOfWhoWasErasedStay(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.must(e.s.Erase(t.Context(), e.eve.ID, false, byConsole))
	before := e.count(countOwn)
	if err := e.s.Erase(t.Context(), e.eve.ID, true, byConsole); !errors.Is(err, chat.ErrNoUser) {
		t.Errorf("it gave %v", err)
	}
	if left := e.count(countOwn); left != before || before == 0 {
		t.Errorf("%d of %d lines are left", left, before)
	}
}
