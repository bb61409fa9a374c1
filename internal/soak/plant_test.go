package soak

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"
)

// insert shows a line on a connection, at a place among its events.
func (m *model) insert(c *Conn, i int, id LineID) {
	at := c.Welcome
	if i > 0 {
		at = c.Events[i-1].At
	}
	e := m.showing(id)
	e.At = at
	c.Events = slices.Insert(c.Events, i, e)
}

// some gives a random one of what there is.
func some[T any](m *model, all []T) (one T, ok bool) {
	if len(all) == 0 {
		return one, false
	}
	return all[m.rng.IntN(len(all))], true
}

// spot is an event on a connection.
type spot struct {
	c *Conn
	i int
}

// shown are the showings of lines that nobody has changed.
func (m *model) shown() (all []spot) {
	x := newIndex(&m.History)
	for _, c := range m.Conns {
		for i, e := range c.Events {
			if e.What == Shown && x.rewrites[x.origin(e.Line)] == nil {
				all = append(all, spot{c, i})
			}
		}
	}
	return all
}

func (p spot) event() Event { return p.c.Events[p.i] }

// A plant plants a fault, where the story has a place for it.
type plant struct {
	name  string
	want  Kind
	plant func(*model) bool
}

// Each is about lines that nobody has changed.
var plants = []plant{
	{"dropped", Missing, func(m *model) bool {
		p, ok := some(m, m.shown())
		id := p.event().Line
		if l, _ := m.window(id); !ok || m.seenBy(id) < 2 || l.in() != 0 {
			return false // a line that nobody sees was never stored, for all one knows
		}
		m.drop(p.c.Account, id)
		return !m.mayHide(newIndex(&m.History), p.c.Account, id)
	}},
	{"dropped in a room", Missing, func(m *model) bool {
		x := newIndex(&m.History)
		who, id, ok := m.choose(func(who int, id LineID) bool {
			l, _ := m.line(id)
			if !isRoom(l.To) {
				return false
			}
			seen := m.seenBut(who, id)
			return seen > 0 && x.surelyIn(member{who, l.To}, l.Typed, seen) && !m.mayHide(x, who, id)
		})
		m.drop(who, id)
		return ok && !m.mayHide(newIndex(&m.History), who, id)
	}},
	{"dropped behind the join", Missing, func(m *model) bool {
		x := newIndex(&m.History)
		who, id, ok := m.choose(func(who int, id LineID) bool {
			l, _ := m.line(id)
			if !isRoom(l.To) {
				return false
			}
			seen := m.seenBut(who, id)
			s := x.onlyStay(member{who, l.To}, l.Typed, seen)
			return seen > 0 && s != nil && s.in.fate == done && seen <= s.sure && l.Typed < s.in.to &&
				m.tells(x, s.in, id, -1) && !m.mayHide(x, who, id)
		})
		m.drop(who, id)
		return ok && !m.mayHide(newIndex(&m.History), who, id)
	}},
	{"leaked out of a room", Leaked, func(m *model) bool {
		x := newIndex(&m.History)
		who, id, ok := m.choose(func(who int, id LineID) bool {
			l, _ := m.line(id)
			seen := x.seen[x.dense(id)]
			return isRoom(l.To) && seen > 0 && !x.maybeIn(member{who, l.To}, l.Typed, seen)
		})
		return ok && m.insertInPlace(who, id)
	}},
	{"from before the join", Leaked, func(m *model) bool {
		x := newIndex(&m.History)
		who, id, ok := m.choose(func(who int, id LineID) bool {
			s := m.onlyStay(x, who, id)
			return s != nil && s.in.fate == done && m.tells(x, s.in, id, 1)
		})
		return ok && m.insertInPlace(who, id)
	}},
	{"from after the kick", Leaked, func(m *model) bool {
		x := newIndex(&m.History)
		who, id, ok := m.choose(func(who int, id LineID) bool {
			s := m.onlyStay(x, who, id)
			return s != nil && s.out != nil && s.out.what == KickTyped && slices.ContainsFunc(m.Conns, func(c *Conn) bool {
				at := find(c, s.out.line)
				return at >= 0 && at < find(c, id)
			})
		})
		return ok && m.insertInPlace(who, id)
	}},
	{"doubled", Twice, func(m *model) bool {
		p, ok := some(m, m.shown())
		if ok {
			m.insert(p.c, p.i+1, p.event().Line)
		}
		return ok
	}},
	{"doubled later", Twice, func(m *model) bool {
		p, ok := some(m, m.shown())
		after := slices.Index(m.Conns, p.c) + 1
		next := slices.IndexFunc(m.Conns[after:], func(c *Conn) bool { return c.Account == p.c.Account })
		if !ok || p.c.End != Left || next < 0 {
			return false
		}
		m.insert(m.Conns[after+next], 0, p.event().Line)
		return true
	}},
	{"swapped", Disorder, func(m *model) bool {
		p, ok := some(m, m.shown())
		if !ok || p.i+1 == len(p.c.Events) {
			return false
		}
		a, b := &p.c.Events[p.i], &p.c.Events[p.i+1]
		la, _ := m.line(a.Line)
		lb, _ := m.line(b.Line)
		if b.What != Shown || b.Edited || len(newIndex(&m.History).rewrites[b.Line]) > 0 || la.in() != 0 || lb.in() != 0 || !m.ordered(p.c, a.Line, b.Line) {
			return false
		}
		a.At, b.At = b.At, a.At
		*a, *b = *b, *a
		return true
	}},
	{"leaked", Leaked, func(m *model) bool {
		p, ok := some(m, m.shown())
		c, _ := some(m, m.Conns)
		id := p.event().Line
		l, _ := m.window(id)
		if !ok || l.To == everyone || l.in() != 0 || c.Account == l.To || c.Account == int(id.By) {
			return false
		}
		m.insert(c, m.rng.IntN(len(c.Events)+1), id)
		return true
	}},
	{"from somebody blocked", Hidden, func(m *model) bool {
		p, ok := some(m, m.shown())
		c, _ := some(m, m.Conns)
		id := p.event().Line
		l := m.Lines[id.By][id.N]
		x := newIndex(&m.History)
		if !ok || l.To != everyone && !isRoom(l.To) || !x.blocks[pair{c.Account, int(id.By)}].within(l.Typed, x.seen[x.dense(id)]) {
			return false
		}
		// Not before others have seen it: then it would be news of it.
		i := slices.IndexFunc(c.Events, func(e Event) bool { return e.At > x.seen[x.dense(id)] })
		if i < 0 {
			return false
		}
		m.insert(c, i+1, id)
		return true
	}},
}

