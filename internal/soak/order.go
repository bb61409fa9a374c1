package soak

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// There is one log, and ids only grow. So all that is known of which line stands before which must fit one
// order: what each screen shows, the order in which each sender typed (commands of an account are done one after
// the other), and time itself (what was seen before another line was typed). disorder makes a graph of it and
// looks for cycles.

// mostCycles is how many are reported: one fault of the order shows in many.
const mostCycles = 5

// The nodes of the graph are the stored lines and the joins and leaves that were done, and behind them one for each
// of these: the moment at which it was typed. A moment comes before the next one and before its line; a line comes
// before the first moment after it was seen. So time costs two edges a line and not one for each pair.
type graph struct {
	*index
	node  []int32 // of a line, by dense number; -1: not stored
	nodes []node
	edges [][]edge
}

// A node is a line, or a change that is no kick: a kick is a line.
type node struct {
	id       LineID
	change   *change // nil: it is a line
	by       int
	from, to time.Duration // its place lies between
}

// An edge says that a node comes before another, and why.
type edge struct {
	to  int32
	why why
	of  int32 // the connection or the account that is why
}

// why is how it is known that a node comes before another. Those behind byTyping say what the server has done, and can
// be wrong; the last says the most.
type why uint8

const (
	byTime    why = iota
	byTyping      // of one account
	byScreen      // of a connection
	byAbsence     // an account that came or went there is not shown the line, and it is of its room
	byStay        // an account that came or went there is shown the line
)

func disorder(x *index) (all []Violation) {
	g := newGraph(x)
	for range mostCycles {
		cycle := g.cycle()
		if cycle == nil {
			break
		}
		all = append(all, g.explain(cycle))
		g.cut(cycle)
	}
	return all
}

func newGraph(x *index) *graph {
	g := &graph{index: x, node: make([]int32, x.lines)}
	for i := range g.node {
		g.node[i] = -1
	}
	x.eachStored(func(id LineID, l Line, seen time.Duration) {
		g.node[x.dense(id)] = int32(len(g.nodes))
		g.nodes = append(g.nodes, node{id: id, by: int(id.By), from: l.Typed, to: seen})
	})
	for _, p := range x.members() {
		for _, c := range x.changes[p] {
			c.node = -1
			if c.fate == done && c.what != KickTyped {
				c.node = int32(len(g.nodes))
				g.nodes = append(g.nodes, node{change: c, by: c.who, from: c.from, to: c.to})
			} else if c.what == KickTyped {
				c.node = g.node[x.dense(c.line)]
			}
		}
	}
	g.edges = make([][]edge, 2*len(g.nodes))
	g.addTime()
	g.addTyping()
	g.addScreens()
	g.addStays()
	return g
}

func (g *graph) add(from, to int32, why why, of int) {
	g.edges[from] = append(g.edges[from], edge{to, why, int32(of)})
}

// sorted are the nodes in some order.
func (g *graph) sorted(compare func(a, b *node) int) []int32 {
	all := make([]int32, len(g.nodes))
	for i := range all {
		all[i] = int32(i)
	}
	slices.SortStableFunc(all, func(a, b int32) int { return compare(&g.nodes[a], &g.nodes[b]) })
	return all
}

func (g *graph) addTyping() {
	all := g.sorted(func(a, b *node) int { return cmp.Or(cmp.Compare(a.by, b.by), cmp.Compare(a.from, b.from)) })
	for i := 1; i < len(all); i++ {
		if g.nodes[all[i]].by == g.nodes[all[i-1]].by {
			g.add(all[i-1], all[i], byTyping, nobody)
		}
	}
}

func (g *graph) addTime() {
	n := int32(len(g.nodes))
	byTyped := g.sorted(func(a, b *node) int { return cmp.Compare(a.from, b.from) })
	for i, typed := range byTyped {
		moment := n + int32(i)
		g.add(moment, typed, byTime, nobody)
		if i > 0 {
			g.add(moment-1, moment, byTime, nobody)
		}
	}
	for i := range n {
		next, _ := slices.BinarySearchFunc(byTyped, g.nodes[i].to, func(other int32, t time.Duration) int {
			if g.nodes[other].from > t {
				return 1
			}
			return -1
		})
		if next < int(n) {
			g.add(i, n+int32(next), byTime, nobody)
		}
	}
}

// addScreens adds what each connection shows.
func (g *graph) addScreens() {
	shown := make([]map[int]int32, len(g.Conns)) // the changes, by the event
	for _, s := range g.said {
		if s.change != nil && s.change.node >= 0 {
			if shown[s.conn] == nil {
				shown[s.conn] = make(map[int]int32)
			}
			shown[s.conn][s.event] = s.change.node
		}
	}
	for i, c := range g.Conns {
		g.addScreen(i, c, shown[i])
	}
}

