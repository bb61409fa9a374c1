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

// The kinds written today.
const (
	Direct    Kind = "direct"    // from Sender to Recipient
	Broadcast Kind = "broadcast" // from Sender to every account there was; from the server if Sender is zero
	Block     Kind = "block"     // Sender blocks Recipient
	Unblock   Kind = "unblock"   // Sender unblocks Recipient
)

// Room is the kind of a line in a room. Nothing writes it yet; it has its place in the schema and
// in the queries for what waits.
const Room Kind = "room"

// IsLine reports whether entries of this kind are shown to people, rather than change who sees what.
func (k Kind) IsLine() bool { return k == Direct || k == Broadcast || k == Room }

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
	Recipient Person // of Direct, Block and Unblock
	Room      RoomID
	Ref       EntryID   // the entry this one is about, if it is about one
	At        time.Time // never earlier than that of the entry before it
	ClientID  string    // as in Draft
	Body      sanitize.Text
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
	Ref       EntryID
	ClientID  string // chosen by a program to recognise its own entry; at most 64 bytes
	Body      sanitize.Text
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
	// Blocked are those whom the person blocks as of Head.
	Blocked []UserID
}

// Backlog sums up what waits in a stretch of the log for one person.
type Backlog struct {
	// Count is how many lines of others wait, counted to MaxBacklog at most.
	Count int
	// From is the id at which the newest lines asked for begin; zero if nothing waits.
	From EntryID
	// Head is the newest id of the log at the moment of counting.
	Head EntryID
}

// MaxBacklog is as far as waiting lines are counted: past it the person reads "more than".
const MaxBacklog = 10_000
