package soak

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/servertest"
)

// players are so many on a server of the test's own, logged in.
func players(t *testing.T, n int) (all []*player, screens []*screen) {
	t.Helper()
	r := &run{crowd: &crowd{
		names: names(n), who: make(map[string]int16), made: make([]atomic.Bool, n), venue: &venue{change: make(chan struct{})},
	}}
	r.Binary, r.Dir = servertest.Binary(t), filepath.Join(t.TempDir(), "data")
	r.opens()
	if err := r.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.stop(false); err != nil {
			t.Error(err)
		}
	})
	for i := range n {
		p := newPlayer(r.crowd, i, rand.New(rand.NewPCG(1, uint64(i))))
		s := p.enters(t.Context(), false)
		if s == nil {
			t.Fatalf("%s cannot log in", p.names[i])
		}
		all, screens = append(all, p), append(screens, s)
	}
	return all, screens
}

// What players do in a room and see of it on a real server is understood, and without violations.
func TestPlayersInARoom(t *testing.T) {
	const attic, anna, ben = 0, 0, 1
	p, s := players(t, 2)
	join, leave := Event{What: JoinTyped, Who: int16(room(attic))}, Event{What: LeaveTyped, Who: int16(room(attic))}
	for i, step := range []struct {
		what string
		does func() What
		want What
	}{
		{"ben leaves before he has come", func() What { return p[ben].asks(s[ben], attic, leave, "leave #attic") }, Outside},
		{"anna makes the room", func() What { return p[anna].asks(s[anna], attic, join, "join #attic") }, Entered},
		{"ben comes", func() What { return p[ben].asks(s[ben], attic, join, "join #attic") }, Entered},
		{"ben comes again", func() What { return p[ben].asks(s[ben], attic, join, "join #attic") }, AlreadyIn},
		{"ben kicks the owner", func() What { return p[ben].about(s[ben], KickTyped, attic, anna) }, Declined},
		{"anna kicks ben", func() What { return p[anna].about(s[anna], KickTyped, attic, ben) }, Answered},
		{"ben comes back", func() What { return p[ben].asks(s[ben], attic, join, "join #attic") }, Barred},
		{"anna invites ben", func() What { return p[anna].about(s[anna], InviteTyped, attic, ben) }, Answered},
		{"ben comes back", func() What { return p[ben].asks(s[ben], attic, join, "join #attic") }, Entered},
		{"anna gives ben a role", func() What { return p[anna].about(s[anna], PromoteTyped, attic, ben) }, Answered},
		{"anna leaves", func() What { return p[anna].asks(s[anna], attic, leave, "leave #attic") }, Answered},
	} {
		if got := step.does(); got != step.want {
			t.Errorf("step %d, %s: the answer is %q, want %q", i, step.what, got, step.want)
		}
	}
	if p[ben].learns(s[ben]); !p[ben].rooms[attic].governs || !p[ben].rooms[attic].in || p[anna].rooms[attic].in {
		t.Errorf("they believe %+v and %+v", p[anna].rooms[attic], p[ben].rooms[attic])
	}
	for i := range p {
		p[i].leaves(s[i])
		p[i].rec.history.Accounts[i].Settled = true
	}
	for _, v := range Check(&p[anna].rec.history) {
		p[anna].rec.history.Explain(t.Output(), v)
		t.Error(v.Kind)
	}
	if k := strings.Join([]string{s[ben].kinds(), s[anna].kinds()}, ", "); !strings.Contains(k, "sees who joins") ||
		!strings.Contains(k, "sees who is invited") {
		t.Errorf("they have seen: %s", k)
	}
}

