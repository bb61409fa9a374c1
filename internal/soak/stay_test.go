package soak

import (
	"testing"
	"time"
)

// When bob asks to come into the hall, is in it, asks to leave it, and is out of it, and the same again.
const (
	asksIn  = 10
	isIn    = 20
	asksOut = 30
	isOut   = 40
	again   = 50
	back    = 60
)

// stays gives those that follow from what bob does in the hall at given moments.
func staysOfBob(events ...Event) *index {
	s := newStory()
	s.enters(bob)
	for _, e := range events {
		e.Who = hall
		s.conn(bob).Events = append(s.conn(bob).Events, e)
	}
	return newIndex(&s.History)
}

func TestWhenSomebodyIsInARoom(t *testing.T) {
	x := staysOfBob(Event{At: asksIn, What: JoinTyped}, Event{At: isIn, What: Entered}, Event{At: isIn, What: Answered},
		Event{At: asksOut, What: LeaveTyped}, Event{At: isOut, What: Answered},
		Event{At: again, What: JoinTyped}, Event{At: back, What: Entered}, Event{At: back, What: Answered})
	for _, c := range []struct {
		from, to    time.Duration
		sure, maybe bool
	}{
		{1, 9, false, false},
		{1, 10, false, false}, // what is seen as the join is typed is before it
		{1, 11, false, true},
		{15, 25, false, true},
		{20, 30, true, true},
		{20, 31, false, true},
		{31, 39, false, true},
		{40, 50, false, false},
		{45, 55, false, true},
		{60, 1000, true, true},
		{25, 65, false, true}, // it was out in between
	} {
		m := member{bob, hall}
		if x.surelyIn(m, c.from, c.to) != c.sure || x.maybeIn(m, c.from, c.to) != c.maybe {
			t.Errorf("from %d to %d: surely in %t, maybe %t", c.from, c.to, x.surelyIn(m, c.from, c.to), x.maybeIn(m, c.from, c.to))
		}
	}
	if x.maybeIn(member{bob, yard}, 20, 30) || x.maybeIn(member{alice, hall}, 20, 30) {
		t.Error("who was never in a room may be")
	}
}

func TestWhatIsKnownOfAStay(t *testing.T) {
	join := []Event{{At: asksIn, What: JoinTyped}, {At: isIn, What: Entered}, {At: isIn, What: Answered}}
	for _, c := range []struct {
		name        string
		then        []Event
		sure, maybe bool // at the end
	}{
		{"nothing else", nil, true, true},
		{"a leave that nobody answers", []Event{{At: asksOut, What: LeaveTyped}}, false, true},
		{"a leave that is declined", []Event{{At: asksOut, What: LeaveTyped}, {At: isOut, What: Declined}, {At: isOut, What: Answered}}, true, true},
		{"a leave by somebody who is outside", []Event{{At: asksOut, What: LeaveTyped}, {At: isOut, What: Outside}, {At: isOut, What: Answered}}, true, false},
		{"a leave that the screen shows and nobody answers", []Event{{At: asksOut, What: LeaveTyped}, {At: isOut, What: Parted, From: bob}}, false, false},
		{"barred", []Event{{At: asksOut, What: JoinTyped}, {At: isOut, What: Barred}, {At: isOut, What: Answered}}, true, false},
		{"in already", []Event{{At: asksOut, What: JoinTyped}, {At: isOut, What: AlreadyIn}, {At: isOut, What: Answered}}, true, true},
	} {
		x := staysOfBob(append(join, c.then...)...)
		m := member{bob, hall}
		if sure, maybe := x.surelyIn(m, 45, 50), x.maybeIn(m, 45, 50); sure != c.sure || maybe != c.maybe {
			t.Errorf("%s: surely in %t, maybe %t", c.name, sure, maybe)
		}
	}
}

// A join that nobody answers may have been done, and what is in already shows that one was.
func TestAnUnansweredJoin(t *testing.T) {
	x := staysOfBob(Event{At: asksIn, What: JoinTyped})
	m := member{bob, hall}
	if !x.maybeIn(m, 15, 1000) || x.surelyIn(m, 15, 1000) {
		t.Error("it is known what became of it")
	}
	x = staysOfBob(Event{At: asksIn, What: JoinTyped}, Event{At: isIn, What: JoinTyped},
		Event{At: asksOut, What: AlreadyIn}, Event{At: asksOut, What: Answered})
	if !x.surelyIn(m, isOut, 1000) {
		t.Error("who is in already is not in")
	}
}

// Who comes and goes is told without a token: which time it is, is known if it can be no other.
func TestWhichComingIsShown(t *testing.T) {
	s := newStory()
	s.enters(alice, bob, carol)
	s.joins(hall, bob)
	s.joins(hall, alice)
	s.leaves(bob, hall, alice)
	s.joins(hall, bob) // alice and carol may see this one later
	s.enters(dave)
	s.leaves(bob, hall)
	s.joins(hall, bob)
	s.comes(bob, hall, alice) // any of them
	s.comes(bob, hall, dave)  // the last one: dave was not there before
	s.comes(bob, hall, carol)
	s.comes(bob, hall, carol)
	s.comes(bob, hall, carol) // all three
	x := newIndex(&s.History)
	var which []int
	for _, w := range x.said {
		if e := x.Conns[w.conn].Events[w.event]; e.What != Joined || int(e.From) != bob || x.Conns[w.conn].Account == bob {
			continue
		}
		n := -1
		for i, c := range x.changes[member{bob, hall}] {
			if c == w.change {
				n = i
			}
		}
		which = append(which, n)
	}
	// The changes are: join, leave, join, leave, join. alice comes after the first.
	want := []int{-1, 0, 2, 4, 4}
	if len(which) != len(want) {
		t.Fatalf("they are %v, want %v", which, want)
	}
	for i := range want {
		if which[i] != want[i] {
			t.Fatalf("they are %v, want %v", which, want)
		}
	}
}
