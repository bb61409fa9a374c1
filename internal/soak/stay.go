package soak

import (
	"fmt"
	"slices"
	"time"
)

// A stay is somebody's being in a room, from a join on, as far as it is known.
type stay struct {
	in   *change
	sure time.Duration // up to here nothing can have ended it, if it has begun
	end  *change       // what ended it then; nil: it may have been one thing or another, or nothing
	out  *change       // what shows that it is over; nil: nothing does
}

// may reports whether a place of the log that lies between two moments can lie within s.
func (s *stay) may(from, to time.Duration) bool {
	return s.in.begins() && s.in.from < to && (s.out == nil || from < s.out.to)
}

// must reports whether all that lies between two moments surely lies within s.
func (s *stay) must(from, to time.Duration) bool {
	return s.in.showsIn() && s.in.to <= from && to <= s.sure
}

// showsIn reports whether there was a stay when c was answered.
func (c *change) showsIn() bool { return c.what == JoinTyped && (c.fate == done || c.fate == wasIn) }

// staysOf makes stays of all that is known of one member.
func staysOf(changes []*change) (all []*stay) {
	for _, in := range changes {
		if in.what != JoinTyped || !in.begins() && !in.showsIn() {
			continue
		}
		s := &stay{in: in, sure: forever}
		for _, c := range changes {
			if c != in && c.showsOut() && c.from >= in.to && (s.out == nil || c.to < s.out.to) {
				s.out = c
			}
			if c.ends() && c.to > in.from {
				s.mayEnd(c)
			}
		}
		all = append(all, s)
	}
	return all
}

// mayEnd takes what may have ended a stay, in the order in which it was typed.
func (s *stay) mayEnd(c *change) {
	switch {
	case s.sure == forever:
		s.sure = c.from
		if c.fate == done {
			s.end = c
		}
	case s.end != nil && c.from <= s.end.to:
		s.end = nil
	}
}

func (x *index) maybeIn(p member, from, to time.Duration) bool {
	return slices.ContainsFunc(x.stays[p], func(s *stay) bool { return s.may(from, to) })
}

func (x *index) surelyIn(p member, from, to time.Duration) bool {
	return slices.ContainsFunc(x.stays[p], func(s *stay) bool { return s.must(from, to) })
}

// onlyStay is the one stay in which what lies between two moments can lie; nil: there are several, or none.
func (x *index) onlyStay(p member, from, to time.Duration) (only *stay) {
	for _, s := range x.stays[p] {
		if s.may(from, to) {
			if only != nil {
				return nil
			}
			only = s
		}
	}
	return only
}

// A showing is an event that says that somebody came or went: it has no token.
type showing struct {
	conn, event int
	change      *change // of those that it can be the only one; nil: there are several
}

// showings finds out which join or leave each screen speaks of, as far as that can be known: a connection shows only
// what was done after it began, each once and in order.
func (x *index) showings() (all []showing, forged []Violation) {
	for i, c := range x.Conns {
		seen := make(map[change][]int) // the events, by what they say
		var said []change
		for n, e := range c.Events {
			what, ok := map[What]What{Joined: JoinTyped, Parted: LeaveTyped}[e.What]
			if !ok {
				continue
			}
			key := change{what: what, member: member{int(e.From), int(e.Who)}}
			if seen[key] == nil {
				said = append(said, key)
			}
			seen[key] = append(seen[key], n)
		}
		for _, key := range said {
			found, v := x.tell(i, key, seen[key])
			all, forged = append(all, found...), append(forged, v...)
		}
	}
	return all, forged
}

// tell tells the changes of one kind that a connection shows from one another.
func (x *index) tell(conn int, key change, events []int) (all []showing, forged []Violation) {
	c := x.Conns[conn]
	var can []*change
	for _, ch := range x.changes[key.member] {
		if ch.what == key.what && ch.fate <= done && ch.to > c.Dialled {
			can = append(can, ch)
		}
	}
	least := 0
	for i, n := range events {
		most := len(can) - len(events) + i
		for most >= 0 && can[most].from > c.Events[n].At {
			most--
		}
		switch {
		case least > most:
			return all, append(forged, Violation{Kind: Forged, Account: c.Account, Conns: []int{conn},
				Text: fmt.Sprintf("%s sees at %v that %s %s %s, which it did not do", x.name(c.Account), c.Events[n].At,
					x.name(key.who), map[What]string{JoinTyped: "joins", LeaveTyped: "leaves"}[key.what], x.name(key.room))})
		case least == most:
			all = append(all, showing{conn, n, can[most]})
		default:
			all = append(all, showing{conn, n, nil})
		}
		least++
	}
	return all, forged
}
