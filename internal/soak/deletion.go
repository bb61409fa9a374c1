package soak

import "fmt"

// A deletion is shown without a token: that somebody has deleted something, in some room or outside of rooms, or a line
// without its text. So deletions can only be counted.

// source is an author and where their lines were said: a room, or everyone for all that is outside of rooms.
type source struct{ by, where int }

func sourceOf(by, to int) source {
	if !isRoom(to) {
		to = everyone
	}
	return source{by, to}
}

// deletions finds those that somebody was never shown, and those that were shown to somebody who can see no such line.
func deletions(x *index) (all []Violation) {
	told := make([]map[source]int, len(x.Accounts))
	for a := range told {
		told[a] = make(map[source]int)
	}
	for i, c := range x.Conns {
		here := make(map[source]map[What]int)
		for _, e := range c.Events {
			if e.What != Retracted && e.What != Emptied {
				continue
			}
			s := sourceOf(int(e.From), int(e.Who))
			if here[s] == nil {
				here[s] = make(map[What]int)
			}
			told[c.Account][s]++
			if here[s][e.What]++; here[s][e.What] > x.mayLearn(c.Account, s, e) {
				all = append(all, Violation{Kind: Forged, Account: c.Account, Conns: []int{i},
					Text: fmt.Sprintf("%s sees at %v that %s has deleted a line more than it may see", x.name(c.Account), e.At, x.name(s.by))})
			}
		}
	}
	return append(all, x.neverTold(told)...)
}

// mayLearn is of how many deletions e can be that an account is shown.
func (x *index) mayLearn(account int, s source, e Event) (n int) {
	if s.by < 0 {
		return 0
	}
	for i, l := range x.Lines[s.by] {
		line := LineID{int32(s.by), int32(i)}
		for _, w := range x.rewrites[line] {
			if w.what != DeleteTyped || !w.mayBe() || w.typed > e.At || sourceOf(s.by, l.To) != s {
				continue
			}
			seen := earlier(x.seen[x.dense(line)], e.At)
			if _, why := x.mayNot(account, line, l, seen); why == "" {
				n++
			}
		}
	}
	return n
}

// neverTold finds deletions outside of rooms of which an account was told too few.
func (x *index) neverTold(told []map[source]int) (all []Violation) {
	for a := range x.Accounts {
		must := make(map[int]int)
		x.eachRewrite(func(line LineID, l Line, w *rewrite) {
			by := int(line.By)
			if w.what == DeleteTyped && w.fate == done && l.in() == 0 && x.mustSee(a, line, l, x.seen[x.dense(line)]) &&
				!x.blocks[pair{a, by}].maybe(w.typed, w.done) {
				must[by]++
			}
		})
		for by := range x.Accounts {
			if got := told[a][source{by, everyone}]; got < must[by] {
				all = append(all, Violation{Kind: Missing, Account: a, Text: fmt.Sprintf(
					"%s sees %d deletions of lines by %s outside of rooms, of %d", x.name(a), got, x.name(by), must[by])})
			}
		}
	}
	return all
}
