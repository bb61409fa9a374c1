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

// The nodes of the graph are the stored lines, and behind them one for each of these: the moment at which
// it was typed. A moment comes before the next one and before its line; a line comes before the
// first moment after it was seen. So time costs two edges a line and not one for each pair.
type graph struct {
	*index
	node  []int32 // of a line, by dense number; -1: not stored
	ids   []LineID
	edges [][]edge
}

// An edge says that a node comes before another, and why.
type edge struct {
	to  int32
	why int32 // a connection, byTyping or byTime
}

const (
	byTyping = -1
	byTime   = -2
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
	x.eachStored(func(id LineID, _ Line, _ time.Duration) {
		g.node[x.dense(id)] = int32(len(g.ids))
		g.ids = append(g.ids, id)
	})
	g.edges = make([][]edge, 2*len(g.ids))
	g.addTyping()
	g.addTime()
	for i, c := range x.Conns {
		g.addScreen(int32(i), c)
	}
	return g
}

func (g *graph) add(from, to int32, why int32) { g.edges[from] = append(g.edges[from], edge{to, why}) }

// addTyping relies on ids being in the order of accounts and, of each, of numbers.
func (g *graph) addTyping() {
	for n := 1; n < len(g.ids); n++ {
		if g.ids[n].By == g.ids[n-1].By {
			g.add(int32(n-1), int32(n), byTyping)
		}
	}
}

func (g *graph) addTime() {
	n := int32(len(g.ids))
	typed := func(line int32) time.Duration { return g.Lines[g.ids[line].By][g.ids[line].N].Typed }
	byTyped := make([]int32, n)
	for i := range byTyped {
		byTyped[i] = int32(i)
	}
	slices.SortFunc(byTyped, func(a, b int32) int { return cmp.Compare(typed(a), typed(b)) })
	for i, line := range byTyped {
		moment := n + int32(i)
		g.add(moment, line, byTime)
		if i > 0 {
			g.add(moment-1, moment, byTime)
		}
	}
	for line := range n {
		seen := g.seen[g.dense(g.ids[line])]
		next, _ := slices.BinarySearchFunc(byTyped, seen, func(other int32, t time.Duration) int {
			if typed(other) > t {
				return 1
			}
			return -1
		})
		if next < int(n) {
			g.add(line, n+int32(next), byTime)
		}
	}
}

// addScreen adds what a connection has shown. What more shows lies before all else that the connection shows,
// as what waited was left waiting before the first line was shown.
func (g *graph) addScreen(conn int32, c *Conn) {
	older, live := split(g.index, c)
	last := int32(-1)
	for _, id := range append(older, live...) {
		node := g.node[g.dense(id)]
		if last >= 0 && last != node {
			g.add(last, node, conn)
		}
		last = node
	}
}

// split tells the lines that more has shown from those that came by themselves. The answer to more has no
// beginning that can be seen, so lines can come by themselves until it does. Which is which is known of
// most: what had been seen before the connection began is of the answer, if the connection had shown a
// line of its own sender's before it asked, as whatever came by itself since is newer than
// that. What was typed after that line was shown came by itself. Of the rest nothing is said.
func split(x *index, c *Conn) (older, live []LineID) {
	asked := false
	own := time.Duration(0) // when the connection first showed what was typed on it
	typed := make(map[LineID]bool)
	for _, e := range c.Events {
		switch e.What {
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
				live = append(live, e.Line)
				if own == 0 && typed[e.Line] {
					own = e.At
				}
			case own > 0 && x.seen[x.dense(e.Line)] < c.Dialled:
				older = append(older, e.Line)
			case own > 0 && l.Typed > own:
				live = append(live, e.Line)
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

// between is the edge from one node to the next; a screen's rather than another's, as it is what can be wrong.
func (g *graph) between(from, to int32) (found *edge) {
	for i := range g.edges[from] {
		if e := &g.edges[from][i]; e.to == to && (found == nil || e.why > found.why) {
			found = e
		}
	}
	return found
}

// cut takes a screen's edge out of a cycle. There is one, as neither typing nor time runs in circles.
func (g *graph) cut(cycle []int32) {
	for i, n := range cycle {
		next := cycle[(i+1)%len(cycle)]
		if e := g.between(n, next); e.why >= 0 {
			g.edges[n] = slices.DeleteFunc(g.edges[n], func(e edge) bool { return e.to == next && e.why >= 0 })
			return
		}
	}
}

// explain makes a violation of a cycle. Of moments nothing is said but that time lies between the lines.
func (g *graph) explain(cycle []int32) Violation {
	isLine := func(n int32) bool { return int(n) < len(g.ids) }
	for !isLine(cycle[0]) {
		cycle = append(cycle[1:], cycle[0])
	}
	v := Violation{Kind: Disorder, Account: nobody, Line: g.ids[cycle[0]], Lines: true}
	var text strings.Builder
	fmt.Fprintf(&text, "%s", g.token(v.Line))
	for i, n := range cycle {
		next := cycle[(i+1)%len(cycle)]
		if !isLine(next) {
			continue
		}
		why := "was seen before somebody typed"
		if isLine(n) {
			switch e := g.between(n, next); {
			case e.why >= 0:
				c := g.Conns[e.why]
				v.Account = c.Account
				v.Conns = append(v.Conns, int(e.why))
				why = fmt.Sprintf("stands on connection %d of %s before", e.why, g.name(c.Account))
			default:
				why = "was typed by the same account before"
			}
		}
		fmt.Fprintf(&text, " %s %s", why, g.token(g.ids[next]))
	}
	v.Text = text.String()
	return v
}
