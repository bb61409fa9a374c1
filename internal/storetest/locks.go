package storetest

import (
	"fmt"
	"net/netip"
	"time"

	"sshchat/internal/chat"
)

// policy has the defaults of a server.
var policy = chat.LockPolicy{Strikes: 3, Lockout: time.Minute, AddressFailures: 9, AddressWindow: 10 * time.Minute}

// onlyAddress has no lock on ports.
var onlyAddress = chat.LockPolicy{Lockout: time.Minute, AddressFailures: 9, AddressWindow: 10 * time.Minute}

var locks = []story{
	{"the third strike locks for the lockout", func(w *world) {
		w.equal("first", w.fail("bob", home), chat.Lock{})
		w.equal("second", w.fail("bob", home), chat.Lock{})
		want := chat.Lock{Scope: chat.LockPort, Key: "bob", Remote: home, Until: w.clock.Now().Add(time.Minute)}
		w.equal("third", w.fail("bob", home), want)
		w.equal("locked", w.locked("bob", home), want)
		w.clock.move(time.Minute - time.Microsecond)
		w.equal("just before", w.locked("bob", home), want)
		w.clock.move(time.Microsecond)
		w.equal("over", w.locked("bob", home), chat.Lock{})
	}},
	{"a lock is on one name from one address and port", func(w *world) {
		w.strikeOut("bob", home)
		w.equal("another name", w.locked("carol", home), chat.Lock{})
		w.equal("another port", w.locked("bob", port(home, 40001)), chat.Lock{})
		w.equal("another address", w.locked("bob", netip.MustParseAddrPort("192.0.2.2:40000")), chat.Lock{})
		mapped := netip.MustParseAddrPort("[::ffff:192.0.2.1]:40000")
		w.equal("the same, mapped", w.locked("bob", mapped).Remote, home)
	}},
	{"strikes are consecutive: a right password clears them", func(w *world) {
		for range 3 {
			w.fail("alice", home)
			w.fail("alice", home)
			w.must(w.clear("alice", home))
		}
		w.equal("two each time", w.locked("alice", home), chat.Lock{})
	}},
	{"a right password elsewhere clears no strikes here", func(w *world) {
		w.fail("alice", port(home, 1))
		w.fail("alice", port(home, 1))
		w.must(w.clear("alice", home))
		w.must(w.clear("alice", port(home, 0)))
		w.equal("the third", w.fail("alice", port(home, 1)).Scope, chat.LockPort)
	}},
	{"a right password does not end a lock", func(w *world) {
		lock := w.strikeOut("alice", home)
		w.equal("lock", refusal[*chat.LockedError](w, w.clear("alice", home)).Lock, lock)
		w.equal("it stays", w.locked("alice", home), lock)
	}},
	{"after a lock one has three strikes again", func(w *world) {
		w.strikeOut("bob", home)
		w.clock.move(time.Minute)
		w.equal("first", w.fail("bob", home), chat.Lock{})
		w.equal("second", w.fail("bob", home), chat.Lock{})
		w.equal("third", w.fail("bob", home).Until, w.clock.Now().Add(time.Minute)) // no longer than before
	}},
	{"a clock that is set back makes no lock longer", func(w *world) {
		w.strikeOut("bob", home)
		w.clock.move(10*time.Second - time.Hour)
		w.equal("it begins anew", w.locked("bob", home).Until, w.clock.Now().Add(time.Minute))
		w.clock.move(time.Minute - time.Microsecond)
		w.equal("just before", w.locked("bob", home).Until, w.clock.Now().Add(time.Microsecond))
		w.clock.move(time.Microsecond)
		w.equal("over", w.locked("bob", home), chat.Lock{})
	}},
	{"nor one of a whole address", func(w *world) {
		for i := range 8 {
			w.fail("bob", port(home, uint16(1+i)))
		}
		w.fail("bob", home)
		w.clock.move(-time.Hour)
		w.equal("it begins anew", w.locked("bob", port(home, 99)), chat.Lock{
			Scope: chat.LockAddress, Key: "bob", Remote: port(home, 0), Until: w.clock.Now().Add(time.Minute)})
		w.clock.move(time.Minute)
		w.equal("over", w.locked("bob", port(home, 99)), chat.Lock{})
	}},
	{"what was under way as the lock came counts no more", func(w *world) {
		lock := w.strikeOut("bob", home)
		w.clock.move(10 * time.Second)
		for range 9 {
			_, err := w.st.Fail(w.ctx(), chat.Failure{Key: "bob", Remote: home}, policy)
			w.equal("the lock stays", refusal[*chat.LockedError](w, err).Lock, lock)
		}
		w.clock.move(50 * time.Second)
		w.equal("over", w.locked("bob", home), chat.Lock{})
		w.equal("first", w.fail("bob", home), chat.Lock{})
	}},
	{"a locked place cannot log in with the right password", func(w *world) {
		alice := w.signUp("alice")
		lock := w.strikeOut("alice", home)
		_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.equal("lock", refusal[*chat.LockedError](w, err).Lock, lock)
		elsewhere := w.newLogin(alice)
		elsewhere.Remote = port(home, 40001)
		_, err = w.st.BeginLogin(w.ctx(), elsewhere)
		w.must(err)
	}},
	{"nine failures from one address lock it, whatever the ports", func(w *world) {
		lock := w.failFromPorts("bob", home, 9)
		want := chat.Lock{Scope: chat.LockAddress, Key: "bob", Remote: port(home, 0), Until: w.clock.Now().Add(time.Minute)}
		w.equal("lock", lock, want)
		w.equal("a new port", w.locked("bob", port(home, 9)), want)
		w.equal("another name", w.locked("carol", home), chat.Lock{})
		w.equal("another address", w.locked("bob", netip.MustParseAddrPort("192.0.2.2:40000")), chat.Lock{})
	}},
	{"an IPv6 address is locked with its /64", func(w *world) {
		first := netip.MustParseAddrPort("[2001:db8:0:1::5]:40000")
		lock := w.failFromPorts("bob", first, 9)
		w.equal("lock", lock.Remote, netip.MustParseAddrPort("[2001:db8:0:1::]:0"))
		w.equal("a neighbour", w.locked("bob", netip.MustParseAddrPort("[2001:db8:0:1:ffff::9]:1")), lock)
		w.equal("another /64", w.locked("bob", netip.MustParseAddrPort("[2001:db8:0:2::5]:1")), chat.Lock{})
	}},
	{"failures that lie apart do not add up", func(w *world) {
		w.failFromPorts("bob", home, 8)
		w.clock.move(10 * time.Minute)
		w.equal("the ninth, in another window", w.failFromPorts("bob", home, 8), chat.Lock{})
		w.clock.move(9 * time.Minute)
		w.equal("the ninth in this one", w.fail("bob", port(home, 2)).Scope, chat.LockAddress)
	}},
	{"the window slides: any nine failures within it lead to the lock", func(w *world) {
		w.failFromPorts("bob", home, 1)
		w.clock.move(9 * time.Minute)
		w.failFromPorts("bob", home, 7)
		w.clock.move(time.Minute)
		w.equal("the ninth, ten minutes after the first", w.failFromPorts("bob", home, 1), chat.Lock{})
		w.clock.move(9*time.Minute - time.Microsecond)
		w.equal("the ninth of those since", w.failFromPorts("bob", home, 1).Scope, chat.LockAddress)
	}},
	{"a limit that is lowered counts the newest failures", func(w *world) {
		lower := onlyAddress
		lower.AddressFailures = 3
		w.failFromPorts("bob", home, 7)
		w.clock.move(11 * time.Minute)
		w.equal("the first within the window", w.failUnder(lower, "bob", home), chat.Lock{})
		w.equal("the second", w.failUnder(lower, "bob", home), chat.Lock{})
		w.equal("the third", w.failUnder(lower, "bob", home).Scope, chat.LockAddress)
	}},
	{"an address is locked twice as long each time, up to the longest", func(w *world) {
		for i, want := range []time.Duration{1, 2, 4, 8, 15, 15} {
			lock := w.failFromPorts("bob", home, 9)
			w.equal(fmt.Sprint("lock ", i+1), lock.Until.Sub(w.clock.Now()), want*time.Minute)
			w.clock.move(want * time.Minute)
		}
		w.clock.move(25 * time.Hour)
		w.equal("forgotten", w.failFromPorts("bob", home, 9).Until.Sub(w.clock.Now()), time.Minute)
	}},
	{"a right password does not clear what the address has done", func(w *world) {
		w.failFromPorts("alice", home, 8)
		w.must(w.clear("alice", home))
		w.equal("the ninth", w.fail("alice", port(home, 9)).Scope, chat.LockAddress)
	}},
	{"of two locks the longer counts", func(w *world) {
		w.failFromPorts("bob", home, 9)
		w.clock.move(time.Minute)
		w.failFromPorts("bob", home, 6)
		w.fail("bob", port(home, 7))
		w.fail("bob", port(home, 7))
		lock := w.fail("bob", port(home, 7)) // the third here, the ninth of the address
		w.equal("lock", lock.Scope, chat.LockAddress)
		w.equal("lasts", lock.Until.Sub(w.clock.Now()), 2*time.Minute)
		w.equal("locked", w.locked("bob", port(home, 7)), lock)
		all, err := w.st.Locks(w.ctx())
		w.must(err)
		w.equal("both are listed, the longer first", []chat.LockScope{all[0].Scope, all[1].Scope},
			[]chat.LockScope{chat.LockAddress, chat.LockPort})
		w.clock.move(time.Minute)
		all, err = w.st.Locks(w.ctx())
		w.must(err)
		w.equal("what is over is not", all, []chat.Lock{lock})
	}},
	{"each lock can be turned off", func(w *world) {
		for _, off := range []chat.LockPolicy{
			{Lockout: time.Minute, AddressFailures: 0, Strikes: 0},
			{Lockout: 0, AddressFailures: 1, AddressWindow: time.Minute, Strikes: 1},
		} {
			for range 20 {
				lock, err := w.st.Fail(w.ctx(), chat.Failure{Key: "bob", Remote: home}, off)
				w.must(err)
				w.equal("lock", lock, chat.Lock{})
			}
		}
		lock, err := w.st.Fail(w.ctx(), chat.Failure{Key: "bob", Remote: home}, chat.LockPolicy{Strikes: 1, Lockout: time.Minute})
		w.must(err)
		w.equal("one strike", lock.Scope, chat.LockPort)
	}},
	{"locks are cleared by name, by network, or all", func(w *world) {
		elsewhere := netip.MustParseAddrPort("[2001:db8::1]:7")
		clear := func(c chat.Clearing) int {
			n, err := w.st.ClearLocks(w.ctx(), c, chat.Audit{Actor: "uid 0"})
			w.must(err)
			return n
		}
		strike := func() {
			w.strikeOut("bob", home)
			w.strikeOut("bob", elsewhere)
			w.strikeOut("carol", home)
		}
		strike()
		w.equal("bob's", clear(chat.Clearing{Key: "bob"}), 2)
		w.equal("are over", []chat.Lock{w.locked("bob", home), w.locked("bob", elsewhere)}, []chat.Lock{{}, {}})
		w.equal("and no others", w.locked("carol", home).Until.IsZero(), false)
		w.equal("what was counted is forgotten", w.fail("bob", home), chat.Lock{})
		w.equal("all", clear(chat.Clearing{}), 1)
		strike()
		w.equal("of a network", clear(chat.Clearing{Network: netip.MustParsePrefix("2001:db8::/32")}), 1)
		w.equal("of an address", clear(chat.Clearing{Network: netip.PrefixFrom(home.Addr(), 32)}), 2)
		w.equal("of nobody", clear(chat.Clearing{Key: "dave"}), 0)
	}},
	{"a remote without a port counts for its address alone", func(w *world) {
		for range 8 {
			w.equal("before", w.fail("bob", port(home, 0)), chat.Lock{})
		}
		w.equal("the ninth", w.fail("bob", port(home, 0)).Scope, chat.LockAddress)
	}},
}

