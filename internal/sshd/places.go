package sshd

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// settled is the age below which a connection is never sent away for a newcomer. A newcomer that
// finds only younger ones is refused: else a flood would push everybody out at the speed of the wire.
const settled = 10 * time.Second

// places counts the connections on which nobody is logged in, in the handshake or at a dialogue, and
// the sessions that are logged in, of which one connection may have several. When there are too many
// of those connections, the one that has been silent longest makes room.
type places struct {
	now func() time.Time

	mu       sync.Mutex
	set      Settings
	startups map[*place]struct{}
	sessions int
	waiting  map[netip.Prefix]int // startups by address
	inside   map[netip.Prefix]int // sessions by address
}

// A place is one connection's entry.
type place struct {
	addr     netip.Prefix // the address, or its /64; none while it is not known
	exempt   bool
	since    time.Time
	spoke    atomic.Int64 // when the client last did something of its own accord, as UnixNano
	state    placeState   // guarded by places.mu
	sessions int          // logged in; guarded by places.mu, above 0 only in the state inSession
	evict    func()       // ends the connection; does not block
}

type placeState int

const (
	outside placeState = iota
	starting
	inSession
)

func newPlaces(set Settings, now func() time.Time) *places {
	return &places{set: set, now: now, startups: map[*place]struct{}{},
		waiting: map[netip.Prefix]int{}, inside: map[netip.Prefix]int{}}
}

// change has other limits hold for whoever comes next.
func (t *places) change(set Settings) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set = set
}

// newPlace makes the entry of a connection from addr, not yet counted. While addr is not known (invalid), no
// limit per address applies.
func (t *places) newPlace(addr netip.Addr, evict func()) *place {
	p := &place{since: t.now(), evict: evict}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.locate(p, addr)
	p.spoke.Store(p.since.UnixNano())
	return p
}

// locate says where p, which does not count yet, comes from; mu is held.
func (t *places) locate(p *place, addr netip.Addr) {
	p.addr, p.exempt = network(addr), !addr.IsValid() || contains(t.set.Exempt, addr)
}

// network is what the limits per address count by: an IPv4 address, or the /64 of an IPv6 address,
// as one line usually has a whole /64.
func network(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits)
	return p
}

// admit counts a newcomer as not logged in. Another may have to go for it: that one is evicted. The
// error is ErrFull or ErrAddressFull.
func (t *places) admit(p *place) error {
	t.mu.Lock()
	victim, err := t.enter(p)
	t.mu.Unlock()
	if victim != nil {
		victim.evict()
	}
	return err
}

// identify counts p, which was admitted while its address was not known, for addr from now on. Another of
// that address may have to go for it. An error is as admit's, and p has lost its place; with ErrSilent it had
// lost it before.
func (t *places) identify(p *place, addr netip.Addr) error {
	t.mu.Lock()
	if p.state != starting {
		t.mu.Unlock()
		return ErrSilent
	}
	t.move(p, outside)
	t.locate(p, addr)
	victim, err := t.enter(p)
	t.mu.Unlock()
	if victim != nil {
		victim.evict()
	}
	return err
}

// enter counts p as not logged in, and returns who must be evicted for it; mu is held.
func (t *places) enter(p *place) (victim *place, err error) {
	if victim, err = t.makeRoom(p); err == nil {
		t.move(p, starting)
	}
	return victim, err
}

// makeRoom finds who goes for p, if somebody must, and takes its place away.
func (t *places) makeRoom(p *place) (*place, error) {
	full := over(len(t.startups)+1, t.set.Startups)
	addressFull := !p.exempt && over(t.waiting[p.addr]+1, t.set.StartupsPerAddress)
	var victim *place
	switch {
	case addressFull:
		if victim = t.silentest(func(q *place) bool { return q.addr == p.addr }); victim == nil {
			return nil, ErrAddressFull
		}
	case full:
		if victim = t.silentest(func(*place) bool { return true }); victim == nil {
			return nil, ErrFull
		}
	default:
		return nil, nil
	}
	t.move(victim, outside)
	return victim, nil
}

// silentest returns the settled startup that has been silent longest; nil if there is none.
func (t *places) silentest(among func(*place) bool) *place {
	var found *place
	now := t.now()
	for q := range t.startups {
		if now.Sub(q.since) < settled || !among(q) {
			continue
		}
		if found == nil || q.spoke.Load() < found.spoke.Load() {
			found = q
		}
	}
	return found
}

// login counts one more session of p as logged in. The error is ErrFull, ErrAddressFull, or ErrSilent
// when p has lost its place meanwhile; p then stays as it was.
func (t *places) login(p *place) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case p.state == outside:
		return ErrSilent
	case over(t.sessions+1, t.set.Sessions):
		return ErrFull
	case !p.exempt && over(t.inside[p.addr]+1, t.set.SessionsPerAddress):
		return ErrAddressFull
	}
	t.move(p, inSession)
	p.sessions++
	t.sessions++
	t.inside[p.addr]++
	return nil
}

// logout takes one login of p back. With the last one p counts as not logged in again. That may bring
// the startups over their limit: then the next newcomer makes room as ever.
func (t *places) logout(p *place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.state != inSession {
		return
	}
	t.end(p)
	if p.sessions == 0 {
		t.move(p, starting)
	}
}

// leave takes p out of all counts. Leaving twice does nothing.
func (t *places) leave(p *place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for p.sessions > 0 {
		t.end(p)
	}
	t.move(p, outside)
}

// end takes one session of p out of the counts; mu is held.
func (t *places) end(p *place) {
	p.sessions--
	t.sessions--
	less(t.inside, p.addr)
}

// move changes the count of startups from p's old state to its new one; mu is held.
func (t *places) move(p *place, to placeState) {
	if p.state == starting {
		delete(t.startups, p)
		less(t.waiting, p.addr)
	}
	if p.state = to; to == starting {
		t.startups[p] = struct{}{}
		t.waiting[p.addr]++
	}
}

func less(counts map[netip.Prefix]int, addr netip.Prefix) {
	if counts[addr]--; counts[addr] <= 0 {
		delete(counts, addr)
	}
}
