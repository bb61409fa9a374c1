package soak

import (
	"sync"
	"sync/atomic"
	"time"
)

// A recorder writes the history of a run while it goes on. The lines of an account are written by its player
// alone, and the events of a connection by its screen under a lock of its own.
type recorder struct {
	began time.Time

	// For those who watch the run; the table at its end is made from the history.
	acknowledged, received atomic.Int64

	mu      sync.Mutex
	history History
}

func newRecorder(seed uint64, names, rooms []string) *recorder {
	r := &recorder{began: time.Now(), history: History{
		Seed: seed, Accounts: make([]Account, len(names)), Rooms: rooms, Lines: make([][]Line, len(names)),
	}}
	for i, n := range names {
		r.history.Accounts[i].Name = n
	}
	return r
}

// now is never zero, which stands for never.
func (r *recorder) now() time.Duration { return max(1, time.Since(r.began)) }

// opened adds a connection, and gives its number.
func (r *recorder) opened(account int, dialled time.Duration) (*Conn, int32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &Conn{Account: account, Dialled: dialled}
	r.history.Conns = append(r.history.Conns, c)
	return c, int32(len(r.history.Conns) - 1)
}

// mostFaults bounds what is kept of a run in which everything goes wrong.
const mostFaults = 1000

func (r *recorder) fault(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.history.Faults) < mostFaults {
		r.history.Faults = append(r.history.Faults, Fault{r.now(), text})
	}
}

func (r *recorder) stopped(s Stop) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history.Stops = append(r.history.Stops, s)
}

func (r *recorder) stops() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.history.Stops)
}

// line notes a line that is about to be typed.
func (r *recorder) line(by int, l Line) LineID {
	lines := &r.history.Lines[by]
	*lines = append(*lines, l)
	return LineID{int32(by), int32(len(*lines) - 1)}
}
