package soak

import (
	"fmt"
	"time"
)

// stale finds what a line said before it was edited or deleted, where that is not to be shown any more: on a connection
// that was dialled after the change was done, and on one that has shown already what the line says since. Before that
// the old text may be on its way. An edit of a line that was seen before is shown although another one follows: who
// was away is shown both, in their order.
func stale(x *index) (all []Violation) {
	for i, c := range x.Conns {
		newest := make(map[LineID]LineID) // what was shown of each line that was edited
		for _, e := range c.Events {
			l, ok := x.line(e.Line)
			if e.What != Shown || !ok {
				continue
			}
			line := x.origin(e.Line)
			why := x.replaced(c.Account, line, e.Line, c.Dialled, l.Of > 0)
			if then, ok := newest[line]; ok && then.N > e.Line.N {
				why = "which is the text of before " + x.token(then) + ", shown already"
			}
			if newest[line].N <= e.Line.N && l.Of > 0 {
				newest[line] = e.Line
			}
			if why != "" {
				all = append(all, Violation{Kind: Stale, Account: c.Account, Line: e.Line, Lines: true, Conns: []int{i},
					Text: fmt.Sprintf("%s sees at %v %s, %s", x.name(c.Account), e.At, x.token(e.Line), why)})
			}
		}
	}
	return all
}

// replaced says what has replaced a text of a line before some moment; nothing if nothing surely has. Only a deletion
// does if edits follow each other, and nothing does that a block may hide.
func (x *index) replaced(account int, line, text LineID, by time.Duration, edits bool) string {
	block := x.blocks[pair{account, int(line.By)}]
	for _, w := range x.rewrites[line] {
		switch {
		case block.maybe(w.typed, w.done), w.what == EditTyped && !x.reaches(account, line, w):
		case w.done == 0 || w.done >= by || !w.replaces(text) || edits && w.what == EditTyped:
		case w.what == EditTyped:
			return fmt.Sprintf("which was edited to %s by %v", x.token(w.id), w.done)
		default:
			return fmt.Sprintf("which was deleted by %v", w.done)
		}
	}
	return ""
}

// reaches reports whether an edit that was done surely is for an account: who has left a room sees its lines as they were
// then.
func (x *index) reaches(account int, line LineID, w *rewrite) bool {
	l := x.Lines[line.By][line.N]
	return !isRoom(l.To) || w.done > 0 && x.surelyIn(member{account, l.To}, w.typed, w.done)
}

// quotes finds answers that do not quote the line that they answer as it stood when they were typed, or as it stands, and
// those that quote it to somebody whom it is not for.
func quotes(x *index) (all []Violation) {
	for i, c := range x.Conns {
		for _, e := range c.Events {
			if _, ok := x.line(e.Line); e.What != Shown || e.Quote == 0 || !ok {
				continue
			}
			if kind, why := x.misquotes(c.Account, e); why != "" {
				all = append(all, Violation{Kind: kind, Account: c.Account, Line: e.Line, Lines: true, Conns: []int{i},
					Text: fmt.Sprintf("%s sees at %v that %s quotes %s", x.name(c.Account), e.At, x.token(e.Line), why)})
			}
		}
	}
	return all
}

func (x *index) misquotes(account int, e Event) (Kind, string) {
	answer, _ := x.line(x.origin(e.Line))
	text := LineID{e.Line.By, e.Quote - 1}
	line := LineID{e.Line.By, answer.Re - 1}
	if _, ok := x.line(text); !ok || answer.Re == 0 || x.origin(text) != line {
		return Forged, "what it does not answer"
	}
	l, _ := x.line(line)
	if kind, why := x.mayNot(account, line, l, earlier(x.seen[x.dense(line)], e.At)); why != "" {
		return kind, x.token(text) + ", " + why
	}
	if why := x.replaced(account, line, text, answer.Typed, false); why != "" {
		return Stale, x.token(text) + ", " + why
	}
	return "", ""
}
