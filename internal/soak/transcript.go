package soak

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// around is how many events are shown before and behind those that a violation is about.
const around = 6

// Explain writes a violation with what its connections did and saw at that place.
func (h *History) Explain(w io.Writer, v Violation) {
	fmt.Fprintf(w, "%s: %s\n", v.Kind, v.Text)
	for _, n := range v.Conns {
		c := h.Conns[n]
		fmt.Fprintf(w, "  connection %d of %s, dialled %v, welcome %v, asked to end %v, %s %v\n",
			n, h.Accounts[c.Account].Name, c.Dialled, c.Welcome, c.Asked, c.End, c.Ended)
		h.events(w, c, v)
	}
}

func (h *History) events(w io.Writer, c *Conn, v Violation) {
	last := -1
	for i := range c.Events {
		lo, hi := max(0, i-around), min(len(c.Events), i+around+1)
		near := slices.ContainsFunc(c.Events[lo:hi], func(e Event) bool { return v.Lines && e.about(v.Line) })
		// Where no line says what it is about, it is about the end.
		if !near && (v.Lines || i < len(c.Events)-2*around) {
			continue
		}
		if i > last+1 {
			fmt.Fprintln(w, "    …")
		}
		last = i
		fmt.Fprintf(w, "    %12v  %s\n", c.Events[i].At, h.says(c.Events[i]))
	}
}

func (e Event) about(id LineID) bool {
	switch e.What {
	case Shown, Typed, KickTyped, EditTyped, DeleteTyped:
		return e.Line == id
	}
	return false
}

func (h *History) says(e Event) string {
	words := []string{e.What.String()}
	switch e.What {
	case Typed, Shown, KickTyped, EditTyped, DeleteTyped:
		words = append(words, token(h.Seed, e.Line))
		if l, ok := h.line(e.Line); ok {
			words = append(words, "to "+h.name(l.To))
			if l.Of > 0 {
				words = append(words, "in place of "+token(h.Seed, h.origin(e.Line)))
			}
		}
	case MoreTyped, MoreEnded, Stalled, Deafened, Answered, Declined, SentTyped, NoLine:
	case Joined, Parted, Invited, Retracted, Emptied:
		words = append(words, h.name(int(e.From)), h.name(int(e.Who)))
	default:
		words = append(words, h.name(int(e.Who)))
	}
	if e.Room != 0 {
		words = append(words, h.name(int(e.Room)))
	}
	return strings.Join(words, " ")
}
