package soak

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// comings finds joins and leaves that were none, or on screens of those who are not in the room.
func comings(x *index) []Violation {
	all := slices.Clone(x.forged)
	for _, s := range x.said {
		c := x.Conns[s.conn]
		e, from := c.Events[s.event], c.Dialled
		if s.change != nil {
			from = s.change.from
		}
		if !x.maybeIn(member{c.Account, int(e.Who)}, from, e.At) {
			all = append(all, Violation{Kind: Leaked, Account: c.Account, Conns: []int{s.conn}, Text: fmt.Sprintf(
				"%s sees at %v who comes into %s or leaves it, and is not in it", x.name(c.Account), e.At, x.name(int(e.Who)))})
		}
	}
	return all
}

// invitation is who invites whom into which room.
type invitation struct{ by, whom, room int }

func (i invitation) compare(j invitation) int {
	return cmp.Or(cmp.Compare(i.by, j.by), cmp.Compare(i.whom, j.whom), cmp.Compare(i.room, j.room))
}

// inviting is what is known of invitations of one kind: they have no token, so they can only be counted.
type inviting struct {
	first  time.Duration // when one was typed first; zero: never
	done   int           // those answered
	shown  int           // how often the account that is invited sees one
	before bool          // somebody sees one before it was typed
	conns  []int         // where it is typed or seen
}

// invitations finds those that never came to the account that was invited, and those that nobody has made.
func invitations(x *index) (all []Violation) {
	known := make(map[invitation]*inviting)
	for i, c := range x.Conns {
		made(known, i, c)
	}
	for i, c := range x.Conns {
		seen(known, i, c)
	}
	for _, i := range slices.SortedFunc(maps.Keys(known), invitation.compare) {
		n := known[i]
		what := fmt.Sprintf("%s invites %s into %s", x.name(i.by), x.name(i.whom), x.name(i.room))
		switch {
		case n.before:
			all = append(all, Violation{Kind: Forged, Account: i.whom, Conns: n.conns, Text: what + ": so it is shown, and it has not"})
		case i.whom >= 0 && x.Accounts[i.whom].Settled && n.shown < n.done:
			all = append(all, Violation{Kind: Missing, Account: i.whom, Conns: n.conns,
				Text: fmt.Sprintf("%s %d times, who sees %d of them", what, n.done, n.shown)})
		}
	}
	return all
}

// made adds what a connection asks for.
func made(known map[invitation]*inviting, conn int, c *Conn) {
	var last *inviting
	for _, e := range c.Events {
		switch e.What {
		case InviteTyped:
			last = of(known, invitation{c.Account, int(e.Who), int(e.Room)}, conn)
			if last.first == 0 || e.At < last.first {
				last.first = e.At
			}
		case Answered:
			if last != nil {
				last.done++
			}
			last = nil
		case Declined, Outside:
			last = nil
		}
	}
}

// seen adds what a connection shows, once all that is asked for is known.
func seen(known map[invitation]*inviting, conn int, c *Conn) {
	for _, e := range c.Events {
		if e.What != Invited {
			continue
		}
		n := of(known, invitation{int(e.From), int(e.Who), int(e.Room)}, conn)
		n.before = n.before || n.first == 0 || e.At < n.first
		if int(e.Who) == c.Account {
			n.shown++
		}
	}
}

func of(known map[invitation]*inviting, i invitation, conn int) *inviting {
	if known[i] == nil {
		known[i] = new(inviting)
	}
	known[i].conns = append(known[i].conns, conn)
	return known[i]
}
