package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// erasing is a file with somebody in it who is to be erased: each word that they have left there is one that nothing else
// has.
type erasing struct {
	*testing.T
	path string
	s    *Store
	node chat.Node
	eve  chat.User
	bob  chat.User
	room chat.RoomID
}

func newErasing(t *testing.T) *erasing {
	t.Helper()
	e := &erasing{T: t, path: filepath.Join(t.TempDir(), "sshchat.db")}
	e.s = openAt(t, e.path, Settings{})
	var err error
	if e.node, err = e.s.StartNode(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	made, err := e.s.CreateUsers(t.Context(), []chat.NewUser{
		{Name: "Zyxwanda", Password: "hashofzyx", Key: chat.Key{Fingerprint: "SHA256:zyxprint", Public: "ssh-ed25519 zyxkey", Label: "zyxlabel"}},
		{Name: "bob", Password: "hashofbob"}}, chat.Audit{Actor: "uid 0", Via: "console", Action: "user import"})
	if err != nil {
		t.Fatal(err)
	}
	e.eve, e.bob = made[0], made[1]
	return e
}

func (e *erasing) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

func (e *erasing) says(d chat.Draft, text string) *chat.Entry {
	e.Helper()
	d.Body = sanitize.Message(text)
	said, err := e.s.Append(e.Context(), d)
	e.must(err)
	return said
}

// lives has eve do everything of which something is kept.
func (e *erasing) lives() {
	e.Helper()
	ctx, eve, bob := e.Context(), e.eve.ID, e.bob.ID
	e.must(e.s.SaveSettings(ctx, eve, chat.Settings{About: "zyxabout", Highlight: "zyxmark"}))
	b, err := e.s.BeginLogin(ctx, chat.NewLogin{User: eve, Slot: chat.Prompt, Node: e.node,
		Remote: netip.MustParseAddrPort("203.0.113.99:4711"), Client: "SSH-2.0-zyxclient"})
	e.must(err)
	join := e.says(chat.Draft{Kind: chat.Join, Sender: eve, NewName: "lab"}, "")
	e.room = join.Room.ID
	e.says(chat.Draft{Kind: chat.Join, Sender: bob, NewName: "lab"}, "")
	e.says(chat.Draft{Kind: chat.Hand, Sender: eve, Room: e.room}, "zyxhand")
	said := e.says(chat.Draft{Kind: chat.Said, Sender: eve, Room: e.room}, "zyxroom")
	e.says(chat.Draft{Kind: chat.Pin, Sender: eve, Room: e.room, Ref: said.ID}, "")
	e.says(chat.Draft{Kind: chat.Edit, Sender: eve, Ref: said.ID}, "zyxedit")
	e.says(chat.Draft{Kind: chat.Direct, Sender: eve, Recipient: bob}, "zyxdirect")
	e.says(chat.Draft{Kind: chat.Broadcast, Sender: eve}, "zyxbroadcast")
	e.says(chat.Draft{Kind: chat.Direct, Sender: bob, Recipient: eve}, "kept of bob")
	e.says(chat.Draft{Kind: chat.Block, Sender: eve, Recipient: bob}, "")
	e.says(chat.Draft{Kind: chat.Block, Sender: bob, Recipient: eve}, "")
	e.must(e.s.EndLogin(ctx, chat.Progress{Login: b.ID, User: eve, Gaps: []chat.Stretch{{From: 1, To: 1}}, GapsChanged: true,
		Unsent: []chat.Unsent{{Text: sanitize.Message("zyxunsent")}}}, "logout"))
	_, err = e.s.Fail(ctx, chat.Failure{Key: "zyxwanda", Remote: netip.MustParseAddrPort("203.0.113.99:4711")},
		chat.LockPolicy{Strikes: 3, Lockout: time.Minute})
	e.must(err)
	e.must(e.s.Audit(ctx, chat.Audit{Actor: "Zyxwanda", Via: "chat", Action: "kick", Target: "bob"}))
	e.must(e.s.Rename(ctx, eve, "zyxtwo", chat.Audit{Actor: "uid 0", Via: "console", Action: "rename", Target: "Zyxwanda", Detail: "zyxtwo"}))
}

// bytes is the file after everything that was deleted has left it.
func (e *erasing) bytes() []byte {
	e.Helper()
	e.must(e.s.Close())
	db, err := sql.Open("sqlite", e.path)
	e.must(err)
	_, err = db.ExecContext(e.Context(), `VACUUM`)
	e.must(err)
	e.must(db.Close())
	all, err := os.ReadFile(e.path)
	e.must(err)
	return bytes.ToLower(all)
}

// words are those of zyxword that the file still has.
func (e *erasing) words() (left []string) {
	e.Helper()
	all := e.bytes()
	for _, w := range strings.Fields("wanda two print key label about mark client hand room edit direct broadcast unsent") {
		if bytes.Contains(all, []byte("zyx"+w)) {
			left = append(left, w)
		}
	}
	for _, w := range []string{"203.0.113.99", "hashofzyx"} {
		if bytes.Contains(all, []byte(w)) {
			left = append(left, w)
		}
	}
	return left
}

// Without this the others could not fail.
func TestEverythingIsInTheFileBefore(t *testing.T) {
	e := newErasing(t)
	e.lives()
	if left := e.words(); len(left) != 16 {
		t.Errorf("it has %q", left)
	}
}

func TestAnErasedAccountLeavesItsMessages(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.must(e.s.Erase(t.Context(), e.eve.ID, false, chat.Audit{Actor: "uid 0", Via: "console", Action: "user erase", Target: "account 1"}))
	lines, err := e.s.Lines(t.Context(), e.bob.ID, chat.LogQuery{Limit: 10})
	e.must(err)
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprintf("%s: %s", l.Sender.Name, l.Body))
	}
	want := []string{"deleted account: zyxedit", "deleted account: zyxdirect", "deleted account: zyxbroadcast", "bob: kept of bob"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("bob sees %q, want %q", got, want)
	}
	if left := strings.Join(e.words(), " "); left != "hand room edit direct broadcast" {
		t.Errorf("what is left is %q", left)
	}
}

