package chat

import (
	"context"
	"errors"
	"time"

	"sshchat/internal/sanitize"
)

// Muting has an account say nothing anywhere; it can log in and read.
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
// they have said can still be taken back.
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
