package soak

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// rewrites edits and deletes some of the player's own newest lines, and answers some. It learns their numbers first, so
// that it is certain which lines it means.
func (p *player) rewrites(s *screen) {
	if !p.isAnswered(s) || p.requests(s, Event{What: SentTyped}, "sent") == Typed {
		return
	}
	for range 1 + p.rng.IntN(6) {
		text, number, ok := p.ownLine(s)
		if !ok || !p.isAnswered(s) {
			return
		}
		switch n := p.rng.IntN(10); {
		case n < 1:
			p.deletes(s, text, number)
		case n < 4:
			p.answers(s, text, number)
		default:
			p.edits(s, text, number)
		}
	}
}

// ownLine is one of the lines whose numbers the player has learnt, by what it says, and its number; mostly one of the
// newest, which others may be about to see.
func (p *player) ownLine(s *screen) (text LineID, number int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := slices.SortedFunc(maps.Keys(s.numbers), func(a, b LineID) int { return cmp.Compare(b.N, a.N) })
	if len(newest) == 0 {
		return LineID{}, 0, false
	}
	among := len(newest)
	if !p.chance(3) {
		among = min(among, 3)
	}
	text = newest[p.rng.IntN(among)]
	return text, s.numbers[text], true
}

// like is a line to whom another was, for a new text.
func (p *player) like(text LineID, s *screen) Line {
	was := p.rec.history.Lines[p.me][p.rec.history.origin(text).N]
	return Line{To: was.To, Conn: s.number, Pad: p.pad(), Typed: p.rec.now()}
}

func (p *player) edits(s *screen, text LineID, number int64) {
	l := p.like(text, s)
	l.Of = p.rec.history.origin(text).N + 1
	id := p.rec.line(p.me, l)
	answer := p.requests(s, Event{What: EditTyped, Line: id}, fmt.Sprintf("edit #%d %s", number, p.text(id, l)))
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.numbers, text)
	if answer == Answered {
		s.numbers[id] = number
	}
}

func (p *player) deletes(s *screen, text LineID, number int64) {
	p.requests(s, Event{What: DeleteTyped, Line: p.rec.history.origin(text)}, fmt.Sprintf("delete #%d", number))
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.numbers, text)
}

// answers says something that answers a line, to whom that was for.
func (p *player) answers(s *screen, text LineID, number int64) {
	l := p.like(text, s)
	if l.To == everyone { // the answer to it is for its author
		return
	}
	l.Re = p.rec.history.origin(text).N + 1
	id := p.rec.line(p.me, l)
	s.note(Event{What: Typed, Line: id}, func() { s.owed++ })
	s.types(fmt.Sprintf("re #%d %s", number, p.text(id, l)))
}

// text is what is typed as a line: its token and what makes it longer.
func (p *player) text(id LineID, l Line) string {
	text := token(p.rec.history.Seed, id)
	if l.Pad > 0 {
		text += " " + strings.Repeat("x", int(l.Pad))
	}
	return text
}
