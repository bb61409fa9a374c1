package password

import (
	"context"
	"slices"
	"sync"
	"time"
)

// turns are handed out to a few at a time. Those who wait get theirs by rank, and of one rank one from each place in
// the order in which they came, then a second from each, and so on.
type turns struct {
	most  int           // turns at once
	seats int           // for those who wait
	wait  time.Duration // for how long, at most

	mu      sync.Mutex
	taken   int
	waiting []*waiter // the next one first
}

// A waiter is told once: nil when it has its turn, ErrBusy when it has lost its seat.
type waiter struct {
	rank  int
	from  string
	round int        // behind so many from the same place
	told  chan error // capacity 1
}

// acquire waits for a turn, which has to be given back. When all seats are taken, whoever would be the last one is
// sent away.
func (t *turns) acquire(ctx context.Context, rank int, from string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w := t.sit(rank, from)
	late := time.NewTimer(t.wait)
	defer late.Stop()
	var err error
	select {
	case err = <-w.told:
		return err
	case <-late.C:
		err = ErrBusy
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if t.rises(w) {
		return err
	}
	return <-w.told // it was told at the same moment
}

// sit finds a turn or a seat.
func (t *turns) sit(rank int, from string) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := &waiter{rank: rank, from: from, told: make(chan error, 1)}
	if t.taken < t.most {
		t.taken++
		w.told <- nil
		return w
	}
	for _, other := range t.waiting {
		if other.from == from {
			w.round = max(w.round, other.round+1)
		}
	}
	behind := len(t.waiting)
	for behind > 0 && t.waiting[behind-1].isAfter(w) {
		behind--
	}
	t.waiting = slices.Insert(t.waiting, behind, w)
	if last := len(t.waiting) - 1; last >= t.seats {
		t.waiting[last].told <- ErrBusy
		t.waiting = t.waiting[:last]
	}
	return w
}

// isAfter reports whether w, who came first, still has to let other go before.
func (w *waiter) isAfter(other *waiter) bool {
	return w.rank < other.rank || w.rank == other.rank && w.round > other.round
}

// rises takes w off its seat, unless it was told meanwhile.
func (t *turns) rises(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, w)
	if i < 0 {
		return false
	}
	t.waiting = slices.Delete(t.waiting, i, i+1)
	return true
}

// release gives a turn back.
func (t *turns) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken--
		return
	}
	t.waiting[0].told <- nil
	t.waiting = slices.Delete(t.waiting, 0, 1)
}
