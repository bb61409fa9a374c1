package chat

import (
	"time"

	"sshchat/internal/sanitize"
)

// The ids cannot be mixed up with one another. Zero is nobody and nothing.
type (
	// UserID names an account for ever: a renamed account keeps it.
	UserID int64
	// RoomID names a room.
	RoomID int64
	// EntryID is a place in the log. Ids increase in the order of commits and are never used
	// twice, not even after the newest entries were erased.
	EntryID int64
	// LoginID names one login, from its password to its end.
	LoginID int64
)

// Kind says what an entry of the log is. The set is open: whoever reads the log skips kinds it
// does not know, so that an older binary can run beside a newer one.
type Kind string

// The kinds written today. What is said in a room, and what changes a room, has its Room.
const (
	Direct    Kind = "direct"    // from Sender to Recipient
	Broadcast Kind = "broadcast" // from Sender to every account there was; from the server if Sender is zero
	Block     Kind = "block"     // Sender blocks Recipient
	Unblock   Kind = "unblock"   // Sender unblocks Recipient
	Told      Kind = "told"      // the server tells Recipient, or, if there is none, whoever is online; it has no Sender

	Said    Kind = "room"   // a line of Sender's in a room
	Acted   Kind = "action" // the same of something that Sender does: Body follows the name
	Invite  Kind = "invite" // Sender invites Recipient, who need not be a member
	Kick    Kind = "kick"   // Sender removes Recipient; Body is the reason
	Join    Kind = "join"   // Sender comes in; the first one owns the room. Body is HistoryAll if the room has its history open
	Leave   Kind = "leave"  // Sender goes; Recipient, if anybody, owns the room now
	Topic   Kind = "topic"  // Body is the topic
	Promote Kind = "op"     // Recipient becomes an operator
	Demote  Kind = "deop"   // Recipient is one no more
	Mute    Kind = "mute"   // Recipient may not speak for the duration in Body; "0s" ends it
	Give    Kind = "give"   // Recipient owns the room now; Sender is an operator
	Rename  Kind = "rename" // Body is the name that the room had
	Post    Kind = "post"   // Body is a Posting
	Slow    Kind = "slow"   // Body is the duration between two lines of a member; "0s" ends it
	Access  Kind = "access" // Body is an Access word: see RoomInfo
	Close   Kind = "close"  // the room is no more; the server has closed it if there is no Sender

	Edit   Kind = "edit"   // Sender says Body in place of what the line Ref said
	Delete Kind = "delete" // Sender, or an administrator if there is none, takes the line Ref back
	Pin    Kind = "pin"    // the line Ref is shown to whoever comes into the room
	Unpin  Kind = "unpin"  // it is no more
	Hand   Kind = "hand"   // Sender waits for a turn; Body says what for
	Lower  Kind = "lower"  // Sender waits no more, or Recipient, if there is one
	Turn   Kind = "turn"   // it is the turn of Recipient, who waited longest
)

// IsLine reports whether entries of this kind wait for those who are away and are shown to them, rather
// than just change who sees what.
func (k Kind) IsLine() bool {
	switch k {
	case Direct, Broadcast, Said, Acted, Invite, Kick, Edit, Delete, Turn, Told:
		return true
	}
	return false
}

// IsSaid reports whether entries of this kind are what an account or the server has said.
func (k Kind) IsSaid() bool { return k == Direct || k == Broadcast || k == Said || k == Acted }

// IsChange reports whether entries of this kind change what an earlier line says.
func (k Kind) IsChange() bool { return k == Edit || k == Delete }

// IsOfRoom reports whether entries of this kind are shown to the members of a room who are online. What changes a line
// is shown to whom the line was.
func (k Kind) IsOfRoom() bool {
	switch k {
	case Said, Acted, Kick, Join, Leave, Topic, Promote, Demote, Mute, Give, Rename, Post, Slow, Access, Close,
		Pin, Unpin, Hand, Lower, Turn:
		return true
	}
	return false
}

// Person is an account as others see it.
type Person struct {
	ID   UserID
	Name Name
}

