package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// RoomName is the name of a room, without the # that it is shown with: a letter from a to z, then such letters,
// digits, '_' and '-', at most MaxRoomName of them in all. Only [ParseRoom] and the store make one. (One that began
// with a digit would look like the number of a line.)
type RoomName string

// MaxRoomName is the longest name of a room, in bytes, which are characters.
const MaxRoomName = 24

// ParseRoom reads the name of a room as somebody types it, with its # or without, in any case.
func ParseRoom(typed string) (RoomName, error) {
	s := strings.ToLower(strings.TrimPrefix(typed, "#"))
	if s == "" || len(s) > MaxRoomName || !isLetter(s[0]) {
		return "", refuseRoomForm(typed)
	}
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return "", refuseRoomForm(typed)
		}
	}
	return RoomName(s), nil
}

// String is the name as it is shown.
func (n RoomName) String() string { return "#" + string(n) }

// Skeleton is the same for names that people confuse.
func (n RoomName) Skeleton() string { return sanitize.Skeleton(string(n)) }

// Room is a room as a line names it.
type Room struct {
	ID   RoomID
	Name RoomName
}

// Conversation is where what somebody types goes: to a person or into a room. The zero value is none.
type Conversation struct {
	With Person
	Room Room
}

// IsNone reports whether c is no conversation.
func (c Conversation) IsNone() bool { return c == Conversation{} }

// String is how people name it: bob, #ops.
func (c Conversation) String() string {
	if c.Room.ID != 0 {
		return c.Room.Name.String()
	}
	return string(c.With.Name)
}

// Role is what a member may do in a room.
type Role string

// The roles. An owner may do all that an operator may, and a room has one.
const (
	Plain    Role = ""
	Operator Role = "op"
	Owner    Role = "owner"
)

// Posting says who may speak in a room.
type Posting string

// The postings. Owners and operators may speak where operators may.
const (
	PostAll    Posting = "all"
	PostOps    Posting = "ops"
	PostOwners Posting = "owners"
)

// The words of an Access entry: who may come in, and what they see of what was said before.
const (
	AccessOpen    = "open"   // whoever wants to
	AccessInvited = "invite" // whoever was invited
	HistoryAll    = "history all"
	HistoryJoined = "history joined"
)

// RoomInfo is what one person may know of a room.
type RoomInfo struct {
	Room
	Topic      sanitize.Text
	InviteOnly bool
	Posting    Posting
	Slow       time.Duration // between two lines of a member who is no operator; 0: none
	History    bool          // members see what was said before they came
	Members    int
	Online     int  // members who are online
	Unread     int  // lines that the one who asks has not read; only Rooms counts them
	IsMember   bool // the one who asks
	Role       Role // of the one who asks
	Notice          // of the one who asks
}

// Extent is what there is of a room.
type Extent struct {
	Room
	Members int
	Lines   int // that were said in it
}

// Member is somebody in a room.
type Member struct {
	Person
	Role   Role
	Online bool
	Muted  time.Time // until when they may not speak; zero: they may
}

// What a store refuses of rooms.
var (
	ErrNoSuchRoom = errors.New("no such room")
	ErrNotIn      = errors.New("the sender is not in the room")
	ErrNotMember  = errors.New("the recipient is not in the room")
	ErrInviteOnly = errors.New("the room takes only those who are invited")
	ErrKicked     = errors.New("the sender was removed from the room")
	ErrManyRooms  = errors.New("the sender is in too many rooms")
	ErrOverRole   = errors.New("the recipient stands above the sender")
	ErrManyPins   = errors.New("too many lines are pinned in the room")
)

// RoleError refuses what takes a higher role in the room.
type RoleError struct{ Needs Role }

func (e *RoleError) Error() string { return "the sender is not " + string(e.Needs) }

// PostError refuses a line in a room where the sender may not speak.
type PostError struct{ Posting Posting }

func (e *PostError) Error() string { return "only " + string(e.Posting) + " may speak" }

// WaitError refuses a line in a room until some time: the sender is muted, or it is a slow room.
type WaitError struct {
	Muted bool
	Until time.Time
}

func (e *WaitError) Error() string { return "the sender may not speak until " + e.Until.String() }

// Room finds a room that me may know of by what somebody typed.
func (s *Service) Room(ctx context.Context, me Actor, typed string) (RoomInfo, error) {
	name, err := ParseRoom(typed)
	if err != nil {
		return RoomInfo{}, err
	}
	r, err := s.store.Room(ctx, me.ID, name)
	if errors.Is(err, ErrNoSuchRoom) {
		return RoomInfo{}, refuseNoRoom(name)
	}
	return r, err
}

// MyRoom is Room for a room that me is in.
func (s *Service) MyRoom(ctx context.Context, me Actor, typed string) (RoomInfo, error) {
	r, err := s.Room(ctx, me, typed)
	if err == nil && !r.IsMember {
		err = refuseNotIn(r.Name)
	}
	return r, err
}

// SameRoom is MyRoom for a room that was there before, whatever it is called now.
func (s *Service) SameRoom(ctx context.Context, me Actor, room Room) (RoomInfo, error) {
	r, err := s.store.RoomByID(ctx, me.ID, room.ID)
	switch {
	case errors.Is(err, ErrNoSuchRoom), err == nil && !r.IsMember:
		return r, refuseNotIn(room.Name)
	}
	return r, err
}

