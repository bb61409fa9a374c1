package soak

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// pair is somebody who blocks, and whom.
type pair struct{ blocker, blocked int }

// blocking is what is known of when one account blocks another.
type blocking struct {
	sure  []span // from the answer to a block until an unblock is typed
	might []span // from when a block is typed until the answer to an unblock
}

// A span is a stretch of time, without its ends.
type span struct{ from, to time.Duration }

// forever is past the end of every run.
const forever = time.Duration(1<<63 - 1)

// within reports whether all that lies from one moment to the other is surely blocked.
func (b *blocking) within(from, to time.Duration) bool {
	return b != nil && slices.ContainsFunc(b.sure, func(s span) bool { return s.from < from && to < s.to })
}

// maybe reports whether there may be a block at any moment from one to the other.
func (b *blocking) maybe(from, to time.Duration) bool {
	return b != nil && slices.ContainsFunc(b.might, func(s span) bool { return s.from <= to && from <= s.to })
}

// blockings gathers what accounts say of blocks, over all their connections. A command of a connection cannot
// take effect once the account's next one is logged in: the login that it acts for is over.
func blockings(h *History) map[pair]*blocking {
	all := make(map[pair]*blocking)
	for _, c := range h.Conns {
		for _, e := range c.Events {
			if e.What < BlockTyped || e.What > UnblockAnswered {
				continue
			}
			key := pair{c.Account, int(e.Who)}
			if all[key] == nil {
				all[key] = new(blocking)
			}
			all[key].note(e)
		}
	}
	return all
}

func (b *blocking) note(e Event) {
	switch e.What {
	case BlockTyped:
		open(&b.might, e.At)
	case BlockAnswered:
		open(&b.sure, e.At)
	case UnblockTyped:
		end(b.sure, e.At)
	case UnblockAnswered:
		end(b.might, e.At)
	}
}

func open(spans *[]span, at time.Duration) {
	if n := len(*spans); n == 0 || (*spans)[n-1].to != forever {
		*spans = append(*spans, span{at, forever})
	}
}

func end(spans []span, at time.Duration) {
	if n := len(spans); n > 0 && spans[n-1].to == forever {
		spans[n-1].to = at
	}
}

// hidden finds lines that a block was to keep away. That the place of a line in the log lies within the block
// is known if it was typed after the block was answered, and seen before the unblock was typed.
func hidden(x *index) (all []Violation) {
	// In the order of the accounts, so that the same history gives the same list.
	for _, p := range sortedPairs(x.blocks) {
		b := x.blocks[p]
		for n, l := range x.Lines[p.blocked] {
			id := LineID{int32(p.blocked), int32(n)}
			seen := x.seen[x.dense(id)]
			// A kick is no line of the sender's own: it holds, so it is shown.
			if seen == 0 || l.isKick() || !b.within(l.Typed, seen) {
				continue
			}
			v := Violation{Kind: Hidden, Account: p.blocker, Line: id, Lines: true, Conns: x.showing(p.blocker, id)}
			switch {
			case len(v.Conns) > 0:
				v.Text = fmt.Sprintf("%s sees %s, typed at %v and stored by %v, while it blocks %s",
					x.name(p.blocker), x.token(id), l.Typed, seen, x.name(p.blocked))
			case l.To == p.blocker:
				v.Conns = []int{int(l.Conn)}
				v.Text = fmt.Sprintf("%s is told that %s is sent, at %v, to %s, who blocks it",
					x.name(p.blocked), x.token(id), seen, x.name(p.blocker))
			default:
				continue
			}
			all = append(all, v)
		}
	}
	return all
}

func sortedPairs(m map[pair]*blocking) []pair {
	var all []pair
	for p := range m {
		if p.blocked >= 0 {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.blocker, q.blocker), cmp.Compare(p.blocked, q.blocked))
	})
	return all
}

// showing lists the connections on which an account was shown a line.
func (x *index) showing(account int, id LineID) (conns []int) {
	if !x.saw(account, id) {
		return nil
	}
	for i, c := range x.Conns {
		if c.Account == account && slices.ContainsFunc(c.Events, func(e Event) bool {
			return e.What == Shown && (e.Line == id || x.isOf(e.Line, id))
		}) {
			conns = append(conns, i)
		}
	}
	return conns
}
