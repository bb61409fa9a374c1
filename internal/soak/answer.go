package soak

import (
	"fmt"
	"slices"
	"time"
)

// tally is what became of the lines to one recipient on one connection.
type tally struct{ typed, stored, refused int }

// answers finds lines of which the sender was not told the truth. A refusal does not say which line it is for, so
// they are counted: of what was typed on a connection, to each recipient, no more can be stored and refused than
// was typed, and on one that was left in order, where all that was typed before is done, no less.
func answers(x *index) (all []Violation) {
	for i, c := range x.Conns {
		counts := make(map[int]*tally)
		of := func(who int) *tally {
			if counts[who] == nil {
				counts[who] = new(tally)
			}
			return counts[who]
		}
		since := c.Welcome // what is unanswered was typed after it
		for _, e := range c.Events {
			switch e.What {
			case Answered:
				since = e.At
			case Typed:
				t := of(x.Lines[e.Line.By][e.Line.N].To)
				t.typed++
				if x.seen[x.dense(e.Line)] > 0 {
					t.stored++
				}
			case Refused, NoUser, NotIn:
				of(int(e.Who)).refused++
				if why := x.unfounded(c, e, since); why != "" {
					all = append(all, Violation{Kind: Unanswered, Account: c.Account, Conns: []int{i}, Text: why})
				}
			}
		}
		all = append(all, x.miscounted(i, c, counts)...)
	}
	for _, m := range x.members() {
		for _, c := range x.changes[m] {
			if why := x.mistold(c); why != "" {
				all = append(all, Violation{Kind: Unanswered, Account: m.who, Conns: []int{c.conn}, Text: fmt.Sprintf(
					"%s and %s, typed at %v and answered by %v: it %s", x.name(m.who), x.name(m.room), c.from, c.to, why)})
			}
		}
	}
	x.eachRewrite(func(line LineID, _ Line, w *rewrite) {
		if why := x.denied(line, w); why != "" {
			all = append(all, Violation{Kind: Unanswered, Account: int(line.By), Line: line, Lines: true, Conns: []int{w.conn},
				Text: fmt.Sprintf("%s, which %s changes at %v: %s", x.token(line), x.name(int(line.By)), w.typed, why)})
		}
	})
	return all
}

// denied says what is wrong with the refusal of a change.
func (x *index) denied(line LineID, w *rewrite) string {
	seen := x.seen[x.dense(line)]
	switch {
	case w.fate == undone && w.what == EditTyped && x.seen[x.dense(w.id)] > 0:
		return "that is refused, and seen"
	case w.noLine && seen > 0 && seen < w.typed && !x.mayBeDeleted(line):
		return "it is told that there is no such line, and there is"
	}
	return ""
}

// mistold says what is wrong with the answer to a join, a leave or a kick that cannot be so.
func (x *index) mistold(c *change) string {
	in, maybeIn := x.surelyIn(c.member, c.from, c.to), x.maybeIn(c.member, c.from, c.to)
	switch {
	case c.what == KickTyped && c.fate == undone && x.seen[x.dense(c.line)] > 0:
		return "is kicked, and whoever did it is refused that"
	case c.what == KickTyped:
		return ""
	case c.what == JoinTyped && c.fate == done && in:
		return "comes in, and was in"
	case c.fate == wasOut && in:
		return "is told to be out, and is in"
	case c.fate == wasIn && !maybeIn:
		return "is told to be in, and is out"
	case c.what == LeaveTyped && c.fate == done && !maybeIn:
		return "leaves, and was out"
	case c.what == JoinTyped && c.fate == wasOut && !slices.ContainsFunc(x.changes[c.member], func(k *change) bool {
		return k.what == KickTyped && k.ends() && k.from < c.to
	}):
		return "is barred, and nobody has kicked it"
	}
	return ""
}

// unfounded says what is wrong with a refusal that nothing justifies. It can be for whatever was typed on this
// connection, and since the last answer to what was asked for in a room.
func (x *index) unfounded(c *Conn, e Event, since time.Duration) string {
	switch {
	case isRoom(int(e.Who)):
		if e.What == NotIn && !x.surelyIn(member{c.Account, int(e.Who)}, since, e.At) {
			return ""
		}
		return fmt.Sprintf("%s is told at %v that it is not in %s, and it is", x.name(c.Account), e.At, x.name(int(e.Who)))
	case e.Who < 0:
		return fmt.Sprintf("%s is refused something by somebody to whom nobody writes, at %v", x.name(c.Account), e.At)
	case e.What == Refused && !x.blocks[pair{int(e.Who), c.Account}].maybe(c.Welcome, e.At):
		return fmt.Sprintf("%s is refused as blocked, at %v, by %s, who does not block it", x.name(c.Account), e.At, x.name(int(e.Who)))
	}
	if made := x.Accounts[e.Who].Made; e.What == NoUser && made > 0 && made < c.Welcome {
		return fmt.Sprintf("%s is told at %v that there is no %s, made at %v", x.name(c.Account), e.At, x.name(int(e.Who)), made)
	}
	return ""
}

func (x *index) miscounted(conn int, c *Conn, counts map[int]*tally) (all []Violation) {
	var whom []int
	for who := range counts {
		whom = append(whom, who)
	}
	slices.Sort(whom)
	for _, who := range whom {
		t := counts[who]
		if told := t.stored + t.refused; told > t.typed || told < t.typed && c.End == Left {
			all = append(all, Violation{Kind: Unanswered, Account: c.Account, Conns: []int{conn},
				Text: fmt.Sprintf("%s typed %d lines to %s on connection %d, %s: %d of them are stored and %d refused",
					x.name(c.Account), t.typed, x.name(who), conn, c.End, t.stored, t.refused)})
		}
	}
	return all
}