// addScreen adds what a connection has shown. What more shows lies before all else that the connection shows,
// as what waited was left waiting before the first line was shown. What a line says since it was edited stands in the
// place of the edit if the line was shown before with its own text; else it may be in that of the line.
func (g *graph) addScreen(conn int, c *Conn, changes map[int]int32) {
	older, live := split(g.index, c)
	last := int32(-1)
	own := make(map[LineID]bool) // lines that were shown with their own text
	for _, i := range append(older, live...) {
		node, ok := changes[i]
		if e := c.Events[i]; e.What == Shown && (g.origin(e.Line) == e.Line || own[g.origin(e.Line)]) {
			node, ok = g.node[g.dense(e.Line)], true
			own[e.Line] = true
		}
		if !ok {
			continue
		}
		if last >= 0 && last != node {
			g.add(last, node, byScreen, conn)
		}
		last = node
	}
}

// addStays adds what follows from who is shown what is said in a room and who is not. Time says most of that: a
// line need be held against the beginning or the end of a stay only if it may have come at the same time.
func (g *graph) addStays() {
	g.eachStored(func(id LineID, l Line, seen time.Duration) {
		if l.in() == 0 || l.Of > 0 { // what an edit says may be shown in the line
			return
		}
		n := g.node[g.dense(id)]
		for a := range g.Accounts {
			p := member{a, l.in()}
			switch {
			case l.isKick() && l.To == a: // it ends the stay
			case g.saw(a, id):
				g.addShown(n, p)
			case !l.isKick() && !g.mayBeDeleted(id) && g.Accounts[a].Settled && !g.blocks[pair{a, int(id.By)}].maybe(l.Typed, seen):
				g.addAbsent(n, p)
			}
		}
	})
}

// addShown has a line lie within the one stay in which it can be.
func (g *graph) addShown(n int32, p member) {
	from, to := g.nodes[n].from, g.nodes[n].to
	s := g.onlyStay(p, from, to)
	if s == nil {
		return
	}
	if s.in.node >= 0 && from < s.in.to {
		g.add(s.in.node, n, byStay, p.who)
	}
	if s.out != nil && s.out.node >= 0 && s.out.from < to {
		g.add(n, s.out.node, byStay, p.who)
	}
}

// addAbsent has a line lie outside of the stays, where one side alone is left.
func (g *graph) addAbsent(n int32, p member) {
	from, to := g.nodes[n].from, g.nodes[n].to
	for _, s := range g.stays[p] {
		if s.in.node < 0 || !s.may(from, to) {
			continue
		}
		if from < s.in.to && to <= s.sure {
			g.add(n, s.in.node, byAbsence, p.who)
		}
		if s.end != nil && s.end.node >= 0 && s.in.to <= from && s.end.from < to && from < s.end.to {
			g.add(s.end.node, n, byAbsence, p.who)
		}
	}
}

// split tells the lines that more has shown from those that came by themselves. The answer to more has no
// beginning that can be seen, so lines can come by themselves until it does. Which is which is known of
// most: what had been seen before the connection began is of the answer, if the connection had shown a
// line of its own sender's before it asked, as whatever came by itself since is newer than
// that. What was typed after that line was shown came by itself. Of the rest nothing is said.
//
// They are given as the numbers of events; who comes and goes is always told by itself.
func split(x *index, c *Conn) (older, live []int) {
	asked := false
	own := time.Duration(0) // when the connection first showed what was typed on it
	typed := make(map[LineID]bool)
	for i, e := range c.Events {
		switch e.What {
		case Joined, Parted:
			live = append(live, i)
		case MoreTyped:
			asked = true
		case MoreEnded:
			asked = false
		case Typed:
			if own == 0 {
				typed[e.Line] = true
			}
		case Shown:
			l, ok := x.line(e.Line)
			switch {
			case !ok:
			case !asked:
				live = append(live, i)
				if own == 0 && typed[e.Line] {
					own = e.At
				}
			case own > 0 && x.seen[x.dense(e.Line)] < c.Dialled:
				older = append(older, i)
			case own > 0 && l.Typed > own:
				live = append(live, i)
			}
		}
	}
	return older, live
}

// cycle returns the nodes of a shortest cycle through some node that lies on one, nil if there is none.
func (g *graph) cycle() []int32 {
	left := g.unsorted()
	best := []int32(nil)
	tries := 0
	for node, in := range left {
		if !in {
			continue
		}
		if c := g.shortest(int32(node), left); c != nil && (best == nil || len(c) < len(best)) {
			best = c
		}
		// Any cycle will do as evidence; a few are tried for a short one.
		if tries++; tries > 50 && best != nil {
			break
		}
	}
	return best
}

// unsorted tells which nodes lie on cycles or between two: it takes away, as often as there are any, those that
// nothing comes before and those that come before nothing.
func (g *graph) unsorted() []bool {
	left := make([]bool, len(g.edges))
	for i := range left {
		left[i] = true
	}
	if peel(g.edges, left) > 0 {
		peel(g.reversed(left), left)
	}
	return left
}

