package soak

import (
	"fmt"
	"strings"
	"testing"
)

// newBareScreen is bob's screen without a connection: what comes is given to it by hand.
func newBareScreen() *screen {
	rec := newRecorder(7, []string{"alice", "bob", "carol"}, []string{"#attic", "#hall"})
	s := &screen{rec: rec, reader: testReader, gone: make(chan struct{}), change: make(chan struct{}),
		heard: make(map[int]int), governs: make(map[int]bool), edits: make(map[int32]bool), numbers: make(map[LineID]int64),
		pending: make(map[int]bool)}
	s.conn, s.number = rec.opened(1, rec.now())
	return s
}

// kinds are the kinds of the screen's events, in order.
func (s *screen) kinds() string {
	var all []string
	for _, e := range s.conn.Events {
		all = append(all, e.What.String())
	}
	return strings.Join(all, ", ")
}

func TestAScreenWritesDownWhatComes(t *testing.T) {
	s := newBareScreen()
	s.owed, s.marks, s.pending[0] = 3, 1, true
	for _, piece := range []string{"Welcome, b", "ob\n14:02 alice → you  s7-c00-000000\n14:02 you → carol  s7-c01-00", "0000 xx\n",
		"not sent: carol has blocked you\nno user \"carol\" — no\n", "blocked alice; they\nno command \"zz\"\n──  goodbye, bob  ──\n"} {
		fmt.Fprint(s, piece)
	}
	if got, want := s.kinds(), "sees, sees, is refused by, is told there is no, blocks, has seen more"; got != want {
		t.Errorf("it has written down: %s; want: %s", got, want)
	}
	if e := s.conn.Events[1]; e.Line != (LineID{1, 0}) || e.From != 1 || e.Who != 2 || e.Pad != 2 || e.At == 0 {
		t.Errorf("the own line is %+v", e)
	}
	if s.conn.Welcome == 0 || s.parting != goodbye || s.owed != 0 || s.marks != 0 || s.pending[0] {
		t.Errorf("welcome %v, parting %d, owed %d, marks %d, pending %v", s.conn.Welcome, s.parting, s.owed, s.marks, s.pending)
	}
	if a, r := s.rec.acknowledged.Load(), s.rec.received.Load(); a != 1 || r != 1 {
		t.Errorf("%d acknowledged, %d received", a, r)
	}
	if f := s.rec.history.Faults; len(f) > 0 {
		t.Errorf("faults: %v", f)
	}
}

// Between what is asked for in a room and the end of the answers all refusals are of that; what comes behind is of
// the lines that were typed behind it.
func TestAScreenTellsTheAnswersOfRoomsFromThoseOfLines(t *testing.T) {
	for _, c := range []struct {
		says, kinds string
		answer      What
		owed        int
	}{
		{"──  14:02 #hall: you joined  ──\nroom     #hall\ntopic    none\nmembers  1 member, 1 online\n",
			"sees who joins, enters, is answered", Entered, 2},
		{"you are not in #hall — join #hall first\n", "is outside of, is answered", Outside, 2},
		{"you were removed from #hall — one of\n", "is barred from, is answered", Barred, 2},
		{"not sent: carol has blocked you\n", "may not, is answered", Declined, 2},
		{"the server is busy, try again\n", "may not, is answered", Declined, 2},
		{"not done: this login has ended — connect\n", "may not, is answered", Declined, 2},
		{"──  14:02 #hall: you removed carol: s7-c01-000009  ──\n", "sees, is answered", Answered, 2},
	} {
		s := newBareScreen()
		s.owed, s.marks, s.asking, s.answer = 2, 1, true, Answered
		fmt.Fprint(s, c.says, "no command \"zz\"\n")
		if got := s.kinds(); got != c.kinds || s.answer != c.answer || s.owed != c.owed || s.asking || s.marks != 0 {
			t.Errorf("%q is written down as %s, answer %v, owed %d; want %s, %v, %d", c.says, got, s.answer, s.owed, c.kinds, c.answer, c.owed)
		}
		fmt.Fprint(s, "you are not in #hall — join #hall first\n")
		if e := s.conn.Events[len(s.conn.Events)-1]; e.What != NotIn || e.Who != firstRoom-1 || s.owed != c.owed-1 {
			t.Errorf("a refusal behind %q is %+v, and %d lines are owed", c.says, e, s.owed)
		}
		if f := s.rec.history.Faults; len(f) > 0 {
			t.Errorf("faults: %v", f)
		}
	}
}

