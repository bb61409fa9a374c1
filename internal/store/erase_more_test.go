package store

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// found is what Check finds wrong in a store that is open.
func (s *Store) found(t *testing.T) []string {
	t.Helper()
	v, err := Check(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	return v.Found
}

var byConsole = chat.Audit{Actor: "uid 0", Via: "console", Action: "user erase", Target: "account 1"}

func TestADatabaseWithAnErasedAccountIsSound(t *testing.T) {
	e := newErasing(t)
	e.lives()
	e.must(e.s.Erase(t.Context(), e.eve.ID, true, byConsole))
	if found := e.s.found(t); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}

// The index of words is written when a batch ends, and lines can go in the batch in which they came.
func TestWordsOfALineThatGoesInItsBatch(t *testing.T) {
	for name, goes := range map[string]func(*Store, chat.UserID) error{
		"erased": func(s *Store, u chat.UserID) error { return s.Erase(t.Context(), u, true, byConsole) },
		"expired": func(s *Store, _ chat.UserID) error {
			return s.write(t.Context(), "expire", several, func(x *tx) error { return x.deleteLines([]int64{1}) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			eve := s.signUp(t, "eve")
			if _, err := s.Append(t.Context(), broadcast(eve.ID, "one")); err != nil {
				t.Fatal(err)
			}
			h := hold(t, s)
			drafts := []chat.Draft{{Kind: chat.Edit, Sender: eve.ID, Ref: 1, Body: sanitize.Line("secret")}}
			if name == "erased" {
				drafts = append(drafts, broadcast(eve.ID, "another"))
			}
			for _, d := range drafts {
				h.call(func() {
					if _, err := s.Append(t.Context(), d); err != nil {
						t.Error(err)
					}
				})
			}
			h.call(func() {
				if err := goes(s, eve.ID); err != nil {
					t.Error(err)
				}
			})
			h.end()
			var left int
			if err := s.readDB.QueryRowContext(t.Context(), `SELECT count(*) FROM search`).Scan(&left); err != nil || left != 0 {
				t.Errorf("the words of %d lines are left, %v", left, err)
			}
		})
	}
}

// What is refused behind lines of its batch has not taken them out of the index.
func TestWordsStayWhenAnEraseFails(t *testing.T) {
	s := newStore(t)
	eve := s.signUp(t, "eve")
	h := hold(t, s)
	h.call(func() {
		if _, err := s.Append(t.Context(), broadcast(eve.ID, "needle")); err != nil {
			t.Error(err)
		}
	})
	h.call(func() {
		err := s.write(t.Context(), "erase", several, func(x *tx) error {
			if err := x.deleteLines([]int64{1}); err != nil {
				return err
			}
			return chat.ErrStale
		})
		if err == nil {
			t.Error("it was not refused")
		}
	})
	h.end()
	if found := s.found(t); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}

func TestABroadcastIsNotForWhoWasErased(t *testing.T) {
	s := newStore(t)
	alice, _, carol := s.signUp(t, "alice"), s.signUp(t, "bob"), s.signUp(t, "carol")
	sent := func() chat.SentLine {
		t.Helper()
		lines, err := s.Sent(t.Context(), alice.ID, 0, 9)
		if err != nil {
			t.Fatal(err)
		}
		return lines[len(lines)-1]
	}
	if err := s.Erase(t.Context(), carol.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), broadcast(alice.ID, "hi")); err != nil {
		t.Fatal(err)
	}
	if l := sent(); l.Of != 1 {
		t.Errorf("it is for %d, want 1", l.Of)
	}
	dave := s.signUp(t, "dave") // too late for it
	if err := s.Erase(t.Context(), dave.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	if l := sent(); l.Of != 1 {
		t.Errorf("it is for %d, want 1", l.Of)
	}
}

// An account stands by name where it has governed others.
func TestTheNameOfWhoHasGovernedIsErased(t *testing.T) {
	e := newErasing(t)
	ctx := t.Context()
	a := chat.Audit{Actor: "Zyxwanda", Via: "chat", Action: "ban"}
	troll, silent := e.s.signUp(t, "troll"), e.s.signUp(t, "silent")
	e.must(e.s.Ban(ctx, chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAddress, What: "192.0.2.1"}, Actor: a.Actor}, a))
	e.must(e.s.Ban(ctx, chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAccount, What: "troll"}, User: troll.ID, Actor: a.Actor}, a))
	e.must(e.s.SetMute(ctx, silent.ID, &chat.Muting{Actor: a.Actor}, sanitize.Line("muted"), a))
	b, err := e.s.BeginLogin(ctx, chat.NewLogin{User: e.bob.ID, Slot: chat.Prompt, Node: e.node})
	e.must(err)
	id, err := e.s.AddReport(ctx, chat.NewReport{Login: b.ID, Reporter: e.bob.ID, About: troll.ID, Text: sanitize.Line("spam")})
	e.must(err)
	e.must(e.s.CloseReport(ctx, id, sanitize.Line("seen to"), a))
	said := e.says(chat.Draft{Kind: chat.Broadcast, Sender: e.eve.ID}, "hello")
	e.says(chat.Draft{Kind: chat.Delete, Ref: said.ID, Audit: &chat.Audit{Actor: "uid 0", Action: "message delete", Target: "#1 by Zyxwanda"}}, "")
	e.must(e.s.SetMute(ctx, e.eve.ID, &chat.Muting{Actor: "uid 0"}, sanitize.Line("you are muted: zyxedit"), a))
	e.must(e.s.Erase(ctx, e.eve.ID, false, byConsole))
	bans, err := e.s.Bans(ctx)
	e.must(err)
	for _, b := range bans {
		if b.Actor != "account 1" {
			t.Errorf("%s was banned by %q", b, b.Actor)
		}
	}
	if left := e.words(); len(left) > 0 {
		t.Errorf("what is left is %q", left)
	}
}