// What players do to their own lines, and see of it on a real server, is understood, and without violations.
func TestPlayersChangeTheirLines(t *testing.T) {
	const anna, ben = 0, 1
	p, s := players(t, 2)
	l := Line{To: ben, Conn: s[anna].number, Typed: p[anna].rec.now()}
	id := p[anna].rec.line(anna, l)
	s[anna].note(Event{What: Typed, Line: id}, func() { s[anna].owed++ })
	s[anna].types("message " + p[anna].names[ben] + " " + p[anna].text(id, l))
	if !p[anna].isAnswered(s[anna]) || p[anna].requests(s[anna], Event{What: SentTyped}, "sent") != Answered {
		t.Fatal("anna is not answered")
	}
	text, number, ok := p[anna].ownLine(s[anna])
	if !ok || text != id {
		t.Fatalf("anna knows the number of %v, want %v", text, id)
	}
	p[anna].edits(s[anna], text, number)
	if text, _, ok = p[anna].ownLine(s[anna]); !ok || p[anna].rec.history.origin(text) != id || text == id {
		t.Errorf("after the edit she knows %v", text)
	}
	p[anna].answers(s[anna], text, number)
	p[anna].isAnswered(s[anna])
	p[anna].deletes(s[anna], text, number)
	if _, _, ok := p[anna].ownLine(s[anna]); ok {
		t.Error("after the deletion she knows a line")
	}
	p[anna].edits(s[anna], text, number)
	for i := range p {
		p[i].leaves(s[i])
		p[i].rec.history.Accounts[i].Settled = true
	}
	for _, v := range Check(&p[anna].rec.history) {
		p[anna].rec.history.Explain(t.Output(), v)
		t.Error(v.Kind)
	}
	if k := s[anna].kinds(); !strings.Contains(k, "sees who deletes") || !strings.Contains(k, "is told there is no line") {
		t.Errorf("anna has seen: %s", k)
	}
	e := s[ben].conn.Events
	if !slices.ContainsFunc(e, func(e Event) bool { return e.Edited }) || !slices.ContainsFunc(e, func(e Event) bool { return e.Quote > 0 }) {
		t.Errorf("ben has seen %+v", e)
	}
}

// All rooms can be made together.
func TestNamesOfRoomsAreUnlike(t *testing.T) {
	for i, n := range roomNames {
		if got, err := chat.ParseRoom(n); err != nil || got.String() != n {
			t.Errorf("%q is no name: %v", n, err)
		}
		for _, other := range roomNames[:i] {
			if chat.RoomName(n).Skeleton() == chat.RoomName(other).Skeleton() {
				t.Errorf("%q looks like %q", n, other)
			}
		}
	}
}

// Most is said where the player is, some of it where it may not be.
func TestARoomToSpeakIn(t *testing.T) {
	p := newPlayer(nil, 0, rand.New(rand.NewPCG(1, 2)))
	p.rooms[1].in = true
	chosen := make([]int, len(p.rooms))
	for range 1000 {
		chosen[p.aRoom()]++
	}
	if chosen[1] < 800 || chosen[0] == 0 || chosen[2] == 0 {
		t.Errorf("chosen are %v", chosen)
	}
}

// All names can be had together: the server refuses one that looks like another.
func TestNamesAreUnlike(t *testing.T) {
	list := names(MostClients)
	for i, n := range list {
		if got, err := chat.ParseName(n); err != nil || string(got) != n {
			t.Errorf("%q is no name: %v", n, err)
		}
		if slices.Contains(list[:i], n) {
			t.Errorf("%q comes twice", n)
		}
		for _, other := range list[:i] {
			if chat.Name(n).Skeleton() == chat.Name(other).Skeleton() {
				t.Errorf("%q looks like %q", n, other)
			}
		}
	}
}

func TestSomebodyIsAnybodyElse(t *testing.T) {
	p := &player{crowd: &crowd{names: names(5)}, me: 3, rng: rand.New(rand.NewPCG(1, 2))}
	seen := make(map[int]int)
	for range 1000 {
		seen[p.somebody()]++
	}
	if len(seen) != 4 || seen[3] > 0 {
		t.Errorf("they are %v", seen)
	}
}

// The longest line fits the message limit, and most are short.
func TestPadding(t *testing.T) {
	const mostBytes = 4000 // the default of limits.message_bytes
	p := &player{rng: rand.New(rand.NewPCG(1, 2))}
	short, longest := 0, int32(0)
	for range 10_000 {
		n := p.pad()
		longest = max(longest, n)
		if n == 0 {
			short++
		}
	}
	if short < 6000 || longest < 3000 || int(longest)+len(token(1<<63, LineID{63, 1 << 30}))+1 > mostBytes {
		t.Errorf("%d of 10000 are short, the longest has %d bytes", short, longest)
	}
}
