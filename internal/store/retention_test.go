package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// A house is a store with a clock, and with people who come and go.
type house struct {
	*Store
	t     *testing.T
	now   time.Time
	node  chat.Node
	users map[chat.Name]chat.User
	on    map[chat.Name]chat.Begun
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), users: map[chat.Name]chat.User{}, on: map[chat.Name]chat.Begun{}}
	h.Store = openAt(t, dbIn(t), Settings{Now: func() time.Time { return h.now }})
	var err error
	if h.node, err = h.StartNode(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []chat.Name{"alice", "bob", "carol"} {
		h.users[name] = h.signUp(t, name)
	}
	return h
}

// room is a new room that people are in, the first of whom owns it.
func (h *house) room(name chat.RoomName, in ...chat.Name) (r chat.RoomID) {
	h.t.Helper()
	for _, who := range in {
		e, err := h.Append(h.t.Context(), chat.Draft{Kind: chat.Join, Sender: h.users[who].ID, NewName: name})
		if err != nil {
			h.t.Fatal(err)
		}
		r = e.Room.ID
	}
	return r
}

func (h *house) comes(name chat.Name) chat.Begun {
	h.t.Helper()
	b, err := h.BeginLogin(h.t.Context(), chat.NewLogin{User: h.users[name].ID, Slot: chat.Prompt, Node: h.node})
	if err != nil {
		h.t.Fatal(err)
	}
	h.on[name] = b
	return b
}

func (h *house) goes(name chat.Name, gaps ...chat.Stretch) {
	h.t.Helper()
	b := h.on[name]
	p := chat.Progress{Login: b.ID, User: b.User.ID, Delivered: maxID, Gaps: gaps, GapsChanged: len(gaps) > 0, Expired: b.Expired}
	if err := h.EndLogin(h.t.Context(), p, "test"); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) appends(d chat.Draft) chat.EntryID {
	h.t.Helper()
	e, err := h.Append(h.t.Context(), d)
	if err != nil {
		h.t.Fatal(err)
	}
	return e.ID
}

func (h *house) said(from, to chat.Name, text string) chat.EntryID {
	h.t.Helper()
	if to == "" {
		return h.appends(broadcast(h.users[from].ID, text))
	}
	return h.appends(direct(h.users[from].ID, h.users[to].ID, text))
}

func (h *house) passes(days int) { h.now = h.now.AddDate(0, 0, days) }