// A name may have been another's before, or since: what those did is not put on whoever is erased.
func TestEraseLeavesTheRowsOfOthersWithTheName(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := openAt(t, dbIn(t), Settings{Now: func() time.Time { return now }})
	a := func(actor, action, target, detail string) chat.Audit {
		now = now.Add(time.Second)
		return chat.Audit{Actor: actor, Via: "chat", Action: action, Target: target, Detail: detail}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	alice := s.signUp(t, "alice")
	must(s.Audit(t.Context(), a("alice", "kick", "first", "")))
	must(s.Rename(t.Context(), alice.ID, "bob", a("uid 0", "rename", "alice", "bob")))
	now = now.Add(chat.NameKept)
	another := s.signUp(t, "alice")
	must(s.Audit(t.Context(), a("alice", "kick", "second", "")))
	must(s.Erase(t.Context(), alice.ID, false, a("uid 0", "user erase", "account 1", "")))
	actors := func() string {
		var all []string
		rows, err := s.AuditRows(t.Context(), AuditQuery{Action: "kick", Limit: 9})
		must(err)
		for _, r := range rows {
			all = append(all, fmt.Sprintf("%s: %s", r.Target, r.Actor))
		}
		return strings.Join(all, ", ")
	}
	if got, want := actors(), "first: account 1, second: alice"; got != want {
		t.Errorf("the audit table has %q, want %q", got, want)
	}
	must(s.Erase(t.Context(), another.ID, false, a("uid 0", "user erase", "account 2", "")))
	if got, want := actors(), "first: account 1, second: account 2"; got != want {
		t.Errorf("the audit table has %q, want %q", got, want)
	}
}

// A name that was another's is one's own from the rename on, and one that was given up and taken again in both its times.
func TestEraseKnowsSinceWhenANameWasHeld(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := openAt(t, dbIn(t), Settings{Now: func() time.Time { return now }})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	kicks := func(actor, target string) {
		now = now.Add(time.Second)
		must(s.Audit(t.Context(), chat.Audit{Actor: actor, Via: "chat", Action: "kick", Target: target}))
	}
	renames := func(id chat.UserID, from string, to chat.Name) {
		now = now.Add(time.Second)
		must(s.Rename(t.Context(), id, to, chat.Audit{Action: "rename", Target: from, Detail: string(to)}))
	}
	alice, bob := s.signUp(t, "alice"), s.signUp(t, "bob")
	kicks("alice", "first")
	kicks("bob", "second")
	renames(bob.ID, "bob", "carol")
	now = now.Add(chat.NameKept)
	renames(alice.ID, "alice", "bob")
	kicks("bob", "third")
	renames(alice.ID, "bob", "alice")
	kicks("alice", "fourth")
	must(s.Erase(t.Context(), alice.ID, false, byConsole))
	rows, err := s.AuditRows(t.Context(), AuditQuery{Action: "kick", Limit: 9})
	must(err)
	var all []string
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s: %s", r.Target, r.Actor))
	}
	if got, want := strings.Join(all, ", "), "first: account 1, second: bob, third: account 1, fourth: account 1"; got != want {
		t.Errorf("the audit table has %q, want %q", got, want)
	}
}

