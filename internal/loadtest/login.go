package loadtest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// logins measures what it takes to connect and log in by password: to the bare loop, to connect.
func (b *bench) logins(ctx context.Context) error {
	var venues []venue
	for _, k := range b.kinds {
		p, err := b.start(ctx, k)
		if err != nil {
			return err
		}
		defer p.stop()
		venues = append(venues, venue{kind: k, process: p})
	}
	b.says("login: %d one after the other, then %d at once", b.Logins, newcomers)
	return b.eachRound(venues, func(v venue) error {
		took, err := b.oneByOne(ctx, v)
		if err != nil {
			return err
		}
		for _, p := range []float64{50, 95} {
			name := fmt.Sprintf("p%.0f", p)
			b.report.add(v.kind, "login/"+name, "connect and log in: "+name, "ms", milliseconds(percentile(took, p)))
		}
		rate, err := b.atOnce(ctx, v)
		if err != nil {
			return err
		}
		b.report.add(v.kind, "login/rate", fmt.Sprintf("connect, log in and out, %d at once", newcomers), "/s", rate)
		return nil
	})
}

func (b *bench) oneByOne(ctx context.Context, v venue) (took []time.Duration, err error) {
	for _, name := range b.names[:b.Logins] {
		start := time.Now()
		c, err := v.enter(ctx, v.addr, name, false)
		if err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
		if err := c.leave(); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// atOnce has some come and go for a time, and returns the logins a second. None comes back under
// the name that it has just left.
func (b *bench) atOnce(ctx context.Context, v venue) (float64, error) {
	var all errgroup.Group
	var logins atomic.Int64
	start := time.Now()
	for i := range newcomers {
		all.Go(func() error {
			for turn := 0; time.Since(start) < b.Time; turn++ {
				name := b.names[i*accountsAtATime+turn%accountsAtATime]
				c, err := v.enter(ctx, v.addr, name, false)
				if err != nil {
					return err
				}
				logins.Add(1)
				if err := c.leave(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return 0, err
	}
	return float64(logins.Load()) / time.Since(start).Seconds(), nil
}
