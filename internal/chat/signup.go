package chat

import (
	"context"
	"errors"
	"net/netip"
)

// MakesAccounts reports whether anybody can sign up now, if only with an invite.
func (s *Service) MakesAccounts() bool {
	_, raid := s.Raid()
	return !raid && !s.Rules().SignUpClosed
}

// CheckSignUp refuses a name that no account can be made with, before any password is asked.
func (s *Service) CheckSignUp(ctx context.Context, name string, remote netip.Addr) (Name, error) {
	if err := s.CheckOpen(); err != nil {
		return "", err
	}
	if b := s.bans.Load().from(remote, s.now()); b != nil {
		return "", isBanned(*b)
	}
	switch {
	case s.authority != nil:
		return "", refuseSignupElsewhere
	case s.Rules().SignUpClosed:
		return "", refuseSignupClosed
	}
	if _, on := s.Raid(); on {
		return "", refuseSignupRaid
	}
	n, err := ParseName(name)
	if err != nil {
		return "", err
	}
	if err := s.free(ctx, n); err != nil {
		return "", err
	}
	if !s.exempt(remote) {
		if left := s.signups.left(addressKey(remote), s.now()); left > 0 {
			return "", refuseSignupPace(left)
		}
	}
	return n, nil
}

// free refuses a name that is somebody's, or that people would take for somebody's.
func (s *Service) free(ctx context.Context, n Name) error {
	_, err := s.store.UserByKey(ctx, n.Key())
	switch {
	case err == nil:
		return refuseTaken(n)
	case !errors.Is(err, ErrNoUser):
		return err
	}
	p, err := s.store.LookAlike(ctx, n.Skeleton())
	switch {
	case err == nil:
		return refuseLookAlike(n, p.Name)
	case !errors.Is(err, ErrNoUser):
		return err
	}
	_, was, err := s.store.Former(ctx, n.Skeleton())
	switch {
	case errors.Is(err, ErrNoUser):
		return nil
	case err == nil && was.Key() == n.Key():
		return refuseTaken(n)
	case err == nil:
		return refuseLookAlike(n, was)
	}
	return err
}

// CheckPassword refuses a password that does not qualify for an account of that name, or is the old one; "" is none.
func (s *Service) CheckPassword(password string, name Name, old string) error {
	if password == old && old != "" {
		return refuseSamePassword
	}
	if why := s.weakness(password, string(name), s.Rules().MinPassword); why != "" {
		return Refusal{Reason: Invalid, Text: why}
	}
	return nil
}

// SignUp makes an account and begins its first login. a.Name and a.Password are checked again: the
// name may have been taken while the password was typed.
func (s *Service) SignUp(ctx context.Context, a Attempt, session Session) (Begun, error) {
	n, err := s.CheckSignUp(ctx, a.Name, a.Remote.Addr())
	if err != nil {
		return Begun{}, err
	}
	if err := s.CheckPassword(a.Password, n, ""); err != nil {
		return Begun{}, err
	}
	invited := s.Rules().SignUpInvited // read once: another may hold by the time that the password is hashed
	if invited {
		if err := s.CheckInvite(ctx, a.Remote, a.Invite); err != nil {
			return Begun{}, err
		}
	}
	// First of all the place: who is refused for want of one has not made an account.
	if err := session.Admit(); err != nil {
		return Begun{}, err
	}
	phc, err := s.hash(ctx, a.Remote, a.Password)
	if err != nil {
		return Begun{}, err
	}
	if addr := a.Remote.Addr(); !s.exempt(addr) {
		if left := s.signups.take(addressKey(addr), s.now()); left > 0 {
			return Begun{}, refuseSignupPace(left)
		}
	}
	draft := NewUser{Name: n, Password: phc}
	if invited {
		draft.Invite = hashInvite(a.Invite)
	}
	u, err := s.create(ctx, draft)
	if err != nil {
		return Begun{}, err
	}
	return s.enter(ctx, u.Person, a, session)
}

func (s *Service) create(ctx context.Context, n NewUser) (User, error) {
	u, err := s.store.CreateUser(ctx, n)
	var like *LookAlikeError
	switch {
	case errors.Is(err, ErrTaken):
		return User{}, refuseTaken(n.Name)
	case errors.Is(err, ErrNoInvite):
		return User{}, refuseInvite
	case errors.As(err, &like):
		return User{}, refuseLookAlike(n.Name, like.Name)
	}
	return u, err
}

// Confirm checks that it is me who types: the present password. It counts as at a login, a right one too.
func (s *Service) Confirm(ctx context.Context, me Actor, remote netip.AddrPort, password string) error {
	_, _, err := s.judge(ctx, me.Name.Key(), remote, password, refuseWrongOld)
	return err
}

// ChangePassword replaces old, which must be the present password, by new.
func (s *Service) ChangePassword(ctx context.Context, me Actor, remote netip.AddrPort, old, new string) error {
	if s.authority != nil {
		return refuseElsewhere
	}
	_, err := s.replacePassword(ctx, me.Name.Key(), remote, old, new, refuseWrongOld)
	return err
}

// replacePassword replaces the password of the account called name; a wrong old one is refused with denied.
func (s *Service) replacePassword(ctx context.Context, name string, remote netip.AddrPort, old, new string, denied Refusal) (Person, error) {
	u, _, err := s.judge(ctx, name, remote, old, denied)
	if err != nil {
		return Person{}, err
	}
	if err := s.CheckPassword(new, u.Name, old); err != nil {
		return Person{}, err
	}
	phc, err := s.hash(ctx, remote, new)
	if err != nil {
		return Person{}, err
	}
	err = s.store.SetPassword(ctx, u.ID, u.Password, phc)
	if errors.Is(err, ErrStale) {
		err = refusePasswordRace
	}
	return u.Person, err
}
