package sshd

import (
	"net/netip"
	"testing"
	"time"
)

// A room is a table of places with a clock that the test moves.
type room struct {
	*places
	t       *testing.T
	clock   time.Time
	evicted []string
	who     map[string]*place
}

func newRoom(t *testing.T, set Settings) *room {
	r := &room{t: t, clock: time.Unix(1e9, 0), who: map[string]*place{}}
	r.places = newPlaces(set.withDefaults(), func() time.Time { return r.clock })
	return r
}

func (r *room) comes(name, addr string) error {
	p := r.newPlace(netip.MustParseAddr(addr), func() { r.evicted = append(r.evicted, name) })
	r.who[name] = p
	return r.admit(p)
}

func (r *room) enters(name, addr string) {
	r.t.Helper()
	if err := r.comes(name, addr); err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
}

func (r *room) speaks(name string) { r.who[name].spoke.Store(r.clock.UnixNano()) }

func (r *room) passes(d time.Duration) { r.clock = r.clock.Add(d) }

func (r *room) wantEvicted(names ...string) {
	r.t.Helper()
	if len(names) != len(r.evicted) {
		r.t.Fatalf("evicted %v, want %v", r.evicted, names)
	}
	for i := range names {
		if names[i] != r.evicted[i] {
			r.t.Fatalf("evicted %v, want %v", r.evicted, names)
		}
	}
}

func TestFullServerSendsTheSilentestAway(t *testing.T) {
	r := newRoom(t, Settings{Startups: 3})
	r.enters("a", "192.0.2.1")
	r.enters("b", "192.0.2.2")
	r.enters("c", "192.0.2.3")
	r.passes(11 * time.Second)
	r.speaks("a")
	r.passes(time.Second)
	r.speaks("b")
	r.speaks("c")
	r.enters("d", "192.0.2.4")
	r.wantEvicted("a")
	if len(r.startups) != 3 {
		t.Errorf("%d startups, want 3", len(r.startups))
	}
}

func TestYoungOnesAreNotSentAway(t *testing.T) {
	r := newRoom(t, Settings{Startups: 2})
	r.enters("a", "192.0.2.1")
	r.enters("b", "192.0.2.2")
	r.passes(settled - time.Nanosecond)
	if err := r.comes("c", "192.0.2.3"); err != ErrFull {
		t.Errorf("newcomer among young ones: %v, want ErrFull", err)
	}
	r.wantEvicted()
	r.passes(time.Nanosecond)
	r.speaks("a")
	r.enters("d", "192.0.2.4")
	r.wantEvicted("b")
}

func TestFullAddressSendsOneOfItsOwnAway(t *testing.T) {
	r := newRoom(t, Settings{StartupsPerAddress: 2})
	r.enters("other", "192.0.2.9")
	r.enters("a", "192.0.2.1")
	r.enters("b", "192.0.2.1")
	if err := r.comes("c", "192.0.2.1"); err != ErrAddressFull {
		t.Errorf("newcomer: %v, want ErrAddressFull", err)
	}
	r.passes(time.Minute)
	r.speaks("a")
	r.enters("d", "192.0.2.1")
	r.wantEvicted("b")
}

// When both limits are reached, one of the newcomer's own address goes: an address that is at its
// limit must not push others out.
func TestFullAddressOnFullServer(t *testing.T) {
	r := newRoom(t, Settings{Startups: 3, StartupsPerAddress: 2})
	r.enters("other", "192.0.2.9")
	r.enters("a", "192.0.2.1")
	r.enters("b", "192.0.2.1")
	r.passes(time.Minute)
	r.speaks("a")
	r.passes(time.Second)
	r.speaks("b")
	r.enters("c", "192.0.2.1")
	r.wantEvicted("a")
}

