package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sshchat/internal/sanitize"
)

// A Position is a place in a queue, from 1 on; 0 is none.
type Position int

// String is the place as people say it: 1st, 2nd, 3rd, 4th, 11th.
func (p Position) String() string {
	ending := "th"
	if tens := p / 10 % 10; tens != 1 {
		switch p % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s", int(p), ending)
}

// RaisedHand is somebody who waits for a turn in a room.
type RaisedHand struct {
	Person
	Since  time.Time
	Text   sanitize.Text // what for; may be empty
	Online bool
}

// Queued is the place of somebody who waits for a turn in a room.
type Queued struct {
	Room
	Position Position
}

// NobodyError refuses a Turn: nobody but the sender waits, or none of those who do is online.
type NobodyError struct{ Away int }

func (e *NobodyError) Error() string {
	return fmt.Sprintf("nobody waits who is online, and %d away", e.Away)
}

// maxHand is the longest text of a raised hand, in bytes.
const maxHand = 200

// Raise has me wait for a turn in a room, and gives the place; 0 if the turn has come already. One waits once in a room:
// who wants to say something else of it takes the hand down first, and waits behind the others then.
func (s *Service) Raise(ctx context.Context, me Actor, room RoomInfo, text sanitize.Text) (*Entry, Position, error) {
	if len(text.String()) > maxHand || text.Lines() > 1 {
		return nil, 0, refuseHandText
	}
	d := Draft{Login: me.Login, Kind: Hand, Sender: me.ID, Room: room.ID, Body: text}
	e, err := s.store.Append(ctx, d)
	isUp := errors.Is(err, ErrStale)
	if err != nil && !isUp {
		return nil, 0, s.refusedIn(room.Room, d, Person{}, err)
	}
	hands, err := s.Hands(ctx, me, room)
	if err != nil {
		return nil, 0, err
	}
	place := Position(1 + slices.IndexFunc(hands, func(h RaisedHand) bool { return h.ID == me.ID }))
	if isUp {
		return nil, 0, refuseHandUp(room.Name, place)
	}
	return e, place, nil
}

// Hands lists who waits for a turn in a room that me is in, in the order of the queue, without the texts of those whom me
// blocked at the time.
func (s *Service) Hands(ctx context.Context, me Actor, room RoomInfo) ([]RaisedHand, error) {
	return s.store.Hands(ctx, me.ID, room.ID)
}
