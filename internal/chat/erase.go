package chat

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
)

// Deleted is the name of whoever said what is left of accounts that were erased. It is none that an account can have.
const Deleted Name = "deleted account"

// Numbered is how the audit table calls an account that is to have no name there.
func Numbered(id UserID) string { return fmt.Sprintf("account %d", id) }

// LinesOf gives what an account has said and may see, from an id on, the oldest first.
func (s *Service) LinesOf(ctx context.Context, who string, from EntryID, limit int) ([]*Entry, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.store.Lines(ctx, u.ID, LogQuery{Stretch: Stretch{From: from}, Limit: limit})
}

// Known finds an account by its name.
func (s *Service) Known(ctx context.Context, who string) (User, error) { return s.lookup(ctx, who) }

// Erase takes away an account and all that there is of it: settings, logins, keys, blocks, memberships. Its messages stay, as
// those of Deleted, and so do the reports of it, unless messages says that they go as well. A room that it owns becomes an operator's, else the
// member's who has been in it longest, else it is closed. Its name is free. Nothing brings any of it back.
func (s *Service) Erase(ctx context.Context, who string, messages bool, a Audit) (Person, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, err
	}
	if err := s.endAllOf(ctx, u.ID, erased); err != nil {
		return Person{}, err
	}
	if err := s.erase(ctx, u.Person, messages, a); err != nil {
		return Person{}, err
	}
	return u.Person, s.endAllOf(ctx, u.ID, erased) // whoever has slipped in between
}

func (s *Service) erase(ctx context.Context, p Person, messages bool, a Audit) error {
	a.Target, a.Detail = Numbered(p.ID), ""
	if messages {
		a.Detail = detailMessages
	}
	err := s.store.Erase(ctx, p.ID, messages, a)
	if errors.Is(err, ErrNoUser) {
		return refuseNoUser(string(p.Name), "")
	}
	s.known.forget(p.Name.Key())
	return err
}

// CloseAccount erases me's own account, and leaves what it has said. It takes the password, which counts as at a login. The
// session that asks has to end by itself. While a mute of the account holds it is refused: the mute would go with the account.
func (s *Service) CloseAccount(ctx context.Context, me Actor, remote netip.AddrPort, password string) error {
	if _, _, err := s.judge(ctx, me.Name.Key(), remote, password, refuseWrongPassword); err != nil {
		return err
	}
	u, err := s.self(ctx, me)
	switch {
	case err != nil:
		return err
	case u.Mute != nil:
		return refuseCloseMuted(u.Mute.Until)
	}
	return s.erase(ctx, me.Person, false, Audit{Actor: Numbered(me.ID), Via: viaChat, Action: "account close"})
}

// viaChat is where an act comes from that was typed in a session.
const viaChat = "chat"
