package server

import (
	"context"
	"sync"
	"time"

	"sshchat/internal/sanitize"
)

// A drain is a stop that is announced: from its beginning nobody is let in, and those who are there are told how long
// there still is. Its zero value is none.
type drain struct {
	at  time.Time // of the stop
	why sanitize.Text
}

func (d drain) isNone() bool { return d.at.IsZero() }

// drains is the drain that there is, if any.
type drains struct {
	mu      sync.Mutex
	now     drain
	changed chan struct{} // holds one when now is another
}

func newDrains() *drains { return &drains{changed: make(chan struct{}, 1)} }

func (d *drains) get() drain {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// next is get for whoever waits for changes: it knows of all that were before.
func (d *drains) next() drain {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.changed:
	default:
	}
	return d.now
}

// set has another drain take the place of the one that there is, and returns that.
func (d *drains) set(next drain) (was drain) {
	d.mu.Lock()
	defer d.mu.Unlock()
	was, d.now = d.now, next
	select {
	case d.changed <- struct{}{}:
	default:
	}
	return was
}

// marks are the times before the stop at which everyone is told of it again.
var marks = []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute, 5 * time.Minute, time.Minute, 10 * time.Second, 0}

// run counts down, tells how long there still is, and calls stop at the end of it. It returns then, or when ctx ends.
func (d *drains) run(ctx context.Context, tell func(left time.Duration, why sanitize.Text), stop func(why sanitize.Text)) {
	for ctx.Err() == nil {
		now := d.next()
		switch {
		case now.isNone():
			d.wait(ctx, nil)
		case d.count(ctx, now, tell):
			stop(now.why)
			return
		}
	}
}

// count counts one drain down, and reports whether it came to its end: it has not if another took its place.
func (d *drains) count(ctx context.Context, now drain, tell func(time.Duration, sanitize.Text)) bool {
	left := time.Until(now.at)
	tell(left, now.why)
	for _, mark := range marks {
		if mark >= left && mark > 0 {
			continue
		}
		ring := time.NewTimer(time.Until(now.at) - mark)
		on := d.wait(ctx, ring.C)
		ring.Stop()
		if !on {
			return false
		}
		if mark > 0 {
			tell(mark, now.why)
		}
	}
	return true
}

// wait waits for ring, and reports whether that came: false if there is another drain, or ctx has ended.
func (d *drains) wait(ctx context.Context, ring <-chan time.Time) bool {
	select {
	case <-ring:
		return true
	case <-d.changed:
	case <-ctx.Done():
	}
	return false
}

// Drain announces that the server stops after in, and why, to everyone online; nobody is let in any more. It returns when that
// will be. Serve then returns as if its context had ended. A drain that has begun already gives way to this one.
func (s *Server) Drain(in time.Duration, why sanitize.Text) time.Time {
	s.draining.Lock()
	defer s.draining.Unlock()
	at := time.Now().Add(in)
	s.chat.SetClosed(true)
	s.drains.set(drain{at, why})
	s.log.Info("draining", "event", "drain", "in", in)
	return at.UTC().Round(0)
}

// CancelDrain has the server go on, and reports whether it was about to stop: a stop that has begun goes on. Everyone who was
// told of the stop is told of this.
func (s *Server) CancelDrain() bool {
	s.draining.Lock()
	defer s.draining.Unlock()
	if s.stopping.Load() || s.drains.set(drain{}).isNone() {
		return false
	}
	s.chat.SetClosed(false)
	s.hub.TellAll(textGoesOn)
	s.log.Info("drain cancelled", "event", "drain_cancelled")
	return true
}

// Draining reports whether the server is about to stop, announced by Drain.
func (s *Server) Draining() bool { return !s.drains.get().isNone() }

// stopped is the cause with which sessions end at the end of a drain.
type stopped struct{ why sanitize.Text }

func (e stopped) Error() string { return textStopped(e.why) }

// Is has it be ErrShuttingDown.
func (e stopped) Is(target error) bool { return target == ErrShuttingDown }
