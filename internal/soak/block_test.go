package soak

import (
	"testing"
	"time"
)

func TestWhenSomebodyIsBlocked(t *testing.T) {
	// The moments at which bob types and is answered.
	const block, blocks, unblock, unblocks, again, stands = 10, 20, 30, 40, 50, 60
	s := newStory()
	s.enters(alice, bob)
	for _, e := range []Event{{At: block, What: BlockTyped}, {At: blocks, What: BlockAnswered},
		{At: unblock, What: UnblockTyped}, {At: unblocks, What: UnblockAnswered},
		{At: again, What: BlockTyped}, {At: stands, What: BlockAnswered}} {
		e.Who = alice
		s.conn(bob).Events = append(s.conn(bob).Events, e)
	}
	b := blockings(&s.History)[pair{bob, alice}]
	for _, c := range []struct {
		from, to     time.Duration
		within, mayb bool
	}{
		{1, 9, false, false},
		{1, 10, false, true},
		{11, 19, false, true},
		{15, 25, false, true},
		{20, 25, false, true}, // at the same moment nothing is sure
		{21, 29, true, true},
		{21, 30, false, true},
		{21, 35, false, true},
		{31, 39, false, true},
		{41, 49, false, false},
		{45, 55, false, true},
		{61, 1000, true, true},
		{25, 65, false, true}, // there was a time between
	} {
		if b.within(c.from, c.to) != c.within || b.maybe(c.from, c.to) != c.mayb {
			t.Errorf("from %d to %d: within %t, maybe %t", c.from, c.to, b.within(c.from, c.to), b.maybe(c.from, c.to))
		}
	}
	var none *blocking
	if none.within(1, 2) || none.maybe(1, 2) {
		t.Error("who was never blocked is")
	}
}

// What is not answered leaves open what it did, on this connection and the next.
func TestAnUnansweredBlock(t *testing.T) {
	s := newStory()
	s.enters(alice, bob)
	s.event(bob, Event{What: BlockTyped, Who: alice})
	s.ends(Cut, bob)
	s.enters(bob)
	open := s.tick()
	s.event(bob, Event{What: UnblockTyped, Who: alice})
	s.event(bob, Event{What: UnblockAnswered, Who: alice})
	over := s.tick()
	b := blockings(&s.History)[pair{bob, alice}]
	if !b.maybe(open, open) || b.within(open, open) || b.maybe(over, over) {
		t.Errorf("%+v", b)
	}
}
