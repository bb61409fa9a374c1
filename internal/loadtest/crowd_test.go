package loadtest

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestACrowdSeesEachLine(t *testing.T) {
	for _, c := range []struct {
		name                 string
		pty                  bool
		senders, outstanding int
	}{
		{"one line at a time", false, 1, 1},
		{"many from one", false, 1, 32},
		{"many from many", false, 3, 96},
		{"terminals", true, 1, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := startBare(t)
			crowd := gather(t, hall{kind: bareKind("", nil), addr: p.addr, pty: c.pty, senders: c.senders}, 5)
			for range 2 { // it can be used again
				lines, err := crowd.stream(t.Context(), 50*time.Millisecond, c.outstanding)
				if err != nil || lines < 1 {
					t.Fatalf("%d lines, %v", lines, err)
				}
			}
			if got, least := crowd.bytes.Load(), int64(crowd.sent*5*len(text(0))); got < least {
				t.Errorf("%d lines came as %d bytes, fewer than %d", crowd.sent, got, least)
			}
			if under := len(crowd.whole); under != 0 {
				t.Errorf("%d lines are left over", under)
			}
		})
	}
}

func TestACrowdInTheRoomOfABareLoopIsOne(t *testing.T) {
	p := startBare(t)
	crowd := gather(t, hall{kind: bareKind("", nil), addr: p.addr, senders: 1, room: true}, 3)
	if lines, err := crowd.stream(t.Context(), 20*time.Millisecond, 1); err != nil || lines < 1 {
		t.Errorf("%d lines, %v", lines, err)
	}
}

func TestTickTimesEveryLine(t *testing.T) {
	p := startBare(t)
	crowd := gather(t, hall{kind: bareKind("", nil), addr: p.addr, senders: 1}, 3)
	took, err := crowd.tick(t.Context(), 100*time.Millisecond, 5*time.Millisecond)
	if err != nil || len(took) != 20 {
		t.Fatalf("%d times, %v", len(took), err)
	}
	for _, d := range took {
		if d <= 0 {
			t.Errorf("a line took %v", d)
		}
	}
}

func TestACrowdCanGrow(t *testing.T) {
	p := startBare(t)
	h := hall{kind: bareKind("", nil), addr: p.addr, senders: 1}
	crowd := gather(t, h, 2)
	if err := crowd.grow(t.Context(), h, names(5)[2:]); err != nil {
		t.Fatal(err)
	}
	if lines, err := crowd.stream(t.Context(), 20*time.Millisecond, 1); err != nil || lines < 1 {
		t.Errorf("%d lines, %v", lines, err)
	}
}

func TestAServerThatDiesIsAnErrorNotAWait(t *testing.T) {
	p := startBare(t)
	crowd := gather(t, hall{kind: bareKind("", nil), addr: p.addr, senders: 1}, 3)
	p.cmd.Process.Kill()
	if _, err := crowd.stream(t.Context(), time.Minute, 4); err == nil {
		t.Error("no error")
	}
	if _, err := crowd.tick(t.Context(), time.Minute, time.Millisecond); err == nil {
		t.Error("no error at a rate")
	}
}

func TestTheEndOfTheContextCutsEverything(t *testing.T) {
	p := startBare(t)
	ctx, stop := context.WithCancel(t.Context())
	h := hall{kind: bareKind("", nil), addr: p.addr, senders: 1}
	crowd, err := h.gather(ctx, names(3))
	if err != nil {
		t.Fatal(err)
	}
	defer crowd.disperse()
	stop()
	if _, err := crowd.stream(ctx, time.Minute, 4); err == nil {
		t.Error("it goes on")
	}
	if _, err := h.gather(ctx, names(3)); err == nil {
		t.Error("people still come")
	}
}

func TestWordsThatDoNotComeAreQuoted(t *testing.T) {
	p := startBare(t)
	_, err := talk(t.Context(), p.addr, "alice", false, []step{{types: "hello~"}, {sees: "hello~", types: "bye"}, {sees: "bye"}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := talk(t.Context(), p.addr, "alice", false, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	time.AfterFunc(0, p.stop)
	if err := c.sees("something else"); err == nil || !strings.Contains(err.Error(), `"something else"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestLeavingWaitsForTheGoodbye(t *testing.T) {
	p := startBare(t)
	c, err := bareKind("", nil).enter(t.Context(), p.addr, "alice", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.leave(); err != nil {
		t.Error(err)
	}
	if err := c.types("hello"); err == nil {
		t.Error("the session goes on")
	}
}

func gather(t *testing.T, h hall, n int) *crowd {
	t.Helper()
	c, err := h.gather(t.Context(), names(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.disperse)
	return c
}
