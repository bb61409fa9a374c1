package soak

import (
	"strings"
	"testing"
)

// What happens in rooms is told by the names of those it happens to.
func TestExplainNamesRooms(t *testing.T) {
	s := newStory()
	s.enters(alice, bob)
	s.joins(hall, alice, bob)
	s.says(alice, hall, bob)
	s.kicks(alice, bob, hall)
	var out strings.Builder
	for _, who := range []int{alice, bob} {
		s.Explain(&out, Violation{Kind: Broken, Conns: []int{s.open[who]}})
	}
	for _, words := range []string{"types join #hall", "sees who joins bob #hall", "sees " + token(7, LineID{alice, 0}) + " to #hall",
		"types kick " + token(7, LineID{alice, 1}) + " to bob #hall", "is answered\n"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("no %q in\n%s", words, &out)
		}
	}
}

// Whoever reads of a violation sees the events around it, and no others.
func TestExplain(t *testing.T) {
	s := newStory()
	s.enters(alice, bob)
	for range 20 {
		s.says(alice, bob, bob)
	}
	id := s.says(alice, everyone, bob)
	s.event(bob, Event{What: BlockTyped, Who: alice})
	s.event(bob, Event{What: Stalled})
	for range 20 {
		s.says(alice, bob, bob)
	}
	var out strings.Builder
	s.Explain(&out, Violation{Kind: Twice, Account: bob, Line: id, Lines: true, Conns: []int{s.open[bob]}, Text: "so it is"})
	for _, words := range []string{"twice: so it is", "of bob", token(7, id), "types block alice", "stops reading",
		token(7, LineID{alice, 19}) + " to bob"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("no %q in\n%s", words, &out)
		}
	}
	if n := strings.Count(out.String(), "\n"); n > 2*around+5 {
		t.Errorf("%d lines:\n%s", n, &out)
	}
	if strings.Contains(out.String(), token(7, LineID{alice, 0})) {
		t.Errorf("it shows what was long before:\n%s", &out)
	}
	// One without a line is about an end.
	out.Reset()
	s.Explain(&out, Violation{Kind: Broken, Conns: []int{s.open[bob]}})
	if !strings.Contains(out.String(), token(7, LineID{alice, 40})) || strings.Contains(out.String(), token(7, id)) {
		t.Errorf("not the end of the connection:\n%s", &out)
	}
}
