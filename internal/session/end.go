package session

import (
	"context"
	"time"

	"sshchat/internal/chat"
)

// logoutWait is how long the end of a login may take to be stored. If it fails, the login counts as
// ended as soon as somebody wants its place.
const logoutWait = 5 * time.Second

// An ending is why a session ends.
type ending struct {
	why    string // for those who look at the logins
	say    string // what the person is told; nothing if empty
	status int    // what their ssh exits with
}

// part tells the person that the session ends, and why, and waits for the proof of what was shown. Whoever has evicted
// the session does not wait as long, so what they are to know of it comes first.
func (s *session) part() {
	s.keepUnsent()
	close(s.parting)
	e := s.ending
	s.ch.Exit(e.status)
	if n := len(s.queue); n > 0 {
		s.print(s.view.Notice(textDropped(n)))
	}
	if e.say != "" {
		s.print(s.view.Notice(e.say))
	}
	s.face.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.outside), lastProof)
	defer cancel()
	s.drain(ctx)
	s.proveLast(ctx)
}

// drain writes what is left to be written, within ctx.
func (s *session) drain(ctx context.Context) {
	for s.flush(); len(s.pending) > 0; s.flush() {
		if s.ch.Drain(ctx) != nil {
			return
		}
	}
}

// close gives back what the session has, however it came to its end: also after a panic in a turn.
func (s *session) close() {
	s.stop(context.Canceled)
	s.beside.Wait()
	s.takePosts() // a login may have begun meanwhile
	if s.alarm != nil {
		s.alarm.Stop()
	}
	select {
	case <-s.parting:
	default:
		close(s.parting)
	}
	s.keepUnsent()
	close(s.proved)
	if s.login != nil {
		s.endLogin()
	}
}

// endLogin stores how far the session came and that it has ended. Where another has ended the login
// already, this changes nothing. It does not depend on the channel, which may be gone.
func (s *session) endLogin() {
	why := whyPanic
	if s.ending != nil {
		why = s.ending.why
	}
	p := chat.Progress{Login: s.login.ID, User: s.login.User.ID}
	if s.in != nil {
		p = s.in.Progress()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.outside), logoutWait)
	defer cancel()
	if err := s.srv.Chat.Logout(ctx, p, why); err != nil {
		s.log.Error("end a login", "event", "store_error", "user", s.name(), "login", s.login.ID, "err", err)
	}
	s.log.Info("logged out", "event", "logout", "user", s.name(), "login", s.login.ID, "why", why)
}
