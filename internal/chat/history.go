package chat

import (
	"context"
	"errors"
	"time"
)

// A LogQuery asks for lines of the log, in order.
type LogQuery struct {
	In      Conversation // none: all that there is
	Stretch              // To 0: the head
	Since   time.Time    // nothing older; zero: no matter
	Newest  bool         // of more than Limit the newest, and not the oldest
	Limit   int

	Search Search // only what it finds
	From   UserID // only what that account has said; zero: no matter
	// Keep, if there is one, has to agree to each line that was found.
	Keep func(*Entry) bool
}

// MostHistory is how many lines are shown of the past at once.
const MostHistory = 200

// History gives the newest lines of a conversation, or of all that me may see, that are not older than since.
func (s *Service) History(ctx context.Context, me Actor, in Conversation, since time.Time, limit int) ([]*Entry, error) {
	return s.store.Lines(ctx, me.ID, LogQuery{In: in, Since: since, Newest: true, Limit: min(limit, MostHistory)})
}

// around is how many lines Context gives on each side.
const around = 5

// Context gives the line with an id and what stood around it in its conversation.
func (s *Service) Context(ctx context.Context, me Actor, id EntryID) ([]*Entry, error) {
	e, err := s.Line(ctx, me, id)
	if err != nil {
		return nil, err
	}
	in := e.ConversationFor(me.ID)
	before, err := s.store.Lines(ctx, me.ID, LogQuery{In: in, Stretch: Stretch{To: id}, Newest: true, Limit: around + 1})
	if err != nil {
		return nil, err
	}
	after, err := s.store.Lines(ctx, me.ID, LogQuery{In: in, Stretch: Stretch{From: id + 1}, Limit: around})
	return append(before, after...), err
}

// Line gives the line with an id, if me may see it. Whatever takes the number of a line asks it: to whom it is refused, it
// is refused as if there were none.
func (s *Service) Line(ctx context.Context, me Actor, id EntryID) (*Entry, error) {
	e, err := s.store.Entry(ctx, me.ID, id)
	if errors.Is(err, ErrNoEntry) {
		return nil, refuseNoLine
	}
	return e, err
}

// ConversationFor is where user would answer e; none if that is everywhere.
func (e *Entry) ConversationFor(user UserID) Conversation {
	switch {
	case e.Kind == Said || e.Kind == Acted:
		return Conversation{Room: e.Room}
	case e.Kind != Direct:
		return Conversation{}
	case e.Sender.ID == user:
		return Conversation{With: e.Recipient}
	}
	return Conversation{With: e.Sender}
}
