package soak

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A model is a server without faults, of which random stories can be told.
type model struct {
	*story
	rng    *rand.Rand
	log    []entry
	online [4]bool
	at     [4]int // how much of the log each has been shown
	proven [4]int // and how much of that the server knows
	blocks map[pair]bool
}

// An entry is a line and for whom it is.
type entry struct {
	id      LineID
	readers []int
}

func newModel(seed uint64) *model {
	m := &model{story: newStory(), rng: rand.New(rand.NewPCG(seed, 0)), blocks: make(map[pair]bool)}
	for range 400 {
		m.step(m.rng.IntN(len(m.Accounts)))
	}
	for who := range m.Accounts {
		if !m.online[who] {
			m.enter(who)
		}
		m.leave(who)
	}
	return m
}

func (m *model) step(who int) {
	if !m.online[who] {
		m.enter(who)
		return
	}
	switch n := m.rng.IntN(100); {
	case n < 40:
		m.say(who)
	case n < 80:
		m.read(who, m.rng.IntN(6))
	case n < 86:
		m.block(who)
	case n < 92:
		m.leave(who)
	case n < 96:
		m.lose(who, Cut)
	default:
		m.kill()
	}
}

func (m *model) enter(who int) {
	m.enters(who)
	m.online[who], m.at[who] = true, m.proven[who]
	m.read(who, len(m.log))
}

// read shows the next n entries of the log that there are.
func (m *model) read(who, n int) {
	for ; n > 0 && m.at[who] < len(m.log); n-- {
		if e := m.log[m.at[who]]; slices.Contains(e.readers, who) {
			m.shows(e.id, who)
		}
		m.at[who]++
	}
}

func (m *model) say(who int) {
	to := m.rng.IntN(len(m.Accounts)+3) - 3 // broadcasts are many, as they show most
	if to == who || to < 0 {
		to = everyone
	}
	id := m.types(who, to)
	if to >= 0 && m.blocks[pair{to, who}] {
		m.event(who, Event{What: Refused, Who: int16(to)})
		return
	}
	e := entry{id, []int{who}}
	for other := range m.Accounts {
		if other != who && (to == everyone || to == other) && !m.blocks[pair{other, who}] {
			e.readers = append(e.readers, other)
		}
	}
	m.log = append(m.log, e)
}

func (m *model) block(who int) {
	p := pair{who, (who + 1 + m.rng.IntN(3)) % 4}
	asked, answered := BlockTyped, BlockAnswered
	if m.blocks[p] {
		asked, answered = UnblockTyped, UnblockAnswered
	}
	m.event(who, Event{What: asked, Who: int16(p.blocked)})
	m.blocks[p] = !m.blocks[p]
	m.event(who, Event{What: answered, Who: int16(p.blocked)})
}

func (m *model) leave(who int) {
	m.read(who, len(m.log))
	m.ends(Left, who)
	m.online[who], m.proven[who] = false, m.at[who]
}

// lose ends a session of which the server may know any part to be proven.
func (m *model) lose(who int, end End) {
	m.ends(end, who)
	m.online[who] = false
	m.proven[who] += m.rng.IntN(m.at[who] - m.proven[who] + 1)
}

func (m *model) kill() {
	at := m.tick()
	for who, on := range m.online {
		if on {
			m.lose(who, Lost)
		}
	}
	m.Stops = append(m.Stops, Stop{At: at, Gone: m.tick(), Kill: true})
}

// insert shows a line on a connection, at a place among its events.
func (m *model) insert(c *Conn, i int, id LineID) {
	at := c.Welcome
	if i > 0 {
		at = c.Events[i-1].At
	}
	c.Events = slices.Insert(c.Events, i, Event{At: at, What: Shown, Line: id,
		From: int16(id.By), Who: int16(m.Lines[id.By][id.N].To)})
}

// some gives a random one of what there is.
func some[T any](m *model, all []T) (one T, ok bool) {
	if len(all) == 0 {
		return one, false
	}
	return all[m.rng.IntN(len(all))], true
}

// place is an event on a connection.
type place struct {
	c *Conn
	i int
}

func (m *model) shown() (all []place) {
	for _, c := range m.Conns {
		for i, e := range c.Events {
			if e.What == Shown {
				all = append(all, place{c, i})
			}
		}
	}
	return all
}

func (p place) event() Event { return p.c.Events[p.i] }

// Each plants a fault, where the story has a place for it.
var plants = []struct {
	name  string
	want  Kind
	plant func(*model) bool
}{
	{"dropped", Missing, func(m *model) bool {
		p, ok := some(m, m.shown())
		id := p.event().Line
		if !ok || m.seenBy(id) < 2 {
			return false // a line that nobody sees was never stored, for all one knows
		}
		for _, c := range m.Conns {
			if c.Account == p.c.Account {
				c.Events = slices.DeleteFunc(c.Events, func(e Event) bool { return e.What == Shown && e.Line == id })
			}
		}
		return !m.mayHide(p.c.Account, id)
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
		if b.What != Shown || !m.ordered(p.c, a.Line, b.Line) {
			return false
		}
		a.Line, b.Line, a.From, b.From, a.Who, b.Who = b.Line, a.Line, b.From, a.From, b.Who, a.Who
		return true
	}},
	{"leaked", Leaked, func(m *model) bool {
		p, ok := some(m, m.shown())
		c, _ := some(m, m.Conns)
		id := p.event().Line
		to := m.Lines[id.By][id.N].To
		if !ok || to == everyone || c.Account == to || c.Account == int(id.By) {
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
		if !ok || l.To != everyone || !x.blocks[pair{c.Account, int(id.By)}].within(l.Typed, x.seen[x.dense(id)]) {
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

// mayHide reports whether a block races with a line.
func (m *model) mayHide(account int, id LineID) bool {
	x := newIndex(&m.History)
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

func TestRandomStoriesAreAccepted(t *testing.T) {
	for seed := range uint64(100) {
		newModel(seed).wants(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			planted := 0
			for seed := range uint64(200) {
				m := newModel(seed)
				if !p.plant(m) {
					continue
				}
				planted++
				found := Check(&m.History)
				if !slices.ContainsFunc(found, func(v Violation) bool { return v.Kind == p.want }) {
					t.Errorf("seed %d: a %s line is not found, but %v", seed, p.name, found)
				}
			}
			if planted < 10 {
				t.Errorf("only %d stories had a place for it", planted)
			}
		})
	}
}
