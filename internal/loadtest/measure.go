package loadtest

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	window          = 32 // lines that a sender keeps outstanding under load
	loadSenders     = 8  // of the load with several senders
	linesASecond    = 20 // of the latency row
	accountsAtATime = 3  // that a newcomer of the login row takes turns with
)

func (b *bench) cpuPlain(ctx context.Context) error { return b.cpu(ctx, "cpu", "", false) }
func (b *bench) cpuTerminal(ctx context.Context) error {
	return b.cpu(ctx, "cpu-pty", " (terminal)", true)
}

// cpu measures the server's CPU time for each line that came to a screen.
func (b *bench) cpu(ctx context.Context, key, where string, pty bool) error {
	for _, size := range b.Sessions {
		for _, load := range []struct {
			name, what           string
			senders, outstanding int
		}{
			{"one", "one line at a time", 1, 1},
			{"load1", fmt.Sprintf("1 sender, %d outstanding", window), 1, window},
			{"load8", fmt.Sprintf("%d senders, %d each", loadSenders, window), loadSenders, loadSenders * window},
		} {
			senders := min(load.senders, size)
			b.says("%s: %d sessions, %s", key, size, load.what)
			figures := delivery{
				key:   fmt.Sprintf("%s/%d/%s", key, size, load.name),
				what:  fmt.Sprintf("line to %d%s, %s: ", size, where, load.what),
				lines: load.outstanding,
			}
			if err := b.deliver(ctx, figures, size, senders, pty); err != nil {
				return err
			}
		}
	}
	return nil
}

// delivery names the figures of lines that are delivered.
type delivery struct {
	key, what string
	lines     int // outstanding
}

func (b *bench) deliver(ctx context.Context, d delivery, size, senders int, pty bool) error {
	venues, close, err := b.open(ctx, size, senders, pty)
	if err != nil {
		return err
	}
	defer close()
	return b.eachRound(venues, func(v venue) error {
		if _, err := v.stream(ctx, b.Time/10, d.lines); err != nil { // warm up
			return err
		}
		used, err := v.cpu()
		if err != nil {
			return err
		}
		start, bytes := time.Now(), v.bytes.Load()
		lines, err := v.stream(ctx, b.Time, d.lines)
		if err != nil {
			return err
		}
		took := time.Since(start)
		now, err := v.cpu()
		if err != nil {
			return err
		}
		came := float64(lines * size)
		b.report.add(v.kind, d.key+"/cpu", d.what+"CPU", "µs", float64((now-used).Nanoseconds())/1000/came)
		b.report.add(v.kind, d.key+"/rate", d.what+"delivered", "/s", came/took.Seconds())
		if d.lines == 1 { // the others' bytes are the same, less what is written together
			b.report.add(v.kind, d.key+"/bytes", d.what+"bytes", "B", float64(v.bytes.Load()-bytes)/came)
		}
		return nil
	})
}

// latency measures the time from Enter to the last screen at a modest rate.
func (b *bench) latency(ctx context.Context) error {
	b.says("latency: %d screens, %d lines a second", b.Screens, linesASecond)
	venues, close, err := b.open(ctx, b.Screens, 1, false)
	if err != nil {
		return err
	}
	defer close()
	what := fmt.Sprintf("Enter to the last of %d screens, %d lines/s", b.Screens, linesASecond)
	return b.eachRound(venues, func(v venue) error {
		// Three times as long as others: a p99 wants many lines.
		took, err := v.tick(ctx, 3*b.Time, time.Second/linesASecond)
		if err != nil {
			return err
		}
		for _, p := range []float64{50, 95, 99} {
			name := fmt.Sprintf("p%.0f", p)
			b.report.add(v.kind, "latency/"+name, what+": "+name, "ms", milliseconds(percentile(took, p)))
		}
		return nil
	})
}

// stored measures how many direct messages a second reach the log: each sender waits for its
// acknowledgement, the recipients are away. The bare loop stores nothing.
func (b *bench) stored(ctx context.Context) error {
	for _, k := range b.kinds {
		for _, n := range b.Senders {
			if k.accounts {
				b.says("stored: %d senders", n)
				if err := b.storedBy(ctx, k, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *bench) storedBy(ctx context.Context, k kind, n int) error {
	p, err := b.start(ctx, k)
	if err != nil {
		return err
	}
	defer p.stop()
	senders := make([]*crowd, n) // each a crowd of one
	for i := range senders {
		h := hall{kind: k, addr: p.addr, senders: 1}
		if senders[i], err = h.gather(ctx, b.names[i:i+1]); err != nil {
			return err
		}
		defer senders[i].disperse()
		to := b.names[n+i]
		senders[i].say = func(text string) string { return direct(to, text) }
	}
	for range b.Rounds {
		rate, err := together(ctx, senders, b.Time)
		if err != nil {
			return err
		}
		b.report.add(k, fmt.Sprintf("stored/%d", n), fmt.Sprintf("messages stored, senders: %d", n), "/s", rate)
	}
	return nil
}

// together has all send, each the next line when the last has come back, and returns the lines a second.
func together(ctx context.Context, senders []*crowd, d time.Duration) (float64, error) {
	lines := make([]int, len(senders))
	start := time.Now()
	var all errgroup.Group
	for i, c := range senders {
		all.Go(func() (err error) {
			lines[i], err = c.stream(ctx, d, 1)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return 0, err
	}
	sum := 0
	for _, n := range lines {
		sum += n
	}
	return float64(sum) / time.Since(start).Seconds(), nil
}
