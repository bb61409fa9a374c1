package chat

import (
	"context"
	"errors"
	"net/netip"

	"sshchat/internal/sanitize"
)

// Kick ends the login of an account, named as LoginOf has it, and says so to the person. The account may log in again.
func (s *Service) Kick(ctx context.Context, who string, reason sanitize.Text, a Audit) (Person, error) {
	l, err := s.LoginOf(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target = string(l.User.Name)
	if err := s.store.Audit(ctx, a); err != nil {
		return Person{}, err
	}
	return l.User, s.end(ctx, l, kicked(reason))
}

// end ends a login wherever its session is. That of another node finds out by its next act.
func (s *Service) end(ctx context.Context, l Login, cause error) error {
	p := Progress{Login: l.ID, User: l.User.ID}
	if session, held := s.sessions.Held(l.ID); held {
		p = *evict(ctx, session, cause)
	}
	return s.Logout(ctx, p, cause.Error())
}

// Ban ends the login of an account and disables it until Unban. The login is ended first: what its person has
// is saved with it, which nobody can do once the ban has ended the row.
func (s *Service) Ban(ctx context.Context, who string, reason sanitize.Text, a Audit) (Person, error) {
	u, err := s.lookup(ctx, who)
	switch {
	case err != nil:
		return Person{}, err
	case !u.Disabled.IsZero():
		return Person{}, refuseBannedAlready(u.Name)
	}
	cause := banned(reason)
	for _, l := range s.heldBy(u.ID) {
		if err := s.end(ctx, l, cause); err != nil {
			return Person{}, err
		}
	}
	p, err := s.setDisabled(ctx, who, true, a, refuseBannedAlready)
	if err != nil {
		return Person{}, err
	}
	for _, l := range s.heldBy(u.ID) { // whoever has slipped in between
		if session, held := s.sessions.Held(l.ID); held {
			evict(ctx, session, cause)
		}
	}
	return p, nil
}

// heldBy lists the logins of an account whose sessions are on this node.
func (s *Service) heldBy(id UserID) (logins []Login) {
	s.sessions.Each(func(l Login, _ Session) {
		if l.User.ID == id {
			logins = append(logins, l)
		}
	})
	return logins
}

// Unban lets a banned account log in again.
func (s *Service) Unban(ctx context.Context, who string, a Audit) (Person, error) {
	return s.setDisabled(ctx, who, false, a, refuseNotBanned)
}

func (s *Service) setDisabled(ctx context.Context, who string, disabled bool, a Audit, already func(Name) Refusal) (Person, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target = string(u.Name)
	err = s.store.SetDisabled(ctx, u.ID, disabled, a)
	if errors.Is(err, ErrStale) {
		return Person{}, already(u.Name)
	}
	return u.Person, err
}

// Users lists accounts by name, those after the folded name after, at most limit.
func (s *Service) Users(ctx context.Context, after string, limit int) ([]User, error) {
	return s.store.Users(ctx, after, limit)
}

// Locks lists the locks that hold now: those that are stored, and the addresses whose pace
// of wrong passwords is used up on this node.
func (s *Service) Locks(ctx context.Context) ([]Lock, error) {
	locks, err := s.store.Locks(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for key, left := range s.attempts.empty(now) {
		addr, err := netip.ParseAddr(key)
		if err != nil {
			continue
		}
		locks = append(locks, Lock{
			Scope: LockNames, Remote: netip.AddrPortFrom(addr, 0), Until: now.Add(left)})
	}
	return locks, nil
}
