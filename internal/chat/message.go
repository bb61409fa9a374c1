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

// A Line is what somebody sends.
type Line struct {
	Audience Audience
	To       string // the name of the account or the room, as it was typed, for ToOne and ToRoom; for ToLine see Answers
	Room     Room   // for ToRoom, if it is known: then To is of no use
	Action   bool   // it says what the sender does; for ToRoom
	// Answers is the number of the line that it answers, for ToLine; 0: the last one that To has said in In.
	Answers EntryID
	In      Conversation
	Text    sanitize.Text
}

// An Audience is whom a Line is for.
type Audience int

// The audiences.
const (
	ToOne  Audience = iota // one account
	ToLast                 // whoever wrote to the sender last
	ToAll                  // every account there is, online or not; it costs one entry, whatever their number
	ToRoom                 // the members of a room, online or not; one entry as well
	ToLine                 // whoever a line was for
)

// Outcome is what became of a Line: the entry that it is in the log, or a refusal or a fault.
type Outcome struct {
	Entry *Entry
	Err   error
}

// Send appends lines to the log, in their order; each is refused alone. It returns once all that is
// not refused is on disk: what the sender is told is sent cannot be lost. Whom it reaches, and when, is
// the feed's business. Several lines at once share one wait for the disk.
func (s *Service) Send(ctx context.Context, from Actor, lines []Line) []Outcome {
	all := make([]Outcome, len(lines))
	drafts := make([]Draft, 0, len(lines))
	var of []int // the line of each draft
	var to []address
	for i, l := range lines {
		a, err := s.address(ctx, from, l)
		if err == nil {
			err = s.slowed(from.ID, a.kind)
		}
		if err != nil {
			all[i].Err = err
			continue
		}
		d := Draft{Login: from.Login, Kind: a.kind, Sender: from.ID, Recipient: a.one.ID, Room: a.room.ID, Ref: a.line, Body: l.Text}
		drafts, of, to = append(drafts, d), append(of, i), append(to, a)
	}
	for i, o := range s.store.AppendAll(ctx, drafts) {
		all[of[i]] = Outcome{o.Entry, s.refusedIn(to[i].room, drafts[i], to[i].one, o.Err)}
	}
	return all
}

// An address is whom a line is for; neither of them if it is for all.
type address struct {
	kind Kind
	one  Person
	room Room
	line EntryID // that it answers
}

func (s *Service) address(ctx context.Context, from Actor, l Line) (address, error) {
	if err := s.fits(l.Text); err != nil {
		return address{}, err
	}
	switch l.Audience {
	case ToAll:
		return address{kind: Broadcast}, s.mayBroadcast(ctx, from)
	case ToRoom:
		return s.roomAddress(ctx, from, l)
	case ToLine:
		return s.lineAddress(ctx, from, l)
	case ToLast:
		p, err := s.store.LastSender(ctx, from.ID)
		if errors.Is(err, ErrNoUser) {
			err = refuseNobodyWrote
		}
		return address{kind: Direct, one: p}, err
	}
	p, err := s.addressee(ctx, l.To)
	if err == nil && p.ID == from.ID {
		err = refuseSelfMessage
	}
	return address{kind: Direct, one: p}, err
}

// addressee finds the account somebody writes to. Whoever was written to is remembered: to ask the database each time
// costs a fifth of a message. Whether the account still takes messages is for the store to say.
func (s *Service) addressee(ctx context.Context, typed string) (Person, error) {
	key := Name(typed).Key()
	p, ok, since := s.known.get(key)
	if ok {
		return p, nil
	}
	u, err := s.lookup(ctx, typed)
	if err == nil {
		s.known.add(key, u.Person, since)
	}
	return u.Person, err
}

func (s *Service) roomAddress(ctx context.Context, from Actor, l Line) (address, error) {
	a := address{kind: Said, room: l.Room}
	if l.Action {
		a.kind = Acted
	}
	switch {
	case a.room.ID != 0:
		return a, nil
	case l.To == "":
		return a, refuseActionRoom
	}
	name, err := ParseRoom(l.To)
	if err != nil {
		return a, err
	}
	a.room, err = s.store.RoomOf(ctx, from.ID, name)
	if errors.Is(err, ErrNotIn) { // or there is none
		_, err = s.MyRoom(ctx, from, l.To)
	}
	return a, err
}

// lineAddress is where the line was said that is answered; the answer to a broadcast goes to its author alone.
func (s *Service) lineAddress(ctx context.Context, from Actor, l Line) (address, error) {
	line, err := s.answered(ctx, from, l)
	switch {
	case err != nil:
		return address{}, err
	case line.Room.ID != 0 && line.Kind.IsSaid():
		return address{kind: Said, room: line.Room, line: line.ID}, nil
	case !line.Kind.IsSaid(), line.FromServer():
		return address{}, refuseNoAnswer
	}
	to := line.Sender
	if to.ID == from.ID {
		to = line.Recipient
	}
	if to.ID == 0 {
		return address{}, refuseSelfMessage
	}
	return address{kind: Direct, one: to, line: line.ID}, nil
}

func (s *Service) answered(ctx context.Context, from Actor, l Line) (*Entry, error) {
	if l.Answers != 0 {
		return s.Line(ctx, from, l.Answers)
	}
	return s.LastOf(ctx, from, l.In, l.To)
}

// refusedBy turns what the store refuses of a line to somebody into words.
func refusedBy(to Person, err error) error {
	switch {
	case errors.Is(err, ErrBlocked):
		return refuseBlocked(to.Name)
	case errors.Is(err, ErrNoUser):
		return refuseNoUser(string(to.Name), "")
	}
	return acting(err)
}

// Announce sends a line of the server's own to everyone.
func (s *Service) Announce(ctx context.Context, text sanitize.Text, a Audit) (*Entry, error) {
	if err := s.fits(text); err != nil {
		return nil, err
	}
	return s.store.Append(ctx, Draft{Kind: Broadcast, Body: text, Audit: &a})
}

// acting turns what the store refuses to any login that acts into words.
func acting(err error) error {
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
