package session

import (
	"errors"

	"sshchat/internal/sshd"
)

const (
	// enough is how many bytes may wait for the client until nothing more is taken for it, neither
	// from the mailbox nor from what was typed. What others say then waits in the log.
	enough = 64 << 10
	// atOnce is the most that is put into the channel's queue at once. A longer answer goes piece
	// by piece, as there is room.
	atOnce = 32 << 10
)

// bell rings, however much has come at once.
const bell = 'G' - '@'

// output is what waits to be written.
type output struct {
	printed int    // bytes shown since the last flush
	pending []byte // what the channel's queue had no room for
	held    bool   // something was left undone in this turn, for want of room
	bell    bool   // it is to ring with what is written next
	note    string // the notification that is to be shown with it
	gone    bool   // nothing can be written any more
}

// print shows rendered rows: on the screen they come above the line that is typed.
func (s *session) print(rows string) {
	s.face.Print(rows)
	s.printed += len(rows)
}

func (s *session) say(text string) { s.print(s.view.Say(text)) }

// room reports whether the client keeps up. If it does not, what was to be done is left to a later turn.
func (s *session) room() bool {
	ok := len(s.pending) == 0 && s.printed+s.ch.Queued() < enough
	s.held = s.held || !ok
	return ok
}

// awaitRoom has the session woken when the client has taken all, if something was left to a later turn. Each
// line shown would else wake it twice.
func (s *session) awaitRoom() {
	if s.held || len(s.pending) > 0 {
		s.ch.NotifyDrained()
	}
}

// flush writes what the turn has come to: in one write, but for what is very long. While something
// of the turns before has no room the row is not painted, however often it changes.
func (s *session) flush() {
	if s.pending = s.pending[s.write(s.pending):]; len(s.pending) > 0 {
		return
	}
	s.pending = nil
	out := s.face.Output()
	if s.bell {
		out, s.bell = append(out, bell), false
	}
	out, s.note = append(out, s.note...), ""
	s.printed = 0
	if n := s.write(out); n < len(out) {
		s.pending = append([]byte(nil), out[n:]...)
		return
	}
	s.mark()
}

// write puts as much of p into the channel's queue as has room, and returns how much that was. When
// the channel is gone that is all.
func (s *session) write(p []byte) (n int) {
	if s.gone {
		return len(p)
	}
	piece := atOnce
	for n < len(p) {
		m, err := s.ch.Write(p[n:min(n+piece, len(p))])
		switch n += m; {
		case err == nil:
		case errors.Is(err, sshd.ErrQueueFull) && piece > 1 && s.ch.Queued() == 0:
			piece /= 2 // the queue itself is smaller than that
		case errors.Is(err, sshd.ErrQueueFull):
			return n
		default:
			// The channel's context says so too.
			s.gone = true
			return len(p)
		}
	}
	return n
}