func port(remote netip.AddrPort, p uint16) netip.AddrPort {
	return netip.AddrPortFrom(remote.Addr(), p)
}

func (w *world) failUnder(p chat.LockPolicy, key string, from netip.AddrPort) chat.Lock {
	w.Helper()
	lock, err := w.st.Fail(w.ctx(), chat.Failure{Key: key, Remote: from}, p)
	w.must(err)
	return lock
}

func (w *world) fail(key string, from netip.AddrPort) chat.Lock {
	w.Helper()
	return w.failUnder(policy, key, from)
}

func (w *world) clear(key string, from netip.AddrPort) error {
	w.Helper()
	return w.st.ClearStrikes(w.ctx(), chat.Failure{Key: key, Remote: from})
}

func (w *world) locked(key string, from netip.AddrPort) chat.Lock {
	w.Helper()
	lock, err := w.st.Locked(w.ctx(), chat.Failure{Key: key, Remote: from})
	w.must(err)
	return lock
}

// strikeOut fails until the place is locked.
func (w *world) strikeOut(key string, from netip.AddrPort) (lock chat.Lock) {
	w.Helper()
	for range policy.Strikes {
		lock = w.fail(key, from)
	}
	return lock
}

// failFromPorts fails n times from one address without counting for ports, and gives the last lock.
func (w *world) failFromPorts(key string, from netip.AddrPort, n int) (lock chat.Lock) {
	w.Helper()
	for range n {
		lock = w.failUnder(onlyAddress, key, from)
	}
	return lock
}