// Whose ban is over is staff again, and counts as nobody who is banned; nor does who was erased.
func TestABanThatIsOver(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := openAt(t, dbIn(t), Settings{Now: func() time.Time { return now }})
	alice, bob := s.signUp(t, "alice"), s.signUp(t, "bob")
	if err := s.SetRole(t.Context(), alice.ID, chat.Moderator, sanitize.Line("told"), byConsole); err != nil {
		t.Fatal(err)
	}
	b := chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAccount}, User: alice.ID, Until: now.Add(time.Hour)}
	if err := s.Ban(t.Context(), b, byConsole); err != nil {
		t.Fatal(err)
	}
	if err := s.Erase(t.Context(), bob.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	counts := func(wantStaff, wantBanned int) {
		t.Helper()
		staff, err := s.Staff(t.Context())
		if err != nil || len(staff) != wantStaff {
			t.Errorf("staff are %v, %v", staff, err)
		}
		x, err := s.Stats(t.Context())
		if err != nil || x.Accounts != 1 || x.Banned != wantBanned {
			t.Errorf("%d accounts, %d banned, %v; want 1, %d", x.Accounts, x.Banned, err, wantBanned)
		}
	}
	counts(0, 1)
	now = now.Add(time.Hour)
	counts(1, 0)
}

// A report is no way out for whom it is about: it goes with the lines only.
func TestReportsStayWithTheLines(t *testing.T) {
	for _, messages := range []bool{false, true} {
		e := newErasing(t)
		b, err := e.s.BeginLogin(t.Context(), chat.NewLogin{User: e.bob.ID, Slot: chat.Prompt, Node: e.node})
		e.must(err)
		line := e.says(chat.Draft{Kind: chat.Broadcast, Sender: e.eve.ID}, "spam")
		_, err = e.s.AddReport(t.Context(), chat.NewReport{Login: b.ID, Reporter: e.bob.ID, About: e.eve.ID, Line: line, Text: sanitize.Line("look")})
		e.must(err)
		e.must(e.s.Erase(t.Context(), e.eve.ID, messages, byConsole))
		list, err := e.s.Reports(t.Context(), false, 0, 9, 0)
		if err != nil || (len(list) == 0) != messages {
			t.Fatalf("with messages %v: %v, %v", messages, list, err)
		}
		if !messages && (list[0].About != chat.Deleted || list[0].Line.Body.String() != "spam") {
			t.Errorf("the report is %v", list[0])
		}
	}
}

// What was said of a name's locks is somebody else's if the name is.
func TestEraseLeavesTheLocksOfWhoHasTheNameNow(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := openAt(t, dbIn(t), Settings{Now: func() time.Time { return now }})
	alice := s.signUp(t, "alice")
	if err := s.Rename(t.Context(), alice.ID, "bob", chat.Audit{Action: "rename", Target: "alice", Detail: "bob"}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(chat.NameKept)
	s.signUp(t, "alice")
	f := chat.Failure{Key: "alice", Remote: netip.MustParseAddrPort("192.0.2.1:22")}
	if _, err := s.Fail(t.Context(), f, chat.LockPolicy{Strikes: 1, Lockout: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := s.Erase(t.Context(), alice.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Locked(t.Context(), f); err != nil || l.Until.IsZero() {
		t.Errorf("the lock is gone: %v, %v", l, err)
	}
}

// What a room is said to be for goes with the words of whoever has said so last.
func TestTheTopicOfWhoIsErased(t *testing.T) {
	for last, want := range map[bool]string{true: "", false: "of bob"} {
		e := newErasing(t)
		lab := e.says(chat.Draft{Kind: chat.Join, Sender: e.bob.ID, NewName: "lab"}, "").Room.ID
		e.says(chat.Draft{Kind: chat.Join, Sender: e.eve.ID, NewName: "lab"}, "")
		e.says(chat.Draft{Kind: chat.Promote, Sender: e.bob.ID, Recipient: e.eve.ID, Room: lab}, "")
		e.says(chat.Draft{Kind: chat.Topic, Sender: e.eve.ID, Room: lab}, "of eve")
		e.says(chat.Draft{Kind: chat.Topic, Sender: e.bob.ID, Room: lab}, "of bob")
		if last {
			e.says(chat.Draft{Kind: chat.Topic, Sender: e.eve.ID, Room: lab}, "of eve again")
		}
		e.must(e.s.Erase(t.Context(), e.eve.ID, true, byConsole))
		r, err := e.s.Room(t.Context(), e.bob.ID, "lab")
		if err != nil || r.Topic.String() != want {
			t.Errorf("the topic is %q, %v; want %q", r.Topic, err, want)
		}
	}
}

// What the readers have compiled outlives that the file is written anew.
func TestKeptStatementsOutliveAVacuum(t *testing.T) {
	s := newStore(t)
	alice, bob := s.signUp(t, "alice"), s.signUp(t, "bob")
	for n := range 3 * readers {
		if _, err := s.Append(t.Context(), direct(alice.ID, bob.ID, "hello")); err != nil {
			t.Fatal(err)
		}
		if err := s.Vacuum(t.Context()); err != nil {
			t.Fatal(err)
		}
		if lines, err := s.Lines(t.Context(), bob.ID, chat.LogQuery{Limit: 100}); err != nil || len(lines) != n+1 {
			t.Fatalf("bob sees %d lines, %v", len(lines), err)
		}
	}
}
