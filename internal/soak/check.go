package soak

import (
	"fmt"
	"slices"
	"time"
)

// Kind is the promise that a violation breaks.
type Kind string

// The kinds of violations.
const (
	Missing    Kind = "missing"    // stored, and not shown to somebody it is for
	Twice      Kind = "twice"      // shown twice, and the first showing was proven
	Disorder   Kind = "order"      // no order of the log explains what was shown
	Hidden     Kind = "blocked"    // from a sender who was blocked at that place of the log
	Leaked     Kind = "leaked"     // shown to somebody it is not for
	Forged     Kind = "forged"     // nobody typed it or did it, or not so
	Unanswered Kind = "unanswered" // typed, and neither shown nor refused; or both
	Stale      Kind = "stale"      // what a line said before it was edited or deleted
	Broken     Kind = "fault"      // see Fault
)

// Violation is a promise that was not kept.
type Violation struct {
	Kind    Kind
	Account int    // whose screen shows it; nobody if it is not about one
	Line    LineID // zero where Lines is false
	Lines   bool   // it is about Line
	Conns   []int  // where the evidence is
	Text    string // what happened, for a person
}

// proofWait is how long the server waits at the end of a session for the client's proof. An end in order
// that took less, counted from the first thing that could cause it, was proven.
const proofWait = 2 * time.Second

// proven reports whether the client's ssh is known to the server to have all that c has shown.
func (h *History) proven(c *Conn) bool {
	since := c.Asked
	switch c.End {
	case Left, TakenOver:
	case Stopped:
		since = h.stopOf(c)
	default:
		return false
	}
	return since > 0 && c.Ended-since < proofWait
}

// stopOf is when the server that c was connected to was told to stop; zero if it was not. A client that stalls may
// read what it was told when other servers have come and gone.
func (h *History) stopOf(c *Conn) time.Duration {
	for _, s := range h.Stops {
		if s.Gone < c.Dialled {
			continue
		}
		if s.Kill {
			return 0
		}
		return s.At
	}
	return 0
}

// Check finds what in h breaks a promise of the server's. It is a pure function. What the history leaves open
// it takes for kept: a line that races with a block, or with a join or a leave, may go either way unless some screen shows
// how it went, and so may all that was typed and neither answered nor seen before a link was lost.
func Check(h *History) []Violation {
	x := newIndex(h)
	var all []Violation
	for _, check := range []func(*index) []Violation{
		faults, strangers, comings, invitations, twice, hidden, answers, missing, lost, stale, quotes, deletions, disorder,
	} {
		all = append(all, check(x)...)
	}
	return all
}

// index is a history with what several checks need to know of it.
type index struct {
	*History
	first  []int           // the dense number of each account's first line
	lines  int             // how many there are
	seen   []time.Duration // by dense number: when anybody first saw the line; 0: it is not known to be stored
	shown  []viewers       // by account
	blocks map[pair]*blocking

	changes map[member][]*change // in the order in which they were typed
	stays   map[member][]*stay
	said    []showing
	forged  []Violation // comings and goings that were none

	rewrites map[LineID][]*rewrite // by the line, in the order in which they were typed
}

// viewers are the lines that an account has been shown.
type viewers []bool

func newIndex(h *History) *index {
	x := &index{History: h, first: make([]int, len(h.Accounts))}
	for i, lines := range h.Lines {
		x.first[i] = x.lines
		x.lines += len(lines)
	}
	x.seen = make([]time.Duration, x.lines)
	x.shown = make([]viewers, len(h.Accounts))
	for i := range x.shown {
		x.shown[i] = make(viewers, x.lines)
	}
	x.eachShown(func(c *Conn, _ int, e Event) {
		d := x.dense(e.Line)
		x.shown[c.Account][d] = true
		if x.seen[d] == 0 || e.At < x.seen[d] {
			x.seen[d] = e.At
		}
	})
	x.blocks = blockings(h)
	x.gatherRewrites()
	x.gatherStays()
	return x
}

// dense numbers all lines of all accounts.
func (x *index) dense(id LineID) int { return x.first[id.By] + int(id.N) }