// drop takes a line from all screens of an account.
func (m *model) drop(account int, id LineID) {
	for _, c := range m.Conns {
		if c.Account == account {
			c.Events = slices.DeleteFunc(c.Events, func(e Event) bool { return e.What == Shown && e.Line == id })
		}
	}
}

// window is a line, and when it was first seen.
func (m *model) window(id LineID) (Line, time.Duration) {
	x := newIndex(&m.History)
	l, _ := m.line(id)
	return l, x.seen[x.dense(id)]
}

// find gives the place of a line on a connection; -1: it is not shown there.
func find(c *Conn, id LineID) int {
	return slices.IndexFunc(c.Events, func(e Event) bool { return e.What == Shown && e.Line == id })
}

// choose gives some account and line that nobody has changed and that will do, or none.
func (m *model) choose(will func(who int, id LineID) bool) (who int, id LineID, ok bool) {
	var all []LineID
	x := newIndex(&m.History)
	for by, lines := range m.Lines {
		for n := range lines {
			if id := (LineID{int32(by), int32(n)}); x.rewrites[x.origin(id)] == nil {
				all = append(all, id)
			}
		}
	}
	for _, i := range m.rng.Perm(len(all) * len(m.Accounts)) {
		if who, id = i%len(m.Accounts), all[i/len(m.Accounts)]; will(who, id) {
			return who, id, true
		}
	}
	return 0, LineID{}, false
}

