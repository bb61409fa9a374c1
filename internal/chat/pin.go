package chat

import (
	"context"
	"errors"
)

// MostPins is how many lines can be pinned in a room at once.
const MostPins = 20

// Pin has the line with an id shown to whoever comes into the room in which it was said. me has to be an operator there,
// and to see the line.
func (s *Service) Pin(ctx context.Context, me Actor, id EntryID) (*Entry, error) {
	line, err := s.Line(ctx, me, id)
	if err != nil {
		return nil, err
	}
	room := line.ConversationFor(me.ID).Room
	if room.ID == 0 {
		return nil, refuseNotOfRoom
	}
	d := Draft{Login: me.Login, Kind: Pin, Sender: me.ID, Room: room.ID, Ref: id}
	e, err := s.store.Append(ctx, d)
	if errors.Is(err, ErrNoEntry) { // it was taken back meanwhile
		return nil, refuseNoLine
	}
	return e, s.refusedIn(room, d, Person{}, err)
}

// Unpin takes the line with an id away from what is pinned in its room. An operator who came later than the line may do
// that as well: they see it among the pins.
func (s *Service) Unpin(ctx context.Context, me Actor, id EntryID) (*Entry, error) {
	e, err := s.store.Append(ctx, Draft{Login: me.Login, Kind: Unpin, Sender: me.ID, Ref: id})
	var role *RoleError
	switch {
	case errors.Is(err, ErrNoEntry):
		return nil, refuseNotPinned
	case errors.As(err, &role):
		return nil, refuseUnpin
	}
	return e, acting(err)
}

// Pins lists what is pinned in a room that me is in, in the order in which it was pinned, as it stands now. A pin is an
// operator's act of showing a line to whoever comes, so also to members who came later than the line: with its number
// they can do nothing else. What was said by somebody whom me blocked at the time is left out.
func (s *Service) Pins(ctx context.Context, me Actor, room RoomInfo) ([]*Entry, error) {
	return s.store.Pins(ctx, me.ID, room.ID)
}
