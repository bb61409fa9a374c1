package soak

import "slices"

// changed are the places where a connection shows what edits say.
func (m *model) changed() (all []spot) {
	for _, c := range m.Conns {
		for i, e := range c.Events {
			if e.What == Shown && e.Edited {
				all = append(all, spot{c, i})
			}
		}
	}
	return all
}

// edits are all that were done, each with an account.
func (m *model) edits(will func(x *index, who int, line LineID, w *rewrite) bool) (all []placedEdit) {
	x := newIndex(&m.History)
	x.eachRewrite(func(line LineID, _ Line, w *rewrite) {
		for who := range m.Accounts {
			if w.what == EditTyped && w.fate == done && will(x, who, line, w) {
				all = append(all, placedEdit{who, line, w})
			}
		}
	})
	return all
}

type placedEdit struct {
	who  int
	line LineID
	*rewrite
}

// dropSince takes from all screens of an account what a line says since an edit.
func (m *model) dropSince(p placedEdit) {
	x := newIndex(&m.History)
	for _, w := range x.rewrites[p.line] {
		if w.what == EditTyped && w.id.N >= p.id.N {
			m.drop(p.who, w.id)
		}
	}
}

// Each plants a fault in what is shown of edits and deletions, where the story has a place for it.
var plantsOfChanges = []plant{
	{"the old text after the edit", Stale, func(m *model) bool {
		x := newIndex(&m.History)
		p, ok := some(m, slices.DeleteFunc(m.changed(), func(p spot) bool {
			e := p.event()
			return x.replaced(p.c.Account, x.origin(e.Line), x.origin(e.Line), p.c.Dialled, false) == ""
		}))
		if ok {
			e := m.showing(x.origin(p.event().Line))
			e.At = p.event().At
			p.c.Events[p.i] = e
		}
		return ok
	}},
	{"the old text under the edit", Stale, func(m *model) bool {
		p, ok := some(m, m.changed())
		if ok {
			m.insert(p.c, p.i+1, m.origin(p.event().Line))
		}
		return ok
	}},
	{"the text of what was deleted", Stale, func(m *model) bool {
		var all []spot
		x := newIndex(&m.History)
		for _, c := range m.Conns {
			x.eachRewrite(func(line LineID, l Line, w *rewrite) {
				if w.what == DeleteTyped && w.fate == done && w.done < c.Dialled && l.To == c.Account && line.N > 0 &&
					!x.blocks[pair{c.Account, int(line.By)}].maybe(w.typed, w.done) {
					all = append(all, spot{c, int(line.By)<<16 | int(line.N)})
				}
			})
		}
		p, ok := some(m, all)
		if ok {
			m.insert(p.c, 0, LineID{int32(p.i >> 16), int32(p.i & 0xffff)})
		}
		return ok
	}},
	{"an edit leaked to a stranger", Leaked, func(m *model) bool {
		p, ok := some(m, m.edits(func(x *index, who int, line LineID, w *rewrite) bool {
			to := m.Lines[line.By][line.N].To
			return to >= 0 && who != to && who != int(line.By)
		}))
		if !ok {
			return false
		}
		i := slices.IndexFunc(m.Conns, func(c *Conn) bool { return c.Account == p.who })
		m.insert(m.Conns[i], 0, p.id)
		return true
	}},
	{"an edit leaked to who came after the line", Leaked, func(m *model) bool {
		p, ok := some(m, m.edits(func(x *index, who int, line LineID, w *rewrite) bool {
			l := m.Lines[line.By][line.N]
			return isRoom(l.To) && !x.maybeIn(member{who, l.To}, l.Typed, x.seen[x.dense(line)]) &&
				x.surelyIn(member{who, l.To}, w.typed, w.done)
		}))
		if !ok {
			return false
		}
		for _, c := range m.Conns {
			if i := slices.IndexFunc(c.Events, func(e Event) bool { return e.At > p.done }); c.Account == p.who && i >= 0 {
				m.insert(c, i+1, p.id)
				return true
			}
		}
		return false
	}},
	{"an edit of somebody blocked", Hidden, func(m *model) bool {
		p, ok := some(m, m.edits(func(x *index, who int, line LineID, w *rewrite) bool {
			return x.blocks[pair{who, int(line.By)}].within(w.typed, w.done) && x.saw(who, line)
		}))
		if !ok {
			return false
		}
		i := slices.IndexFunc(m.Conns, func(c *Conn) bool { return c.Account == p.who && c.Welcome > p.done })
		if i < 0 {
			return false
		}
		m.insert(m.Conns[i], 0, p.id)
		return true
	}},
	{"an edit lost", Missing, func(m *model) bool {
		p, ok := some(m, m.edits(func(x *index, who int, line LineID, w *rewrite) bool {
			l := m.Lines[line.By][line.N]
			return l.in() == 0 && who != int(line.By) && !x.mayBeDeleted(line) && x.mustSee(who, line, l, x.seen[x.dense(line)]) &&
				!x.blocks[pair{who, int(line.By)}].maybe(w.typed, w.done)
		}))
		if !ok {
			return false
		}
		m.dropSince(p)
		x := newIndex(&m.History)
		w := x.rewrites[p.line][slices.IndexFunc(x.rewrites[p.line], func(w *rewrite) bool { return w.id == p.id })]
		return w.fate == done && !x.blocks[pair{p.who, int(p.line.By)}].maybe(w.typed, w.done) &&
			x.mustSee(p.who, p.line, m.Lines[p.line.By][p.line.N], x.seen[x.dense(p.line)])
	}},
	{"an edit lost in a room", Missing, func(m *model) bool {
		p, ok := some(m, m.watchedEdits())
		if !ok {
			return false
		}
		m.dropSince(p)
		return slices.ContainsFunc(m.watchedEdits(), func(o placedEdit) bool { return o.who == p.who && o.id == p.id })
	}},
	{"an edit twice", Twice, func(m *model) bool {
		p, ok := some(m, slices.DeleteFunc(m.changed(), func(p spot) bool {
			own := find(p.c, m.origin(p.event().Line))
			return own < 0 || own > p.i
		}))
		if ok {
			m.insert(p.c, p.i+1, p.event().Line)
		}
		return ok
	}},
	{"an edit in another's place", Forged, func(m *model) bool {
		p, ok := some(m, m.changed())
		if ok {
			p.c.Events[p.i].Who = int16((p.event().Who + 5) % 4)
		}
		return ok && p.event().Who != int16(m.Lines[p.event().Line.By][p.event().Line.N].To)
	}},
	{"an edit as if it were none", Forged, func(m *model) bool {
		p, ok := some(m, m.changed())
		if ok {
			p.c.Events[p.i].Edited = false
		}
		return ok
	}},
	{"a deletion lost", Missing, func(m *model) bool {
		var all []pair
		x := newIndex(&m.History)
		x.eachRewrite(func(line LineID, l Line, w *rewrite) {
			if w.what == DeleteTyped && w.fate == done && l.To >= 0 && !x.blocks[pair{l.To, int(line.By)}].maybe(0, w.done) {
				all = append(all, pair{l.To, int(line.By)})
			}
		})
		p, ok := some(m, all)
		for _, c := range m.Conns {
			if c.Account == p.blocker {
				c.Events = slices.DeleteFunc(c.Events, func(e Event) bool {
					return (e.What == Retracted || e.What == Emptied) && int(e.From) == p.blocked && !isRoom(int(e.Who))
				})
			}
		}
		return ok
	}},
	{"a deletion that was none", Forged, func(m *model) bool {
		c, ok := some(m, m.Conns)
		if ok {
			e := Event{What: Retracted, From: alice, Who: everyone, At: c.Welcome}
			c.Events = slices.Insert(c.Events, 0, slices.Repeat([]Event{e}, 30)...)
		}
		return ok
	}},
}

// watchedEdits are those in rooms that were done before the eyes of somebody.
func (m *model) watchedEdits() (all []placedEdit) {
	x := newIndex(&m.History)
	for _, c := range m.Conns {
		x.watched(c, func(line LineID, w *rewrite) {
			if w.what == EditTyped && w.fate == done && c.Account != int(line.By) && !x.mayBeDeleted(line) &&
				!x.blocks[pair{c.Account, int(line.By)}].maybe(w.typed, w.done) {
				all = append(all, placedEdit{c.Account, line, w})
			}
		})
	}
	return all
}
