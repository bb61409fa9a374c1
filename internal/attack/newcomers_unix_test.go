//go:build unix

package attack

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// newcomersPerSecond is how many people come while a flood of silent connections goes on.
const newcomersPerSecond = 4

// newcomers floods the door with f.n silent connections a second, each from an address of its own, and counts
// how many of those who come meanwhile get as far as an answer. The time until the places are full does
// not count.
func newcomers(f *field) (string, error) {
	var all sync.WaitGroup
	defer all.Wait()
	var tried, in atomic.Int64
	full := time.Now().Add(startups * time.Second / time.Duration(f.n))
	tick := time.NewTicker(time.Second / time.Duration(f.n))
	defer tick.Stop()
	for i := 0; f.going(); i++ {
		<-tick.C
		if _, err := f.dial(address(i % 2000)); err != nil {
			return "", err
		}
		if i%(f.n/newcomersPerSecond) == 0 && time.Now().After(full) {
			all.Go(func() {
				tried.Add(1)
				if f.newcomer(address(3000+i)) == nil {
					in.Add(1)
				}
			})
		}
	}
	all.Wait()
	if in.Load() == 0 {
		return "", fmt.Errorf("of %d newcomers none got in", tried.Load())
	}
	return fmt.Sprintf("%d of %d newcomers got in: %.0f %%", in.Load(), tried.Load(),
		100*float64(in.Load())/float64(tried.Load())), nil
}

// newcomer connects, is answered, and leaves.
func (f *field) newcomer(from string) error {
	c, err := f.visit(from, "", plenty)
	if c != nil {
		defer c.Close()
	}
	if err != nil {
		return err
	}
	_, err = c.says([]string{"help"}, "login")
	return err
}

// newcomersByChance is newcomers at a door with OpenSSH's rule, before a server that refuses nobody.
func newcomersByChance(f *field) (string, error) {
	d, err := openDoor(f.addr)
	if err != nil {
		return "", err
	}
	defer d.close()
	behind := &field{scale: f.scale, ctx: f.ctx, addr: d.Addr().String(), end: f.end}
	defer behind.cut()
	return newcomers(behind)
}

// A door passes connections on to a server, but drops newcomers at random, the more the fuller it is:
// MaxStartups 20:30:200, which is OpenSSH's default for as many places as we have.
type door struct {
	net.Listener
	to   string
	all  sync.WaitGroup
	open atomic.Int64
}

func openDoor(to string) (*door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &door{Listener: l, to: to}
	d.all.Go(d.serve)
	return d, nil
}

// close waits for those inside, who must have been cut.
func (d *door) close() {
	d.Close()
	d.all.Wait()
}

func (d *door) serve() {
	for {
		near, err := d.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if drops(int(d.open.Load())) {
			near.Close()
			continue
		}
		d.open.Add(1)
		d.all.Go(func() {
			defer d.open.Add(-1)
			d.pass(near)
		})
	}
}

// drops is should_drop_connection of OpenSSH's sshd.c.
func drops(open int) bool {
	const begin, rate, full = startups / 10, 30, startups
	switch {
	case open < begin:
		return false
	case open >= full:
		return true
	}
	return rand.IntN(100) < rate+(100-rate)*(open-begin)/(full-begin)
}

func (d *door) pass(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", d.to)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(near, far)
		near.Close()
	})
	io.Copy(far, near)
	far.Close()
	back.Wait()
}
