package delivery

import (
	"cmp"
	"slices"

	"sshchat/internal/chat"
)

// Who comes and who goes is gathered for some seconds, so that a thousand reconnects are one line to everyone and not a
// thousand, or none: somebody who is back by then has not gone. The hub tells what it sees, the sessions of this
// node: who comes to another node is told by the hub there, to those who are there.

// gatheredFor is for how many ticks of Run comings and goings are gathered.
const gatheredFor = 3

// mostNews is how many gatherings wait for a session; older ones are dropped.
const mostNews = 8

// gathering is who has come and gone since the last news. It is empty while nobody does.
type gathering struct {
	moves map[chat.UserID]move
	count uint64 // of all moves that there were
	ticks int    // since the first of moves
}

// A move is somebody's coming or going.
type move struct {
	who   chat.Person
	came  bool
	was   bool          // they were online before the gathering
	nth   uint64        // of all moves
	rooms []chat.RoomID // that they are in
	known []chat.RoomID // where they have been heard since: who is there knows that they are here
}

// mostKnown is in how many rooms somebody who has just come is noted to have been heard.
const mostKnown = 16

// heard notes that the sender of e, who may have just come, is known to be here where e was said.
func (h *Hub) heard(e *chat.Entry) {
	h.mu.RLock()
	m, isNew := h.gathering.moves[e.Sender.ID]
	h.mu.RUnlock()
	if !isNew || !m.came || e.Room.ID == 0 || len(m.known) >= mostKnown || slices.Contains(m.known, e.Room.ID) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if m, ok := h.gathering.moves[e.Sender.ID]; ok {
		m.known = append(slices.Clone(m.known), e.Room.ID)
		h.gathering.moves[e.Sender.ID] = m
	}
}

// news is what a gathering has come to. Those who are told share it, and what it lists.
type news struct {
	moves  []move // by name
	all    []int  // all of moves
	inRoom map[chat.RoomID][]int
}

// moved notes that somebody has come or gone; mu is held.
func (h *Hub) moved(hold *holding, came bool) {
	g := &h.gathering
	if g.moves == nil {
		g.moves, g.ticks = make(map[chat.UserID]move), 0
	}
	g.count++
	who := hold.login.User
	was := !came
	if before, ok := g.moves[who.ID]; ok {
		was = before.was
	}
	g.moves[who.ID] = move{who: who, came: came, was: was, nth: g.count, rooms: slices.Clone(hold.rooms)}
}

// tell tells everyone what was gathered, if it was long enough.
func (h *Hub) tell() {
	h.mu.Lock()
	n := h.gathered()
	h.mu.Unlock()
	if n == nil {
		return
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, hold := range h.open {
		hold.inbox.putNews(n, chat.PresenceAll)
	}
	for room := range n.inRoom {
		for hold := range h.byRoom[room] {
			hold.inbox.putNews(n, chat.PresenceRooms)
		}
	}
}

// gathered ends a gathering that was long enough and gives what it has come to; nil if it was not, or nobody has come or
// gone in the end. mu is held.
func (h *Hub) gathered() *news {
	g := &h.gathering
	if g.moves == nil {
		return nil
	}
	if g.ticks++; g.ticks < gatheredFor {
		return nil
	}
	n := &news{inRoom: make(map[chat.RoomID][]int)}
	for id, m := range g.moves {
		if m.came == m.was {
			continue
		}
		if here := h.byUser[id]; len(here) > 0 {
			m.rooms = slices.Clone(here[0].rooms) // they may have joined some since
		}
		m.rooms = slices.DeleteFunc(m.rooms, func(r chat.RoomID) bool { return slices.Contains(m.known, r) })
		n.moves = append(n.moves, m)
	}
	g.moves = nil
	if len(n.moves) == 0 {
		return nil
	}
	slices.SortFunc(n.moves, func(a, b move) int { return cmp.Compare(a.who.Name.Key(), b.who.Name.Key()) })
	for i, m := range n.moves {
		n.all = append(n.all, i)
		for _, room := range m.rooms {
			n.inRoom[room] = append(n.inRoom[room], i)
		}
	}
	return n
}

// Arrived implements [chat.Sessions].
func (h *Hub) Arrived(watcher chat.UserID, who chat.Person) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, hold := range h.byUser[watcher] {
		hold.inbox.putArrival(who, h.gathering.count)
	}
}

