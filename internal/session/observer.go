package session

import (
	"errors"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
)

// An Observer hears what people do in their sessions: it is for whoever counts it. Its methods are called from any
// goroutine, and must not wait. It is an interface so that this package knows nothing of how things are counted.
type Observer interface {
	// Began is told of a session, before anybody has logged in; Ended of its end, and how long it lasted.
	Began(kind Kind)
	Ended(kind Kind, lasted time.Duration)
	// Ran is told of a command by its name in the table, unless it was one of those that send a line.
	Ran(name string, r Result)
	// Rejected is told of a line that somebody meant to send and that was refused.
	Rejected(why chat.Reason)
}

// A Kind is what a session has at its other end.
type Kind int

// The kinds.
const (
	Terminal Kind = iota
	Plain         // lines alone
)

// A Result is what a command has come to.
type Result int

// The results.
const (
	Done Result = iota
	Refused
	Cancelled // by the person, or because the session ended
	Failed    // by a fault
)

// resultOf is the result of what ran, by its error.
func (s *session) resultOf(r *running, err error) Result {
	switch _, refused := command.Explain(err); {
	case err == nil:
		return Done
	case r.cancelled, s.ending != nil, errors.Is(err, command.Cancelled):
		return Cancelled
	case refused:
		return Refused
	}
	return Failed
}

// rejected tells of a line that was not sent.
func (s *session) rejected(err error) {
	if refusal, ok := command.Explain(err); ok {
		s.srv.observer().Rejected(refusal.Reason)
	}
}

// observed tells of the session's begin; what it returns, of its end.
func (s *session) observed() (ended func()) {
	kind, began := Terminal, time.Now()
	if s.plain != nil {
		kind = Plain
	}
	s.srv.observer().Began(kind)
	return func() { s.srv.observer().Ended(kind, time.Since(began)) }
}

func (s *Server) observer() Observer {
	if s.Observer == nil {
		return nobody{}
	}
	return s.Observer
}

// nobody is who observes where nobody does.
type nobody struct{}

func (nobody) Began(Kind)                {}
func (nobody) Ended(Kind, time.Duration) {}
func (nobody) Ran(string, Result)        {}
func (nobody) Rejected(chat.Reason)      {}
