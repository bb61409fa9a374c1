package loadtest

import (
	"context"
	"time"
)

// memoryRounds bounds the rounds of the memory rows, which take a minute each.
const memoryRounds = 3

func (b *bench) memoryPlain(ctx context.Context) error {
	return b.memory(ctx, "memory", "idle session: ", false)
}
func (b *bench) memoryTerminal(ctx context.Context) error {
	return b.memory(ctx, "memory-pty", "idle session (terminal): ", true)
}

// memory measures what one more idle, logged-in session costs: the slope from half of them to all, so
// that what a server takes once, such as the buffers of password hashes, does not count. Each round has
// servers of its own.
func (b *bench) memory(ctx context.Context, key, what string, pty bool) error {
	b.says("%s: %d sessions", key, b.Idle)
	for round := range min(b.Rounds, memoryRounds) {
		for i := range b.kinds {
			k := b.kinds[(i+round)%len(b.kinds)]
			bytes, goroutines, err := b.slope(ctx, k, pty)
			if err != nil {
				return err
			}
			b.report.add(k, key+"/rss", what+"memory", "KiB", bytes/1024)
			b.report.add(k, key+"/goroutines", what+"goroutines", "", goroutines)
		}
	}
	return nil
}

func (b *bench) slope(ctx context.Context, k kind, pty bool) (bytes, goroutines float64, err error) {
	p, err := b.start(ctx, k)
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	h := hall{kind: k, addr: p.addr, pty: pty, senders: 0}
	half := b.Idle / 2
	c, err := h.gather(ctx, b.names[:half])
	if err != nil {
		return 0, 0, err
	}
	defer c.disperse()
	first, err := b.settled(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	if err := c.grow(ctx, h, b.names[half:b.Idle]); err != nil {
		return 0, 0, err
	}
	second, err := b.settled(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	n, err := p.goroutines()
	if err != nil {
		return 0, 0, err
	}
	alone, err := b.goroutinesAlone(ctx, k)
	return float64(second-first) / float64(b.Idle-half), float64(n-alone) / float64(b.Idle), err
}

// goroutinesAlone counts those of a server to which nobody has come.
func (b *bench) goroutinesAlone(ctx context.Context, k kind) (int, error) {
	p, err := b.start(ctx, k)
	if err != nil {
		return 0, err
	}
	return p.goroutines()
}

// settled waits until the server's memory has stood still for a while, and returns it: after
// a login it still falls, as the garbage collector gives back. The wait is bounded.
func (b *bench) settled(ctx context.Context, p *process) (int64, error) {
	const still = 0.005 // of the whole
	look := time.NewTicker(b.Settle / 10)
	defer look.Stop()
	since, last := time.Now(), int64(0)
	for end := since.Add(8 * b.Settle); ; {
		now, err := p.rss()
		if err != nil {
			return 0, err
		}
		if diff := float64(now - last); diff > still*float64(last) || -diff > still*float64(last) {
			since, last = time.Now(), now
		}
		if time.Since(since) >= b.Settle || time.Now().After(end) {
			return now, nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
