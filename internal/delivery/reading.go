package delivery

import (
	"maps"

	"sshchat/internal/chat"
)

// Look says at which conversation the person looks from now on: it is read as far as they have taken, and goes on being
// read as it is proven that they have its lines. The zero place is none.
func (in *Inbox) Look(at chat.Place) {
	in.mu.Lock()
	in.reads = marked(in.reads, in.current, in.position)
	in.reads = marked(in.reads, at, in.position)
	in.current = at
	in.mu.Unlock()
	in.hub.note(in)
}

// ReadSoFar is Progress of somebody who asks what else there is: what they look at they have read as far as they have
// taken. It may be called from any goroutine.
func (in *Inbox) ReadSoFar() chat.Progress {
	in.mu.Lock()
	in.reads = marked(in.reads, in.current, in.position)
	in.mu.Unlock()
	return in.Progress()
}

// marked notes how far a conversation is read, in a map that may be nil: most people have read nothing since the last
// second.
func marked(m map[chat.Place]chat.EntryID, p chat.Place, through chat.EntryID) map[chat.Place]chat.EntryID {
	if p == (chat.Place{}) || m[p] >= through {
		return m
	}
	if m == nil {
		m = make(map[chat.Place]chat.EntryID)
	}
	m[p] = through
	return m
}

// marks are the reads to be saved; mu is held.
func (in *Inbox) marks() (marks []chat.ReadMark) {
	for p, id := range in.reads {
		marks = append(marks, chat.ReadMark{Place: p, Through: id})
	}
	return marks
}

// savedReads forgets what is in the store; mu is held.
func (in *Inbox) savedReads(marks []chat.ReadMark) {
	for _, m := range marks {
		maps.DeleteFunc(in.reads, func(p chat.Place, id chat.EntryID) bool { return p == m.Place && id == m.Through })
	}
	if len(in.reads) == 0 {
		in.reads = nil
	}
}

// Unsent takes the lines that the person had begun when their last session ended, the oldest first. Those that nobody
// takes are kept for their next session.
func (in *Inbox) Unsent() []chat.Unsent {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := in.unsent
	in.unsent = nil
	return all
}

// KeepUnsent has Progress say what the person has begun as the session ends.
func (in *Inbox) KeepUnsent(all []chat.Unsent) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.unsent = all
}

// Notice is how far the person wants to be told of a room. It outlives their stay in it.
func (in *Inbox) Notice(room chat.RoomID) chat.Notice {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.notices[room]
}

// SetNotice is how the person says so.
func (in *Inbox) SetNotice(room chat.RoomID, n chat.Notice) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.notices) >= chat.MostNotices {
		maps.DeleteFunc(in.notices, func(r chat.RoomID, _ chat.Notice) bool { _, isIn := in.rooms[r]; return !isIn })
	}
	if in.notices == nil {
		in.notices = make(map[chat.RoomID]chat.Notice)
	}
	in.notices[room] = n
}
