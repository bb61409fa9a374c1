package chat

import (
	"context"
	"errors"
)

// Block keeps who from reaching me by message, broadcast or room, from this place of the log
// on.
func (s *Service) Block(ctx context.Context, me Actor, who string) (Person, error) {
	return s.setBlock(ctx, me, who, Block, refuseAlreadyBlocked)
}

// Unblock ends a block. What was said during it stays hidden.
func (s *Service) Unblock(ctx context.Context, me Actor, who string) (Person, error) {
	return s.setBlock(ctx, me, who, Unblock, refuseNotBlocked)
}

func (s *Service) setBlock(ctx context.Context, me Actor, who string, k Kind, already func(Name) Refusal) (Person, error) {
	u, err := s.other(ctx, me.ID, who, refuseSelf)
	if err != nil {
		return Person{}, err
	}
	_, err = s.store.Append(ctx, Draft{Login: me.Login, Kind: k, Sender: me.ID, Recipient: u.ID})
	if errors.Is(err, ErrStale) {
		return Person{}, already(u.Name)
	}
	return u.Person, refusedBy(u.Person, err)
}

// BlockedBy lists whom me blocks.
func (s *Service) BlockedBy(ctx context.Context, me Actor) ([]Person, error) {
	return s.store.Blocked(ctx, me.ID)
}
