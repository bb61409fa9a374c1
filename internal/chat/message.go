package chat

import (
	"context"
	"errors"
	"time"

	"sshchat/internal/sanitize"
)

// Actor is who acts: an account by one of its logins.
type Actor struct {
	Person
	Login LoginID
}

// Actor returns l as the author of what its session does.
func (l Login) Actor() Actor { return Actor{Person: l.User, Login: l.ID} }

// Message appends a direct message to the log. It returns once the message is on disk: what the
// sender is told is sent cannot be lost. Whom it reaches, and when, is the feed's business.
func (s *Service) Message(ctx context.Context, from Actor, to string, text sanitize.Text) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	u, err := s.other(ctx, from.ID, to, refuseSelfMessage)
	if err != nil {
		return nil, err
	}
	return s.send(ctx, from, u.Person, text)
}

// Reply is Message to whoever wrote to from last.
func (s *Service) Reply(ctx context.Context, from Actor, text sanitize.Text) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	to, err := s.store.LastSender(ctx, from.ID)
	if errors.Is(err, ErrNoUser) {
		return nil, refuseNobodyWrote
	}
	if err != nil {
		return nil, err
	}
	return s.send(ctx, from, to, text)
}

func (s *Service) send(ctx context.Context, from Actor, to Person, text sanitize.Text) (*Entry, error) {
	e, err := s.store.Append(ctx, Draft{
		Login: from.Login, Kind: Direct, Sender: from.ID, Recipient: to.ID, Body: text})
	switch {
	case errors.Is(err, ErrBlocked):
		return nil, refuseBlocked(to.Name)
	case errors.Is(err, ErrNoUser):
		return nil, refuseNoUser(string(to.Name), "")
	}
	return e, s.acting(err)
}

// Broadcast appends a line to every account there is, online or not. It costs one entry, whatever
// their number.
func (s *Service) Broadcast(ctx context.Context, from Actor, text sanitize.Text) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	e, err := s.store.Append(ctx, Draft{Login: from.Login, Kind: Broadcast, Sender: from.ID, Body: text})
	return e, s.acting(err)
}

// Announce is Broadcast by the server itself.
func (s *Service) Announce(ctx context.Context, text sanitize.Text, a Audit) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	if err := s.store.Audit(ctx, a); err != nil {
		return nil, err
	}
	return s.store.Append(ctx, Draft{Kind: Broadcast, Body: text})
}

// acting turns what the store refuses to any login that acts into words.
func (s *Service) acting(err error) error {
	switch {
	case errors.Is(err, ErrEnded):
		return refuseEnded
	case errors.Is(err, ErrDisabled):
		return refuseBanned
	}
	return err
}

// Sent lists from's own lines with what became of them, newest first: the newest limit, or just
// the one with an id.
func (s *Service) Sent(ctx context.Context, from Actor, id EntryID, limit int) ([]SentLine, error) {
	lines, err := s.store.Sent(ctx, from.ID, id, limit)
	if errors.Is(err, ErrNoEntry) {
		return nil, refuseNoSuchLine
	}
	if err != nil {
		return nil, err
	}
	online, err := s.online(ctx)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		if l := &lines[i]; l.Kind == Direct {
			_, l.Online = online[l.Recipient.ID]
		}
	}
	return lines, nil
}

// PaceMessage takes one message of who's pace, and returns how long they have to wait before
// there is one to take; 0: taken.
func (s *Service) PaceMessage(who UserID) time.Duration {
	return s.messages.take(userKey(who), s.now())
}

// PaceBroadcast is PaceMessage for broadcasts.
func (s *Service) PaceBroadcast(who UserID) time.Duration {
	return s.broadcasts.take(userKey(who), s.now())
}