func TestAddressesCountByNetwork(t *testing.T) {
	tests := []struct {
		name         string
		first, other string
		exempt       string
		refused      bool
	}{
		{"one IPv4 address", "192.0.2.1", "192.0.2.1", "", true},
		{"two IPv4 addresses", "192.0.2.1", "192.0.2.2", "", false},
		{"one IPv6 /64", "2001:db8::1", "2001:db8::ffff:1", "", true},
		{"two IPv6 /64s", "2001:db8::1", "2001:db8:0:1::1", "", false},
		{"an exempt address", "192.0.2.1", "192.0.2.1", "192.0.2.0/24", false},
		{"another is exempt", "192.0.2.1", "192.0.2.1", "198.51.100.0/24", true},
		{"an exempt IPv6 address", "2001:db8::1", "2001:db8::1", "2001:db8::/32", false},
		{"one link-local network", "fe80::1%eth0", "fe80::2%eth0", "", true},
		{"an exempt link-local address", "fe80::1%eth0", "fe80::1%eth0", "fe80::/10", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := Settings{StartupsPerAddress: 1}
			if test.exempt != "" {
				set.Exempt = []netip.Prefix{netip.MustParsePrefix(test.exempt)}
			}
			r := newRoom(t, set)
			r.enters("first", test.first)
			if err := r.comes("other", test.other); (err == ErrAddressFull) != test.refused {
				t.Errorf("err = %v, want refused: %v", err, test.refused)
			}
		})
	}
}

func TestLoginMovesToTheSessions(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1, Sessions: 2, SessionsPerAddress: 1})
	r.enters("a", "192.0.2.1")
	if err := r.login(r.who["a"]); err != nil {
		t.Fatal(err)
	}
	r.enters("b", "192.0.2.1") // there is room again
	if err := r.login(r.who["b"]); err != ErrAddressFull {
		t.Errorf("second session of an address: %v, want ErrAddressFull", err)
	}
	r.leave(r.who["b"])
	r.enters("c", "192.0.2.3")
	if err := r.login(r.who["c"]); err != nil {
		t.Fatal(err)
	}
	r.enters("d", "192.0.2.4")
	if err := r.login(r.who["d"]); err != ErrFull {
		t.Errorf("third session: %v, want ErrFull", err)
	}
	r.leave(r.who["a"])
	if err := r.login(r.who["d"]); err != nil {
		t.Errorf("session after another has left: %v", err)
	}
}

// Whoever shares a connection, as with ssh's ControlMaster, must not get more people in than the limits
// allow.
func TestEachSessionOfAConnectionCounts(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1, Sessions: 3, SessionsPerAddress: 2})
	r.enters("a", "192.0.2.1")
	a := r.who["a"]
	for range 2 {
		if err := r.login(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.login(a); err != ErrAddressFull {
		t.Errorf("third session of an address: %v, want ErrAddressFull", err)
	}
	r.enters("b", "192.0.2.2")
	if err := r.login(r.who["b"]); err != nil {
		t.Fatal(err)
	}
	if err := r.login(r.who["b"]); err != ErrFull {
		t.Errorf("fourth session: %v, want ErrFull", err)
	}
	r.logout(a)
	if len(r.startups) != 0 {
		t.Error("a connection with one session left counts as not logged in")
	}
	if err := r.login(r.who["b"]); err != nil {
		t.Errorf("session after another has ended: %v", err)
	}
	r.leave(a)
	r.leave(r.who["b"])
	if r.sessions != 0 || len(r.inside) != 0 || len(r.startups) != 0 {
		t.Errorf("left over: %d sessions, %v, %d startups", r.sessions, r.inside, len(r.startups))
	}
}

func TestLogoutMovesBack(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1, Sessions: 1})
	r.enters("a", "192.0.2.1")
	r.login(r.who["a"])
	r.logout(r.who["a"])
	if err := r.comes("b", "192.0.2.2"); err != ErrFull {
		t.Errorf("newcomer while one has logged out but stays: %v, want ErrFull", err)
	}
	if r.sessions != 0 || len(r.startups) != 1 {
		t.Errorf("%d sessions and %d startups, want 0 and 1", r.sessions, len(r.startups))
	}
}

