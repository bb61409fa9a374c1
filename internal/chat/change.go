package chat

import (
	"context"
	"errors"

	"sshchat/internal/sanitize"
)

// Edit has the line with an id, one of me's own, say something else from now on; what it said stays in the log.
func (s *Service) Edit(ctx context.Context, me Actor, id EntryID, text sanitize.Text) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	return s.change(ctx, me, Edit, id, text)
}

// Delete takes back the line with an id, one of me's own; it stays in the log.
func (s *Service) Delete(ctx context.Context, me Actor, id EntryID) (*Entry, error) {
	return s.change(ctx, me, Delete, id, sanitize.Text{})
}

// change looks whether me may see the line before anything else is said of it.
func (s *Service) change(ctx context.Context, me Actor, k Kind, id EntryID, text sanitize.Text) (*Entry, error) {
	line, err := s.Line(ctx, me, id)
	if err != nil {
		return nil, err
	}
	if k == Edit && line.Kind == Broadcast {
		if err := s.mayBroadcast(ctx, me); err != nil {
			return nil, err
		}
		if wait := s.PaceBroadcast(me.ID); wait > 0 {
			return nil, refuseEditPace(wait)
		}
	}
	if k == Edit {
		if err := s.slowed(me.ID, line.Kind); err != nil {
			return nil, err
		}
	}
	window := s.Rules().EditWindow
	e, err := s.store.Append(ctx, Draft{Login: me.Login, Kind: k, Sender: me.ID, Ref: id, Body: text, Within: window})
	switch {
	case errors.Is(err, ErrNotOwn):
		return nil, refuseNotOwn
	case errors.Is(err, ErrTooLate):
		return nil, refuseTooLate(window)
	case errors.Is(err, ErrNoEntry):
		return nil, refuseNoLine
	case errors.Is(err, ErrStale):
		return nil, refuseSameText
	}
	return e, s.refusedIn(line.Room, Draft{Kind: k}, line.Recipient, err)
}

// LastOwn gives the line that me has said last in a conversation, or anywhere.
func (s *Service) LastOwn(ctx context.Context, me Actor, in Conversation) (*Entry, error) {
	return s.lastOf(ctx, me, in, me.Person)
}

// LastOf gives the line that somebody has said last in a conversation; without one, to me alone.
func (s *Service) LastOf(ctx context.Context, me Actor, in Conversation, typed string) (*Entry, error) {
	who, err := s.Lookup(ctx, me, typed)
	if err != nil {
		return nil, err
	}
	if in.IsNone() {
		in.With = who
	}
	return s.lastOf(ctx, me, in, who)
}

func (s *Service) lastOf(ctx context.Context, me Actor, in Conversation, who Person) (*Entry, error) {
	lines, err := s.store.Lines(ctx, me.ID, LogQuery{In: in, From: who.ID, Newest: true, Limit: 1})
	if err == nil && (len(lines) == 0 || lines[0].Deleted) {
		err = refuseSaidNothing(who, in, me.ID)
	}
	if err != nil {
		return nil, err
	}
	return lines[0], nil
}

// Own gives lines of me's own, from an id on, the oldest first.
func (s *Service) Own(ctx context.Context, me Actor, from EntryID, limit int) ([]*Entry, error) {
	return s.store.Lines(ctx, me.ID, LogQuery{From: me.ID, Stretch: Stretch{From: from}, Limit: limit})
}
