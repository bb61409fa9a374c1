// Package delivery brings committed entries to the people who are online on this node.
//
// The feed of the store hands every entry to the [Hub], in id order; the hub puts it into the
// mailbox of each login it is for and never waits. A mailbox is bounded: a session that does not
// keep up stops being fed from memory and reads on from the log. What a session takes, from
// whichever of the two, comes through its [Inbox]: each line once, in id order, without those of
// senders blocked at that place of the log.
package delivery

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
)

// How often proven progress is written. A kill of the server within that time counts as a cut link:
// those lines come again.
const saveEvery = time.Second

// How long a session that lost its login elsewhere has to say so.
const fenceWait = 2 * time.Second

// Hub knows the logins of this node. Its methods may be called from any goroutine.
type Hub struct {
	store  chat.Store
	log    *slog.Logger
	unfeed func()

	mu     sync.RWMutex
	open   map[chat.LoginID]*holding
	byUser map[chat.UserID][]*holding
	byRoom map[chat.RoomID]map[*holding]struct{} // of members

	gathering gathering
	overflows atomic.Int64

	dirtyMu sync.Mutex
	dirty   map[*Inbox]struct{} // whose progress is to be written
}

type holding struct {
	login   chat.Login
	session chat.Session
	inbox   *Inbox
	rooms   []chat.RoomID // in whose byRoom it is
}

// New makes a Hub that is fed from now on.
func New(store chat.Store, log *slog.Logger) *Hub {
	h := &Hub{
		store: store, log: log,
		open:   make(map[chat.LoginID]*holding),
		byUser: make(map[chat.UserID][]*holding),
		byRoom: make(map[chat.RoomID]map[*holding]struct{}),
		dirty:  make(map[*Inbox]struct{}),
	}
	h.unfeed = store.Follow(h.deliver)
	return h
}

// Run writes what sessions have proven, once a second, until ctx ends; then once more. Meanwhile it tells who comes and
// who goes. It returns when all it started has ended. No session may be open any more when it is stopped.
func (h *Hub) Run(ctx context.Context) {
	defer h.unfeed()
	var fencing sync.WaitGroup
	defer fencing.Wait()
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			h.tell()
			h.save(ctx, &fencing)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), fenceWait)
			h.save(last, &fencing)
			cancel()
			return
		}
	}
}

// Open implements [chat.Sessions].
func (h *Hub) Open(b chat.Begun, s chat.Session) {
	hold := &holding{login: b.Login, session: s, inbox: newInbox(h, b)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open[b.ID] = hold
	h.byUser[b.User.ID] = append(h.byUser[b.User.ID], hold)
	for _, r := range b.Rooms {
		h.enter(r.ID, hold)
	}
	if len(h.byUser[b.User.ID]) == 1 {
		h.moved(hold, true)
	}
	hold.inbox.since = h.gathering.count
}

// enter and exit keep who is in a room; mu is held.

func (h *Hub) enter(r chat.RoomID, hold *holding) {
	if h.byRoom[r] == nil {
		h.byRoom[r] = make(map[*holding]struct{})
	}
	h.byRoom[r][hold] = struct{}{}
	hold.rooms = append(hold.rooms, r)
}

func (h *Hub) exit(r chat.RoomID, hold *holding) {
	delete(h.byRoom[r], hold)
	if len(h.byRoom[r]) == 0 {
		delete(h.byRoom, r)
	}
	hold.rooms = slices.DeleteFunc(hold.rooms, func(other chat.RoomID) bool { return other == r })
}

// Held implements [chat.Sessions].
func (h *Hub) Held(id chat.LoginID) (chat.Session, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	hold, ok := h.open[id]
	if !ok {
		return nil, false
	}
	return hold.session, true
}

// Online is how many accounts are logged in on this node.
func (h *Hub) Online() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.byUser)
}

// Overflows is how often a mailbox was full, so that its session had to read the log instead.
func (h *Hub) Overflows() int { return int(h.overflows.Load()) }

// Each implements [chat.Sessions].
func (h *Hub) Each(fn func(chat.Login, chat.Session)) {
	h.mu.RLock()
	all := make([]*holding, 0, len(h.open))
	for _, hold := range h.open {
		all = append(all, hold)
	}
	h.mu.RUnlock()
	for _, hold := range all {
		fn(hold.login, hold.session)
	}
}

// Close implements [chat.Sessions]. What the session had proven and nobody has written yet
// is dropped: whoever ends a login writes its progress with it.
func (h *Hub) Close(id chat.LoginID) {
	h.mu.Lock()
	hold, ok := h.open[id]
	if ok {
		delete(h.open, id)
		h.forgetUser(hold)
		if len(h.byUser[hold.login.User.ID]) == 0 {
			h.moved(hold, false)
		}
		for _, r := range slices.Clone(hold.rooms) {
			h.exit(r, hold)
		}
	}
	h.mu.Unlock()
	if ok {
		h.dirtyMu.Lock()
		delete(h.dirty, hold.inbox)
		h.dirtyMu.Unlock()
	}
}

