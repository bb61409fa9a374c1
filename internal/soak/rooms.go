package soak

import "slices"

// A footing is how a player believes to stand to a room, as far as it has been told.
type footing struct {
	in      bool
	governs bool  // it was given a role, or what takes one was done when it was tried last
	out     []int // whom it has kicked, until it invites them back
}

// aRoom is the number of a room that the player believes to be in, or now and then of any.
func (p *player) aRoom() int {
	n := p.rng.IntN(len(p.rooms))
	for i := range p.rooms {
		if next := (n + i) % len(p.rooms); p.rooms[next].in && !p.chance(10) {
			return next
		}
	}
	return n
}

// movesAbout comes into a room or, where the player believes to be in it, leaves or governs it. What it may not do is
// for the server to know.
func (p *player) movesAbout(s *screen) {
	p.learns(s)
	n := p.rng.IntN(len(p.rooms))
	if i := slices.IndexFunc(p.rooms, func(f footing) bool { return f.governs }); i >= 0 && p.chance(2) {
		n = i
	}
	switch f := &p.rooms[n]; {
	case !f.in && !p.chance(10):
		p.asks(s, n, Event{What: JoinTyped, Who: int16(room(n))}, "join "+roomNames[n])
	case p.chance(3) && (!f.governs || p.chance(3)):
		p.asks(s, n, Event{What: LeaveTyped, Who: int16(room(n))}, "leave "+roomNames[n])
	default:
		for range 1 + p.rng.IntN(5) {
			p.governs(s, n)
		}
	}
}

// learns takes what the screen has said of roles.
func (p *player) learns(s *screen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range p.rooms {
		if s.governs[room(n)] {
			p.rooms[n].governs = true
		}
	}
	clear(s.governs)
}

// governs does to somebody in a room what takes a role: an owner or an operator, which the player may be or not.
func (p *player) governs(s *screen, n int) {
	f, whom := &p.rooms[n], p.somebody()
	if in, ok := s.lastIn(room(n)); ok && !p.chance(4) {
		whom = in
	}
	what := PromoteTyped
	switch {
	case len(f.out) > 0 && p.chance(2):
		what, whom, f.out = InviteTyped, f.out[0], f.out[1:]
	case !p.chance(3):
		what = KickTyped
	case p.chance(4):
		what = InviteTyped
	}
	answer := p.about(s, what, n, whom)
	if what != InviteTyped { // which takes none at times
		f.governs = answer == Answered
	}
	if what == KickTyped && answer == Answered {
		f.out = append(f.out, whom)
	}
}

// verbs are the commands about somebody in a room.
var verbs = map[What]string{KickTyped: "kick ", InviteTyped: "invite ", PromoteTyped: "op "}

// about asks for something about somebody in a room.
func (p *player) about(s *screen, what What, n, whom int) What {
	e := Event{What: what, Who: int16(whom), Room: int16(room(n))}
	return p.asks(s, n, e, verbs[what]+roomNames[n]+" "+p.names[whom])
}

// asks asks for something in room n once all else is answered. It returns what came of it; Typed: nobody knows.
func (p *player) asks(s *screen, n int, e Event, command string) What {
	if !p.isAnswered(s) {
		return Typed
	}
	if e.What == KickTyped {
		e.Line = p.rec.line(p.me, Line{To: int(e.Who), Room: int(e.Room), Conn: s.number, Typed: p.rec.now()})
		command += " " + token(p.rec.history.Seed, e.Line)
	}
	answer := p.requests(s, e, command)
	if answer == Typed {
		return Typed
	}
	f := &p.rooms[n]
	f.in = answer != Outside && answer != Barred && (e.What != LeaveTyped || answer != Answered)
	f.governs = f.governs && f.in
	return answer
}

// isAnswered waits until all that was typed is answered.
func (p *player) isAnswered(s *screen) bool {
	return s.waits("for all answers", func() bool { return s.owed <= 0 }) && !s.isGone()
}

// requests types what e is about, while nothing else is unanswered, and puts a word behind it whose answer is the end of
// the answers; as often as not it types on before those come. It returns what came of it; Typed: nobody knows.
func (p *player) requests(s *screen, e Event, command string) What {
	s.note(e, func() {
		s.marks++
		s.asking, s.answer = true, Answered
		if e.What == EditTyped {
			s.edits[e.Line.N] = true
		}
	})
	s.types(command, "zz")
	if p.chance(2) {
		for range p.rng.IntN(20) {
			p.says(s)
		}
	}
	if !s.waits("for the answer to "+e.What.String(), func() bool { return !s.asking }) {
		return Typed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer
}
