package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Plan is what a run is to do.
type Plan struct {
	Binary   string        // the sshchat program
	Dir      string        // for the server's data; it must be new
	Seed     uint64        // of all that is random; what others do meanwhile and when is not
	Time     time.Duration // of the load; the reading to the end comes on top
	Clients  int           // 2 to MostClients
	Life     time.Duration // how long a server lives in the mean
	Progress io.Writer     // lines that tell how far the run is; not nil
}

// MostClients is how many names there are.
const MostClients = 8 * 8

// names are names for accounts, no two alike: no letter of theirs looks like another.
func names(n int) []string {
	const letters = "abdefhkp"
	list := make([]string, n)
	for i := range list {
		list[i] = "soak" + string(letters[i/8%8]) + string(letters[i%8])
	}
	return list
}

// roomNames are the rooms that players come into and leave.
var roomNames = []string{"#attic", "#hall", "#yard"}

// A venue is where the server of the moment is.
type venue struct {
	mu     sync.Mutex
	addr   string // empty while there is none
	change chan struct{}
}

func (v *venue) moves(addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.addr = addr
	close(v.change)
	v.change = make(chan struct{})
}

// wait waits until there is a server; false once ctx ends.
func (v *venue) wait(ctx context.Context) (addr string, ok bool) {
	for {
		v.mu.Lock()
		addr, change := v.addr, v.change
		v.mu.Unlock()
		if addr != "" {
			return addr, ctx.Err() == nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return "", false
		}
	}
}

// A run is a server that is stopped and started again, and players.
type run struct {
	Plan
	*crowd
	server *server
	rng    *rand.Rand // of the stops
}

// Run does what plan says and gives what was done and seen, also with an error. An error is a run that
// could not go on: that too is something that the server did.
func (p Plan) Run(ctx context.Context) (*History, error) {
	r := &run{Plan: p, rng: rand.New(rand.NewPCG(p.Seed, 1<<32))}
	r.crowd = &crowd{
		names: names(p.Clients), who: make(map[string]int16), made: make([]atomic.Bool, p.Clients),
		venue: &venue{change: make(chan struct{})},
	}
	r.opens()
	err := r.start(ctx)
	if err == nil {
		err = r.runs(ctx)
	}
	return &r.rec.history, err
}

// opens makes what everyone is called by, and the recorder.
func (r *run) opens() {
	for i, n := range r.names {
		r.who[n] = int16(i)
	}
	for i, n := range roomNames {
		r.who[n] = int16(room(i))
	}
	r.rec = newRecorder(r.Seed, r.names, roomNames)
}

func (r *run) runs(ctx context.Context) error {
	var players []*player
	for i := range r.names {
		players = append(players, newPlayer(r.crowd, i, rand.New(rand.NewPCG(r.Seed, uint64(i)))))
	}
	load, over := context.WithTimeout(ctx, r.Time)
	defer over()
	var playing sync.WaitGroup
	for _, p := range players {
		playing.Go(func() { p.plays(load) })
	}
	playing.Go(func() { r.tells(load) })
	err := r.stopsAndStarts(ctx, load)
	over()
	playing.Wait()
	r.rec.history.Took = r.rec.now()
	for _, p := range players {
		if err == nil {
			err = p.settles(ctx)
		}
	}
	return errors.Join(err, r.stop(false), context.Cause(ctx))
}

// stopsAndStarts kills the server again and again while the load goes on, and once as it ends. Afterwards a
// server runs, unless there is an error.
func (r *run) stopsAndStarts(ctx, load context.Context) error {
	for {
		select {
		case <-time.After(r.life()):
		case <-load.Done():
		}
		over := load.Err() != nil
		if err := r.stop(over || r.rng.IntN(8) > 0); err != nil {
			r.rec.fault(err.Error())
		}
		if err := r.start(ctx); err != nil {
			return err
		}
		if over {
			return nil
		}
	}
}

// life is how long a server lives: often hardly until all are logged in, and now and then long enough to find
// dead links.
func (r *run) life() time.Duration {
	return time.Duration(min(r.rng.ExpFloat64(), 6) * float64(r.Life))
}

func (r *run) start(ctx context.Context) (err error) {
	if r.server, err = startServer(ctx, r.Binary, r.Dir); err != nil {
		return err
	}
	r.venue.moves(r.server.addr)
	return nil
}

// stop ends the server, by kill -9 or SIGTERM.
func (r *run) stop(kill bool) (err error) {
	if r.server == nil {
		return nil
	}
	s := Stop{At: r.rec.now(), Kill: kill}
	if kill {
		r.server.kill()
	} else {
		err = r.server.stop()
	}
	r.venue.moves("")
	s.Gone = r.rec.now()
	r.rec.stopped(s)
	for _, line := range r.server.complained() {
		r.rec.fault("the server logs: " + line)
	}
	r.server = nil
	return err
}

// tells how far the run is, ten times.
func (r *run) tells(ctx context.Context) {
	tick := time.NewTicker(max(r.Time/10, time.Second))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			fmt.Fprintf(r.Progress, "%v: %d stops of the server, %d lines acknowledged, %d received\n",
				r.rec.now().Round(time.Second), r.rec.stops(), r.rec.acknowledged.Load(), r.rec.received.Load())
		case <-ctx.Done():
			return
		}
	}
}
