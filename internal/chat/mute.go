package chat

import (
	"context"
	"errors"
	"time"

	"sshchat/internal/sanitize"
)

// Muting has an account put no words before others, nor a name that it makes up, nor an old line once more; it can log in and
// read, and govern what it governs without a word. Reports are for the moderators alone, and stay possible.
type Muting struct {
	Until  time.Time // zero: until somebody ends it
	Reason sanitize.Text
	Actor  string // as in Audit
}

// MutedError refuses what somebody says who is muted.
type MutedError struct {
	Until  time.Time // as in Muting
	Reason sanitize.Text
}

func (e *MutedError) Error() string { return "the sender is muted" }

// Mute has nothing of what an account says be sent for some time, or if length is 0 until Unmute, and tells the person. What
// they have said before stays, and can still be taken back.
func (s *Service) Mute(ctx context.Context, who string, length time.Duration, reason sanitize.Text, a Audit) (Person, Muting, error) {
	m := Muting{Reason: reason, Actor: a.Actor}
	if length > 0 {
		m.Until = s.now().Add(length)
	}
	p, err := s.setMute(ctx, who, &m, mutedText(length, reason), a)
	return p, m, err
}

// Unmute lets an account speak again, and tells the person.
func (s *Service) Unmute(ctx context.Context, who string, a Audit) (Person, error) {
	return s.setMute(ctx, who, nil, unmutedText, a)
}

func (s *Service) setMute(ctx context.Context, who string, m *Muting, tell sanitize.Text, a Audit) (Person, error) {
	u, err := s.lookup(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target = string(u.Name)
	if err = s.store.SetMute(ctx, u.ID, m, tell, a); errors.Is(err, ErrStale) {
		err = refuseNotMuted(u.Name)
	}
	return u.Person, err
}

// MayBeHeard refuses who is muted, for what others read and is no entry of the log: of those the store sees to it.
func (s *Service) MayBeHeard(ctx context.Context, me Actor) error {
	u, err := s.self(ctx, me)
	if err != nil {
		return err
	}
	return s.mayBeHeard(u)
}

func (s *Service) mayBeHeard(u User) error {
	if u.Mute == nil {
		return nil
	}
	return s.refuseMuted(&MutedError{u.Mute.Until, u.Mute.Reason})
}

// self is me's account as it is now.
func (s *Service) self(ctx context.Context, me Actor) (User, error) {
	u, err := s.store.UserByKey(ctx, me.Name.Key())
	if errors.Is(err, ErrNoUser) { // it was renamed or erased just now
		err = refuseEnded
	}
	return u, err
}