// eachShown calls f for each showing of a line that somebody has typed.
func (x *index) eachShown(f func(c *Conn, conn int, e Event)) {
	for i, c := range x.Conns {
		for _, e := range c.Events {
			if e.What != Shown {
				continue
			}
			if _, ok := x.line(e.Line); ok {
				f(c, i, e)
			}
		}
	}
}

// eachStored calls f for each line that somebody has seen, and when that was first.
func (x *index) eachStored(f func(id LineID, l Line, seen time.Duration)) {
	for by, lines := range x.Lines {
		for n, l := range lines {
			id := LineID{int32(by), int32(n)}
			if seen := x.seen[x.dense(id)]; seen > 0 {
				f(id, l, seen)
			}
		}
	}
}

// name is what somebody is called, or what stands in the place of an account.
func (h *History) name(account int) string {
	switch account {
	case everyone:
		return "all"
	case nobody:
		return "somebody else"
	}
	if isRoom(account) {
		return h.Rooms[firstRoom-account]
	}
	return h.Accounts[account].Name
}

func (x *index) token(id LineID) string { return token(x.Seed, id) }

func faults(x *index) (all []Violation) {
	for _, f := range x.Faults {
		all = append(all, Violation{Kind: Broken, Account: nobody, Text: fmt.Sprintf("at %v: %s", f.At, f.Text)})
	}
	for i, c := range x.Conns {
		if why := x.unasked(c); why != "" {
			all = append(all, Violation{Kind: Broken, Account: c.Account, Conns: []int{i},
				Text: fmt.Sprintf("connection %d of %s ended at %v: %s", i, x.name(c.Account), c.Ended, why)})
		}
	}
	return all
}

// unasked says what is wrong with an end that nothing explains. A client that did not answer for as long as the
// server waits for it is let go without a word.
func (x *index) unasked(c *Conn) string {
	during := func(s Stop) bool { return c.Dialled <= s.Gone && s.At <= c.Ended }
	inOrder := func(s Stop) bool { return during(s) && !s.Kill }
	switch {
	case c.End == Odd:
		return "for no reason that its client knows"
	case c.End == Stopped && !slices.ContainsFunc(x.Stops, inOrder):
		return "it was told of a stop that nobody asked for"
	case (c.End == Left || c.End == TakenOver) && c.Asked == 0:
		return "it was told goodbye, and nobody asked for it"
	case c.End == Lost && !slices.ContainsFunc(x.Stops, during) && (c.Asked == 0 || c.Ended-c.Asked < proofWait):
		return "without a word, and nobody killed the server"
	}
	return ""
}

// strangers finds lines on screens that they are not for, and lines that are not what was typed.
func strangers(x *index) (all []Violation) {
	for i, c := range x.Conns {
		for _, e := range c.Events {
			if e.What != Shown {
				continue
			}
			if kind, text := x.strange(c.Account, e); text != "" {
				_, ok := x.line(e.Line)
				all = append(all, Violation{Kind: kind, Account: c.Account, Line: e.Line, Lines: ok, Conns: []int{i},
					Text: fmt.Sprintf("%s sees %s, %s", x.name(c.Account), x.token(e.Line), text)})
			}
		}
	}
	return all
}

// strange says what is wrong with a line that an account is shown; nothing if it may be for it.
func (x *index) strange(account int, e Event) (Kind, string) {
	l, ok := x.line(e.Line)
	if !ok {
		return Forged, "which nobody has typed"
	}
	edited := l.Of > 0
	switch {
	case edited != e.Edited:
		return Forged, "and whether that was edited is told wrongly"
	case int32(e.From) != e.Line.By || int(e.Who) != l.To || int(e.Room) != l.Room || e.Pad != l.Pad:
		return Forged, fmt.Sprintf("as from %s to %s with %d bytes behind it; it was from %s to %s with %d",
			x.name(int(e.From)), x.name(int(e.Who)), e.Pad, x.name(int(e.Line.By)), x.name(l.To), l.Pad)
	}
	// Who may see a line may see what it says now.
	line := x.origin(e.Line)
	l, _ = x.line(line)
	return x.mayNot(account, line, l, x.seen[x.dense(line)])
}