// What sent lists can be meant by its number, and an edit that comes answers no line.
func TestAScreenKnowsOwnLinesByTheirNumbers(t *testing.T) {
	s := newBareScreen()
	s.owed, s.asking, s.edits[4] = 1, true, true
	fmt.Fprint(s, "#12 14:02 → carol  s7-c01-000003 xxx…   they have it\n14:02 you → carol (edited 14:03)  s7-c01-000004\n"+
		"──  14:03 you deleted what was said at 14:02  ──\n14:02 #hall alice (deleted 14:03)  \nthere is no line with that number\nno command \"zz\"\n")
	if n := s.numbers[LineID{1, 3}]; n != 12 || s.owed != 1 {
		t.Errorf("the number is %d, and %d lines are owed", n, s.owed)
	}
	if got, want := s.kinds(), "sees, sees who deletes, sees what was deleted, is told there is no line, is answered"; got != want {
		t.Errorf("it has written down: %s; want: %s", got, want)
	}
	if e := s.conn.Events[0]; !e.Edited || e.Line != (LineID{1, 4}) {
		t.Errorf("the edit is %+v", e)
	}
}

func TestAScreenRemembersWhoSpokeLastInARoom(t *testing.T) {
	s := newBareScreen()
	if _, ok := s.lastIn(firstRoom - 1); ok {
		t.Error("somebody has spoken in a room in which nobody has")
	}
	fmt.Fprint(s, "14:02 #hall alice  s7-c00-000000\n14:02 #hall carol  s7-c02-000000\n14:02 #hall you  s7-c01-000000\n")
	if who, ok := s.lastIn(firstRoom - 1); !ok || who != 2 {
		t.Errorf("the last to speak is %d, %t", who, ok)
	}
}

func TestAScreenRemembersWhereTheAccountGoverns(t *testing.T) {
	s := newBareScreen()
	s.asking = true
	fmt.Fprint(s, "──  14:02 #hall: alice made you an operator  ──\nroom     #attic\nmembers  1 member, 1 online\n")
	if !s.governs[firstRoom] || !s.governs[firstRoom-1] {
		t.Errorf("it governs %v", s.governs)
	}
}

func TestWhatNobodyAskedForIsAFault(t *testing.T) {
	s := newBareScreen()
	fmt.Fprint(s, "room     #hall\nyou are in #hall already\n")
	if n := len(s.rec.history.Faults); n != 2 {
		t.Errorf("%d faults, want 2: %v", n, s.rec.history.Faults)
	}
}

// An own line that was typed on an earlier connection answers nothing that was typed on this one.
func TestALineOfAnEarlierConnectionAnswersNothing(t *testing.T) {
	s := newBareScreen()
	s.first, s.owed = 5, 1
	fmt.Fprint(s, "14:02 you → carol  s7-c01-000004  (stored just before the link was lost)\n")
	if s.owed != 1 || s.rec.acknowledged.Load() != 0 {
		t.Errorf("%d lines are owed, %d acknowledged", s.owed, s.rec.acknowledged.Load())
	}
}

func TestWhatAScreenMustNotSayIsAFault(t *testing.T) {
	s := newBareScreen()
	fmt.Fprint(s, "something went wrong on the server\n")
	fmt.Fprint(strange{s}, "on the other stream")
	if n := len(s.rec.history.Faults); n != 2 {
		t.Errorf("%d faults, want 2: %v", n, s.rec.history.Faults)
	}
	for range 2 * mostFaults {
		s.fault("again")
	}
	if n := len(s.rec.history.Faults); n != mostFaults {
		t.Errorf("%d faults are kept, want %d", n, mostFaults)
	}
}

func TestTheLastWordsTellTheEnd(t *testing.T) {
	for parting, want := range map[sayingKind]End{
		goodbye: Left, shuttingDown: Stopped, takenOver: TakenOver, linkDead: Odd, unexpected: Lost,
	} {
		if got := endOf(parting); got != want {
			t.Errorf("after %d it has %s, want %s", parting, got, want)
		}
	}
}

func TestWaitingEndsWithTheSession(t *testing.T) {
	s := newBareScreen()
	told := make(chan bool)
	go func() { told <- s.waits("for a welcome", func() bool { return s.told[welcome] > 0 }) }()
	fmt.Fprint(s, "Welcome, bob\n")
	if !<-told {
		t.Error("what has come is not seen")
	}
	go func() { told <- s.waits("for more", func() bool { return s.marks < 0 }) }()
	close(s.gone)
	if <-told {
		t.Error("what never came is seen")
	}
}
