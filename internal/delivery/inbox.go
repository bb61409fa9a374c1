package delivery

import (
	"context"
	"slices"
	"sync"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// The bounds of one session's inbox.
const (
	mailboxSize = 256 // entries handed over in memory; past it the session reads the log
	pageSize    = 256 // entries of one reading of the log
	newestShown = 200 // waiting lines shown at login, and by one More
)

// Inbox is what one session takes from. It belongs to the session's turns. Start, Fetch and
// More read the log, so they may be called beside the turns, one at a time; what they return is taken in
// a turn by Accept and AcceptMore.
type Inbox struct {
	hub   *Hub
	login chat.LoginID
	me    chat.UserID

	mu sync.Mutex // over all below; never held over a call of the store

	notify   func()        // tells the session; nil while nobody asked for it
	box      []*chat.Entry // the mailbox
	overflow bool          // it was full: nothing is put into it until the log is read

	reading  bool         // until a page has reached the head
	position chat.EntryID // the log is accounted for up to here
	startsAt chat.EntryID // the head when the login began
	readFrom chat.EntryID // where the present reading began
	readHead chat.EntryID // the head by its first page; 0: none was read
	created  chat.EntryID // as of the account: no broadcast from before is for it
	blocks   map[chat.UserID]chat.BlockSpan
	rooms    map[chat.RoomID]chat.Stay // that the person is in, as of position
	gaps     gaps
	paged    gaps          // what more has shown in this login
	paging   bool          // a page of what waits is on its way
	late     []*chat.Entry // changes of lines that wait, from meanwhile
	presence

	current chat.Place // the conversation that the person looks at; the zero value is none
	reads   map[chat.Place]chat.EntryID
	notices map[chat.RoomID]chat.Notice
	told    []sanitize.Text // by the server, and not shown yet
	unsent  []chat.Unsent
	expired int // lines that have gone, of which the person is to be told; 0 once it is saved that they were

	proven chat.Progress // without GapsChanged
	// The gaps have generations, so that a write which took an older one is not
	// taken for a write of the newest.
	provenGen, savedGen int
}

func newInbox(h *Hub, b chat.Begun) *Inbox {
	return &Inbox{
		hub: h, login: b.ID, me: b.User.ID,
		reading:  true,
		position: b.Delivered,
		readFrom: b.Delivered,
		created:  b.Created,
		startsAt: b.Head,
		gaps:     gaps{list: b.Gaps},
		notices:  b.Notices,
		unsent:   b.Unsent,
		expired:  b.Expired,
		proven:   chat.Progress{Login: b.ID, User: b.User.ID, Delivered: b.Delivered, Gaps: b.Gaps},
	}
}

// put is the feed's: it never waits.
func (in *Inbox) put(e *chat.Entry) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.overflow {
		return
	}
	if len(in.box) >= mailboxSize {
		in.overflow, in.box = true, nil
		in.hub.overflows.Add(1)
	} else {
		in.box = append(in.box, e)
	}
	in.tell()
}

// tell has the session look; mu is held.
func (in *Inbox) tell() {
	if in.notify != nil {
		in.notify()
	}
}

// Notify has fn called whenever a line has come, to Take or to Fetch, or there is News, an arrival or something Told; what came before is
// not told. fn is called from any goroutine, and must neither wait nor call the Inbox.
func (in *Inbox) Notify(fn func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.notify = fn
}

// Behind reports that the log has to be read: Fetch, Accept, until it is false.
func (in *Inbox) Behind() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.reading || in.overflow
}

// Waiting is what a person is told of the lines that waited for them at login.
type Waiting struct {
	Count   int // lines of others since the last login; at most chat.MaxBacklog
	Direct  int // those of them that are for this person alone
	Earlier int // those of them and of before that are left to More
}

// Start finds out what waits. It is called once, before anything else. quiet leaves all of it to More.
func (in *Inbox) Start(ctx context.Context, quiet bool) (Waiting, error) {
	b, err := in.hub.store.Backlog(ctx, in.me, chat.Stretch{From: in.position + 1}, newestShown)
	if err != nil {
		return Waiting{}, err
	}
	in.mu.Lock()
	switch {
	case b.Count == 0:
	case quiet:
		in.skip(b.Head)
	case b.Count > newestShown:
		in.skip(b.From - 1)
	}
	left := slices.Clone(in.gaps.list)
	in.mu.Unlock()
	earlier, err := in.count(ctx, left)
	return Waiting{Count: b.Count, Direct: b.Direct, Earlier: earlier}, err
}

