package soak

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A member is an account in a room, for as long as it is one.
type member struct{ who, room int }

// A change is what begins or ends a stay of somebody in a room, or was to: a join, a leave, or a kick. If it is in the
// log, that is at a place between two moments: the first is before it was typed, the second after it was known to be
// done, or, where nobody was told, after its login was over.
type change struct {
	what     What // JoinTyped, LeaveTyped, KickTyped
	member        // whose stay it is
	fate     fate
	from, to time.Duration
	conn     int    // on which it was typed
	line     LineID // of a kick
	node     int32  // in the graph, of what is done; -1: it has none
}

// fate is what clients know of what became of a change.
type fate uint8

const (
	unknown fate = iota // it may have been done
	done                // it was
	undone              // it was not
	wasIn               // it was not, as a stay had begun before it
	wasOut              // it was not, as there was no stay
)

// begins and ends report whether a change may have begun or ended a stay.
func (c *change) begins() bool { return c.what == JoinTyped && c.fate <= done }
func (c *change) ends() bool   { return c.what != JoinTyped && c.fate <= done }

// showsOut reports whether there was no stay at some moment between from and to.
func (c *change) showsOut() bool { return c.fate == done || c.fate == wasOut }

// gatherChanges gathers what accounts say of their stays and of those whom they kicked, over all their connections, in the
// order in which it was typed.
func (x *index) gatherChanges() {
	x.changes = make(map[member][]*change)
	for i, c := range x.Conns {
		var last *change
		for _, e := range c.Events {
			if typed := changeOf(c, e); typed != nil {
				last = typed
				last.conn, last.to = i, x.overBy(i)
				x.changes[last.member] = append(x.changes[last.member], last)
			} else if last != nil && last.learns(c.Account, e) {
				last = nil
			}
		}
	}
	for _, list := range x.changes {
		slices.SortStableFunc(list, func(a, b *change) int { return cmp.Compare(a.from, b.from) })
	}
}

// gatherStays makes stays of all changes. A kick is in the log if anybody has seen it or if it was answered.
func (x *index) gatherStays() {
	x.gatherChanges()
	x.stays = make(map[member][]*stay)
	for p, list := range x.changes {
		for _, c := range list {
			if c.what == KickTyped {
				x.meets(c)
			}
		}
		x.stays[p] = staysOf(list)
	}
	x.said, x.forged = x.showings()
}

// meets has a kick and its line know of each other.
func (x *index) meets(kick *change) {
	seen := &x.seen[x.dense(kick.line)]
	switch {
	case *seen > 0 && kick.fate != undone: // of what is refused and shown see mistold
		kick.fate, kick.to = done, min(kick.to, *seen)
	case kick.fate == done:
		*seen = kick.to
	}
}

// changeOf is the change that an event asks for, nil if it is none.
func changeOf(c *Conn, e Event) *change {
	ch := &change{what: e.What, member: member{c.Account, int(e.Who)}, from: e.At, node: -1}
	switch e.What {
	case JoinTyped, LeaveTyped:
		return ch
	case KickTyped:
		ch.member, ch.line = member{int(e.Who), int(e.Room)}, e.Line
		return ch
	}
	return nil
}

// overBy is a moment after which nothing that was typed on a connection is done any more: the next login of the account.
func (x *index) overBy(conn int) time.Duration {
	for _, c := range x.Conns[conn+1:] {
		if c.Account == x.Conns[conn].Account && c.Welcome > 0 {
			return c.Welcome
		}
	}
	return forever
}

// learns takes an event behind that with which an account asked for c, and reports whether it is the last that says anything of it.
func (c *change) learns(by int, e Event) (last bool) {
	own := int(e.From) == by && int(e.Who) == c.room
	switch {
	case e.What == Answered:
		if c.fate == unknown {
			c.fate = done
		}
		c.to = min(c.to, e.At)
		return true
	case e.What == AlreadyIn:
		c.fate = wasIn
	case e.What == Declined, e.What == Outside && c.what == KickTyped:
		c.fate = undone
	case e.What == Outside, e.What == Barred:
		c.fate = wasOut
	case e.What == Entered, own && e.What == Joined && c.what == JoinTyped, own && e.What == Parted && c.what == LeaveTyped:
		c.fate, c.to = done, min(c.to, e.At)
	}
	return false
}

// members are those of whose stays anything is known, in an order that is always the same.
func (x *index) members() []member {
	return slices.SortedFunc(maps.Keys(x.changes), func(a, b member) int {
		return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.room, b.room))
	})
}