// seenBut is when anybody but one account first saw a line; zero: nobody did.
func (m *model) seenBut(who int, id LineID) (first time.Duration) {
	for _, c := range m.Conns {
		if at := find(c, id); c.Account != who && at >= 0 && (first == 0 || c.Events[at].At < first) {
			first = c.Events[at].At
		}
	}
	return first
}

// onlyStay is the one stay of an account in which a line that somebody has seen can lie.
func (m *model) onlyStay(x *index, who int, id LineID) *stay {
	l, _ := m.line(id)
	if seen := x.seen[x.dense(id)]; seen > 0 && isRoom(l.To) {
		return x.onlyStay(member{who, l.To}, l.Typed, seen)
	}
	return nil
}

// tells reports whether a screen shows a line and a change: -1, the line behind the change; 1, before it.
func (m *model) tells(x *index, ch *change, id LineID, order int) bool {
	return slices.ContainsFunc(x.said, func(s showing) bool {
		at := find(m.Conns[s.conn], id)
		return s.change == ch && m.Conns[s.conn].Account != ch.who && at >= 0 && cmp.Compare(s.event, at) == order
	})
}

// insertInPlace shows a line to an account where it belongs by its place in the log.
func (m *model) insertInPlace(who int, id LineID) bool {
	place := make(map[LineID]int)
	for i, e := range m.log {
		if e.shows.What == Shown {
			place[e.shows.Line] = i
		}
	}
	var c *Conn
	var behind int
	for _, conn := range m.Conns {
		for i, e := range conn.Events {
			if conn.Account == who && e.What == Shown && place[e.Line] < place[id] {
				c, behind = conn, i
			}
		}
	}
	if c == nil {
		return false
	}
	x := newIndex(&m.History)
	seen := x.seen[x.dense(id)]
	m.insert(c, behind+1, id)
	c.Events[behind+1].At = max(c.Events[behind].At, seen)
	return true
}

// mayHide reports whether a block races with a line.
func (m *model) mayHide(x *index, account int, id LineID) bool {
	return x.blocks[pair{account, int(id.By)}].maybe(m.Lines[id.By][id.N].Typed, x.seen[x.dense(id)])
}

// seenBy counts the accounts that have been shown a line.
func (m *model) seenBy(id LineID) int {
	who := make(map[int]bool)
	for _, p := range m.shown() {
		if p.event().Line == id {
			who[p.c.Account] = true
		}
	}
	return len(who)
}

// ordered reports whether it is known without a connection that one line stands before another: both are of
// one sender, or another connection shows both.
func (m *model) ordered(but *Conn, a, b LineID) bool {
	if a.By == b.By {
		return a != b
	}
	return slices.ContainsFunc(m.Conns, func(c *Conn) bool {
		has := func(id LineID) bool {
			return slices.ContainsFunc(c.Events, func(e Event) bool { return e.What == Shown && e.Line == id })
		}
		return c != but && has(a) && has(b)
	})
}

// tells reports whether v is of a kind. That a line is not shown is told as well by one that is shown too early, where the
// two stand in one cycle.
func tells(v Violation, want Kind) bool {
	return v.Kind == want || want == Missing && v.Kind == Leaked && strings.Contains(v.Text, "does not see the line")
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for _, p := range slices.Concat(plants, plantsOfChanges) {
		t.Run(p.name, func(t *testing.T) {
			planted := 0
			for seed := range uint64(200) {
				m := newModel(seed)
				if !p.plant(m) {
					continue
				}
				planted++
				found := Check(&m.History)
				if !slices.ContainsFunc(found, func(v Violation) bool { return tells(v, p.want) }) {
					t.Errorf("seed %d: a %s line is not found, but %d others", seed, p.name, len(found))
				}
			}
			if planted < 10 {
				t.Errorf("only %d stories had a place for it", planted)
			}
		})
	}
}