func TestAnErasedAccountLeavesNothing(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.must(e.s.Erase(t.Context(), e.eve.ID, true, chat.Audit{Actor: "uid 0", Via: "console", Action: "user erase", Target: "account 1"}))
	lines, err := e.s.Lines(t.Context(), e.bob.ID, chat.LogQuery{Limit: 10})
	e.must(err)
	if len(lines) != 1 || lines[0].Body.String() != "kept of bob" || lines[0].Recipient.Name != chat.Deleted {
		t.Errorf("bob sees %v", lines)
	}
	if left := e.words(); len(left) > 0 {
		t.Errorf("what is left is %q", left)
	}
}

// No table keeps a row of whom it has erased, but for what others go by.
func TestNoTableKeepsTheAccount(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.must(e.s.Erase(t.Context(), e.eve.ID, true, chat.Audit{Target: "account 1"}))
	rows, err := e.s.readDB.QueryContext(t.Context(), `
		SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE  m.type = 'table' AND (c.name LIKE '%user_id' OR c.name IN ('watcher_id', 'watched_id', 'blocker_id'))`)
	columns, err := collect(rows, err, func(row scanner) (c [2]string, err error) { return c, row.Scan(&c[0], &c[1]) })
	e.must(err)
	if len(columns) < 10 {
		t.Fatalf("only %d columns are looked at", len(columns))
	}
	for _, c := range columns {
		var n int
		query := fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s = $1`, c[0], c[1])
		if err := e.s.readDB.QueryRowContext(t.Context(), query, int64(e.eve.ID)).Scan(&n); err != nil || n > 0 {
			t.Errorf("%s has %d rows, %v", c[0], n, err)
		}
	}
	var target, actor string
	err = e.s.readDB.QueryRowContext(t.Context(), `SELECT group_concat(DISTINCT target), group_concat(DISTINCT actor) FROM audit`).Scan(&target, &actor)
	if err != nil || target != "account 1,bob" || !strings.Contains(actor, "account 1") {
		t.Errorf("the audit table has targets %q and actors %q, %v", target, actor, err)
	}
}

// With many lines in it the index of words is written anew in pieces.
func TestWordsLeaveTheIndexInPieces(t *testing.T) {
	e := newErasing(t)
	for i := range 3000 {
		by, word := e.bob.ID, "kept"
		if i%2 == 0 {
			by, word = e.eve.ID, "zyxedit"
		}
		e.says(chat.Draft{Kind: chat.Broadcast, Sender: by}, fmt.Sprintf("%s%d %s", word, i*7919, strings.Repeat(fmt.Sprint(i*31), 9)))
	}
	e.must(e.s.Erase(t.Context(), e.eve.ID, true, chat.Audit{Target: "account 1"}))
	search, err := chat.ParseSearch("kept7919")
	e.must(err)
	if found, err := e.s.Lines(t.Context(), e.bob.ID, chat.LogQuery{Search: search, Newest: true, Limit: 9}); err != nil || len(found) != 1 {
		t.Errorf("bob finds %d lines: %v", len(found), err)
	}
	if left := e.words(); len(left) > 0 {
		t.Errorf("what is left is %q", left)
	}
}
