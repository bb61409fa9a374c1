package soak

import (
	"fmt"
	"strings"
	"testing"
)

// newBareScreen is bob's screen without a connection: what comes is given to it by hand.
func newBareScreen() *screen {
	rec := newRecorder(7, []string{"alice", "bob", "carol"})
	s := &screen{rec: rec, reader: testReader, gone: make(chan struct{}), change: make(chan struct{}), pending: make(map[int]bool)}
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