// skip leaves what lies behind position and up to to waiting, as a gap.
func (in *Inbox) skip(to chat.EntryID) {
	in.gaps.add(chat.Stretch{From: in.position + 1, To: to})
	in.position = max(in.position, to)
}

func (in *Inbox) count(ctx context.Context, ss []chat.Stretch) (n int, err error) {
	for _, s := range ss {
		b, err := in.hub.store.Backlog(ctx, in.me, s, 0)
		if err != nil {
			return 0, err
		}
		if n += b.Count; n >= chat.MaxBacklog {
			return chat.MaxBacklog, nil
		}
	}
	return n, nil
}

// Batch is a page of the log on its way from Fetch to Accept.
type Batch struct{ page chat.Page }

// Fetch reads the next page of the log.
func (in *Inbox) Fetch(ctx context.Context) (Batch, error) {
	in.mu.Lock()
	// The mailbox is fed again before the head is read: what is committed after that comes
	// through it, and what comes both ways is told apart by its id.
	if in.overflow {
		in.overflow, in.reading, in.readFrom, in.readHead = false, true, in.position, 0
	}
	from := in.position + 1
	in.mu.Unlock()
	page, err := in.hub.store.Read(ctx, in.me, chat.Stretch{From: from}, pageSize)
	return Batch{page}, err
}

// Accept takes what Fetch has read and returns the lines in it.
func (in *Inbox) Accept(b Batch) []*chat.Entry {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.position = max(in.position, b.page.Through)
	if in.readHead == 0 {
		in.readHead = b.page.Head
	}
	if b.page.Through >= b.page.Head {
		in.reading = false
		in.blocks, in.rooms = nil, nil
		for _, b := range b.page.Blocks {
			in.block(b)
		}
		for _, r := range b.page.Rooms {
			in.isIn(r)
		}
	}
	return lines(b.page.Entries, in.readHead, func(ref chat.EntryID) bool { return ref <= in.readFrom && !in.gaps.have(ref) })
}

// Take takes at most most lines from the mailbox, in order, and none behind through, unless that is 0.
// While Behind it takes none.
func (in *Inbox) Take(most int, through chat.EntryID) []*chat.Entry {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.reading || in.overflow {
		return nil
	}
	var taken []*chat.Entry
	n := 0
	for ; n < len(in.box) && len(taken) < most; n++ {
		e := in.box[n]
		if through > 0 && e.ID > through {
			break
		}
		if in.shows(e) {
			taken = append(taken, in.asSeen(e))
		}
	}
	if in.box = in.box[n:]; len(in.box) == 0 {
		in.box = nil // an idle session keeps no mailbox
	}
	return taken
}

// shows moves the position over e, applies it if it changes who sees what, and reports whether it is a
// line to be shown.
func (in *Inbox) shows(e *chat.Entry) bool {
	if e.ID <= in.position {
		return false
	}
	in.position = e.ID
	if e.Sender.ID == in.me && e.Kind.IsSaid() { // whoever answers has read
		in.reads = marked(in.reads, e.ConversationFor(in.me).Place(), e.ID)
	}
	switch e.Kind {
	case chat.Block:
		in.block(chat.BlockSpan{User: e.Recipient.ID, Since: e.ID})
	case chat.Unblock:
		in.unblock(e)
	case chat.Join:
		if e.Sender.ID == in.me {
			in.joins(e)
		}
	case chat.Rename, chat.Access:
		in.changes(e)
	}
	if e.Kind.IsChange() && in.gaps.have(e.Ref) { // more will show the line as it stands
		if in.paging && len(in.late) < mailboxSize && !in.hides(e) {
			in.late = append(in.late, e)
		}
		return false
	}
	_, member := in.rooms[e.Room.ID]
	if member && e.EndsStay(in.me) {
		delete(in.rooms, e.Room.ID)
	}
	return !in.hides(e) && (member || e.Kind.IsLine() && e.Room.ID == 0 || e.Kind == chat.Invite)
}

// asSeen is e without what the person may not see of the line that it is about.
func (in *Inbox) asSeen(e *chat.Entry) *chat.Entry {
	if e.About == nil || in.saw(e) {
		return e
	}
	own := *e
	own.About = nil
	return &own
}