// presence is what an inbox has of others besides what they say.
type presence struct {
	wants    string        // whose comings and goings; else none
	since    uint64        // moves up to this one were before the login
	news     []*news       // the oldest first
	arrivals []chat.Person // at most chat.MaxWatches, as nobody watches for more
	// arrived are the moves up to which somebody's coming is told by arrivals, and so is no news.
	arrived map[chat.UserID]uint64
}

// WantPresence says whose comings and goings News is to tell: chat.PresenceAll, chat.PresenceRooms, and of anything else
// nobody's.
func (in *Inbox) WantPresence(whose string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.wants = whose; whose != chat.PresenceAll && whose != chat.PresenceRooms {
		in.news = nil
	}
}

// putNews puts news before those who want at least so much. It may be called twice with the same.
func (in *Inbox) putNews(n *news, whose string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	last := len(in.news) - 1
	if in.wants != chat.PresenceAll && in.wants != whose || last >= 0 && in.news[last] == n {
		return
	}
	if len(in.news) == mostNews {
		in.news = slices.Delete(in.news, 0, 1)
	}
	in.news = append(in.news, n)
	in.tell()
}

func (in *Inbox) putArrival(who chat.Person, nth uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.arrivals) >= chat.MaxWatches {
		return
	}
	if in.arrived == nil || len(in.arrived) >= chat.MaxWatches {
		in.arrived = make(map[chat.UserID]uint64)
	}
	in.arrivals, in.arrived[who.ID] = append(in.arrivals, who), nth
	in.tell()
}

// Arrivals takes whom the person has watched for and who have come since.
func (in *Inbox) Arrivals() []chat.Person {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := in.arrivals
	in.arrivals = nil
	return all
}

// News takes the oldest of what there is to tell of who came and who went, without the person and whom they block; it is
// nobody if there is nothing to tell. While Behind it tells nothing, as it is not known who is blocked.
//
// Those who block the person are told of as well: to know who does would cost a look into the log for each.
func (in *Inbox) News() (came, went chat.Crowd) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.news) > 0 && came.Count+went.Count == 0 && !in.reading && !in.overflow {
		n := in.news[0]
		if in.news = in.news[1:]; len(in.news) == 0 {
			in.news = nil
		}
		for _, i := range in.concerning(n) {
			switch m := &n.moves[i]; {
			case !in.mayKnow(m):
			case m.came:
				came.Add(m.who)
			default:
				went.Add(m.who)
			}
		}
	}
	return came, went
}

// concerning lists which of the moves the person wants to know of, in order; mu is held.
func (in *Inbox) concerning(n *news) (which []int) {
	if in.wants == chat.PresenceAll {
		return n.all
	}
	own := false
	for room := range in.rooms {
		switch moves := n.inRoom[room]; {
		case len(moves) == 0:
		case which == nil:
			which = moves
		default:
			if !own {
				which, own = slices.Clone(which), true
			}
			which = append(which, moves...)
		}
	}
	if own {
		slices.Sort(which)
		which = slices.Compact(which)
	}
	return which
}

// mayKnow reports whether a move is somebody else's, of the time of the login, not told already and not hidden by a
// block; mu is held.
func (in *Inbox) mayKnow(m *move) bool {
	if m.who.ID == in.me || m.nth <= in.since || m.came && m.nth <= in.arrived[m.who.ID] {
		return false
	}
	b, ever := in.blocks[m.who.ID]
	return !ever || b.Until != 0
}
