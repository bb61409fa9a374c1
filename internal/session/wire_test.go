package session

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing/synctest"
	"time"

	"sshchat/internal/sshd"
)

// wire is a channel whose other end a test holds. What is written reaches the other end at once,
// unless that has stalled.
type wire struct {
	user    string
	term    string
	hasTerm bool
	cols    int
	env     map[string]string
	kind    sshd.Kind
	request string
	remote  netip.AddrPort
	full    error // why nobody more may log in
	kill    context.CancelCauseFunc
	exit    exitStatus

	mu       sync.Mutex
	notify   func()
	awaited  bool // NotifyDrained was called
	in       []byte
	eof      bool
	out, err bytes.Buffer // what has come to the other end
	waiting  []byte       // what has not: it has stalled
	stalled  bool
	deaf     bool // proves nothing
	gone     bool
	killed   bool
	sticks   bool // the next write waits for stuck
	stuck    chan struct{}
	faulty   bool // Discard panics
	limit    int
	writes   int
	written  int           // bytes in all
	passed   chan struct{} // closed and replaced when bytes have come to the other end
	proofs   int
	inside   int // how often more logged in than out

	carried sshd.Traffic // without what was sent
}

type exitStatus struct {
	sync.Mutex
	status int
}

func (e *exitStatus) Load() int { e.Lock(); defer e.Unlock(); return e.status }

func newWire(user string) *wire {
	return &wire{
		user: user, cols: 80, limit: 256 << 10, remote: netip.MustParseAddrPort("192.0.2.1:50000"),
		passed: make(chan struct{}), notify: func() {},
	}
}

func (c *wire) User() string                 { return c.user }
func (c *wire) Client() string               { return "SSH-2.0-test" }
func (c *wire) Remote() netip.AddrPort       { return c.remote }
func (c *wire) Request() (sshd.Kind, string) { return c.kind, c.request }
func (c *wire) Terminal() (string, bool)     { return c.term, c.hasTerm }
func (c *wire) Getenv(name string) string    { return c.env[name] }

func (c *wire) Traffic() sshd.Traffic {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.carried
	t.Sent = uint64(c.written)
	return t
}

func (c *wire) Notify(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notify = fn
	fn()
}

func (c *wire) NotifyDrained() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awaited = len(c.waiting) > 0
	if !c.awaited {
		c.notify()
	}
}

func (c *wire) Kill(cause error) {
	c.mu.Lock()
	c.killed = true
	c.mu.Unlock()
	c.kill(cause)
}

func (c *wire) wasKilled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.killed
}

func (c *wire) getsStuck() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sticks = true
}

func (c *wire) panics(yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faulty = yes
}

func (c *wire) Size() (cols, rows int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cols, 24
}

func (c *wire) Exit(status int) {
	c.exit.Lock()
	defer c.exit.Unlock()
	c.exit.status = status
}

func (c *wire) typed(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in = append(c.in, p...)
	c.carried.Received, c.carried.Typed = c.carried.Received+uint64(len(p)), time.Now()
	c.notify()
}

func (c *wire) endsInput() {
	c.mu.Lock()
	c.eof = true
	c.notify()
	c.mu.Unlock()
	synctest.Wait()
}

func (c *wire) Peek() ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.in, c.eof
}

func (c *wire) Discard(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.faulty {
		panic("boom")
	}
	c.in = c.in[n:]
}

func (c *wire) Write(p []byte) (int, error) {
	c.mu.Lock()
	sticks := c.sticks
	c.mu.Unlock()
	if sticks {
		<-c.stuck
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if c.gone {
		return 0, sshd.ErrGone
	}
	if len(c.waiting)+len(p) > c.limit {
		return 0, sshd.ErrQueueFull
	}
	c.writes++
	c.written += len(p)
	c.waiting = append(c.waiting, p...)
	c.pass()
	return len(p), nil
}

// pass brings what waits to the other end. mu is held.
func (c *wire) pass() {
	if !c.stalled {
		c.passAll()
	}
}

func (c *wire) passAll() {
	c.out.Write(c.waiting)
	c.waiting = nil
	close(c.passed)
	c.passed = make(chan struct{})
	if c.awaited {
		c.awaited = false
		c.notify()
	}
}

// drips brings what waits to the other end of a wire that has stalled; what is written after it waits.
func (c *wire) drips() {
	c.mu.Lock()
	c.passAll()
	c.mu.Unlock()
	synctest.Wait()
}

func (c *wire) WriteError(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err.Write(p)
}

func (c *wire) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

func (c *wire) stalls(yes bool) {
	c.mu.Lock()
	c.stalled = yes
	c.pass()
	c.mu.Unlock()
	synctest.Wait()
}

// goesDeaf has the other end prove nothing any more.
func (c *wire) goesDeaf() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deaf = true
}

func (c *wire) came() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

func (c *wire) counts() (writes, proofs, inside int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes, c.proofs, c.inside
}

func (c *wire) LoggedIn() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full == nil {
		c.inside++
	}
	return c.full
}

func (c *wire) LoggedOut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside = 0
}

var errNoAnswer = errors.New("no answer")

// Prove answers when all that was written before has come to the other end.
func (c *wire) Prove(ctx context.Context) error {
	c.mu.Lock()
	c.proofs++
	c.mu.Unlock()
	return c.arrive(ctx, func() bool { return !c.deaf })
}

func (c *wire) Answers(ctx context.Context) error {
	c.mu.Lock()
	deaf := c.deaf
	c.mu.Unlock()
	if deaf {
		<-ctx.Done()
		return errNoAnswer
	}
	return nil
}

// Drain is here the same: there is no kernel in between.
func (c *wire) Drain(ctx context.Context) error {
	return c.arrive(ctx, func() bool { return true })
}

// arrive waits until all that was written before has come to the other end, and ok, under mu.
func (c *wire) arrive(ctx context.Context, ok func() bool) error {
	c.mu.Lock()
	written := c.written
	c.mu.Unlock()
	for {
		c.mu.Lock()
		here, gone, passed := c.out.Len() >= written && ok(), c.gone, c.passed
		c.mu.Unlock()
		switch {
		case gone:
			return sshd.ErrGone
		case here:
			return nil
		}
		select {
		case <-passed:
		case <-ctx.Done():
			return errNoAnswer
		}
	}
}
