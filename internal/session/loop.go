package session

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"sshchat/internal/panics"
)

// mostPosts is more than can ever be posted at once: a question and the end of a command, a reading,
// a proof, a completion. So nobody who posts ever waits.
const mostPosts = 8

// run serves the session to its end.
func (s *session) run() {
	defer s.close()
	s.greet()
	// There is one more turn after the end is known: what has come until then is still shown.
	for s.turn(); s.ending == nil; s.turn() {
		s.wait()
	}
	s.part()
}

// greet shows what somebody with a terminal sees first. A script would have no use for it.
func (s *session) greet() {
	s.setPrompt()
	s.face.Start()
	if s.plain == nil {
		s.print(greeting(s.view, s.srv.Chat.Rules().SignUpClosed))
	}
}

// turn does all that can be done now, and writes what came of it in one write. It depends on the
// session's state alone and not on what woke it, so that no wake-up need be counted.
//
// The order is what a person expects: what others said before what one asks for now, and what was
// typed first before what was typed later.
func (s *session) turn() {
	s.held = false
	s.deliver()
	s.readLog()
	s.sendWaiting()
	s.noticeInterrupt()
	s.feed()
	s.flush()
	s.prove()
}

// wait waits until there may be something to do. It is the one place where the loop stands still.
func (s *session) wait() {
	select {
	case <-s.ch.Input():
	case f := <-s.posts:
		f()
	case <-s.mail():
	case <-s.drained():
	case <-s.ch.Resized():
		s.resize()
	case <-s.alarm():
	case cause := <-s.evicted():
		s.endBy(cause)
	case <-s.outside.Done():
		s.endBy(context.Cause(s.outside))
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

// resize takes a new width. Rows that were printed for the old one are the terminal's business.
func (s *session) resize() {
	cols, _ := s.ch.Size()
	s.view.Width = cols
	s.face.Resize(cols)
}

// alarm fires when the earliest of the times has come at which something can be done that could
// not be done before; nil if there is none.
func (s *session) alarm() <-chan time.Time {
	var next time.Time
	for _, at := range [...]time.Time{s.proofDue(), s.sendDue(), s.readDue()} {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	switch {
	case next.IsZero():
		return nil
	case s.timer == nil:
		s.timer = time.NewTimer(time.Until(next))
	default:
		s.timer.Reset(time.Until(next))
	}
	return s.timer.C
}

// beside runs f in a goroutine of s, which waits for it at its end, and has then called in the loop
// with what came of it. A panic in f ends this session only.
func beside[T any](ctx context.Context, s *session, f func(context.Context) (T, error), then func(T, error)) {
	s.beside.Go(func() {
		v, what, err := guard(ctx, f)
		s.posts <- func() {
			if what.Key != "" {
				s.panicked(what)
			}
			then(v, err)
		}
	})
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
