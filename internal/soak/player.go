package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// A player is one account and whoever uses it, on one connection after the other.
type player struct {
	*crowd
	me    int
	rng   *rand.Rand
	held  []*wire   // that were cut: the server is not told before the next login
	rooms []footing // by number
}

func newPlayer(c *crowd, me int, rng *rand.Rand) *player {
	return &player{crowd: c, me: me, rng: rng, rooms: make([]footing, len(roomNames))}
}

// A crowd is what the players share.
type crowd struct {
	rec   *recorder
	venue *venue
	names []string
	who   map[string]int16
	made  []atomic.Bool // which accounts are known to be there
}

// plays has the player do random things until ctx ends, and waits for the end of its sessions.
func (p *player) plays(ctx context.Context) {
	if p.me%3 == 2 { // some come later: what was sent to all before is not for them
		p.rests(ctx, 5*time.Second)
	}
	for takeOver := false; ctx.Err() == nil; {
		s := p.enters(ctx, takeOver)
		for s != nil && !s.isGone() && ctx.Err() == nil {
			s = p.acts(ctx, s)
			p.rests(ctx, 100*time.Millisecond)
		}
		if s != nil {
			p.leaves(s)
			// After a cut link the server may still hold the session; half of the
			// people take it over, the others are let in once it is found dead.
			takeOver = s.conn.End == Cut && p.chance(2)
		}
		p.rests(ctx, time.Second)
	}
	p.drops()
}

func (p *player) chance(of int) bool { return p.rng.IntN(of) == 0 }

// rests does nothing for a random time, at most long.
func (p *player) rests(ctx context.Context, long time.Duration) {
	select {
	case <-time.After(time.Duration(p.rng.Int64N(int64(long)))):
	case <-ctx.Done():
	}
}

// drops lets go of the connections that were cut.
func (p *player) drops() {
	for _, w := range p.held {
		w.drop()
	}
	p.held = nil
}

// enters connects and logs in; nil if that came to nothing, as it does when the server is killed meanwhile.
func (p *player) enters(ctx context.Context, takeOver bool) *screen {
	p.venue.wait(ctx)
	dialled := p.rec.now() // before the address is known: it may be that of a server that is killed now
	addr, ok := p.venue.wait(ctx)
	if !ok {
		return nil
	}
	s, err := openScreen(p.rec, reader{seed: p.rec.history.Seed, me: int16(p.me), who: p.who}, addr, dialled)
	if err != nil {
		return nil
	}
	if !p.made[p.me].Load() {
		p.signsUp(s)
	} else {
		p.logsIn(s, takeOver)
	}
	s.mu.Lock()
	in := s.told[welcome] > 0
	s.mu.Unlock()
	if !in {
		p.leaves(s)
		return nil
	}
	p.drops()
	return s
}

