package chat

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"sshchat/internal/sanitize"
)

// Store keeps everything the service knows. It is an interface so that the domain imports no
// database, so that tests can make one fail, and for the second engine. store.Store is the real
// one; storetest says what each has to pass.
//
// Whatever depends on stored state is checked inside the transaction that acts on it, and a
// verb that is refused fails alone. The errors below are the refusals; anything else is a fault.
// A method that writes returns once the change is on disk, and after the feed has handed it on.
type Store interface {
	// CreateUser makes an account with its cursor at the head of the log. ErrTaken,
	// *LookAlikeError, ErrNoInvite, ErrKeyTaken.
	CreateUser(ctx context.Context, u NewUser) (User, error)
	// CreateUsers is CreateUser for many: all of them or none, each with an audit row that has its name as the Target. The
	// error is a *NthError of what CreateUser refuses.
	CreateUsers(ctx context.Context, us []NewUser, a Audit) ([]User, error)
	// UserByKey finds an account by its folded name. ErrNoUser.
	UserByKey(ctx context.Context, key string) (User, error)
	// LookAlike finds the account whose name has this skeleton. ErrNoUser.
	LookAlike(ctx context.Context, skeleton string) (Person, error)
	// Former finds the account that had a name of this skeleton, and that name, while it is kept. ErrNoUser.
	Former(ctx context.Context, skeleton string) (is Person, was Name, err error)
	// Names lists the names of accounts that are not disabled whose folded name begins with
	// prefix, in order, at most limit.
	Names(ctx context.Context, prefix string, limit int) ([]Name, error)
	// Users lists accounts in order of their folded name, those after the key after, at most limit.
	Users(ctx context.Context, after string, limit int) ([]User, error)
	// Role is the role of the account of a login; empty if it has none, or the login has ended.
	Role(ctx context.Context, login LoginID) (string, error)
	// Staff lists the accounts that have a role and are not disabled.
	Staff(ctx context.Context) ([]UserID, error)
	// AddReport keeps a report, and gives its number. ErrEnded, ErrManyReports.
	AddReport(ctx context.Context, r NewReport) (int64, error)
	// SetPassword replaces the PHC string was by is, which does not have to be changed; ErrStale if it is not was any more.
	SetPassword(ctx context.Context, id UserID, was, is string) error
	// ResetPassword replaces whatever PHC string is there, and writes the audit row, in one transaction. ErrNoUser.
	ResetPassword(ctx context.Context, id UserID, is string, mustChange bool, a Audit) error
	// SaveSettings replaces an account's settings; what is not known of those that are stored stays.
	SaveSettings(ctx context.Context, id UserID, s Settings) error
	// SetDisabled bans an account until it unbans it, ends its logins if it bans, and writes the audit row,
	// in one transaction. ErrNoUser; ErrStale if that is how it is already.
	SetDisabled(ctx context.Context, id UserID, disabled bool, a Audit) error
	// Ban keeps somebody out, by its User and not its What if that is an account, whose logins it ends; it writes the audit
	// row in the same transaction, and sets Since itself. ErrStale if such a ban holds already; ErrManyBans, ErrNoUser.
	Ban(ctx context.Context, b Ban, a Audit) error
	// Unban ends a ban of what is no account; see SetDisabled for those. ErrStale if none holds.
	Unban(ctx context.Context, t BanTarget, a Audit) error
	// Bans lists the bans that hold, of accounts as well, the newest first.
	Bans(ctx context.Context) ([]Ban, error)
	// SetMute has an account say nothing anywhere for a time, or, if m is nil, lets it speak again; it appends a Told of tell
	// for the person, and the audit row, in one transaction. A mute takes the place of the one before. ErrNoUser; ErrStale if the account
	// is not muted and is to speak.
	SetMute(ctx context.Context, id UserID, m *Muting, tell sanitize.Text, a Audit) error
	// Kept gives what SetKept keeps, by name.
	Kept(ctx context.Context) (map[string]Kept, error)
	// SetKept keeps a value for the whole server, later than the one in whose place it comes, or, if it is empty, forgets
	// that; it appends a Told of tell for all, unless that is empty, and writes the audit row, in one transaction. ErrStale
	// if there is nothing to forget.
	SetKept(ctx context.Context, name, value string, tell sanitize.Text, a Audit) error
	// SawMotd notes that an account was shown what is kept since some time, as Begun.MotdSeen gives it.
	SawMotd(ctx context.Context, id UserID, at time.Time) error
	// SetClosed is SetDisabled for Disable and Enable. A ban is no account that is closed: ErrStale.
	SetClosed(ctx context.Context, id UserID, closed bool, a Audit) error
	// SetRole sets User.Role; it appends a Told of tell for the person, and writes the audit row, in one transaction.
	// ErrNoUser, ErrStale.
	SetRole(ctx context.Context, id UserID, role string, tell sanitize.Text, a Audit) error
	// Rename gives an account another name, keeps the one that it had for NameKept, and writes the audit row, in one
	// transaction. ErrNoUser, ErrTaken, *LookAlikeError; ErrStale if that is its name already.
	Rename(ctx context.Context, id UserID, n Name, a Audit) error
	// Dossier reads all that is stored about an account but its lines, at one moment. ErrNoUser.
	Dossier(ctx context.Context, id UserID) (Dossier, error)
	// Erase takes away all that there is of an account, in one transaction with the audit row; with messages also what it has
	// said: before that, in small steps. It leaves an author called Deleted. ErrNoUser. Cut before the end, it leaves the
	// account, with fewer lines: it is to be called again. If the words of what was said meanwhile cannot be taken out of
	// the index of search at once, that is a fault, and the rest is done.
	Erase(ctx context.Context, id UserID, messages bool, a Audit) error
	// CreateInvite keeps an invite, with an audit row that has its String as the Target.
	CreateInvite(ctx context.Context, n NewInvite, a Audit) (InviteID, error)
	// Invites lists the invites that can be used, by their number.
	Invites(ctx context.Context) ([]Invited, error)
	// HasInvite reports whether there is an invite with that Code that can be used.
	HasInvite(ctx context.Context, code string) (bool, error)
	// RevokeInvite takes the invite with an id or a Code back, with an audit row as for CreateInvite. ErrNoInvite.
	RevokeInvite(ctx context.Context, id InviteID, code string, a Audit) (InviteID, error)
	// Audit writes one audit row.
	Audit(ctx context.Context, a Audit) error

	// Append puts an entry into the log and returns it as everyone will see it. For Block and
	// Unblock it keeps the interval of the block. ErrEnded, ErrNoUser (also if the recipient is
	// disabled), ErrBlocked (the recipient blocks the sender), ErrStale (already so), *MutedError. For what the kinds of
	// rooms do to those, and which errors refuse it, see room.go. Edit and Delete: ErrNoEntry (also if it was taken back
	// already), ErrNotOwn, ErrTooLate, and what would refuse a line there today. Pin: ErrNoEntry, ErrStale (pinned already),
	// ErrManyPins; Unpin: ErrNoEntry (also if the sender is not in the room). Hand: ErrStale (it is up), *WaitError; Lower:
	// ErrStale; Turn, which finds its Recipient itself: *NobodyError.
	Append(ctx context.Context, d Draft) (*Entry, error)
	// What has no sender and no login the server does, which may take back any line, and close any room.
	//
	// AppendAll is Append for several entries: in their order, maybe with those of others in between. Each
	// is refused alone.
	AppendAll(ctx context.Context, ds []Draft) []Outcome
	// Follow hands every batch of entries committed from now on to fn, in id order, without gaps, before
	// those who wrote them are answered. fn must not block and must not call the store. After
	// stop has returned fn is not called again.
	Follow(fn func([]*Entry)) (stop func())
	// Read gives a page of what user may see of s; To 0 stands for the head, and the page
	// holds at most limit entries. What it gives is of one moment.
	Read(ctx context.Context, user UserID, s Stretch, limit int) (Page, error)
	// Lines gives lines that user may see again: what was for them, their own, and of rooms what was said while they
	// were in, or more where the owner has opened the history; none that a block hid. They say what their authors have
	// made of them since. A search finds none that was taken back. One that takes some seconds, or passes over very many
	// lines, is cut off: what it has found by then is given.
	Lines(ctx context.Context, user UserID, q LogQuery) ([]*Entry, error)
	// Search is Lines for who wants to know how far back was looked.
	Search(ctx context.Context, user UserID, q LogQuery) (Found, error)
	// Entry gives the line with an id if Lines may give it and it was not taken back, else ErrNoEntry. Every command that
	// takes an id asks it.
	Entry(ctx context.Context, user UserID, id EntryID) (*Entry, error)
	// Author gives who has said the line with an id, whoever may see it; nobody if that is the server. ErrNoEntry.
	Author(ctx context.Context, id EntryID) (Person, error)
	// Backlog counts the lines of others that wait for user in s (To 0: the head), and finds where the
	// newest of them begin.
	Backlog(ctx context.Context, user UserID, s Stretch, newest int) (Backlog, error)
	// Sent lists user's own newest lines (newest first, at most limit), or just the one with an id. A
	// line that is not user's own is not there: ErrNoEntry.
	Sent(ctx context.Context, user UserID, id EntryID, limit int) ([]SentLine, error)
	// Unread lists user's conversations with people that have something unread, then all rooms that user is in, each by
	// name, with how much of it is: what is above the read marks and is not user's own. Mentions are not counted.
	Unread(ctx context.Context, user UserID) ([]Unread, error)
	// MarkRead has all that was said in a place up to now count as read by user. The zero place is everywhere.
	MarkRead(ctx context.Context, user UserID, p Place) error
	// SetNotice keeps how far user wants to be told of what is said in a room.
	SetNotice(ctx context.Context, user UserID, room RoomID, n Notice) error
	// LastSender is whoever wrote to user last, not blocked when they did. ErrNoUser.
	LastSender(ctx context.Context, user UserID) (Person, error)
	// Blocked lists whom user blocks, in order of name.
	Blocked(ctx context.Context, user UserID) ([]Person, error)

	// Room finds the room of that name. ErrNoSuchRoom: also if it takes only those who are invited, and user
	// is neither a member nor that.
	Room(ctx context.Context, user UserID, name RoomName) (RoomInfo, error)
	// RoomOf is what a line needs of a room that user is in: it costs a fraction of Room. ErrNotIn: also if there is none.
	RoomOf(ctx context.Context, user UserID, name RoomName) (Room, error)
	// RoomByID is Room for one that was known by another name. ErrNoSuchRoom.
	RoomByID(ctx context.Context, user UserID, id RoomID) (RoomInfo, error)
	// Extent is what there is of a room, whoever may know of it. ErrNoSuchRoom.
	Extent(ctx context.Context, name RoomName) (Extent, error)
	// Rooms lists the rooms that user is in, then the others that are open, each by name.
	Rooms(ctx context.Context, user UserID) ([]RoomInfo, error)
	// Members lists who is in a room: the owner, operators, the others, each by name.
	Members(ctx context.Context, room RoomID) ([]Member, error)
	// Pins lists the lines that are pinned in a room that user is in, the one first that was pinned first; none whose
	// sender user blocked when it was said. They say what Lines would say of them.
	Pins(ctx context.Context, user UserID, room RoomID) ([]*Entry, error)
	// Hands lists who waits for a turn in a room that user is in, whoever has waited longest first; without the text of
	// those whom user blocked when they raised their hand.
	Hands(ctx context.Context, user UserID, room RoomID) ([]RaisedHand, error)

	// BeginLogin begins a login and sets the account's LastLogin. *LockedError (locked meanwhile),
	// ErrDisabled, ErrClosed, ErrNoUser, *LoggedInError (another login is in the slot, and it is not Replaces).
	// Logins of nodes whose epoch is over are not in anybody's way.
	BeginLogin(ctx context.Context, l NewLogin) (Begun, error)
	// WasHere reports whether one of an account's newest logins came from an address; of no account none did.
	WasHere(ctx context.Context, user UserID, addr netip.Addr) (bool, error)
	// SetAway keeps what somebody says of being away with a login, or, if text is empty, that they are back. ErrEnded;
	// ErrStale if they are to be back and are not away.
	SetAway(ctx context.Context, login LoginID, text sanitize.Text) error
	// LastSeen is when the newest login of an account in the Prompt slot ended, or, if its end is not stored, began. It is
	// zero if there was none.
	LastSeen(ctx context.Context, user UserID) (time.Time, error)
	// EndLogin saves how far a login came, and the line that was being typed, and ends it, in one transaction. A login that has ended
	// stays as it is.
	EndLogin(ctx context.Context, p Progress, why string) error
	// SaveProgress moves cursors, all in one transaction, and returns those logins that had ended:
	// for them nothing was moved.
	SaveProgress(ctx context.Context, ps []Progress) (ended []LoginID, err error)
	// Online lists the logins in the Prompt slot of every node, in order of name.
	Online(ctx context.Context) ([]Login, error)
	// OnlineOf is the one of those that an account has; the zero value if it has none.
	OnlineOf(ctx context.Context, user UserID) (Login, error)

	// SetWatch has watcher watch for watched, or not any more. ErrStale if that is so already; and to watch: ErrNoUser,
	// ErrOnline, ErrManyWatches (watcher has MaxWatches).
	SetWatch(ctx context.Context, watcher, watched UserID, on bool) error
	// Watches lists whom watcher watches for, in order of name.
	Watches(ctx context.Context, watcher UserID) ([]Person, error)
	// EndWatches ends, in one transaction, and returns the watches that the login of user fulfils: those of user for people
	// who are online, and those for user of people whose login is held, at most 1,000 of these. A watch across a block,
	// whosever it is, stays. held may be called while the store reads.
	EndWatches(ctx context.Context, user UserID, held func(LoginID) bool) ([]Watch, error)

	// Fail counts a wrong password and returns the lock that it led to, or a zero Lock.
	// *LockedError if there was a lock before: then it counts nothing.
	Fail(ctx context.Context, f Failure, p LockPolicy) (Lock, error)
	// ClearStrikes ends the row of strikes of an address and port, after a right password. *LockedError
	// as for Fail.
	ClearStrikes(ctx context.Context, f Failure) error
	// Locked finds the lock that holds longest for f's name from f's place, or a zero Lock. After the clock
	// was set back a lock begins anew, so that nobody is locked for longer than that lock's time.
	Locked(ctx context.Context, f Failure) (Lock, error)
	// Locks lists the locks that hold now.
	Locks(ctx context.Context) ([]Lock, error)
	// ClearLocks forgets the wrong passwords of an account, or from a network, or all, and writes the audit row, in one
	// transaction. It returns how many locks held.
	ClearLocks(ctx context.Context, c Clearing, a Audit) (int, error)
}

