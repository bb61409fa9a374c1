package loadtest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
)

// bench is one run of a plan.
type bench struct {
	Plan
	report   *Report
	all      []kind
	kinds    []kind // of all, those that the present row measures
	dir      string
	names    []string
	template string // a data folder with all accounts, copied for each server that is started
	started  []*process
}

func (b *bench) says(format string, args ...any) {
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, format+"\n", args...)
	}
}

// run measures all rows.
func (b *bench) run(ctx context.Context) error {
	if err := b.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	for _, r := range b.rows() {
		b.kinds = r.measured(b.all)
		if err := r.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// prepare makes what all rows share: the accounts, and the time that an fsync takes.
func (b *bench) prepare(ctx context.Context) (err error) {
	most := 0
	for _, r := range b.rows() {
		most = max(most, r.names(b.Plan))
	}
	b.names = names(most)
	if b.report.Fsync, err = fsyncs(b.dir); err != nil {
		return err
	}
	for _, k := range b.all {
		if k.accounts {
			b.says("%d accounts", most)
			b.template = filepath.Join(b.dir, "template")
			if err := b.signUp(ctx, k); err != nil {
				return fmt.Errorf("make accounts: %w", err)
			}
		}
	}
	return nil
}

// signUp makes an account for every name, in the template.
func (b *bench) signUp(ctx context.Context, k kind) error {
	p, err := b.startOn(ctx, k, b.template)
	if err != nil {
		return err
	}
	defer p.stop()
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(newcomers)
	for _, name := range b.names {
		all.Go(func() error {
			c, err := k.signUp(ctx, p.addr, name)
			if err != nil {
				return err
			}
			return c.leave()
		})
	}
	return all.Wait()
}

// start starts a server; one that stores on a data folder or file of its own, so that no row finds what another
// has left.
func (b *bench) start(ctx context.Context, k kind) (*process, error) {
	data := filepath.Join(b.dir, fmt.Sprint(len(b.started)))
	if k.accounts {
		if err := copyFolder(data, b.template); err != nil {
			return nil, fmt.Errorf("copy the accounts: %w", err)
		}
	}
	return b.startOn(ctx, k, data)
}

func (b *bench) startOn(ctx context.Context, k kind, data string) (*process, error) {
	p, err := k.start(ctx, data)
	if err == nil {
		b.started = append(b.started, p)
	}
	return p, err
}

// explain adds to what went wrong the last words of servers that ended by themselves.
func (b *bench) explain(err error) error {
	for _, p := range b.started {
		p.stop()
		if p.alone && !p.told {
			err = fmt.Errorf("%w\n%s had ended (%v):\n%s", err, p.cmd.Path, p.err, p.out)
		}
	}
	return err
}

// copyFolder copies the plain files of a folder, with their modes: a server looks at those of its keys.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		switch {
		case d.IsDir():
			return os.Mkdir(target, info.Mode().Perm())
		case !info.Mode().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, info.Mode().Perm())
	})
}

// A venue is a server with its crowd.
type venue struct {
	kind
	*process
	*crowd
}

// open starts a server of each kind and fills them with so many people, who gather as h says. close ends all.
func (b *bench) open(ctx context.Context, h hall, size int) (venues []venue, close func(), err error) {
	close = func() {
		for _, v := range venues {
			v.disperse()
			v.stop()
		}
	}
	for _, k := range b.kinds {
		p, err := b.start(ctx, k)
		if err != nil {
			close()
			return nil, nil, err
		}
		h.kind, h.addr = k, p.addr
		c, err := h.gather(ctx, b.names[:size])
		if err != nil {
			p.stop()
			close()
			return nil, nil, err
		}
		venues = append(venues, venue{k, p, c})
	}
	return venues, close, nil
}

// eachRound calls measure for every round and venue in turns, beginning with the next one each time.
func (b *bench) eachRound(venues []venue, measure func(venue) error) error {
	for round := range b.Rounds {
		for i := range venues {
			if err := measure(venues[(i+round)%len(venues)]); err != nil {
				return err
			}
		}
	}
	return nil
}

// fsyncs measures what the disk under dir takes to keep 4 KiB.
func fsyncs(dir string) (Spread, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return Spread{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var took []time.Duration
	for range 100 {
		start := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return Spread{}, err
		}
		if err := f.Sync(); err != nil {
			return Spread{}, err
		}
		took = append(took, time.Since(start))
	}
	return spread(took), nil
}

func spread(took []time.Duration) Spread {
	return Spread{milliseconds(percentile(took, 50)), milliseconds(percentile(took, 95)), milliseconds(percentile(took, 99))}
}