// mayNot says why a line is not for an account; nothing if it may be.
func (x *index) mayNot(account int, id LineID, l Line, seen time.Duration) (Kind, string) {
	switch {
	case l.isKick() && l.To == account:
	case l.in() != 0:
		if !x.maybeIn(member{account, l.in()}, l.Typed, seen) {
			return Leaked, fmt.Sprintf("typed at %v and stored by %v in %s, and is not in it then", l.Typed, seen, x.name(l.in()))
		}
	case l.To != everyone && l.To != account && int(id.By) != account:
		return Leaked, fmt.Sprintf("which %s sent to %s alone", x.name(int(id.By)), x.name(l.To))
	case l.To == everyone && seen < x.Accounts[account].Asked:
		return Leaked, "which was sent to all before that account was asked for"
	}
	return "", ""
}

// twice finds lines that came again although the server had the proof that the client has them. Between the
// showings there may be any number of connections: once a line is proven it is never shown again. What a line says
// since it was edited can come twice, as the edit and then in the line, where that has waited for longer.
func twice(x *index) (all []Violation) {
	last := make([][]int32, len(x.Accounts)) // of each account, by dense number: one more than the connection
	again := make([]map[int]bool, len(x.Accounts))
	x.eachShown(func(c *Conn, conn int, e Event) {
		if last[c.Account] == nil {
			last[c.Account], again[c.Account] = make([]int32, x.lines), make(map[int]bool)
		}
		d := x.dense(e.Line)
		has := func(before int) bool { return before >= 0 && (before == conn || x.proven(x.Conns[before])) }
		before := int(last[c.Account][d]) - 1
		last[c.Account][d] = int32(conn) + 1
		if !has(before) {
			return
		}
		if line := x.origin(e.Line); line != e.Line && !again[c.Account][d] && !has(int(last[c.Account][x.dense(line)])-1) {
			again[c.Account][d] = true
			return
		}
		v := Violation{Kind: Twice, Account: c.Account, Line: e.Line, Lines: true, Conns: []int{before, conn}}
		v.Text = fmt.Sprintf("%s sees %s on connection %d and again on %d, and the first was %s in order",
			x.name(c.Account), x.token(e.Line), before, conn, x.Conns[before].End)
		if before == conn {
			v.Conns, v.Text = v.Conns[:1], fmt.Sprintf("%s sees %s twice on connection %d", x.name(c.Account), x.token(e.Line), conn)
		}
		all = append(all, v)
	})
	return all
}

// missing finds lines that are stored, as somebody has seen them, and that somebody else never saw.
func missing(x *index) (all []Violation) {
	x.eachStored(func(id LineID, l Line, seen time.Duration) {
		if l.Of > 0 || x.mayBeDeleted(id) { // see lost and deletions
			return
		}
		for a := range x.Accounts {
			if x.saw(a, id) || !x.mustSee(a, id, l, seen) {
				continue
			}
			all = append(all, Violation{Kind: Missing, Account: a, Line: id, Lines: true, Conns: []int{int(l.Conn)},
				Text: fmt.Sprintf("%s never sees %s, which %s sent to %s at %v, and which was stored by %v",
					x.name(a), x.token(id), x.name(int(id.By)), x.name(l.To), l.Typed, seen)})
		}
	})
	return all
}

func (x *index) mustSee(account int, id LineID, l Line, seen time.Duration) bool {
	a := x.Accounts[account]
	mayHide := x.blocks[pair{account, int(id.By)}].maybe(l.Typed, seen)
	switch {
	case !a.Settled:
		return false
	case account == l.To:
		return true
	case l.isKick(): // who kicks somebody, and who is by, sees it if they are there
		return false
	case account == int(id.By):
		return true
	case isRoom(l.To):
		return !mayHide && x.surelyIn(member{account, l.To}, l.Typed, seen)
	}
	return l.To == everyone && !mayHide && a.Made > 0 && a.Made < l.Typed
}
