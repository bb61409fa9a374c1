package chat

import (
	"context"
	"errors"
)

// A Newcomer is somebody for whom somebody else makes an account.
type Newcomer struct {
	Name string // as typed
	Key  Key    // zero: none
}

// Enrolled is an account that was made for somebody.
type Enrolled struct {
	Person
	Password string // lets them in once, to choose their own
}

// Enrol makes accounts, all of them or none, each with a password made by chance that must be changed at the first login.
// It works where sign-up is closed as well. What is wrong with one of them comes as a *NthError.
func (s *Service) Enrol(ctx context.Context, list []Newcomer, a Audit) ([]Enrolled, error) {
	if s.authority != nil {
		return nil, refuseElsewhere
	}
	drafts, made := make([]NewUser, len(list)), make([]Enrolled, len(list))
	for i, n := range list {
		name, err := ParseName(n.Name)
		if err != nil {
			return nil, &NthError{i, err}
		}
		drafts[i] = NewUser{Name: name, MustChange: true, Key: n.Key}
		made[i].Password, drafts[i].Password = s.passwords.Random()
	}
	users, err := s.store.CreateUsers(ctx, drafts, a)
	var nth *NthError
	if errors.As(err, &nth) {
		return nil, &NthError{nth.Nth, notEnrolled(drafts[nth.Nth], nth.Err)}
	}
	for i, u := range users {
		made[i].Person = u.Person
	}
	return made, err
}

// notEnrolled turns what the store refuses into words.
func notEnrolled(n NewUser, err error) error {
	var like *LookAlikeError
	switch {
	case errors.Is(err, ErrTaken):
		return refuseEnrol(n.Name, n.Name)
	case errors.As(err, &like):
		return refuseEnrol(n.Name, like.Name)
	case errors.Is(err, ErrKeyTaken):
		return refuseKeyTaken(n.Key)
	}
	return err
}

// ResetPassword gives an account another password, whatever it had. A login that stands goes on.
func (s *Service) ResetPassword(ctx context.Context, who, password string, mustChange bool, a Audit) (Person, error) {
	u, err := s.ofOurs(ctx, who)
	if err != nil {
		return Person{}, err
	}
	if err := s.CheckPassword(password, u.Name, ""); err != nil {
		return Person{}, err
	}
	phc, err := s.passwords.Hash(ctx, s.Rules().Attempts.Burst, a.Actor, password)
	if err != nil {
		return Person{}, err
	}
	return u.Person, s.resetPassword(ctx, u, phc, mustChange, a)
}

// RandomPassword is ResetPassword with one made by chance, which it returns.
func (s *Service) RandomPassword(ctx context.Context, who string, mustChange bool, a Audit) (Enrolled, error) {
	u, err := s.ofOurs(ctx, who)
	if err != nil {
		return Enrolled{}, err
	}
	password, phc := s.passwords.Random()
	return Enrolled{u.Person, password}, s.resetPassword(ctx, u, phc, mustChange, a)
}

// ofOurs is lookup for whoever is to have another password here.
func (s *Service) ofOurs(ctx context.Context, who string) (User, error) {
	if s.authority != nil {
		return User{}, refuseElsewhere
	}
	return s.lookup(ctx, who)
}

func (s *Service) resetPassword(ctx context.Context, u User, phc string, mustChange bool, a Audit) error {
	a.Target = string(u.Name)
	err := s.store.ResetPassword(ctx, u.ID, phc, mustChange, a)
	if errors.Is(err, ErrNoUser) {
		return refuseNoUser(string(u.Name), "")
	}
	return err
}
