package soak

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/servertest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		servertest.RemoveBinary()
		os.Exit(code)
	}))
}

// A short soak: a server that is killed several times, and nothing that it promised is lost. What it does is
// random, so it prints its seed.
func TestSoak(t *testing.T) {
	plan := Plan{
		Binary: servertest.Binary(t), Dir: filepath.Join(t.TempDir(), "data"),
		Seed: uint64(time.Now().UnixNano() % 1_000_000), Time: 5 * time.Second, Clients: 6,
		Life: 700 * time.Millisecond, Progress: t.Output(),
	}
	if testing.Short() {
		plan.Time = 2 * time.Second
	}
	t.Logf("seed %d", plan.Seed)
	h, err := plan.Run(t.Context())
	if err != nil {
		t.Error(err)
	}
	violations := Check(h)
	for i, v := range violations {
		if i < 10 {
			h.Explain(t.Output(), v)
		}
	}
	r := Count(h, violations)
	if err := r.WriteTable(t.Output()); err != nil {
		t.Error(err)
	}
	if r.Violations > 0 || r.Kills == 0 || r.Acknowledged == 0 || r.Received == 0 {
		t.Errorf("%d violations, %d kills, %d lines acknowledged, %d received",
			r.Violations, r.Kills, r.Acknowledged, r.Received)
	}
	for _, a := range h.Accounts {
		if a.Made > 0 && !a.Settled {
			t.Errorf("%s was never read to the end", a.Name)
		}
	}
}

func TestAServerThatDoesNotStartIsAnError(t *testing.T) {
	plan := Plan{Binary: "/nonexistent/sshchat", Dir: t.TempDir(), Time: time.Second, Clients: 2, Life: time.Second}
	if _, err := plan.Run(t.Context()); err == nil {
		t.Error("no error")
	}
	plan.Binary = servertest.Binary(t)
	plan.Dir = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plan.Dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Run(t.Context()); err == nil {
		t.Error("no error for a folder that is a file")
	}
}

func TestAHistoryComesBackAsItWasWritten(t *testing.T) {
	m := newModel(1)
	m.Faults = []Fault{{3, "something"}}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	// The two as text: what is empty may come back as nothing.
	was, _ := json.Marshal(&m.History)
	is, _ := json.Marshal(back)
	if !bytes.Equal(was, is) {
		t.Errorf("read\n%s\nwant\n%s", is, was)
	}
}

func TestAHistoryWhosePartsDoNotFitIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		breaks func(h *History)
	}{
		{"no lines of an account", func(h *History) { h.Lines = h.Lines[1:] }},
		{"a line to nobody", func(h *History) { h.Lines[alice][0].To = 9 }},
		{"a line on no connection", func(h *History) { h.Lines[alice][0].Conn = 9 }},
		{"a connection of nobody", func(h *History) { h.Conns[0].Account = 9 }},
		{"no connection", func(h *History) { h.Conns[0] = nil }},
		{"an unknown end", func(h *History) { h.Conns[0].End = 99 }},
		{"an unknown event", func(h *History) { h.Conns[0].Events[0].What = 99 }},
		{"a line to a room that is not there", func(h *History) { h.Lines[alice][0].To = yard - 1 }},
		{"a kick out of an account", func(h *History) { h.Lines[alice][0].Room = bob }},
		{"a kick that nobody typed", func(h *History) {
			h.Conns[0].Events[0] = Event{What: KickTyped, Line: LineID{alice, 9}, Who: bob, Room: hall}
		}},
		{"an edit of a line that is none", func(h *History) { h.Lines[alice][0].Of = 1 }},
		{"an answer to a line that is none", func(h *History) { h.Lines[alice][0].Re = -1 }},
		{"an edit that nobody typed", func(h *History) { h.Conns[0].Events[0] = Event{What: EditTyped, Line: LineID{alice, 9}} }},
		{"an event in a room that is not there", func(h *History) { h.Conns[0].Events[0].Room = yard - 1 }},
		{"an event about nobody", func(h *History) { h.Conns[0].Events[0].Who = 99 }},
	} {
		s := newStory()
		s.enters(alice, bob)
		s.says(alice, bob, bob)
		c.breaks(&s.History)
		var file bytes.Buffer
		if err := s.Write(&file); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&file); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
	if _, err := Read(bytes.NewReader([]byte("no history"))); err == nil {
		t.Error("what is no history is read")
	}
}

func TestCount(t *testing.T) {
	s := newStory()
	s.enters(alice, bob, carol, dave)
	id := s.says(alice, bob, bob)
	s.types(alice, bob)
	s.joins(hall, alice, bob, carol)
	s.says(alice, hall, bob, carol)
	s.leaves(carol, hall, alice, bob)
	s.edits(id, bob)
	s.deletes(id, bob)
	s.kicks(alice, bob, hall)
	s.asks(dave, JoinTyped, hall)
	s.stops(true, alice, bob, carol, dave)
	s.enters(alice, bob)
	s.empties(id, bob)
	s.shows(s.says(alice, bob, bob), bob)
	s.event(alice, Event{What: Stalled})
	s.event(bob, Event{What: BlockAnswered, Who: alice})
	s.ends(TakenOver, bob)
	s.enters(bob)
	s.ends(Cut, bob)
	s.ends(Left, alice)
	s.stops(false)
	s.Took = time.Minute
	got := Count(&s.History, make([]Violation, 3))
	want := Report{Took: time.Minute, Kills: 1, Terms: 1, Logins: 7, Cuts: 1, Stalls: 1, TakeOvers: 1, Logouts: 1,
		Blocks: 1, Joins: 3, Leaves: 1, Kicks: 1, Edits: 1, Deletes: 1, Typed: 4, Acknowledged: 3, InRooms: 1, Received: 7, Again: 1, Violations: 3}
	if got != want {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}
