package store

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// noon is when the tests of what the console looks up begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// clocked is a store whose time the test moves.
func clocked(t *testing.T) (s *Store, now *time.Time) {
	t.Helper()
	at := noon
	s = openAt(t, filepath.Join(t.TempDir(), "sshchat.db"), Settings{Now: func() time.Time { return at }})
	if _, err := s.StartNode(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return s, &at
}

func (s *Store) logIn(t *testing.T, u chat.User, from string) chat.Begun {
	t.Helper()
	b, err := s.BeginLogin(t.Context(), chat.NewLogin{User: u.ID, Slot: chat.Prompt, Node: chat.Node{ID: 1, Epoch: 1},
		Remote: netip.MustParseAddrPort(from)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *Store) logOut(t *testing.T, b chat.Begun) {
	t.Helper()
	if err := s.EndLogin(t.Context(), chat.Progress{Login: b.ID, User: b.User.ID}, "logout"); err != nil {
		t.Fatal(err)
	}
}

// Whoever came from an address from which somebody came lately is a neighbour, once, by the newest such address.
func TestNeighbours(t *testing.T) {
	s, _ := clocked(t)
	bob, carol, dave := s.signUp(t, "bob"), s.signUp(t, "carol"), s.signUp(t, "dave")
	for _, from := range []string{"192.0.2.1:1", "192.0.2.2:1", "[2001:db8::1]:1"} {
		s.logOut(t, s.logIn(t, bob, from))
		s.logOut(t, s.logIn(t, carol, from))
	}
	s.logIn(t, dave, "192.0.2.99:1")
	a, err := s.Account(t.Context(), bob.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []Neighbour{{carol.Person, netip.MustParseAddr("2001:db8::1")}}
	if diff := cmp.Diff(want, a.SeenWith, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("bob's (-want +got):\n%s", diff)
	}
	if a, err := s.Account(t.Context(), dave.ID); err != nil || len(a.SeenWith) != 0 {
		t.Errorf("dave's are %v, %v", a.SeenWith, err)
	}
	for range neighbourLogins {
		s.logOut(t, s.logIn(t, bob, "192.0.2.50:1"))
	}
	if a, err := s.Account(t.Context(), bob.ID); err != nil || len(a.SeenWith) != 0 {
		t.Errorf("what was long ago counts: %v, %v", a.SeenWith, err)
	}
	if _, err := s.Account(t.Context(), 99); err != chat.ErrNoUser {
		t.Errorf("of nobody: %v", err)
	}
}

// A school behind one address does not make the answer grow.
func TestNeighboursAreBounded(t *testing.T) {
	s, _ := clocked(t)
	s.fillUsers(t, 3*MostNeighbours)
	s.sql(t, `INSERT INTO logins (user_id, node, epoch, slot, remote, port, since, ended_at)
		SELECT id, 1, 1, 'prompt', '192.0.2.1', 1, 0, 1 FROM users`)
	if a, err := s.Account(t.Context(), 1); err != nil || len(a.SeenWith) != MostNeighbours {
		t.Errorf("%d, %v", len(a.SeenWith), err)
	}
}

// Who was erased is nobody whom one blocks, though what they said stays hidden.
func TestBlocksOfTheErasedDoNotCount(t *testing.T) {
	s, _ := clocked(t)
	bob, carol, dave := s.signUp(t, "bob"), s.signUp(t, "carol"), s.signUp(t, "dave")
	for _, pair := range [][2]chat.User{{bob, carol}, {bob, dave}, {dave, bob}} {
		d := chat.Draft{Kind: chat.Block, Sender: pair[0].ID, Recipient: pair[1].ID}
		if _, err := s.Append(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Erase(t.Context(), dave.ID, false, byConsole); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Account(t.Context(), bob.ID); err != nil || a.Blocks != 1 || a.BlockedBy != 0 {
		t.Errorf("bob blocks %d and is blocked by %d, %v", a.Blocks, a.BlockedBy, err)
	}
}

// Settings that are damaged are none: the account can still be looked at.
func TestAnAccountWithDamagedSettings(t *testing.T) {
	s, _ := clocked(t)
	bob := s.signUp(t, "bob")
	s.sql(t, `UPDATE users SET settings = '{'`)
	if a, err := s.Account(t.Context(), bob.ID); err != nil || a.Settings != (chat.Settings{}) {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestStatsOfAWeek(t *testing.T) {
	s, now := clocked(t)
	bob := s.signUp(t, "bob")
	carol := s.signUp(t, "carol")
	say := func(daysAgo, n int) {
		*now = noon.AddDate(0, 0, -daysAgo)
		for range n {
			if _, err := s.Append(t.Context(), broadcast(bob.ID, "x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	say(9, 2)
	say(6, 3)
	s.logOut(t, s.logIn(t, bob, "192.0.2.1:1"))
	say(1, 1)
	say(0, 4)
	if _, err := s.Append(t.Context(), chat.Draft{Kind: chat.Direct, Sender: bob.ID, Recipient: carol.ID, Body: sanitize.Line("x")}); err != nil {
		t.Fatal(err)
	}
	s.logIn(t, carol, "192.0.2.1:1")
	x, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x.Accounts != 2 || x.Banned != 0 || x.LoginsToday != 1 || !x.CountedFrom.IsZero() {
		t.Errorf("%+v", x)
	}
	if got, want := said(x), "3 0 0 0 0 1 5"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
	if d := x.Days[6]; d.Direct != 1 || d.Broadcasts != 4 || !d.Start.Equal(noon.Truncate(24*time.Hour)) {
		t.Errorf("today is %+v", d)
	}
}

// said is how much was said on each day.
func said(x Stats) (text string) {
	for i, d := range x.Days {
		if i > 0 {
			text += " "
		}
		text += fmt.Sprint(d.Direct + d.Broadcasts + d.Room)
	}
	return text
}

// Of a very large log only the end is counted, and that is said.
func TestStatsOfVeryMuch(t *testing.T) {
	s, now := clocked(t)
	bob := s.signUp(t, "bob")
	for day := range 3 {
		*now = noon.AddDate(0, 0, day-2)
		for range 4 {
			if _, err := s.Append(t.Context(), broadcast(bob.ID, "x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	var x Stats
	err := s.snapshot(t.Context(), "count", func(q querier) error {
		return x.count(t.Context(), q, startOfDay(*now), 12, 6)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(x), "0 0 0 0 0 2 4"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
	if !x.CountedFrom.Equal(noon.AddDate(0, 0, -1)) || x.Days[0].Start.IsZero() {
		t.Errorf("counted from %v", x.CountedFrom)
	}
}

// A report is open until it is closed, which is an act.
func TestReportsAreClosedOnce(t *testing.T) {
	s, _ := clocked(t)
	bob, carol := s.signUp(t, "bob"), s.signUp(t, "carol")
	in := s.logIn(t, bob, "192.0.2.1:1")
	for i := range 3 {
		r := chat.NewReport{Login: in.ID, Reporter: bob.ID, About: carol.ID, Text: sanitize.Line(fmt.Sprint("report ", i))}
		if id, err := s.AddReport(t.Context(), r); err != nil || id != int64(i+1) {
			t.Fatalf("%d, %v", id, err)
		}
	}
	a := chat.Audit{Actor: "uid 0", Via: "console", Action: "report close", Target: "2", Detail: "warned"}
	for _, c := range []struct {
		id   int64
		want error
	}{{2, nil}, {2, chat.ErrStale}, {9, chat.ErrNoEntry}} {
		if err := s.CloseReport(t.Context(), c.id, sanitize.Line("seen to"), a); err != c.want {
			t.Errorf("close %d: %v, want %v", c.id, err, c.want)
		}
	}
	list := func(all bool, after int64, limit int) (text string) {
		rs, err := s.Reports(t.Context(), all, after, limit, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			text += fmt.Sprint(r.ID, " ")
		}
		return text
	}
	for _, c := range []struct{ got, want string }{
		{list(false, 0, 9), "1 3 "}, {list(true, 0, 9), "1 2 3 "}, {list(true, 1, 1), "2 "}, {list(false, 3, 9), ""},
	} {
		if c.got != c.want {
			t.Errorf("listed %q, want %q", c.got, c.want)
		}
	}
	rs, err := s.Reports(t.Context(), true, 1, 1, 0)
	if err != nil || rs[0].ClosedBy != "uid 0" || rs[0].Note.String() != "warned" || !rs[0].Closed.Equal(noon) || rs[0].Line.ID != 0 {
		t.Errorf("%+v, %v", rs, err)
	}
	if acts, err := s.AuditRows(t.Context(), AuditQuery{Limit: 9}); err != nil || len(acts) != 1 || acts[0].Audit != a {
		t.Errorf("the audit table has %v, %v", acts, err)
	}
}