// signsUp makes the account, or finds that it is there: when the server was killed before it could say so.
func (p *player) signsUp(s *screen) {
	account := &p.rec.history.Accounts[p.me]
	if account.Asked == 0 {
		account.Asked = p.rec.now()
	}
	s.types("signup " + p.names[p.me])
	if !s.waits("for a question", func() bool { return s.told[askedPassword]+s.told[taken] > 0 }) {
		return
	}
	s.mu.Lock()
	there := s.told[taken] > 0
	s.mu.Unlock()
	if there {
		p.logsIn(s, false)
	} else {
		s.types(secret, secret)
		s.waits("for the welcome", func() bool { return s.told[welcome]+s.told[busy] > 0 })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if there || s.told[welcome] > 0 {
		account.Made = p.rec.now()
		p.made[p.me].Store(true)
	}
}

// logsIn types the password ahead: it is asked for whatever becomes of it.
func (p *player) logsIn(s *screen, takeOver bool) {
	how := "login "
	if takeOver {
		how = "login --take-over "
	}
	s.types(how+p.names[p.me], secret)
	s.waits("for the welcome", func() bool {
		return s.told[welcome]+s.told[busy]+s.told[alreadyLoggedIn] > 0
	})
}

// leaves logs out, where the session has not ended yet, and waits for its end.
func (p *player) leaves(s *screen) {
	if !s.isGone() {
		s.asks()
		s.types("logout")
	}
	s.ends()
}

// acts does one random thing, and gives the session in which it goes on.
func (p *player) acts(ctx context.Context, s *screen) *screen {
	switch n := p.rng.IntN(168); {
	case n < 4:
		p.blocks(s)
	case n < 10:
		p.asksForMore(s)
	case n < 13:
		p.stalls(s)
	case n < 15:
		p.leaves(s)
	case n < 17:
		p.cuts(ctx, s)
	case n < 19:
		return p.takesOver(ctx, s)
	case n < 20:
		p.triesAgain(ctx, s)
	case n < 28:
		p.rewrites(s)
	case n < 68:
		p.movesAbout(s)
	default:
		p.talks(s)
	}
	return s
}

// talks sends a burst, typing ahead of what is answered.
func (p *player) talks(s *screen) {
	ahead := 1 + p.rng.IntN(32)
	for range 1 + p.rng.IntN(40) {
		if !s.waits("for answers", func() bool { return s.owed < ahead }) || s.isGone() {
			return
		}
		p.says(s)
	}
	if p.chance(2) {
		s.waits("for all answers", func() bool { return s.owed <= 0 })
	}
}

// says types a line to somebody, to all or into a room.
func (p *player) says(s *screen) {
	l := Line{To: p.somebody(), Conn: s.number, Pad: p.pad()}
	command := "message " + p.names[l.To]
	switch n := p.rng.IntN(100); {
	case n < 15:
		l.To, command = everyone, "broadcast"
	case n < 50:
		number := p.aRoom()
		l.To, command = room(number), "message "+roomNames[number]
	}
	l.Typed = p.rec.now()
	id := p.rec.line(p.me, l)
	s.note(Event{What: Typed, Line: id}, func() { s.owed++ })
	s.types(command + " " + p.text(id, l))
}

// somebody is another account, there or not.
func (p *player) somebody() int { return (p.me + 1 + p.rng.IntN(len(p.names)-1)) % len(p.names) }

// pad makes most lines short and a few near the longest that a message may be.
func (p *player) pad() int32 {
	switch n := p.rng.IntN(100); {
	case n < 5:
		return p.rng.Int32N(3500)
	case n < 30:
		return p.rng.Int32N(300)
	}
	return 0
}

// blocks blocks somebody or ends that; which of the two has an effect is for the server to know.
func (p *player) blocks(s *screen) {
	whom := p.somebody()
	s.mu.Lock()
	pending := s.pending[whom]
	s.mu.Unlock()
	if pending || !p.made[whom].Load() {
		return
	}
	e, command := Event{What: BlockTyped, Who: int16(whom)}, "block "
	if p.chance(2) {
		e.What, command = UnblockTyped, "unblock "
	}
	s.note(e, func() { s.pending[whom] = true })
	s.types(command + p.names[whom])
}

// asksForMore asks for what waits, and puts a word behind it whose answer is the end of that.
func (p *player) asksForMore(s *screen) {
	s.note(Event{What: MoreTyped}, func() { s.marks++ })
	s.types("more", "zz")
	s.waits("for more", func() bool { return s.marks <= 0 })
}

// stalls stops reading for up to six seconds, and goes on typing.
func (p *player) stalls(s *screen) {
	s.note(Event{What: Stalled}, nil)
	s.wire.stands(time.Duration(p.rng.Int64N(int64(6 * time.Second))))
	for range p.rng.IntN(20) {
		p.says(s)
	}
}

// cuts has the link go silent in the middle of things, often after a while in which it carries one way only.
func (p *player) cuts(ctx context.Context, s *screen) {
	for range p.rng.IntN(20) {
		p.says(s)
	}
	if p.chance(2) {
		s.note(Event{What: Deafened}, nil)
		s.wire.deaf.Store(true)
		p.says(s)
		p.rests(ctx, 500*time.Millisecond)
	}
	s.wire.goesSilent()
	<-s.gone
	p.held = append(p.held, s.wire)
}

// takesOver logs in elsewhere while the session is in the middle of things.
func (p *player) takesOver(ctx context.Context, s *screen) *screen {
	for range p.rng.IntN(20) {
		p.says(s)
	}
	s.asks()
	next := p.enters(ctx, true)
	if next != nil {
		s.ends()
		return next
	}
	return s
}

// triesAgain logs in elsewhere without taking over, and is refused as this session answers. It does not while
// the session stalls: the server would let it in.
func (p *player) triesAgain(ctx context.Context, s *screen) {
	if s.wire.still() > 0 || !s.waits("for all answers", func() bool { return s.owed <= 0 }) {
		return
	}
	if next := p.enters(ctx, false); next != nil {
		// The server was killed meanwhile: there is no other way in.
		s.waits(fmt.Sprintf("for its end, as connection %d is logged in beside it", next.number), s.isGone)
		p.leaves(next)
	}
}

// settles logs in when all is quiet and reads until nothing waits.
func (p *player) settles(ctx context.Context) error {
	if !p.made[p.me].Load() {
		return nil // nobody has ever told it that it is there
	}
	var s *screen
	for tries := 0; s == nil; tries++ {
		if tries == 10 || ctx.Err() != nil {
			return fmt.Errorf("%s cannot log in when all is quiet", p.names[p.me])
		}
		s = p.enters(ctx, true)
	}
	for done := false; !done && !s.isGone(); {
		p.asksForMore(s)
		s.mu.Lock()
		done = s.told[nothingWaits] > 0
		s.mu.Unlock()
	}
	p.leaves(s)
	if s.conn.End != Left {
		return fmt.Errorf("%s cannot read to the end when all is quiet: connection %d was %s", p.names[p.me], s.number, s.conn.End)
	}
	p.rec.history.Accounts[p.me].Settled = true
	return nil
}
