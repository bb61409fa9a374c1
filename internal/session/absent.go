package session

import (
	"context"
	"slices"
	"time"

	"sshchat/internal/chat"
)

const (
	// mostAbsent is how much is remembered of what the person was told of who is away, and of whom was looked for; what is
	// older they may be told again.
	mostAbsent = 64
	// lookPause is how long nobody is looked for again: else each message of a conversation would cost it.
	lookPause = time.Minute
)

// A sending is what became of lines, and what there is to say of those who do not read them now.
type sending struct {
	outcomes []chat.Outcome
	looked   []chat.UserID // for whom it was looked
	absent   []string
}

// A lookedFor is when somebody was looked for last.
type lookedFor struct {
	who chat.UserID
	at  time.Time
}

// absences looks for those whom lines have reached, but for skip, and says who is away, or not here. It is called beside the
// turns. Without a terminal nothing is said, as what comes is read by programs.
func (s *session) absences(ctx context.Context, me chat.Actor, all []chat.Outcome, skip []chat.UserID) (d sending) {
	d.outcomes = all
	for _, o := range all {
		if s.plain != nil || o.Err != nil || o.Entry.Kind != chat.Direct {
			continue
		}
		to := o.Entry.Recipient
		if slices.Contains(skip, to.ID) || slices.Contains(d.looked, to.ID) {
			continue
		}
		d.looked = append(d.looked, to.ID)
		p, online, err := s.srv.Chat.Whereabouts(ctx, me, to)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("look who is here", "event", "fault", "user", me.Name, "err", err)
		case err != nil:
			return d
		case !online:
			d.absent = append(d.absent, textNotHere(to.Name))
		case !p.Away.IsEmpty():
			d.absent = append(d.absent, textIsAway(to.Name, p.Away))
		}
	}
	return d
}

// justLooked are those for whom it was looked within lookPause.
func (s *session) justLooked() (ids []chat.UserID) {
	s.looked = slices.DeleteFunc(s.looked, func(l lookedFor) bool { return s.turnAt.Sub(l.at) >= lookPause })
	for _, l := range s.looked {
		ids = append(ids, l.who)
	}
	return ids
}

// showAbsences tells the person what they were not told yet.
func (s *session) showAbsences(d sending) {
	for _, id := range d.looked {
		s.looked = newest(append(s.looked, lookedFor{id, s.turnAt}))
	}
	for _, text := range d.absent {
		if slices.Contains(s.absent, text) {
			continue
		}
		s.absent = newest(append(s.absent, text))
		s.say(text)
	}
}

// newest are the last mostAbsent.
func newest[T any](all []T) []T { return all[max(0, len(all)-mostAbsent):] }
