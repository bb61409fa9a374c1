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
	began  [4]int // how much there was at the last login
	blocks map[pair]bool
	in     map[member]bool
	barred map[member]bool
	rewriting
}

// An entry is what is shown of it, and to whom: to readers as it is made, and to those in waits at any time.
type entry struct {
	shows          Event
	readers, waits []int
	changes        LineID // the line that it changes, where it is a change
}

func newModel(seed uint64) *model {
	m := &model{story: newStory(), rng: rand.New(rand.NewPCG(seed, 0)), blocks: make(map[pair]bool),
		in: make(map[member]bool), barred: make(map[member]bool), rewriting: newRewriting()}
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
	switch n := m.rng.IntN(135); {
	case n >= 120:
		m.rewrite(who)
	case n >= 100:
		m.move(who)
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
	m.online[who], m.at[who], m.began[who], m.from[who] = true, m.proven[who], len(m.log), m.proven[who]
	m.read(who, len(m.log))
}

// read shows the next n entries of the log that there are.
func (m *model) read(who, n int) {
	for ; n > 0 && m.at[who] < len(m.log); n-- {
		e := m.log[m.at[who]]
		if slices.Contains(e.waits, who) || m.at[who] >= m.began[who] && slices.Contains(e.readers, who) {
			m.show(who, e)
		}
		m.at[who]++
	}
}

func (m *model) say(who int) {
	to := m.rng.IntN(len(m.Accounts)+7) - 7 // broadcasts and lines in rooms are many, as they show most
	switch {
	case to >= 0 && to != who:
	case to < -3:
		to = room(to & 1)
	default:
		to = everyone
	}
	id := m.types(who, to)
	switch {
	case to >= 0 && m.blocks[pair{to, who}]:
		m.event(who, Event{What: Refused, Who: int16(to)})
		return
	case isRoom(to) && !m.in[member{who, to}]:
		m.event(who, Event{What: NotIn, Who: int16(to)})
		return
	}
	readers := []int{who}
	for other := range m.Accounts {
		if other != who && (to == everyone || to == other || m.in[member{other, to}]) && !m.blocks[pair{other, who}] {
			readers = append(readers, other)
		}
	}
	m.place[id] = len(m.log)
	m.log = append(m.log, entry{shows: m.showing(id), readers: readers, waits: readers})
}

// move has somebody come into a room, or leave it, or kick or invite another.
func (m *model) move(who int) {
	me := member{who, room(m.rng.IntN(2))}
	other := member{(who + 1 + m.rng.IntN(3)) % 4, me.room}
	switch n := m.rng.IntN(4); {
	case !m.in[me]:
		m.ask(who, Event{What: JoinTyped, Who: int16(me.room)}, func() Event { return m.join(me) })
	case n == 0:
		m.ask(who, Event{What: LeaveTyped, Who: int16(me.room)}, func() Event { return m.part(me) })
	case n == 1:
		e := Event{What: KickTyped, Who: int16(other.who), Room: int16(me.room)}
		e.Line = LineID{int32(who), int32(len(m.Lines[who]))}
		m.Lines[who] = append(m.Lines[who], Line{To: other.who, Room: me.room, Typed: m.story.at + tick, Conn: int32(m.open[who])})
		m.ask(who, e, func() Event { return m.remove(other, e.Line) })
	default:
		e := Event{What: InviteTyped, Who: int16(other.who), Room: int16(me.room)}
		m.ask(who, e, func() Event { return m.call(who, other) })
	}
}

// ask asks for something and has it done; meanwhile others go on, and now and then the server is killed.
func (m *model) ask(who int, e Event, do func() Event) {
	m.event(who, e)
	m.others(who)
	if m.rng.IntN(10) == 0 {
		if m.rng.IntN(2) == 0 {
			do()
		}
		m.kill()
		return
	}
	answer := do()
	m.others(who)
	if m.rng.IntN(2) == 0 {
		m.read(who, len(m.log))
	}
	if answer.What != Answered {
		m.event(who, answer)
	}
	m.event(who, Event{What: Answered})
}

// others has some who are online speak and read.
func (m *model) others(but int) {
	for range m.rng.IntN(4) {
		if other := m.rng.IntN(len(m.Accounts)); other != but && m.online[other] {
			m.say(other)
			m.read(other, m.rng.IntN(4))
		}
	}
}

// append adds an entry of a room, which its members see as it is made but for those who block its author and are
// not to see it then.
func (m *model) append(e Event, room int, hides bool, waits ...int) {
	readers := slices.Clone(waits)
	for other := range m.Accounts {
		if m.in[member{other, room}] && !(hides && m.blocks[pair{other, int(e.From)}]) {
			readers = append(readers, other)
		}
	}
	m.log = append(m.log, entry{shows: e, readers: readers, waits: waits})
}

func (m *model) join(me member) Event {
	if m.barred[me] {
		return Event{What: Barred, Who: int16(me.room)}
	}
	m.in[me], m.joined[me] = true, len(m.log)
	m.append(Event{What: Joined, From: int16(me.who), Who: int16(me.room)}, me.room, true)
	return Event{What: Entered, Who: int16(me.room)}
}

func (m *model) part(me member) Event {
	m.append(Event{What: Parted, From: int16(me.who), Who: int16(me.room)}, me.room, true)
	m.in[me] = false
	return Event{What: Answered}
}

func (m *model) remove(whom member, id LineID) Event {
	if !m.in[whom] {
		return Event{What: Declined}
	}
	m.append(m.showing(id), whom.room, false, whom.who)
	m.in[whom], m.barred[whom] = false, true
	return Event{What: Answered}
}

func (m *model) call(by int, whom member) Event {
	if m.in[whom] || m.blocks[pair{whom.who, by}] {
		return Event{What: Declined}
	}
	m.barred[whom] = false
	shows := Event{What: Invited, From: int16(by), Who: int16(whom.who), Room: int16(whom.room)}
	m.log = append(m.log, entry{shows: shows, readers: []int{by, whom.who}, waits: []int{whom.who}})
	return Event{What: Answered}
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

func TestRandomStoriesAreAccepted(t *testing.T) {
	for seed := range uint64(100) {
		newModel(seed).wants(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
