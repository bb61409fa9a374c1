package sshd

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// alive asks a client for signs of life. An answer proves more than that the link is up: SSH is
// ordered, so whoever answers has received all that was sent before the question.
type alive struct {
	asked atomic.Int64 // when the question in flight was asked, as UnixNano; 0 when none is

	mu    sync.Mutex
	timer *time.Timer
	ended bool
	next  *round // those who ask while a question is in flight share the next one
	busy  bool
}

// A round is one question and all who wait for its answer.
type round struct {
	done chan struct{} // closed once err is set
	err  error
}

// keepAlive begins to look whether the client is still there.
func (c *conn) keepAlive() {
	a := &c.alive
	a.mu.Lock()
	defer a.mu.Unlock()
	if d := c.set.Keepalive; d >= 0 && a.timer == nil && !a.ended {
		a.timer = time.AfterFunc(d, c.checkAlive)
	}
}

func (a *alive) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	if a.timer != nil {
		a.timer.Stop()
	}
}

// checkAlive asks when nothing was heard for a while, and ends the connection when nothing was heard
// and the question was not answered for a while. Whatever is heard counts: on a slow link the answer
// stands behind megabytes in the kernel's buffers.
func (c *conn) checkAlive() {
	wait := c.set.Keepalive
	next := wait - c.silence()
	if asked := c.alive.asked.Load(); asked != 0 {
		next = max(next, wait-time.Duration(time.Now().UnixNano()-asked))
		if next <= 0 {
			c.kill(ErrDead)
			return
		}
	} else if next <= 0 {
		c.ask()
		next = wait
	}
	c.alive.mu.Lock()
	defer c.alive.mu.Unlock()
	if !c.alive.ended {
		c.alive.timer.Reset(next)
	}
}

// ask joins the next question, and sees to it that it is asked.
func (c *conn) ask() *round {
	a := &c.alive
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil {
		a.next = &round{done: make(chan struct{})}
	}
	r := a.next
	if !a.busy {
		if a.busy = c.spawn(c.askAll); !a.busy {
			a.next, r.err = nil, ErrGone
			close(r.done)
		}
	}
	return r
}

// askAll asks, one question after the other, until nobody waits for another one.
func (c *conn) askAll() {
	a := &c.alive
	for {
		a.mu.Lock()
		r := a.next
		a.next, a.busy = nil, r != nil
		a.mu.Unlock()
		if r == nil {
			return
		}
		a.asked.Store(time.Now().UnixNano())
		// Any answer will do: OpenSSH refuses this request, others know it.
		if _, _, err := c.serverConn().SendRequest("keepalive@openssh.com", true, nil); err != nil {
			c.kill(ErrGone)
			r.err = context.Cause(c.ctx)
		}
		a.asked.Store(0)
		close(r.done)
	}
}