// Entry is one committed entry of the log. It is shared by everyone who reads it: nobody changes
// one.
type Entry struct {
	ID        EntryID
	Kind      Kind
	Sender    Person // zero: the server itself
	Recipient Person // whom it concerns, if that is one
	Room      Room
	Ref       EntryID   // the line that this one changes, pins or answers, if it does
	At        time.Time // never earlier than that of the entry before it
	ClientID  string    // as in Draft
	Body      sanitize.Text

	// About is the line Ref, if whoever reads this may see it.
	About *Quote
	// Edited is when the author changed Body last; zero: never. Deleted: they have taken it back, and Body is empty. Removed:
	// it was an administrator who has.
	Edited  time.Time
	Deleted bool
	Removed bool
}

// A Quote is what one line shows of another.
type Quote struct {
	Kind   Kind
	Change EntryID // the change by which it says what it does; 0: none
	Sender Person
	At     time.Time
	Text   sanitize.Text // one line, at most MaxQuote bytes of it
}

// MaxQuote bounds the text of a Quote, in bytes.
const MaxQuote = 120

// EndsStay reports whether user, who was in e's room, is not any more.
func (e *Entry) EndsStay(user UserID) bool {
	switch e.Kind {
	case Leave:
		return e.Sender.ID == user
	case Kick:
		return e.Recipient.ID == user
	}
	return e.Kind == Close
}

// FromServer reports whether the server itself, not an account, is the author.
func (e *Entry) FromServer() bool { return e.Sender.ID == 0 }

// Draft is an entry that is not in the log yet.
type Draft struct {
	// Login is the login that acts. The store refuses, with ErrEnded, what a login does after
	// it has ended: a session that was taken over or fenced cannot write any more. Zero is the
	// server's own doing.
	Login     LoginID
	Kind      Kind
	Sender    UserID
	Recipient UserID
	Room      RoomID
	// NewName is the name of the room for Join, which makes it if there is none, and the new one for Rename.
	NewName RoomName
	// MostRooms is how many rooms the sender of a Join may be in then; 0 is no limit.
	MostRooms int
	Ref       EntryID
	// Within is how old a line may be that an Edit or a Delete changes; 0 is no limit.
	Within   time.Duration
	ClientID string // chosen by a program to recognise its own entry; at most 64 bytes
	Body     sanitize.Text
	// Audit is a row that is written with the entry, or not at all; nil: none.
	Audit *Audit
}

// Stretch is a run of the log: the ids from From to To, both included. It is empty if To < From.
type Stretch struct{ From, To EntryID }

// IsEmpty reports whether s holds no id at all.
func (s Stretch) IsEmpty() bool { return s.To < s.From }

// Page is a part of the log as one person may see it.
type Page struct {
	// Entries are the lines for that person and their own, and their own Block and Unblock
	// entries, in id order. Lines whose sender they had blocked at that place are left out.
	Entries []*Entry
	// Through is the last id that the page accounts for: with the next page one goes on behind it.
	Through EntryID
	// Head is the newest id of the log at the moment of reading.
	Head EntryID
	// Blocks are those that the person has, or had, and Rooms the rooms that they are in, as of Head.
	Blocks []BlockSpan
	Rooms  []Stay
}

// A BlockSpan is the part of the log in which somebody was blocked: if that was more than once, all from the first
// time to the last.
type BlockSpan struct {
	User  UserID
	Since EntryID
	Until EntryID // 0: they are
}

// A Stay is somebody's being in a room.
type Stay struct {
	Room
	From EntryID // what was said in the room before is not shown to them; 0: all is
}

// Backlog sums up what waits in a stretch of the log for one person.
type Backlog struct {
	// Count is how many lines of others wait, and Direct how many of them are for that person alone, each counted to
	// MaxBacklog at most.
	Count, Direct int
	// From is the id at which the newest lines asked for begin; zero if nothing waits.
	From EntryID
	// Head is the newest id of the log at the moment of counting.
	Head EntryID
}

// MaxBacklog is as far as waiting lines are counted: past it the person reads "more than".
const MaxBacklog = 10_000
