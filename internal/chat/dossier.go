package chat

import (
	"context"
	"net/netip"
	"time"

	"sshchat/internal/sanitize"
)

// Dossier is what is stored about an account, but for its lines. What others have done that concerns it is in it without
// their names, as far as the account does not see them by itself.
type Dossier struct {
	User        User
	DisabledBy  string    // as in Ban.Actor
	MutedSince  time.Time // zero: it may speak
	MotdSeen    time.Time
	Settings    Settings
	FormerNames []FormerName
	Keys        []HeldKey
	KeyBans     []Ban       // of those keys
	Logins      []PastLogin // the oldest first, as all that follow
	Rooms       []Membership
	Invitations []RoomName // by name
	Queued      []Queued   // by the name of the room
	Dealings    []Dealing  // by the name of the other person, or the room
	Unsent      []Unsent
	Blocks      []PastBlock
	BlockedBy   []PastBlock // without a name
	Watches     []Person    // by name
	Reports     []PastReport
	Words       []Wording
	Audit       []Audited // what it did, and what was done to it, by whatever name it had at the time
}

// FormerName is a name that is kept for who had it.
type FormerName struct {
	Name  Name
	Until time.Time
}

// HeldKey is a key of an account.
type HeldKey struct {
	Key
	Added, Used time.Time // Used is zero if it never was
}

// PastLogin is a login that need not be over.
type PastLogin struct {
	Since, Until time.Time // Until is zero if it is not over
	Why          string    // it is over
	Remote       netip.AddrPort
	Client       string
	Away         sanitize.Text // as in Login
}

// Membership is a stay in a room, as it may be over.
type Membership struct {
	Room   RoomName
	Role   Role
	Holds  bool
	Kicked bool      // that is how it ended
	Muted  time.Time // as in Member
}

// Dealing is how somebody stands to a conversation, or, with neither a person nor a room, to all of them.
type Dealing struct {
	With Name
	Room RoomName
	Read EntryID // they have read up to it
	Notice
}

// PastBlock is somebody who is blocked, or was.
type PastBlock struct {
	Name  Name
	Holds bool
}

// PastReport is a report that somebody has made, or that is about them. Of the latter it has neither who made it nor what
// they wrote, nor the line if only one other person had it: whoever tells the moderators of somebody is not known to them.
type PastReport struct {
	At     time.Time
	Own    bool
	About  Name
	Line   EntryID // 0: it is about the account
	Said   sanitize.Text
	Text   sanitize.Text
	Closed time.Time // zero: it is open
}

// Wording is what somebody has written that is no line: a topic, the reason of a kick, what a hand was raised for.
type Wording struct {
	At   time.Time
	Kind Kind
	Room RoomName
	To   Name // who was removed
	Text sanitize.Text
}

// Audited is a row of the audit table.
type Audited struct {
	At time.Time
	Audit
}

// Dossier gives all that is stored about an account but its lines, and has the audit table say that it was given.
func (s *Service) Dossier(ctx context.Context, who string, a Audit) (Dossier, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Dossier{}, err
	}
	a.Target = string(u.Name)
	if err := s.store.Audit(ctx, a); err != nil {
		return Dossier{}, err
	}
	return s.store.Dossier(ctx, u.ID)
}
