package soak

import (
	"cmp"
	"slices"
	"time"
)

// A rewrite is an edit or a deletion of a line, or was to be one.
type rewrite struct {
	what   What // EditTyped, DeleteTyped
	id     LineID
	fate   fate
	typed  time.Duration
	done   time.Duration // when it was known to be done; zero: it is not
	conn   int
	noLine bool // it was refused as there is no such line
}

// mayBe reports whether w may be in the log.
func (w *rewrite) mayBe() bool { return w.fate != undone }

// replaces reports whether a line says nothing of id's any more once w is done: id is the line, or an edit of it. Those
// of an account are done in the order in which they were typed, and numbered in it.
func (w *rewrite) replaces(id LineID) bool { return w.what == DeleteTyped || w.id.N > id.N }

// origin is the line that an edit changes, and of every other it is that line.
func (h *History) origin(id LineID) LineID {
	if l, ok := h.line(id); ok && l.Of > 0 {
		id.N = l.Of - 1
	}
	return id
}

// isOf reports whether edit is an edit of id.
func (h *History) isOf(edit, id LineID) bool { return edit != id && h.origin(edit) == id }

// gatherRewrites gathers what accounts have made of their lines. A line whose edit was done was stored before.
func (x *index) gatherRewrites() {
	x.rewrites = make(map[LineID][]*rewrite)
	for i, c := range x.Conns {
		var last *rewrite
		for _, e := range c.Events {
			switch e.What {
			case EditTyped, DeleteTyped:
				last = &rewrite{what: e.What, id: e.Line, typed: e.At, conn: i}
				line := x.origin(e.Line)
				x.rewrites[line] = append(x.rewrites[line], last)
			case Declined, Outside, NoLine:
				if last != nil {
					last.fate, last.noLine = undone, e.What == NoLine
				}
			case Answered:
				if last != nil && last.fate == unknown {
					last.fate, last.done = done, e.At
				}
				last = nil
			}
		}
	}
	for line, list := range x.rewrites {
		slices.SortStableFunc(list, func(a, b *rewrite) int { return cmp.Compare(a.typed, b.typed) })
		for _, w := range list {
			x.witnesses(line, w)
		}
	}
}

// witnesses takes from the screens what they know of a rewrite, and from that what it says of its line.
func (x *index) witnesses(line LineID, w *rewrite) {
	if w.what == EditTyped {
		seen := &x.seen[x.dense(w.id)]
		*seen = earlier(*seen, w.done)
		if w.done = *seen; *seen > 0 && w.fate == unknown {
			w.fate = done
		}
	}
	first := &x.seen[x.dense(line)]
	*first = earlier(*first, w.done)
}

// earlier is the earlier of two moments of which each may be none.
func earlier(a, b time.Duration) time.Duration {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// saw reports whether an account was shown a line, with whatever text.
func (x *index) saw(account int, id LineID) bool { return x.sawSince(account, id, id.N) }

// sawSince reports whether an account was shown a line with what it says since its edit n, or since a later one.
func (x *index) sawSince(account int, line LineID, n int32) bool {
	if line.N >= n && x.shown[account][x.dense(line)] {
		return true
	}
	return slices.ContainsFunc(x.rewrites[line], func(w *rewrite) bool {
		return w.what == EditTyped && w.id.N >= n && x.shown[account][x.dense(w.id)]
	})
}

// mayBeDeleted reports whether a line may have been deleted: then it is shown without anything that tells it from others.
func (x *index) mayBeDeleted(line LineID) bool {
	return slices.ContainsFunc(x.rewrites[line], func(w *rewrite) bool { return w.what == DeleteTyped && w.mayBe() })
}

// eachRewrite calls f for each rewrite of each line, in an order that is always the same.
func (x *index) eachRewrite(f func(line LineID, l Line, w *rewrite)) {
	for by, lines := range x.Lines {
		for n, l := range lines {
			id := LineID{int32(by), int32(n)}
			for _, w := range x.rewrites[id] {
				f(id, l, w)
			}
		}
	}
}