// LockPolicy is when wrong passwords lead to a lock. 0 turns that lock off.
type LockPolicy struct {
	// Strikes consecutive wrong passwords for one account from one address and port lock it
	// there for Lockout.
	Strikes int
	Lockout time.Duration
	// AddressFailures wrong passwords for one account from one address within AddressWindow lock it
	// there for Lockout, twice as long each time, at most MaxLockout.
	AddressFailures int
	AddressWindow   time.Duration
}

// MaxLockout is the longest lock that doubling leads to.
const MaxLockout = 15 * time.Minute

// What a store refuses.
var (
	ErrNoUser   = errors.New("no such account")
	ErrTaken    = errors.New("the name is taken")
	ErrBlocked  = errors.New("the recipient blocks the sender")
	ErrDisabled = errors.New("the account is disabled")
	ErrClosed   = errors.New("the account is closed")
	ErrEnded    = errors.New("the login has ended")
	ErrStale    = errors.New("it is not as it was thought to be")
	ErrNoEntry  = errors.New("no such entry")
	ErrNotOwn   = errors.New("the line is somebody else's")
	ErrTooLate  = errors.New("the line is too old to be changed")
	ErrOnline   = errors.New("the account is online")

	ErrNoInvite    = errors.New("no such invite")
	ErrKeyTaken    = errors.New("the key is somebody's")
	ErrManyWatches = errors.New("the account watches for too many")
)

// ErrNoRoom is what a fault of the store is that comes from a full disk: nobody can help that but the
// operator, but whoever was refused should know that it passes.
var ErrNoRoom = errors.New("there is no room to store anything")

// NthError is what is wrong with one of many. Its Err is a refusal of the store's, or a Refusal.
type NthError struct {
	Nth int // counted from 0
	Err error
}

func (e *NthError) Error() string { return fmt.Sprintf("number %d: %v", e.Nth, e.Err) }

func (e *NthError) Unwrap() error { return e.Err }

// LookAlikeError refuses a name that people would take for another's.
type LookAlikeError struct{ Name Name }

func (e *LookAlikeError) Error() string { return "the name looks like " + string(e.Name) }

// LoggedInError refuses a login because the account has one already.
type LoggedInError struct{ Login Login }

func (e *LoggedInError) Error() string { return "the account is logged in already" }

// LockedError says that a place is locked, whatever the password.
type LockedError struct{ Lock Lock }

func (e *LockedError) Error() string { return "locked until " + e.Lock.Until.String() }
