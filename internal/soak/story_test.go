package soak

import (
	"slices"
	"testing"
	"time"
)

// A story is a history made by hand. Each thing takes a millisecond.
type story struct {
	History
	at   time.Duration
	open []int // of each account, its connection
}

const tick = time.Millisecond

// The accounts of every story.
const (
	alice = iota
	bob
	carol
	dave
)

// The rooms of every story.
const (
	hall = firstRoom
	yard = firstRoom - 1
)

func newStory() *story {
	s := &story{open: make([]int, 4)}
	s.Seed, s.Rooms = 7, []string{"#hall", "#yard"}
	for _, n := range []string{"alice", "bob", "carol", "dave"} {
		s.Accounts = append(s.Accounts, Account{Name: n, Asked: s.tick(), Made: s.tick(), Settled: true})
	}
	s.Lines = make([][]Line, len(s.Accounts))
	return s
}

func (s *story) tick() time.Duration {
	s.at += tick
	return s.at
}

func (s *story) waits(d time.Duration) { s.at += d }

// enters logs in accounts.
func (s *story) enters(who ...int) {
	for _, a := range who {
		s.open[a] = len(s.Conns)
		s.Conns = append(s.Conns, &Conn{Account: a, Dialled: s.tick(), Welcome: s.tick(), End: Odd})
	}
}

func (s *story) conn(who int) *Conn { return s.Conns[s.open[who]] }

func (s *story) event(who int, e Event) {
	e.At = s.tick()
	c := s.conn(who)
	c.Events = append(c.Events, e)
}

// types types a line, which nobody sees yet.
func (s *story) types(who, to int) LineID {
	id := LineID{int32(who), int32(len(s.Lines[who]))}
	s.event(who, Event{What: Typed, Line: id})
	s.Lines[who] = append(s.Lines[who], Line{To: to, Typed: s.at, Conn: int32(s.open[who])})
	return id
}

// shows shows a line to accounts.
func (s *story) shows(id LineID, who ...int) {
	for _, a := range who {
		s.event(a, s.showing(id))
	}
}

func (s *story) showing(id LineID) Event {
	l := s.Lines[id.By][id.N]
	return Event{What: Shown, Line: id, From: int16(id.By), Who: int16(l.To), Room: int16(l.Room), Edited: l.Of > 0}
}

// asks types what is asked for in a room, which nobody answers yet.
func (s *story) asks(who int, what What, room int) { s.event(who, Event{What: what, Who: int16(room)}) }

// answered ends the answers to what was asked for in a room.
func (s *story) answered(who int, answers ...Event) {
	for _, e := range append(answers, Event{What: Answered}) {
		s.event(who, e)
	}
}

// comes and goes show that an account has come into a room, or has left it.

func (s *story) comes(who, room int, seenBy ...int) { s.tells(Joined, who, room, seenBy) }
func (s *story) goes(who, room int, seenBy ...int)  { s.tells(Parted, who, room, seenBy) }

func (s *story) tells(what What, who, room int, seenBy []int) {
	for _, a := range seenBy {
		s.event(a, Event{What: what, From: int16(who), Who: int16(room)})
	}
}

// joins has accounts come into a room one after the other, and each see those behind it.
func (s *story) joins(room int, who ...int) {
	for i, a := range who {
		s.asks(a, JoinTyped, room)
		s.comes(a, room, who[:i+1]...)
		s.answered(a, Event{What: Entered, Who: int16(room)})
	}
}

// leaves has an account leave a room, and others see it.
func (s *story) leaves(who, room int, seenBy ...int) {
	s.asks(who, LeaveTyped, room)
	s.goes(who, room, append([]int{who}, seenBy...)...)
	s.answered(who)
}

// kick types a kick, of which nobody sees anything yet.
func (s *story) kick(who, whom, room int) LineID {
	id := LineID{int32(who), int32(len(s.Lines[who]))}
	s.event(who, Event{What: KickTyped, Line: id, Who: int16(whom), Room: int16(room)})
	s.Lines[who] = append(s.Lines[who], Line{To: whom, Room: room, Typed: s.at, Conn: int32(s.open[who])})
	return id
}

// kicks has an account kick another, which both of them see, and others.
func (s *story) kicks(who, whom, room int, seenBy ...int) LineID {
	id := s.kick(who, whom, room)
	s.shows(id, append([]int{who, whom}, seenBy...)...)
	s.answered(who)
	return id
}

// invite types an invitation, which nobody sees yet.
func (s *story) invite(who, whom, room int) {
	s.event(who, Event{What: InviteTyped, Who: int16(whom), Room: int16(room)})
}

// invites shows one to those who are given.
func (s *story) invites(who, whom, room int, seenBy ...int) {
	for _, a := range seenBy {
		s.event(a, Event{What: Invited, From: int16(who), Who: int16(whom), Room: int16(room)})
	}
}

// says types a line, and shows it to its sender and others.
func (s *story) says(who, to int, seenBy ...int) LineID {
	id := s.types(who, to)
	s.shows(id, append([]int{who}, seenBy...)...)
	return id
}

func (s *story) ends(end End, who ...int) {
	for _, a := range who {
		c := s.conn(a)
		if end == Left || end == TakenOver {
			c.Asked = s.tick()
		}
		c.End, c.Ended = end, s.tick()
	}
}

// stops stops the server under those who are given.
func (s *story) stops(kill bool, who ...int) {
	at := s.tick()
	end := Stopped
	if kill {
		end = Lost
	}
	s.ends(end, who...)
	s.Stops = append(s.Stops, Stop{At: at, Gone: s.tick(), Kill: kill})
}

// find gives the index of the only showing of a line on the connection that an account has open.
func (s *story) find(who int, id LineID) int {
	return slices.IndexFunc(s.conn(who).Events, func(e Event) bool { return e.What == Shown && e.Line == id })
}

// swaps exchanges two lines on the screen of an account.
func (s *story) swaps(who int, a, b LineID) {
	i, j := s.find(who, a), s.find(who, b)
	ev := s.conn(who).Events
	ev[i], ev[j] = ev[j], ev[i]
	ev[i].At, ev[j].At = ev[j].At, ev[i].At
}

// wants checks the history: all that is found must be of these kinds, and all of these kinds found.
func (s *story) wants(t *testing.T, kinds ...Kind) {
	t.Helper()
	var found []Kind
	all := Check(&s.History)
	for _, v := range all {
		if !slices.Contains(found, v.Kind) {
			found = append(found, v.Kind)
		}
	}
	slices.Sort(found)
	slices.Sort(kinds)
	if !slices.Equal(found, kinds) {
		t.Errorf("found %q, want %q:", found, kinds)
		for _, v := range all {
			s.Explain(t.Output(), v)
		}
	}
}
