package soak

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Report is a run in figures.
type Report struct {
	Took                       time.Duration
	Kills, Terms               int
	Logins, Cuts, Stalls       int
	TakeOvers, Logouts, Blocks int
	Joins, Leaves, Kicks       int // that are known to be done
	Edits, Deletes             int // that are known to be done
	Typed, Acknowledged        int // lines, without kicks and edits; acknowledged to their senders
	InRooms                    int // of the lines acknowledged
	Received                   int // lines of others that came to screens
	Again                      int // of those, and of own lines, that came once more, as they may after a kill or a cut
	Violations                 int
}

// Count counts what is in a history.
func Count(h *History, violations []Violation) Report {
	r := Report{Took: h.Took, Violations: len(violations)}
	for _, s := range h.Stops {
		if s.Kill {
			r.Kills++
		} else {
			r.Terms++
		}
	}
	x := newIndex(h)
	r.countLines(x)
	for _, c := range h.Conns {
		r.countEnd(c)
	}
	r.countShown(x)
	r.countChanges(x)
	r.countRewrites(x)
	return r
}

func (r *Report) countLines(x *index) {
	for by, lines := range x.Lines {
		for n, l := range lines {
			if l.isKick() || l.Of > 0 {
				continue
			}
			r.Typed++
			if x.saw(by, LineID{int32(by), int32(n)}) {
				r.Acknowledged++
				if isRoom(l.To) {
					r.InRooms++
				}
			}
		}
	}
}

func (r *Report) countChanges(x *index) {
	for _, list := range x.changes {
		for _, c := range list {
			if c.fate != done {
				continue
			}
			switch c.what {
			case JoinTyped:
				r.Joins++
			case LeaveTyped:
				r.Leaves++
			case KickTyped:
				r.Kicks++
			}
		}
	}
}

func (r *Report) countRewrites(x *index) {
	for _, list := range x.rewrites {
		for _, w := range list {
			switch {
			case w.fate != done:
			case w.what == EditTyped:
				r.Edits++
			default:
				r.Deletes++
			}
		}
	}
}

func (r *Report) countEnd(c *Conn) {
	if c.Welcome > 0 {
		r.Logins++
	}
	switch c.End {
	case Cut:
		r.Cuts++
	case TakenOver:
		r.TakeOvers++
	case Left:
		if c.Welcome > 0 {
			r.Logouts++
		}
	}
	for _, e := range c.Events {
		switch e.What {
		case Stalled:
			r.Stalls++
		case BlockAnswered, UnblockAnswered:
			r.Blocks++
		}
	}
}

func (r *Report) countShown(x *index) {
	before := make([]viewers, len(x.Accounts))
	for i := range before {
		before[i] = make(viewers, x.lines)
	}
	x.eachShown(func(c *Conn, _ int, e Event) {
		d := x.dense(e.Line)
		if before[c.Account][d] {
			r.Again++
		}
		before[c.Account][d] = true
		if int(e.Line.By) != c.Account {
			r.Received++
		}
	})
}

// WriteTable writes r for a person.
func (r Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range []struct {
		what string
		n    int
	}{
		{"kills (kill -9)", r.Kills}, {"SIGTERMs", r.Terms}, {"logins", r.Logins}, {"logouts", r.Logouts},
		{"links cut without a FIN", r.Cuts}, {"stalls", r.Stalls}, {"take-overs", r.TakeOvers},
		{"blocks and unblocks", r.Blocks}, {"joins of rooms", r.Joins}, {"leaves", r.Leaves}, {"kicks", r.Kicks},
		{"edits", r.Edits}, {"deletions", r.Deletes},
		{"messages typed", r.Typed}, {"messages acknowledged", r.Acknowledged}, {"those in rooms", r.InRooms},
		{"lines received from others", r.Received}, {"lines that came again", r.Again},
		{"violations", r.Violations},
	} {
		fmt.Fprintf(t, "%s\t%d\t\n", row.what, row.n)
	}
	fmt.Fprintf(t, "time\t%v\t\n", r.Took.Round(time.Second))
	return t.Flush()
}