func (h *Hub) forgetUser(hold *holding) {
	user := hold.login.User.ID
	rest := h.byUser[user][:0]
	for _, other := range h.byUser[user] {
		if other != hold {
			rest = append(rest, other)
		}
	}
	if h.byUser[user] = rest; len(rest) == 0 {
		delete(h.byUser, user)
	}
}

// Inbox gives the inbox of a login that is open, else nil. It belongs to one goroutine.
func (h *Hub) Inbox(id chat.LoginID) *Inbox {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if hold, ok := h.open[id]; ok {
		return hold.inbox
	}
	return nil
}

// deliver is the feed's end: it puts each entry into the mailboxes of those it is for, the sender's
// own included. It only ever appends to bounded slices, so nobody waits for anybody.
func (h *Hub) deliver(batch []*chat.Entry) {
	for _, e := range batch {
		if e.Kind.IsOfRoom() && !e.Kind.IsSaid() {
			h.change(e)
			h.heard(e)
			continue
		}
		h.mu.RLock()
		h.hand(e)
		h.mu.RUnlock()
		h.heard(e)
	}
}

// hand puts an entry into mailboxes; mu is held for reading.
func (h *Hub) hand(e *chat.Entry) {
	switch e.Kind {
	case chat.Block, chat.Unblock:
		h.deliverTo(e.Sender.ID, e)
		return
	case chat.Broadcast, chat.Direct, chat.Invite, chat.Said, chat.Acted, chat.Edit, chat.Delete, chat.Told:
	default: // a kind that is not known here
		return
	}
	switch {
	case e.Recipient.ID != 0:
		from := e.Sender.ID
		if e.FromServer() && e.About != nil { // the line of somebody whom it concerns as well
			from = e.About.Sender.ID
		}
		h.deliverTo(from, e)
		h.deliverTo(e.Recipient.ID, e)
	case e.Room.ID != 0:
		for hold := range h.byRoom[e.Room.ID] {
			hold.inbox.put(e)
		}
	default:
		for _, hold := range h.open {
			hold.inbox.put(e)
		}
	}
}

// change delivers an entry that changes a room: to whoever comes with it, and whoever goes with it.
func (h *Hub) change(e *chat.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.Kind == chat.Join {
		for _, hold := range h.byUser[e.Sender.ID] {
			h.enter(e.Room.ID, hold)
		}
	}
	gone := map[*holding]struct{}{}
	for hold := range h.byRoom[e.Room.ID] {
		hold.inbox.put(e)
		if e.EndsStay(hold.login.User.ID) {
			gone[hold] = struct{}{}
		}
	}
	for hold := range gone {
		h.exit(e.Room.ID, hold)
	}
}

func (h *Hub) deliverTo(user chat.UserID, e *chat.Entry) {
	for _, hold := range h.byUser[user] {
		hold.inbox.put(e)
	}
}

// note remembers that in has progress to be written.
func (h *Hub) note(in *Inbox) {
	h.dirtyMu.Lock()
	h.dirty[in] = struct{}{}
	h.dirtyMu.Unlock()
}

// save writes the progress of all in one transaction. If that fails it is tried again a second later.
func (h *Hub) save(ctx context.Context, fencing *sync.WaitGroup) {
	h.dirtyMu.Lock()
	ins := make([]*Inbox, 0, len(h.dirty))
	for in := range h.dirty {
		ins = append(ins, in)
	}
	clear(h.dirty)
	h.dirtyMu.Unlock()
	if len(ins) == 0 {
		return
	}
	progress := make([]chat.Progress, len(ins))
	for i, in := range ins {
		progress[i] = in.Progress()
	}
	ended, err := h.store.SaveProgress(ctx, progress)
	if err != nil {
		h.log.Error("save cursors", "event", "store_error", "sessions", len(ins), "err", err)
		h.again(ins)
		return
	}
	for i, in := range ins {
		in.saved(progress[i])
	}
	h.fence(ctx, ended, fencing)
}

// again puts back what could not be written, for those sessions that are still open.
func (h *Hub) again(ins []*Inbox) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, in := range ins {
		if _, ok := h.open[in.login]; ok {
			h.note(in)
		}
	}
}

// fence ends the sessions whose logins were ended by somebody else: another node, or an
// administrator.
func (h *Hub) fence(ctx context.Context, ended []chat.LoginID, fencing *sync.WaitGroup) {
	for _, id := range ended {
		session, held := h.Held(id)
		if !held {
			continue
		}
		fencing.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fenceWait)
			defer cancel()
			session.Evict(ctx, chat.LoginEnded)
		})
	}
}
