package soak

import (
	"slices"
	"strings"
	"testing"
)

// split gives the lines that more has shown on the connection that an account has open, and those that came by
// themselves.
func (s *story) split(who int) (older, live []LineID) {
	c := s.conn(who)
	o, l := split(newIndex(&s.History), c)
	for _, i := range o {
		older = append(older, c.Events[i].Line)
	}
	for _, i := range l {
		live = append(live, c.Events[i].Line)
	}
	return older, live
}

// What more shows is told from what came meanwhile, as far as that can be known.
func TestSplit(t *testing.T) {
	s := newStory()
	s.enters(alice, bob, carol)
	s.ends(Left, bob)
	waited := s.says(alice, bob)
	fresh := s.types(alice, bob) // nobody has seen it when bob connects
	s.enters(bob)
	early := s.says(carol, bob, bob)
	own := s.says(bob, carol, carol)
	s.event(bob, Event{What: MoreTyped})
	s.shows(waited, bob)
	s.shows(fresh, bob)
	late := s.says(carol, bob, bob)
	s.event(bob, Event{What: MoreEnded})
	last := s.says(carol, bob, bob)

	older, live := s.split(bob)
	if want := []LineID{waited}; !slices.Equal(older, want) {
		t.Errorf("more has shown %v, want %v", older, want)
	}
	if want := []LineID{early, own, late, last}; !slices.Equal(live, want) {
		t.Errorf("%v came by themselves, want %v", live, want)
	}
}

// Before a line of its own nothing is known of what a connection shows during more.
func TestSplitWithoutALineOfItsOwn(t *testing.T) {
	s := newStory()
	s.enters(alice, bob)
	s.ends(Left, bob)
	waited := s.says(alice, bob)
	s.enters(bob)
	s.event(bob, Event{What: MoreTyped})
	s.shows(waited, bob)
	s.event(bob, Event{What: MoreEnded})
	if older, live := s.split(bob); len(older)+len(live) > 0 {
		t.Errorf("it is said to know %v and %v", older, live)
	}
}

// A cycle is told by its lines alone, however much stands before and behind it.
func TestTheShortestCycleIsTold(t *testing.T) {
	s := newStory()
	s.enters(alice, bob, carol)
	for range 50 {
		s.says(alice, bob, bob)
	}
	a, b := s.types(alice, everyone), s.types(carol, everyone)
	s.shows(a, alice, bob)
	s.shows(b, alice, bob, carol)
	s.shows(a, carol)
	for range 50 {
		s.says(alice, bob, bob)
	}
	g := newGraph(newIndex(&s.History))
	left := 0
	for _, in := range g.unsorted() {
		if in {
			left++
		}
	}
	if left != 2 {
		t.Errorf("%d nodes are on cycles, want 2", left)
	}
	found := disorder(newIndex(&s.History))
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	v := found[0]
	if n := strings.Count(v.Text, "stands on connection"); n != 2 || len(v.Conns) != 2 ||
		!strings.Contains(v.Text, token(7, a)) || !strings.Contains(v.Text, token(7, b)) {
		t.Errorf("it is told as %v: %s", v.Conns, v.Text)
	}
}

func TestCyclesAreBounded(t *testing.T) {
	s := newStory()
	s.enters(alice, bob, carol)
	for range 3 * mostCycles {
		a, b := s.types(alice, everyone), s.types(carol, everyone)
		s.shows(a, alice, bob)
		s.shows(b, alice, bob, carol)
		s.shows(a, carol)
	}
	if found := disorder(newIndex(&s.History)); len(found) != mostCycles {
		t.Errorf("%d are told, want %d", len(found), mostCycles)
	}
}

func TestAGraphWithoutLinesHasNoCycle(t *testing.T) {
	s := newStory()
	if found := disorder(newIndex(&s.History)); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
