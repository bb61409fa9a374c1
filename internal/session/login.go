package session

import (
	"context"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
)

// account is whom a session is logged in as.
type account struct {
	login    *chat.Begun // nil before; a session has one login in its life
	likes    chat.Settings
	in       *delivery.Inbox
	progress atomic.Pointer[delivery.Inbox] // in, for any goroutine
	// evictions are the causes for which the domain wants the session to end. The first one
	// counts: it has a capacity of 1.
	evictions chan error
}

// name is whom the person is logged in as; empty if they are not.
func (s *session) name() chat.Name {
	if s.login == nil {
		return ""
	}
	return s.login.User.Name
}

// adopt makes b the session's login: from now on the session has to end it.
func (s *session) adopt(b *chat.Begun) {
	s.login = b
	s.in = s.srv.Hub.Inbox(b.ID)
	s.progress.Store(s.in)
	s.arriving = true
	if s.in != nil {
		s.in.Notify(s.wake)
	}
	s.log.Info("logged in", "event", "login", "user", b.User.Name, "login", b.ID,
		"remote", b.Remote, "client", b.Client)
}

// entered turns the session into one that is logged in.
func (s *session) entered(b *chat.Begun, quiet bool) {
	s.adopt(b)
	if s.in == nil { // ended again already
		s.endBy(chat.LoginEnded)
		return
	}
	s.view.Me, s.view.Name = b.User.ID, b.User.Name
	s.setLikes(b.Settings)
	s.quiet = quiet
	s.shown = s.now()
	s.setPrompt()
	s.showMotd(b.MotdSeen)
	s.arrive()
}

// showMotd shows the message of the day, if the person has not been shown it yet. Should it not be stored that they
// have, they are again.
func (s *session) showMotd(seen time.Time) {
	p := s.srv.Chat.Motd()
	if s.plain != nil || p.Text.IsEmpty() || !p.At.After(seen) {
		return
	}
	s.print(s.view.Posted(titleMotd, p))
	me := s.login.Actor()
	saw := func(ctx context.Context) (struct{}, error) { return struct{}{}, s.srv.Chat.SawMotd(ctx, me, p) }
	beside(s.ctx, s, saw, func(_ struct{}, err error) {
		if err != nil {
			s.log.Error("note what was seen", "event", "store_error", "user", me.Name, "err", err)
		}
	})
}

// Admit takes the session's place among those that are logged in; see [chat.Session].
func (s *session) Admit() error {
	if err := s.ch.LoggedIn(); err != nil {
		return refuseFull(err)
	}
	return nil
}

// Alive asks the client for a sign of life; see [chat.Session]. A person who has stopped their output is alive.
func (s *session) Alive(ctx context.Context) bool { return s.ch.Answers(ctx) == nil }

// Evict has the session end; see [chat.Session]. A turn that does not get to it within ctx
// is stuck, which must not hold up whoever asks: then the link is cut.
func (s *session) Evict(ctx context.Context, cause error) chat.Progress {
	select {
	case s.evictions <- cause:
	default:
	}
	s.wake()
	select {
	case <-s.proved:
	case <-ctx.Done():
		select {
		case <-s.parting:
		default:
			s.ch.Kill(cause)
		}
	}
	if in := s.progress.Load(); in != nil {
		return in.Progress()
	}
	return chat.Progress{}
}

// Traffic says what the session's channel has carried; see [chat.Metered].
func (s *session) Traffic() chat.Traffic {
	t := s.ch.Traffic()
	all := chat.Traffic{Received: t.Received, Sent: t.Sent, Idle: time.Since(t.Typed)}
	if in := s.progress.Load(); in != nil {
		all.Delivered, all.Lags = in.Lag()
	}
	return all
}
