package session

import (
	"context"
	"time"

	"sshchat/internal/delivery"
)

// A session asks for a proof at most once in proofPause, and waits at its end at most lastProof for
// one: a proof after every write cost twice the processor time, one a second nothing to speak of.
const (
	proofPause = time.Second
	lastProof  = 2 * time.Second
)

// proof is how far it is known what the client has.
type proof struct {
	written  delivery.Mark // how far all that was taken has been written
	marked   bool          // nobody has asked yet for a proof of written
	proving  bool          // a proof is under way
	provedAt time.Time     // when the last one was begun
}

// mark notes that everything shown so far has been written. What was taken and not shown yet is no
// part of what a proof proves.
func (s *session) mark() {
	switch {
	case s.in == nil || !s.started || s.gone || !s.in.Unproven():
	case len(s.backlog) == 0:
		s.written, s.marked = s.in.Mark(), true
	case s.ofLog && s.upTo > 0:
		s.written, s.marked = s.in.MarkAt(s.upTo), true
	}
}

// proofDue is when the next proof may be asked for; zero if none is to be.
func (s *session) proofDue() time.Time {
	if !s.marked || s.proving {
		return time.Time{}
	}
	return s.provedAt.Add(proofPause)
}

// prove asks the client for a proof, if it is time.
func (s *session) prove() {
	if !s.marked || s.proving {
		return
	}
	if s.turnAt.Before(s.provedAt.Add(proofPause)) {
		return
	}
	m, in := s.written, s.in
	s.marked, s.proving, s.provedAt = false, true, s.turnAt
	ask := func(ctx context.Context) (struct{}, error) { return struct{}{}, s.ch.Prove(ctx) }
	beside(s.ctx, s, ask, func(_ struct{}, err error) {
		s.proving = false
		if err == nil {
			in.Proven(m)
		}
	})
}

// proveLast asks for the proof of all that was written, and waits for it within ctx. It is the only
// place where a session waits: there are no more turns.
func (s *session) proveLast(ctx context.Context) {
	if s.in == nil || !s.started || !s.in.Unproven() {
		return
	}
	if s.ch.Prove(ctx) == nil {
		s.in.Proven(s.written)
	}
}