func TestEvictedCannotLogIn(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1})
	r.enters("a", "192.0.2.1")
	r.passes(time.Minute)
	r.enters("b", "192.0.2.2")
	if err := r.login(r.who["a"]); err != ErrSilent {
		t.Errorf("login of one who was sent away: %v, want ErrSilent", err)
	}
}

func TestNoLimit(t *testing.T) {
	r := newRoom(t, Settings{Startups: NoLimit, StartupsPerAddress: NoLimit, Sessions: NoLimit})
	for range 1000 {
		r.enters("x", "192.0.2.1")
		if err := r.login(r.who["x"]); err != nil {
			t.Fatal(err)
		}
		r.enters("y", "192.0.2.1")
	}
}

func TestLeavingTwiceCountsOnce(t *testing.T) {
	r := newRoom(t, Settings{})
	r.enters("a", "192.0.2.1")
	r.enters("b", "192.0.2.1")
	r.leave(r.who["a"])
	r.leave(r.who["a"])
	r.login(r.who["b"])
	r.leave(r.who["b"])
	r.leave(r.who["b"])
	if len(r.startups) != 0 || r.sessions != 0 || len(r.waiting) != 0 || len(r.inside) != 0 {
		t.Errorf("left over: %d startups, %d sessions, %v, %v", len(r.startups), r.sessions, r.waiting, r.inside)
	}
}

// A place whose address is not known yet counts for all together, then for its address alone.
func TestAddressThatComesLater(t *testing.T) {
	r := newRoom(t, Settings{Startups: 4, StartupsPerAddress: 1})
	unknown := func() *place {
		p := r.newPlace(netip.Addr{}, func() { r.evicted = append(r.evicted, "unknown") })
		if err := r.admit(p); err != nil {
			t.Fatalf("somebody unknown: %v", err)
		}
		return p
	}
	a, b, c := unknown(), unknown(), unknown()
	r.enters("neighbour", "192.0.2.1")
	if err := r.comes("fifth", "192.0.2.2"); err != ErrFull {
		t.Errorf("the fifth: %v, want ErrFull", err)
	}
	if err := r.identify(a, netip.MustParseAddr("192.0.2.3")); err != nil {
		t.Errorf("the first of its address: %v", err)
	}
	if err := r.identify(b, netip.MustParseAddr("192.0.2.1")); err != ErrAddressFull {
		t.Errorf("the second of its address: %v, want ErrAddressFull", err)
	}
	r.leave(c)
	if err := r.identify(c, netip.MustParseAddr("192.0.2.4")); err != ErrSilent {
		t.Errorf("one that has left: %v, want ErrSilent", err)
	}
	r.wantEvicted()
	if len(r.startups) != 2 || len(r.waiting) != 2 {
		t.Errorf("%d startups of %d addresses, want 2 of 2", len(r.startups), len(r.waiting))
	}

	d := unknown()
	r.passes(settled)
	if err := r.identify(d, netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Errorf("one for whom a silent one can go: %v", err)
	}
	r.wantEvicted("neighbour")
}

// Logouts may bring the startups over their limit: then somebody unknown among them counts as a newcomer.
func TestAddressThatComesWhenItIsFull(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1})
	r.enters("a", "192.0.2.1")
	if err := r.login(r.who["a"]); err != nil {
		t.Fatal(err)
	}
	p := r.newPlace(netip.Addr{}, func() {})
	if err := r.admit(p); err != nil {
		t.Fatal(err)
	}
	r.logout(r.who["a"])
	if err := r.identify(p, netip.MustParseAddr("192.0.2.2")); err != ErrFull {
		t.Errorf("err = %v, want ErrFull", err)
	}
}

func TestExemptAddressThatComesLater(t *testing.T) {
	r := newRoom(t, Settings{StartupsPerAddress: 1, Exempt: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	for range 3 {
		p := r.newPlace(netip.Addr{}, func() {})
		if err := r.admit(p); err != nil {
			t.Fatal(err)
		}
		if err := r.identify(p, netip.MustParseAddr("192.0.2.1")); err != nil {
			t.Error(err)
		}
	}
}
