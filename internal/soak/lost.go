package soak

import (
	"fmt"
	"slices"
	"time"
)

// lost finds edits that were done and that somebody never saw who was to see the line, neither as the edit nor in the line.
func lost(x *index) (all []Violation) {
	missed := func(a int, line LineID, w *rewrite, conns ...int) {
		all = append(all, Violation{Kind: Missing, Account: a, Line: w.id, Lines: true, Conns: append(conns, w.conn),
			Text: fmt.Sprintf("%s never sees that %s says %s, which %s typed at %v, and which was stored by %v",
				x.name(a), x.token(line), x.token(w.id), x.name(int(line.By)), w.typed, w.done)})
	}
	x.eachRewrite(func(line LineID, l Line, w *rewrite) {
		for a := range x.Accounts {
			if l.in() == 0 && x.misses(a, line, w) && x.mustSee(a, line, l, x.seen[x.dense(line)]) {
				missed(a, line, w, x.showing(a, line)...)
			}
		}
	})
	for i, c := range x.Conns {
		x.watched(c, func(line LineID, w *rewrite) {
			if x.misses(c.Account, line, w) {
				missed(c.Account, line, w, i)
			}
		})
	}
	return all
}

// misses reports whether an account has seen nothing of what a line says since an edit that was done, and no deletion or
// block may be why.
func (x *index) misses(account int, line LineID, w *rewrite) bool {
	return w.what == EditTyped && w.fate == done && !x.mayBeDeleted(line) && !x.sawSince(account, line, w.id.N) &&
		!x.blocks[pair{account, int(line.By)}].maybe(w.typed, w.done)
}

// watched calls f for each edit of a line in a room that was done before the eyes of a connection: it had shown the line
// before, and something behind the edit while its account was in the room without a break. Who comes back to a room is
// not told what became of its lines meanwhile.
func (x *index) watched(c *Conn, f func(line LineID, w *rewrite)) {
	met := make(map[LineID]bool)
	for _, e := range c.Events {
		l, ok := x.line(e.Line)
		line := x.origin(e.Line)
		if e.What != Shown || !ok || met[line] || !isRoom(l.To) {
			continue
		}
		met[line] = true
		for _, w := range x.rewrites[line] {
			if e.At >= w.typed || w.done == 0 {
				continue
			}
			if at := x.behind(c, w.done); at > 0 && x.surelyIn(member{c.Account, l.To}, x.Lines[line.By][line.N].Typed, at) {
				f(line, w)
			}
		}
	}
}

// behind is when a connection first showed something that was typed after some moment; zero: never. An edit says nothing
// of that: it may be shown in the place of its line.
func (x *index) behind(c *Conn, after time.Duration) time.Duration {
	from, _ := slices.BinarySearchFunc(c.Events, after, func(e Event, t time.Duration) int { return int(e.At - t) })
	for _, e := range c.Events[from:] {
		if l, ok := x.line(e.Line); e.What == Shown && ok && l.Of == 0 && l.Typed > after {
			return e.At
		}
	}
	return 0
}
