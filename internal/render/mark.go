package render

import (
	"math"
	"slices"
)

// mark is a part of a text that is shown in a style of its own. Lists of marks are in order and
// do not overlap; see overlay for those that would.
type mark struct {
	from, to int    // bytes, between characters
	style    string // SGR sequences, which add up (ECMA-48 8.3.117); may be empty
	verbatim bool   // whole lines, broken at the edge of the row rather than at words
}

// overlay makes one list of several. Where marks of more than one cover a text it is shown in all
// their styles; of two that contradict each other, as colours do, that of the later list wins.
func overlay(lists ...[]mark) (all []mark) {
	lists = slices.DeleteFunc(slices.Clone(lists), func(list []mark) bool { return len(list) == 0 })
	if len(lists) == 1 {
		return lists[0]
	}
	for at := 0; ; {
		next := mark{from: math.MaxInt, to: math.MaxInt}
		for i, list := range lists {
			for len(list) > 0 && list[0].to <= at {
				list = list[1:]
			}
			if lists[i] = list; len(list) > 0 {
				next.from = min(next.from, max(at, list[0].from))
			}
		}
		if next.from == math.MaxInt {
			return all
		}
		for _, list := range lists {
			if len(list) > 0 {
				next.add(list[0])
			}
		}
		all = append(all, next)
		at = next.to
	}
}

// add lays other over m, which then ends where that begins or ends.
func (m *mark) add(other mark) {
	if m.from < other.from {
		m.to = min(m.to, other.from)
		return
	}
	m.to = min(m.to, other.to)
	m.style += other.style
	m.verbatim = m.verbatim || other.verbatim
}
