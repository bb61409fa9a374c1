package session

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"sshchat/internal/panics"
)

// mostPosts is more than can ever be posted at once: a question and the end of a command, a reading,
// a proof, a completion, an arrival, that something was seen. So nobody who posts ever waits.
const mostPosts = 8

// The states of a session between and within its turns.
const (
	asleep  int32 = iota // nothing has happened since the last turn began
	due                  // a turn waits to be taken
	inTurn               // a turn is being taken
	dueSoon              // a turn is being taken, and something has happened since it began
)

// run serves the session to its end.
func (s *session) run() {
	defer s.observed()()
	defer s.close()
	s.greet()
	defer context.AfterFunc(s.outside, s.wake)()
	s.ch.Notify(s.wake) // which has the first turn taken
	<-s.over
	if s.broken {
		s.ch.WriteError([]byte(textPanic + lineEndOf(s.ch)))
		s.ch.Exit(exitFault)
		return
	}
	s.part()
}

// wake has a turn taken soon. It may be called from any goroutine, and never waits.
func (s *session) wake() {
	for {
		switch s.state.Load() {
		case asleep:
			if s.state.CompareAndSwap(asleep, due) {
				s.srv.Turns.Run(s.job)
				return
			}
		case inTurn:
			if s.state.CompareAndSwap(inTurn, dueSoon) {
				return
			}
		default:
			return
		}
	}
}

// step takes a turn. A session that has come to its end takes no more, whoever wakes it.
func (s *session) step() {
	s.state.Store(inTurn)
	s.safely(s.turn)
	switch {
	case s.ending != nil:
		close(s.over)
	case s.state.CompareAndSwap(inTurn, asleep):
	default:
		s.state.Store(due)
		s.srv.Turns.Run(s.job)
	}
}

// safely has a panic in a turn end this session only.
func (s *session) safely(turn func()) {
	defer func() {
		if r := recover(); r != nil {
			s.broken = true
			s.panicked(panics.Attr(r))
		}
	}()
	turn()
}

// greet shows what somebody with a terminal sees first. A script would have no use for it. While nobody is let in, that is
// all that anybody is told.
func (s *session) greet() {
	s.setPrompt()
	s.face.Start()
	if err := s.srv.Chat.CheckOpen(); err != nil {
		s.endBy(err)
		return
	}
	if s.plain == nil {
		s.print(s.view.Posted(titleBanner, s.srv.Chat.Banner()))
		s.print(greeting(s.view, s.srv.Chat.MakesAccounts()))
	}
}

// turn does all that can be done now, and writes what came of it in one write. It depends on the
// session's state alone and not on what woke it, so that no wake-up need be counted.
//
// The order is what a person expects: what others said before what one asks for now, and what was
// typed first before what was typed later. What has come until the end is known is still shown.
func (s *session) turn() {
	s.turnAt, s.held = time.Now(), false
	s.takePosts()
	s.noticeSize()
	s.noticeEnd()
	s.deliver(0)
	s.showTold()
	s.showPeople()
	s.readLog()
	s.takeInput()
	s.flush()
	s.prove()
	s.awaitRoom()
	s.setAlarm()
}

// takePosts takes what came of what ran beside the session.
func (s *session) takePosts() {
	for len(s.posts) > 0 {
		(<-s.posts)()
	}
}

// noticeEnd sees whether anybody wants the session to end. That can be a moment before the command
// is over that began the login: it waits for that, as only then it is known what is to be ended.
func (s *session) noticeEnd() {
	if s.outside.Err() != nil {
		s.endBy(context.Cause(s.outside))
	}
	if s.login == nil && s.running != nil {
		return
	}
	select {
	case cause := <-s.evictions:
		s.endBy(cause)
	default:
	}
}

// end has the session end; the first reason counts, as the later ones follow from it.
func (s *session) end(e ending) {
	if s.ending == nil {
		s.ending = &e
	}
}

// endBy has the session end for a cause that is not the person's.
func (s *session) endBy(cause error) {
	s.end(ending{why: cause.Error(), say: cause.Error(), status: exitEnded})
}

// noticeSize takes a new width. Rows that were printed for the old one are the terminal's business.
func (s *session) noticeSize() {
	if s.plain != nil {
		return
	}
	if cols, _ := s.ch.Size(); cols != s.view.Width {
		s.view.Width = cols
		s.face.Resize(cols)
	}
}

// setAlarm has the session woken at the earliest of the times at which something can be done that
// cannot be done now.
func (s *session) setAlarm() {
	var next time.Time
	for _, at := range [...]time.Time{s.proofDue(), s.sendDue(), s.readDue(), s.nextAt} {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	switch {
	case next.IsZero(), next.Equal(s.alarmAt) && s.turnAt.Before(s.alarmAt):
		return
	case s.alarm == nil:
		s.alarm = time.AfterFunc(time.Until(next), s.wake)
	default:
		s.alarm.Reset(time.Until(next))
	}
	s.alarmAt = next
}

// beside runs f in a goroutine of s, which waits for it at its end, and has then called in a turn
// with what came of it. A panic in f ends this session only.
func beside[T any](ctx context.Context, s *session, f func(context.Context) (T, error), then func(T, error)) {
	s.beside.Go(func() {
		v, what, err := guard(ctx, f)
		s.post(func() {
			if what.Key != "" {
				s.panicked(what)
			}
			then(v, err)
		})
	})
}

// post has f called in the next turn.
func (s *session) post(f func()) {
	s.posts <- f
	s.wake()
}

// guard calls f. If f panics, what says how.
func guard[T any](ctx context.Context, f func(context.Context) (T, error)) (v T, what slog.Attr, err error) {
	defer func() {
		if r := recover(); r != nil {
			what = panics.Attr(r)
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	v, err = f(ctx)
	return v, slog.Attr{}, err
}

// panicked ends the session over a fault of its own, so that nobody goes on in a state that nobody
// has thought of.
func (s *session) panicked(what slog.Attr) {
	s.log.Error("panic in a session", "event", "panic", "remote", s.ch.Remote(), what)
	s.end(ending{why: whyPanic, say: textPanic, status: exitFault})
}