// saw reports whether the person may see the line that e is about, and what was made of it. For somebody who was in the
// room before, or blocked its sender more than once, it can be wrong to their cost: the log knows better.
func (in *Inbox) saw(e *chat.Entry) bool {
	switch {
	case e.Room.ID != 0 && e.Ref < in.rooms[e.Room.ID].From:
		return false
	case e.Room.ID == 0 && e.About.Kind == chat.Broadcast && e.Ref <= in.created && e.Sender.ID != in.me:
		return false
	}
	b, ever := in.blocks[e.About.Sender.ID]
	return !ever || isOutside(b, e.Ref) && (e.About.Change == 0 || e.Kind.IsChange() || isOutside(b, e.About.Change))
}

// hides reports whether a block hides e: what its sender says, and their comings and goings. What they do to the
// person, or to the rules of a room, holds whether one sees it or not: so one does. Of a line that one may not see one
// does not see either what it says now.
func (in *Inbox) hides(e *chat.Entry) bool {
	if e.Kind.IsChange() && (e.About == nil || !in.saw(e)) {
		return true
	}
	if b, ever := in.blocks[e.Sender.ID]; !ever || b.Until != 0 {
		return false
	}
	switch e.Kind {
	case chat.Join, chat.Topic, chat.Hand, chat.Lower, chat.Pin, chat.Unpin:
		return true
	case chat.Leave:
		return e.Recipient.ID != in.me
	}
	return e.Kind.IsSaid() || e.Kind.IsChange() || e.Kind == chat.Invite
}

// What follows keeps blocks and rooms; mu is held. Most people have none of either.

func (in *Inbox) block(b chat.BlockSpan) {
	if in.blocks == nil {
		in.blocks = make(map[chat.UserID]chat.BlockSpan)
	}
	if before, ever := in.blocks[b.User]; ever {
		b.Since = before.Since
	}
	in.blocks[b.User] = b
}

func (in *Inbox) unblock(e *chat.Entry) {
	if b, ok := in.blocks[e.Recipient.ID]; ok {
		b.Until = e.ID
		in.blocks[e.Recipient.ID] = b
	}
}

func (in *Inbox) isIn(s chat.Stay) {
	if in.rooms == nil {
		in.rooms = make(map[chat.RoomID]chat.Stay)
	}
	in.rooms[s.ID] = s
}

// joins notes a stay from e on, or, as e says, from the beginning of the room.
func (in *Inbox) joins(e *chat.Entry) {
	s := chat.Stay{Room: e.Room, From: e.ID + 1}
	if e.Body.String() == chat.HistoryAll {
		s.From = 0
	}
	in.isIn(s)
}

// changes notes what e does to a room that the person is in. How far back they see once its history is closed again,
// only the log knows: until it is read they see no further than that.
func (in *Inbox) changes(e *chat.Entry) {
	s, ok := in.rooms[e.Room.ID]
	if !ok {
		return
	}
	s.Room = e.Room
	switch e.Body.String() {
	case chat.HistoryAll:
		s.From = 0
	case chat.HistoryJoined:
		s.From = e.ID + 1
	}
	in.isIn(s)
}

// Room gives a room that the person is in, as it is called, as of what was taken last; false if they are not in it.
// While the log is to be read nobody knows: then it is as it was.
func (in *Inbox) Room(was chat.Room) (chat.Room, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.reading || in.overflow {
		return was, true
	}
	s, ok := in.rooms[was.ID]
	return s.Room, ok
}

// Lost reports whether e is an own line that was stored but had never come back before this login.
func (in *Inbox) Lost(e *chat.Entry) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return e.Sender.ID == in.me && e.ID <= in.startsAt
}

// lines are those to be shown of what was read of the log. A line that was read, or is still to be, says what a change made of
// it that was there by the head that the reading began with: the change is shown of lines that were seen before.
func lines(entries []*chat.Entry, head chat.EntryID, seen func(chat.EntryID) bool) []*chat.Entry {
	return slices.DeleteFunc(entries, func(e *chat.Entry) bool {
		return !e.Kind.IsLine() || e.Kind.IsChange() && !seen(e.Ref) && e.ID <= head
	})
}

// isOutside reports whether an id is not of the part of the log in which somebody was blocked.
func isOutside(b chat.BlockSpan, id chat.EntryID) bool {
	return id < b.Since || b.Until != 0 && id > b.Until
}
