package chat

import (
	"net/netip"
	"time"

	"sshchat/internal/sanitize"
)

// User is an account.
type User struct {
	Person
	Password  string // a PHC string; never shown
	Role      string // Moderator, Admin, or "" for everyone else
	Created   EntryID
	CreatedAt time.Time
	LastLogin time.Time // zero: never
	Disabled  time.Time // zero: neither banned nor closed, or not any more
	Closed    bool      // disabled by Disable, and not by a ban
	// MustChange says that Password is good for nothing but to choose another.
	MustChange bool
	About      sanitize.Text // what they say of themselves

	// How long the ban holds, and why, as in Ban.
	DisabledUntil time.Time
	DisabledWhy   sanitize.Text

	Mute *Muting // nil: they may speak
}

// NewUser is an account to be made. The store gives it the head of the log as its Created: nothing
// said before is waiting for it.
type NewUser struct {
	Name       Name
	Password   string // a PHC string
	MustChange bool   // as in User
	Key        Key    // zero: none
	Invite     string // as in NewInvite.Code, of which it takes a use; empty: none is needed
}

// Key is a public key that an account may be entered with. Who adds one need not have shown that it is theirs.
type Key struct {
	Fingerprint string // SHA256:..., as ssh-keygen prints it
	Public      string // type and key, as in authorized_keys
	Label       string // one line; may be empty
}

// Slot is what a login is for. An account has one Prompt login at a time.
type Slot string

// Prompt is the slot of a person at the prompt, with a terminal or in plain mode.
const Prompt Slot = "prompt"

// Node is one run of one server process on a store.
type Node struct {
	ID    int64
	Epoch int64 // one more at each start; logins of earlier epochs are over
}

// Login is somebody being logged in.
type Login struct {
	ID     LoginID
	User   Person
	Slot   Slot
	Node   Node
	Remote netip.AddrPort
	Client string // the client's version, cleaned
	Since  time.Time
	Away   sanitize.Text // what they say of being away; empty: they are here
	DND    time.Time     // until when they do not want to be disturbed; may be past
}

// NewLogin asks the store to begin a login.
type NewLogin struct {
	User   UserID
	Slot   Slot
	Node   Node
	Remote netip.AddrPort
	Client string
	// Replaces is a login to be ended in the same transaction, with Left as how far its session
	// came and EndedWhy as the reason. Zero: none.
	Replaces LoginID
	Left     *Progress
	EndedWhy string
}

// Begun is a login that has just begun, with what its session has to know.
type Begun struct {
	Login
	// Head is the head of the log when the login began, Created when the account was made.
	Head, Created EntryID
	// Delivered is the newest id that this person's ssh is known to have.
	Delivered EntryID
	// Gaps are the stretches at or below Delivered that still wait, oldest first.
	Gaps []Stretch
	// Rooms are those that the person is in, Settings how they like things.
	Rooms    []Stay
	Settings Settings
	// Notices are how far they want to be told of rooms, also of those that they have left; of the MostNotices newest
	// rooms for which they have said so.
	Notices map[RoomID]Notice
	// Unsent are the lines that they had begun when the login before ended, the oldest first.
	Unsent []Unsent
	// Expired is how many lines that waited for them were deleted for their age, and of which no ssh of theirs is known to
	// have told them.
	Expired int
	// Queued is where the person waits for a turn, by the name of the room.
	Queued []Queued
	// MotdSeen is when the newest message of the day was posted that the person was shown; zero: they were shown none.
	MotdSeen time.Time
	// AwaySince is when the login before this one ended; zero: there was none.
	AwaySince time.Time
}

// Progress is how far the session of a login has come: what its person's ssh is proven to have.
type Progress struct {
	Login     LoginID
	User      UserID
	Delivered EntryID // the cursor; it only moves forward
	// Gaps, if GapsChanged, replace those that are stored.
	Gaps        []Stretch
	GapsChanged bool
	// Expired is how many lines, as Begun.Expired gave it, the person was told of; 0 once that is saved.
	Expired int
	// Reads are how far conversations have been read since it was saved last.
	Reads []ReadMark
	// Unsent are the lines that were begun when the session ended, as NewestUnsent bounds them. Only the end of the login
	// saves them.
	Unsent []Unsent
}

// Failure is a wrong password.
type Failure struct {
	Key    string // the folded name, of an account or not: both count alike
	Remote netip.AddrPort
}

// LockScope says what a lock is on.
type LockScope string

// The scopes of a lock, narrow to wide.
const (
	LockPort    LockScope = "port"    // one account from one address and port
	LockAddress LockScope = "address" // one account from one address (IPv6: a /64)
	LockNames   LockScope = "names"   // every account from one address; each node's own, not stored
)

// Lock keeps an account from being tried from some place until a time.
type Lock struct {
	Scope  LockScope
	Key    string
	Remote netip.AddrPort // port 0 with LockAddress
	Until  time.Time
}

// Clearing is which wrong passwords are to be forgotten: those for Key, or, if that is empty, those from Network, or, if
// that is not valid, all.
type Clearing struct {
	Key     string // as in Failure
	Network netip.Prefix
}

// Audit is one row of what those with power did.
type Audit struct {
	Actor  string // who: "uid 0", or an account's name
	Via    string // "console" or "chat", or "timer" of what has run out
	Action string // the verb
	Target string // on whom or what
	Detail string // reason, duration
}

// SentLine is one of somebody's own lines with what became of it.
type SentLine struct {
	*Entry
	// Reached of Of recipients have it in their ssh. Those who had blocked the sender when it
	// was said, or do now, are in neither number, so that it tells nothing of them.
	Reached, Of int
	// Waiting are some of those who do not have it yet, by name: of a line in a room that was asked for by its number.
	Waiting []Name
	// Online: the recipient of a Direct line is online. Decided by the service.
	Online bool
}
