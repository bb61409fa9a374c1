package chat

import (
	"context"
	"errors"
	"time"

	"sshchat/internal/sanitize"
)

// SetRole makes an account a Moderator or an Admin, or, with "", neither, and tells the person.
func (s *Service) SetRole(ctx context.Context, who, role string, a Audit) (Person, error) {
	if role != "" && role != Moderator && role != Admin {
		return Person{}, refuseNoRole(role)
	}
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target, a.Detail = string(u.Name), role
	return u.Person, governed(u.Name, s.store.SetRole(ctx, u.ID, role, roleText(u.Role, role), a), refuseRoleAlready(u.Name, role))
}

// governed turns what the store refuses of an act on an account into words; already is for what is so already.
func governed(n Name, err error, already Refusal) error {
	switch {
	case errors.Is(err, ErrNoUser):
		return refuseNoUser(string(n), "")
	case errors.Is(err, ErrStale):
		return already
	}
	return err
}

// Disable closes an account until Enable, and ends its login: see Ban for the order.
func (s *Service) Disable(ctx context.Context, who string, reason sanitize.Text, a Audit) (Person, error) {
	u, err := s.lookup(ctx, who)
	switch {
	case err != nil:
		return Person{}, err
	case !u.Disabled.IsZero():
		return Person{}, refuseShutAlready(u)
	}
	a.Target = string(u.Name)
	cause := closed(reason)
	if err := s.endAllOf(ctx, u.ID, cause); err != nil {
		return Person{}, err
	}
	if err := governed(u.Name, s.store.SetClosed(ctx, u.ID, true, a), refuseShutAlready(u)); err != nil {
		return Person{}, err
	}
	return u.Person, s.endAllOf(ctx, u.ID, cause) // whoever has slipped in between
}

// Enable opens an account again that was disabled; a ban stays.
func (s *Service) Enable(ctx context.Context, who string, a Audit) (Person, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target = string(u.Name)
	return u.Person, governed(u.Name, s.store.SetClosed(ctx, u.ID, false, a), refuseNotClosed(u.Name))
}

// endAllOf ends the logins of an account whose sessions are on this node.
func (s *Service) endAllOf(ctx context.Context, id UserID, cause error) error {
	return s.endAll(ctx, cause, func(l Login) bool { return l.User.ID == id })
}

// NameKept is how long a name that an account had stays its own: nobody else is to be taken for it.
const NameKept = 30 * 24 * time.Hour

// Rename gives an account another name. Lines are stored by who said them, so that old ones show the new name from now on.
// The login is ended, which tells the person: they have to know by which name to log in. The name that they had is kept
// for them for NameKept.
func (s *Service) Rename(ctx context.Context, who, to string, a Audit) (old, now Person, err error) {
	n, err := ParseName(to)
	if err != nil {
		return Person{}, Person{}, err
	}
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, Person{}, err
	}
	a.Target, a.Detail = string(u.Name), string(n)
	err = s.store.Rename(ctx, u.ID, n, a)
	if err == nil {
		s.known.forget(u.Name.Key())
		err = s.endAllOf(ctx, u.ID, renamed(n))
	}
	err = governed(u.Name, notEnrolled(NewUser{Name: n}, err), refuseNameAlready(u.Name))
	return u.Person, Person{ID: u.ID, Name: n}, err
}

// mayBroadcast refuses those whom Rules.Broadcast does not let.
func (s *Service) mayBroadcast(ctx context.Context, me Actor) error {
	rule := s.Rules().Broadcast
	if !rule.Moderators && rule.Age <= 0 {
		return nil
	}
	u, err := s.self(ctx, me)
	switch left := rule.Age - s.now().Sub(u.CreatedAt); {
	case err != nil:
		return err
	case u.Role == Moderator, u.Role == Admin:
		return nil
	case rule.Moderators:
		return refuseBroadcast
	case left > 0:
		return refuseYoung(rule.Age, left)
	}
	return nil
}