// Rooms lists the rooms that me is in, then those that anybody may come into, each by name.
func (s *Service) Rooms(ctx context.Context, me Actor) ([]RoomInfo, error) {
	all, err := s.store.Rooms(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	unread, err := s.store.Unread(ctx, me.ID)
	for _, u := range unread {
		if i := slices.IndexFunc(all, func(r RoomInfo) bool { return r.ID == u.Room.ID }); i >= 0 {
			all[i].Unread = u.Count
		}
	}
	return all, err
}

// CompleteRoom lists at most limit names of rooms that me may know of and that begin with what somebody has typed,
// with its # or without: those that me is in first.
func (s *Service) CompleteRoom(ctx context.Context, me Actor, prefix string, limit int) (words []string, err error) {
	all, err := s.store.Rooms(ctx, me.ID)
	for _, r := range all {
		name := r.Name.String()
		if !strings.HasPrefix(prefix, "#") {
			name = string(r.Name)
		}
		if strings.HasPrefix(name, strings.ToLower(prefix)) && len(words) < limit {
			words = append(words, name)
		}
	}
	return words, err
}

// Members lists who is in a room that me is in: the owner, operators, the others, each by name.
func (s *Service) Members(ctx context.Context, me Actor, room RoomInfo) ([]Member, error) {
	return s.store.Members(ctx, room.ID)
}

// Join takes me into a room, and makes it, with me as its owner, if there is none of that name. The entry is that of
// the join.
func (s *Service) Join(ctx context.Context, me Actor, typed string) (RoomInfo, *Entry, error) {
	name, err := ParseRoom(typed)
	if err != nil {
		return RoomInfo{}, nil, err
	}
	d := Draft{Login: me.Login, Kind: Join, Sender: me.ID, NewName: name, MostRooms: s.Rules().RoomsPerPerson}
	e, err := s.store.Append(ctx, d)
	if err != nil {
		return RoomInfo{}, nil, s.refusedIn(Room{Name: name}, d, Person{}, err)
	}
	r, err := s.SameRoom(ctx, me, e.Room)
	return r, e, err
}

// Govern does to a room what an entry of kind k says: see the kinds. who is the account that it concerns, as
// it was typed, or empty; value is the Body.
func (s *Service) Govern(ctx context.Context, me Actor, room RoomInfo, k Kind, who string, value sanitize.Text) (*Entry, error) {
	d := Draft{Login: me.Login, Kind: k, Sender: me.ID, Room: room.ID, Body: value}
	var to Person
	if who != "" {
		u, err := s.other(ctx, me.ID, who, refuseSelf)
		if err != nil {
			return nil, err
		}
		to, d.Recipient = u.Person, u.ID
	}
	if err := s.fitsTopic(k, value); err != nil {
		return nil, err
	}
	e, err := s.store.Append(ctx, d)
	return e, s.refusedIn(room.Room, d, to, err)
}

// maxTopic is the longest topic or reason, in bytes.
const maxTopic = 300

func (s *Service) fitsTopic(k Kind, value sanitize.Text) error {
	if (k == Topic || k == Kick) && (len(value.String()) > maxTopic || value.Lines() > 1) {
		return refuseTopic
	}
	return nil
}

// RenameRoom gives a room another name.
func (s *Service) RenameRoom(ctx context.Context, me Actor, room RoomInfo, typed string) (*Entry, error) {
	name, err := ParseRoom(typed)
	if err != nil {
		return nil, err
	}
	d := Draft{Login: me.Login, Kind: Rename, Sender: me.ID, Room: room.ID, NewName: name}
	e, err := s.store.Append(ctx, d)
	return e, s.refusedIn(room.Room, d, Person{}, err)
}

// refusedIn turns what the store refuses of d in a room into words.
func (s *Service) refusedIn(room Room, d Draft, to Person, err error) error {
	var role *RoleError
	var post *PostError
	var wait *WaitError
	var nobody *NobodyError
	var muted *MutedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &role):
		return refuseRole(room.Name, role.Needs)
	case errors.As(err, &post):
		return refusePost(room.Name, post.Posting)
	case errors.As(err, &wait):
		return refuseWait(room.Name, wait.Muted, wait.Until.Sub(s.now()))
	case errors.As(err, &muted):
		return s.refuseMuted(muted)
	case errors.As(err, &nobody):
		return refuseNobodyWaits(room.Name, nobody.Away)
	case errors.Is(err, ErrNoSuchRoom):
		return refuseNoRoom(room.Name)
	case errors.Is(err, ErrNotIn):
		return refuseNotIn(room.Name)
	case errors.Is(err, ErrNotMember):
		return refuseNotMember(to.Name, room.Name)
	case errors.Is(err, ErrInviteOnly):
		return refuseInviteOnly(room.Name)
	case errors.Is(err, ErrKicked):
		return refuseKicked(room.Name)
	case errors.Is(err, ErrManyRooms):
		return refuseManyRooms(d.MostRooms)
	case errors.Is(err, ErrOverRole):
		return refuseOverRole(to.Name, room.Name)
	case errors.Is(err, ErrManyPins):
		return refuseManyPins(room.Name)
	case errors.Is(err, ErrTaken):
		return refuseRoomTaken(d.NewName)
	case errors.Is(err, ErrStale):
		return refuseRoomStale(d.Kind, room.Name, to.Name)
	}
	return refusedBy(to, err)
}