// expires deletes what is older than some days.
func (h *house) expires(days int) Expiry {
	h.t.Helper()
	e, err := h.Expire(h.t.Context(), h.now.AddDate(0, 0, -days))
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

func (h *house) shownTo(name chat.Name) (lines []string) {
	h.t.Helper()
	found, err := h.Lines(h.t.Context(), h.users[name].ID, chat.LogQuery{Newest: true, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range found {
		lines = append(lines, e.Body.String())
	}
	return lines
}

func TestWhatIsOldGoesAndWhatIsNotStays(t *testing.T) {
	h := newHouse(t)
	old := h.said("alice", "bob", "an old line")
	h.appends(chat.Draft{Kind: chat.Edit, Sender: h.users["alice"].ID, Ref: old, Body: sanitize.Message("as it was corrected")})
	taken := h.said("alice", "bob", "taken back")
	h.appends(chat.Draft{Kind: chat.Delete, Sender: h.users["alice"].ID, Ref: taken})
	room := chat.Draft{Kind: chat.Join, Sender: h.users["alice"].ID, NewName: "#ops"}
	e, err := h.Append(t.Context(), room)
	if err != nil {
		t.Fatal(err)
	}
	pinned := h.appends(chat.Draft{Kind: chat.Said, Sender: h.users["alice"].ID, Room: e.Room.ID, Body: sanitize.Message("the old password")})
	h.appends(chat.Draft{Kind: chat.Pin, Sender: h.users["alice"].ID, Room: e.Room.ID, Ref: pinned})
	h.appends(chat.Draft{Kind: chat.Block, Sender: h.users["bob"].ID, Recipient: h.users["carol"].ID})
	hidden := h.said("carol", "", "said during a block")
	h.passes(10)
	answer := direct(h.users["bob"].ID, h.users["alice"].ID, "an answer to it")
	answer.Ref = old
	h.appends(answer)
	kept := h.said("carol", "", "a new line")

	if done := h.expires(9); done.Lines != 4 {
		t.Errorf("deleted %+v", done)
	}
	if got := strings.Join(h.shownTo("alice"), "|"); got != "an answer to it|a new line" && got != "a new line|an answer to it" {
		t.Errorf("alice sees %q", got)
	}
	for what, query := range map[string]string{
		"changes":        `SELECT count(*) FROM log WHERE kind IN ('edit', 'delete')`,
		"pins":           `SELECT count(*) FROM pins`,
		"lines":          fmt.Sprintf(`SELECT count(*) FROM log WHERE id IN (%d, %d, %d, %d)`, old, taken, pinned, hidden),
		"words of those": fmt.Sprintf(`SELECT count(*) FROM search WHERE rowid IN (%d, %d, %d, %d)`, old, taken, pinned, hidden),
	} {
		if n := h.word(t, query); n != "0" {
			t.Errorf("%s %s are left", n, what)
		}
	}
	if n := h.word(t, `SELECT count(*) FROM log WHERE kind IN ('join', 'block')`); n != "2" {
		t.Errorf("of a stay and a block %s are left", n)
	}
	for _, line := range h.shownTo("bob") { // the block still hides what was said in it, and what comes
		if line == "a new line" {
			t.Errorf("bob, who blocks carol, sees line %d", kept)
		}
	}
	if r, err := Check(t.Context(), h.path); err != nil || len(r.Found) > 0 {
		t.Errorf("%q, %v", r.Found, err)
	}
	last, err := h.LastExpiry(t.Context())
	if err != nil || last.Lines != 4 || !last.At.Equal(h.now) || !last.Before.Equal(h.now.AddDate(0, 0, -9)) {
		t.Errorf("%+v, %v", last, err)
	}
	if again := h.expires(9); again.Lines != 0 {
		t.Errorf("again: %+v", again)
	}
}

// Who was away so long that lines for them have gone is told how many, once.
func TestThoseForWhomLinesWaitedAreTold(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	seen := h.said("alice", "bob", "seen")
	h.goes("bob")
	h.said("alice", "bob", "one")
	h.said("carol", "", "two, for all")
	h.said("bob", "alice", "his own")
	h.passes(10)
	h.said("alice", "bob", "new")
	h.expires(5)
	h.expires(5) // nothing counts twice
	b := h.comes("bob")
	if b.Expired != 2 {
		t.Errorf("bob is told of %d", b.Expired)
	}
	if b.Delivered <= seen {
		t.Errorf("bob's cursor stands at %d", b.Delivered)
	}
	waiting, err := h.Backlog(t.Context(), b.User.ID, chat.Stretch{From: b.Delivered + 1}, 10)
	if err != nil || waiting.Count != 1 {
		t.Errorf("%+v, %v", waiting, err)
	}
	h.goes("bob")
	if b := h.comes("bob"); b.Expired != 0 {
		t.Errorf("bob is told of %d again", b.Expired)
	}
	if b := h.comes("carol"); b.Expired != 0 {
		t.Errorf("of what went one line was carol's own, and she is told of %d", b.Expired)
	}
}

// What is left to the command more waits as well, in part below the age.
func TestGapsAreCutWhereLinesGo(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	first := h.said("alice", "bob", "one")
	h.said("alice", "bob", "two")
	h.passes(10)
	last := h.said("alice", "bob", "three")
	h.goes("bob", chat.Stretch{From: first, To: last})
	h.expires(5)
	b := h.comes("bob")
	if b.Expired != 2 || len(b.Gaps) != 1 || b.Gaps[0] != (chat.Stretch{From: first + 2, To: last}) {
		t.Errorf("told of %d, gaps %v", b.Expired, b.Gaps)
	}
}

// The session of somebody who is logged in knows how far they are: the database is not told otherwise.
func TestWhoIsLoggedInKeepsTheirPlace(t *testing.T) {
	h := newHouse(t)
	b := h.comes("bob")
	h.said("alice", "bob", "one")
	h.passes(10)
	h.expires(5)
	if got := h.word(t, fmt.Sprintf(`SELECT delivered FROM cursors WHERE user_id = %d`, b.User.ID)); got != "0" {
		t.Errorf("the cursor has moved to %s", got)
	}
}

// A run that is cut off goes on where it was: what was counted is not counted again.
func TestARunThatIsCutGoesOn(t *testing.T) {
	h := newHouse(t)
	for i := range 3 * stepRows {
		h.said("alice", "bob", fmt.Sprintf("line %d", i))
	}
	h.passes(10)
	last, err := h.lastBefore(t.Context(), h.now.AddDate(0, 0, -5))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.charge(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Expire(ctx, h.now); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if done := h.expires(5); done.Lines != 3*stepRows {
		t.Errorf("%+v", done)
	}
	if b := h.comes("bob"); b.Expired != 3*stepRows {
		t.Errorf("bob is told of %d", b.Expired)
	}
}

// Whoever writes while old lines go waits for one small step at most, and gets in between.
func TestOthersWriteWhileLinesExpire(t *testing.T) {
	h := newHouse(t)
	h.fillLog(t, 20*stepRows, 3, 10)
	h.sql(t, `INSERT INTO search (rowid, body, place) SELECT id, words(body), 'f1 t2' FROM log`, `UPDATE log_head SET at = 1`)
	var written int
	done := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if _, err := h.Append(context.Background(), direct(1, 2, "meanwhile")); err != nil {
				t.Error(err)
				return
			}
			written++
		}
	})
	e, err := h.Expire(t.Context(), h.now.AddDate(0, 0, -5))
	close(done)
	writing.Wait()
	if err != nil || e.Lines != 20*stepRows {
		t.Errorf("%+v, %v", e, err)
	}
	if written == 0 {
		t.Error("nobody could write meanwhile")
	}
	t.Logf("%d lines were written while %d went", written, e.Lines)
}

// Nothing of what was said is left, in any form, once it has expired and the database is vacuumed: not in the file, not in
// its log, not in a backup.
func TestWhatExpiredIsFoundNowhere(t *testing.T) {
	h := newHouse(t)
	secrets := []string{"xylophonic", "quetzalcoatlus", "zeitgeistlich"}
	for i := range 30 { // so many that the index of words consists of several parts
		for j := range 20 {
			h.said("alice", "bob", fmt.Sprintf("%s about %d %d", secrets[0], i, j))
		}
	}
	old := h.said("alice", "", secrets[1]+" for all")
	h.appends(chat.Draft{Kind: chat.Edit, Sender: h.users["alice"].ID, Ref: old, Body: sanitize.Message(secrets[2])})
	h.passes(10)
	h.said("alice", "bob", "evergreen stays")
	if found := h.everywhere(secrets[0]); len(found) == 0 {
		t.Fatal("the search finds nothing that is there")
	}
	h.expires(5)
	if err := h.Vacuum(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.said("bob", "alice", "the log is in use again")
	if _, err := h.Backup(t.Context(), h.path+".backup", true); err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if found := h.everywhere(s); len(found) > 0 {
			t.Errorf("%s is still in %v", s, found)
		}
	}
	if len(h.everywhere("evergreen")) == 0 {
		t.Error("what was to stay is gone")
	}
}

// everywhere lists the files of the database's folder in which a word stands, whole or as the index keeps it: without the
// beginning that it shares with the word before it.
func (h *house) everywhere(word string) (files []string) {
	h.t.Helper()
	all, err := filepath.Glob(h.path + "*")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, file := range all {
		content, err := os.ReadFile(file)
		if err != nil {
			h.t.Fatal(err)
		}
		if bytes.Contains(content, []byte(word[1:])) {
			files = append(files, filepath.Base(file))
		}
	}
	return files
}

func TestVacuumGivesRoomBack(t *testing.T) {
	h := newHouse(t)
	h.fillLog(t, 20_000, 3, 10)
	h.sql(t, `UPDATE log_head SET at = 1`)
	size := func() int64 {
		t.Helper()
		if err := checkpointed(h.Store); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(h.path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	h.expires(5)
	if err := h.Vacuum(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := size(); after > before/4 {
		t.Errorf("%d bytes became %d", before, after)
	}
	if h.said("alice", "bob", "and on") != 20_001 {
		t.Error("an id was given twice")
	}
}

func checkpointed(s *Store) error {
	return s.writer.outside(context.Background(), func(c *sql.Conn) error { return checkpoint(context.Background(), c) })
}
