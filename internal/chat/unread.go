package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// A Place is a conversation by its ids: with a person, or in a room. The zero value is all of them.
type Place struct {
	With UserID
	Room RoomID
}

// Place is c by its ids.
func (c Conversation) Place() Place { return Place{c.With.ID, c.Room.ID} }

// A ReadMark is how far somebody has read a conversation.
type ReadMark struct {
	Place
	Through EntryID
}

// Unread is a conversation with lines of others that somebody has not read: not shown while it was their current one, and
// not answered.
type Unread struct {
	Conversation
	Count    int     // at most MostUnread; of very many lines the newest are counted
	Mentions int     // of them, in a room
	Since    EntryID // what is above it is unread
	Notice
}

// MostUnread is as far as the unread lines of a conversation are counted.
const MostUnread = 1000

// Notice is how far somebody wants to be told of what is said in a room.
type Notice struct {
	Notify     string    // Off, BellMention, BellAll; empty: as their settings have it
	QuietUntil time.Time // zero: it is not quiet
}

// MostNotices is of how many rooms a login knows how far its person wants to be told of them.
const MostNotices = 1000

// IsQuiet reports whether the room is quiet at a time.
func (n Notice) IsQuiet(now time.Time) bool { return now.Before(n.QuietUntil) }

// KeepRead saves how far a session has read, so that what comes next goes by it.
func (s *Service) KeepRead(ctx context.Context, p Progress) error {
	if len(p.Reads) == 0 {
		return nil
	}
	_, err := s.store.SaveProgress(ctx, []Progress{p})
	return err
}

// Unread lists what me has not read, in the order in which Next goes through it: people, rooms in which me is
// mentioned, rooms, quiet ones last; each by name. A quiet room without a mention is not in it. likes say what counts as
// a mention besides the name.
func (s *Service) Unread(ctx context.Context, me Actor, likes Settings) ([]Unread, error) {
	all, err := s.store.Unread(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	if err := s.countMentions(ctx, me, likes, all); err != nil {
		return nil, err
	}
	now := s.now()
	all = slices.DeleteFunc(all, func(u Unread) bool { return u.Count == 0 || u.IsQuiet(now) && u.Mentions == 0 })
	rank := func(u Unread) int {
		switch {
		case u.IsQuiet(now):
			return 3
		case u.Room.ID == 0:
			return 0
		case u.Mentions > 0:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b Unread) int { return rank(a) - rank(b) })
	return all, nil
}

// countMentions counts the mentions among what is unread in rooms: of very many, the newest.
func (s *Service) countMentions(ctx context.Context, me Actor, likes Settings, all []Unread) error {
	of := make(map[RoomID]*Unread)
	var from EntryID
	for i := range all {
		if u := &all[i]; u.Room.ID != 0 {
			if of[u.Room.ID] = u; from == 0 || u.Since < from {
				from = u.Since
			}
		}
	}
	if len(of) == 0 {
		return nil
	}
	lines, err := s.mentions(ctx, me, likes, LogQuery{Stretch: Stretch{From: from + 1}, Limit: MostUnread})
	for _, e := range lines {
		if u := of[e.Room.ID]; u != nil && e.ID > u.Since {
			u.Mentions++
		}
	}
	return err
}

// Mentions gives the newest lines in rooms that mention me and are not older than since, the oldest of them first; likes
// are as for Unread.
func (s *Service) Mentions(ctx context.Context, me Actor, likes Settings, since time.Time, limit int) ([]*Entry, error) {
	return s.mentions(ctx, me, likes, LogQuery{Since: since, Limit: min(limit, MostHistory)})
}

func (s *Service) mentions(ctx context.Context, me Actor, likes Settings, q LogQuery) ([]*Entry, error) {
	q.Newest, q.Search = true, Search{Any: true, Terms: []Term{{Words: Words(string(me.Name))}}}
	for _, item := range strings.Fields(likes.Highlight) {
		q.Search.Terms = append(q.Search.Terms, Term{Words: Words(item)})
	}
	marked := likes.Highlights()
	q.Keep = func(e *Entry) bool {
		return e.Room.ID != 0 && e.Sender.ID != me.ID && Mentions(e.Body, me.Name, marked)
	}
	return s.store.Lines(ctx, me.ID, q)
}

// MostReopened is how many of the unread lines of a conversation are shown when it is made current.
const MostReopened = 20

// UnreadIn is what of a conversation is unread, its mentions not counted; the Count is 0 if all of it was read.
func (s *Service) UnreadIn(ctx context.Context, me Actor, c Conversation) (Unread, error) {
	all, err := s.store.Unread(ctx, me.ID)
	if i := slices.IndexFunc(all, func(u Unread) bool { return u.Place() == c.Place() }); i >= 0 {
		return all[i], err
	}
	return Unread{Conversation: c}, err
}

// Reopen gives the newest MostReopened lines of what is unread of a conversation, one's own in between included.
func (s *Service) Reopen(ctx context.Context, me Actor, u Unread) ([]*Entry, error) {
	if u.Count == 0 {
		return nil, nil
	}
	return s.store.Lines(ctx, me.ID, LogQuery{In: u.Conversation, Stretch: Stretch{From: u.Since + 1}, Newest: true, Limit: MostReopened})
}

// Next is the conversation to go to next, with what is unread of it; none if nothing is unread but in quiet rooms.
func (s *Service) Next(ctx context.Context, me Actor, likes Settings) (Unread, error) {
	all, err := s.Unread(ctx, me, likes)
	if err != nil || len(all) == 0 || all[0].IsQuiet(s.now()) {
		return Unread{}, err
	}
	return all[0], nil
}

// MarkRead has all that was said in a conversation count as read, or all that was said anywhere.
func (s *Service) MarkRead(ctx context.Context, me Actor, p Place) error {
	return s.store.MarkRead(ctx, me.ID, p)
}

// SetNotice keeps how far me wants to be told of what is said in a room.
func (s *Service) SetNotice(ctx context.Context, me Actor, room RoomID, n Notice) error {
	return s.store.SetNotice(ctx, me.ID, room, n)
}

// Unsent is a line that somebody has begun and not sent.
type Unsent struct {
	In    Conversation // or none; a room that they are not in any more comes back without its name
	Aside bool         // In is not the current conversation
	At    time.Time    // when they left off
	Text  sanitize.Text
}

// The bounds of what is kept of the lines that somebody has begun.
const (
	UnsentKept      = 7 * 24 * time.Hour
	MostUnsent      = 16
	MostUnsentBytes = 64 << 10 // of all of them together, or of one that is longer
)

// NewestUnsent cuts lines, the oldest of them first, down to what is kept: of each conversation the newest.
func NewestUnsent(all []Unsent) (kept, dropped []Unsent) {
	bytes := 0
	for _, u := range slices.Backward(all) {
		bytes += len(u.Text.String())
		isOlder := slices.ContainsFunc(kept, func(k Unsent) bool { return k.In.Place() == u.In.Place() })
		if isOlder || len(kept) == MostUnsent || len(kept) > 0 && bytes > MostUnsentBytes {
			dropped = append(dropped, u)
		} else {
			kept = append(kept, u)
		}
	}
	slices.Reverse(kept)
	slices.Reverse(dropped)
	return kept, dropped
}
