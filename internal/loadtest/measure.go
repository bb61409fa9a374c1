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

// room measures what cpu does for one line at a time, said in a room that all have come into.
func (b *bench) room(ctx context.Context) error {
	for _, size := range b.Sessions {
		b.says("room: %d members", size)
		figures := delivery{fmt.Sprintf("room/%d/one", size), fmt.Sprintf("line in a room of %d, one line at a time: ", size), 1}
		if err := b.deliver(ctx, figures, hall{senders: 1, room: true}, size); err != nil {
			return err
		}
	}
	return nil
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
			if err := b.deliver(ctx, figures, hall{senders: senders, pty: pty}, size); err != nil {
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

func (b *bench) deliver(ctx context.Context, d delivery, h hall, size int) error {
	venues, close, err := b.open(ctx, h, size)
	if err != nil {
		return err
	}
	defer close()
	return b.eachRound(venues, func(v venue) error {
		m, err := b.measure(ctx, v.process, []*crowd{v.crowd}, d.lines)
		if err != nil {
			return err
		}
		m.report(b.report, v.kind, d, size)
		return nil
	})
}

// A cost is what it took to send some lines.
type cost struct {
	lines int
	bytes int64 // that came to the screens
	cpu   time.Duration
	took  time.Duration
}

// measure has crowds send to the server p for a time, each with so many lines outstanding.
func (b *bench) measure(ctx context.Context, p *process, crowds []*crowd, outstanding int) (m cost, err error) {
	if _, err := together(ctx, crowds, b.Time/10, outstanding); err != nil { // warm up
		return m, err
	}
	used, err := p.cpu()
	if err != nil {
		return m, err
	}
	start, bytes := time.Now(), bytesOf(crowds)
	if m.lines, err = together(ctx, crowds, b.Time, outstanding); err != nil {
		return m, err
	}
	m.took, m.bytes = time.Since(start), bytesOf(crowds)-bytes
	now, err := p.cpu()
	m.cpu = now - used
	return m, err
}

// report adds the figures of lines each of which came to so many screens.
func (m cost) report(r *Report, k kind, d delivery, screens int) {
	came := float64(m.lines * screens)
	r.add(k, d.key+"/cpu", d.what+"CPU", "µs", float64(m.cpu.Nanoseconds())/1000/came)
	r.add(k, d.key+"/rate", d.what+"delivered", "/s", came/m.took.Seconds())
	if d.lines == 1 { // the others' bytes are the same, less what is written together
		r.add(k, d.key+"/bytes", d.what+"bytes", "B", float64(m.bytes)/came)
	}
}

// pairs measures messages between two: in each pair one sends, the next line when the last has come to both.
func (b *bench) pairs(ctx context.Context) error {
	b.says("pairs: %d", b.Pairs)
	all := make(map[string][]*crowd)
	var venues []venue
	for _, k := range b.kinds {
		p, err := b.start(ctx, k)
		if err != nil {
			return err
		}
		defer p.stop()
		venues = append(venues, venue{kind: k, process: p})
		for i := range b.Pairs {
			names := b.names[2*i : 2*i+2]
			h := hall{kind: k, addr: p.addr, senders: 1}
			pair, err := h.gather(ctx, names)
			if err != nil {
				return err
			}
			defer pair.disperse()
			pair.say = func(text string) string { return direct(names[1], text) }
			all[k.name] = append(all[k.name], pair)
		}
	}
	figures := delivery{fmt.Sprintf("pairs/%d", b.Pairs), fmt.Sprintf("messages within %d pairs: ", b.Pairs), 1}
	return b.eachRound(venues, func(v venue) error {
		m, err := b.measure(ctx, v.process, all[v.name], figures.lines)
		if err != nil {
			return err
		}
		m.report(b.report, v.kind, figures, 2)
		return nil
	})
}

// latency measures the time from Enter to the last screen at a modest rate.
func (b *bench) latency(ctx context.Context) error {
	b.says("latency: %d screens, %d lines a second", b.Screens, linesASecond)
	venues, close, err := b.open(ctx, hall{senders: 1}, b.Screens)
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
		b.report.addTimes(v.kind, "latency", what, took)
		return nil
	})
}

// stored measures how many direct messages a second reach the log: each sender waits for its
// acknowledgement, the recipients are away. The bare loop acknowledges no such message.
func (b *bench) stored(ctx context.Context) error {
	for _, k := range b.kinds {
		for _, n := range b.Senders {
			b.says("stored: %d senders", n)
			if err := b.storedBy(ctx, k, n); err != nil {
				return err
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
		start := time.Now()
		lines, err := together(ctx, senders, b.Time, 1)
		if err != nil {
			return err
		}
		rate := float64(lines) / time.Since(start).Seconds()
		b.report.add(k, fmt.Sprintf("stored/%d", n), fmt.Sprintf("messages stored, senders: %d", n), "/s", rate)
	}
	return nil
}

// together has all send for a time, each with so many lines outstanding, and returns how many lines there were.
func together(ctx context.Context, crowds []*crowd, d time.Duration, outstanding int) (sum int, err error) {
	lines := make([]int, len(crowds))
	var all errgroup.Group
	for i, c := range crowds {
		all.Go(func() (err error) {
			lines[i], err = c.stream(ctx, d, outstanding)
			return err
		})
	}
	err = all.Wait()
	for _, n := range lines {
		sum += n
	}
	return sum, err
}

// bytesOf is how many bytes have come to all screens.
func bytesOf(crowds []*crowd) (sum int64) {
	for _, c := range crowds {
		sum += c.bytes.Load()
	}
	return sum
}
