package loadtest

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// newcomers is how many connect and log in at once where nothing depends on it.
const newcomers = 8

// A crowd are sessions all of which see each line that one of them sends.
type crowd struct {
	*board
	people  []*client
	senders int // the first so many send in turn
	say     func(text string) string
	sent    int
}

// A hall is where a crowd gathers.
type hall struct {
	kind
	addr string
	// pty gives everyone but the senders a terminal: a sender's echo would show the mark twice.
	pty     bool
	senders int
	room    bool // they come into the room, and what is sent is said there
}

// gather brings people in and has them watch.
func (h hall) gather(ctx context.Context, names []string) (*crowd, error) {
	c := &crowd{board: newBoard(), senders: h.senders, say: h.broadcast}
	if h.room {
		c.say = h.inRoom
	}
	if err := c.grow(ctx, h, names); err != nil {
		c.disperse()
		return nil, err
	}
	return c, nil
}

// grow brings more people in. No line is under way meanwhile, nor was one sent before.
func (c *crowd) grow(ctx context.Context, h hall, names []string) error {
	all, ctx2 := errgroup.WithContext(ctx)
	all.SetLimit(newcomers)
	first := len(c.people)
	c.people = append(c.people, make([]*client, len(names))...)
	for i, name := range names {
		all.Go(func() error {
			if ctx2.Err() != nil {
				return ctx2.Err()
			}
			// Not on ctx2, which ends when all have come.
			p, err := h.bring(ctx, name, h.pty && first+i >= c.senders)
			c.people[first+i] = p
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for _, p := range c.people[first:] {
		p.watch(c.board)
	}
	return nil
}

// bring brings one person in.
func (h hall) bring(ctx context.Context, name string, pty bool) (*client, error) {
	p, err := h.enter(ctx, h.addr, name, pty)
	if err == nil && h.room {
		err = h.join(p)
	}
	return p, err
}

// disperse cuts all connections.
func (c *crowd) disperse() {
	var all sync.WaitGroup
	for _, p := range c.people {
		if p != nil {
			all.Go(p.close)
		}
	}
	all.Wait()
}

// send sends the next line and returns when its Enter was typed.
func (c *crowd) send() (time.Time, error) {
	c.expects(c.sent, len(c.people))
	line := c.say(text(c.sent))
	from := c.people[c.sent%c.senders]
	c.sent++
	at := time.Now()
	return at, from.types(line)
}

// stream sends for a time, with at most so many lines outstanding, waits until all have arrived, and
// returns how many there were.
func (c *crowd) stream(ctx context.Context, d time.Duration, outstanding int) (lines int, err error) {
	end := time.Now().Add(d)
	for under := 0; ; {
		for ; under < outstanding && ctx.Err() == nil && time.Now().Before(end); under++ {
			if _, err := c.send(); err != nil {
				return lines, err
			}
		}
		if under == 0 {
			return lines, ctx.Err()
		}
		if _, err := c.wait(); err != nil {
			return lines, err
		}
		under--
		lines++
	}
}

// tick sends a line at every tick for a time, whether the last has arrived or not, and returns how long each
// took from its Enter to the last screen.
func (c *crowd) tick(ctx context.Context, d, every time.Duration) (took []time.Duration, err error) {
	var (
		ticker  = time.NewTicker(every)
		first   = c.sent
		entered []time.Time
	)
	defer ticker.Stop()
	for n := int(d / every); len(entered) < n || len(took) < n; {
		due := ticker.C
		if len(entered) == n || len(entered)-len(took) == inFlight {
			due = nil
		}
		select {
		case <-due:
			at, err := c.send()
			if err != nil {
				return nil, err
			}
			entered = append(entered, at)
		case a := <-c.whole:
			took = append(took, a.at.Sub(entered[a.line-first]))
		case err := <-c.broken:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return took, nil
}