// reversed gives the edges the other way round, of those nodes that are left.
func (g *graph) reversed(left []bool) [][]edge {
	back := make([][]edge, len(g.edges))
	for n, out := range g.edges {
		for _, e := range out {
			if left[n] && left[e.to] {
				back[e.to] = append(back[e.to], edge{to: int32(n)})
			}
		}
	}
	return back
}

// peel takes out of left the nodes that nothing comes before, and those that nothing comes before once these are
// gone. It returns how many are left.
func peel(edges [][]edge, left []bool) (n int) {
	before := make([]int32, len(edges))
	for _, out := range edges {
		for _, e := range out {
			before[e.to]++
		}
	}
	var free []int32
	for i, b := range before {
		if left[i] {
			n++
			if b == 0 {
				free = append(free, int32(i))
			}
		}
	}
	for ; len(free) > 0; n-- {
		at := free[len(free)-1]
		free = free[:len(free)-1]
		left[at] = false
		for _, e := range edges[at] {
			if before[e.to]--; before[e.to] == 0 {
				free = append(free, e.to)
			}
		}
	}
	return n
}

// shortest is a shortest way from a node back to itself, over nodes that are left.
func (g *graph) shortest(start int32, left []bool) []int32 {
	from := map[int32]int32{}
	for queue := []int32{start}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, e := range g.edges[n] {
			if !left[e.to] {
				continue
			}
			if e.to == start {
				return trace(from, start, n)
			}
			if _, known := from[e.to]; !known {
				from[e.to] = n
				queue = append(queue, e.to)
			}
		}
	}
	return nil
}

func trace(from map[int32]int32, start, end int32) []int32 {
	way := []int32{end}
	for n := end; n != start; {
		n = from[n]
		way = append(way, n)
	}
	slices.Reverse(way)
	return way
}

// between is the edge from one node to the next; of several that which says the most.
func (g *graph) between(from, to int32) (found *edge) {
	for i := range g.edges[from] {
		if e := &g.edges[from][i]; e.to == to && (found == nil || e.why > found.why) {
			found = e
		}
	}
	return found
}

// cut takes out of a cycle an edge that can be wrong. There is one, as neither typing nor time runs in circles.
func (g *graph) cut(cycle []int32) {
	for i, n := range cycle {
		next := cycle[(i+1)%len(cycle)]
		if e := g.between(n, next); e.why > byTyping {
			g.edges[n] = slices.DeleteFunc(g.edges[n], func(e edge) bool { return e.to == next && e.why > byTyping })
			return
		}
	}
}

// explain makes a violation of a cycle. Of moments nothing is said but that time lies between the lines.
func (g *graph) explain(cycle []int32) Violation {
	isMoment := func(n int32) bool { return int(n) >= len(g.nodes) }
	isLine := func(n int32) bool { return !isMoment(n) && g.nodes[n].change == nil }
	for isMoment(cycle[0]) || !isLine(cycle[0]) && slices.ContainsFunc(cycle, isLine) {
		cycle = append(cycle[1:], cycle[0])
	}
	v := Violation{Kind: Disorder, Account: nobody, Line: g.nodes[cycle[0]].id, Lines: isLine(cycle[0])}
	var text strings.Builder
	fmt.Fprint(&text, g.says(cycle[0]))
	for i, n := range cycle {
		next := cycle[(i+1)%len(cycle)]
		if isMoment(next) {
			continue
		}
		why := "was seen before somebody typed"
		if !isMoment(n) {
			why = g.reason(&v, n, next)
		}
		fmt.Fprintf(&text, " %s %s", why, g.says(next))
	}
	v.Text = text.String()
	return v
}

// says names a line or a change.
func (g *graph) says(n int32) string {
	at := g.nodes[n]
	switch {
	case at.change == nil:
		return g.token(at.id)
	case at.change.what == JoinTyped:
		return fmt.Sprintf("the coming of %s into %s at %v", g.name(at.by), g.name(at.change.room), at.from)
	}
	return fmt.Sprintf("the going of %s from %s at %v", g.name(at.by), g.name(at.change.room), at.from)
}

// reason says why one line or change comes before another, and has v say where that can be seen.
func (g *graph) reason(v *Violation, n, next int32) string {
	e := g.between(n, next)
	of := int(e.of)
	switch e.why {
	case byScreen:
		v.Account, v.Conns = g.Conns[of].Account, append(v.Conns, of)
		return fmt.Sprintf("stands on connection %d of %s before", of, g.name(v.Account))
	case byStay:
		line := n
		if g.nodes[n].change != nil {
			line = next
		}
		v.Kind, v.Account, v.Conns = Leaked, of, append(v.Conns, g.showing(of, g.nodes[line].id)...)
		return fmt.Sprintf("must be, as %s sees the line, before", g.name(of))
	case byAbsence:
		v.Kind, v.Account = Missing, of
		return fmt.Sprintf("must be, as %s does not see the line, before", g.name(of))
	}
	return "was typed by the same account before"
}
