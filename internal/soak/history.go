// Package soak has many clients do random things to a server that is killed again and again, writes down what
// each of them did and saw, and checks that nothing promised was lost.
//
// A run makes a [History], and [Check] finds in it what breaks a promise. The two know nothing of each other:
// the check is a pure function of what clients can see, and its tests plant faults in histories that never ran.
package soak

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// History is what a run's clients did and saw: all that Check needs, and nothing that only the
// server knows. Moments are durations since the run began, on one monotonic clock: what was typed carries a
// moment before it left, what was seen one after it came. So if a line was seen before another was
// typed, the first was stored before the second.
type History struct {
	Seed     uint64
	Took     time.Duration // of the load, without what follows it
	Accounts []Account
	Rooms    []string // their names, with the #
	Lines    [][]Line // by account and number: what LineID points at
	Conns    []*Conn  // those of one account stand in the order in which they were dialled
	Stops    []Stop
	Faults   []Fault
}

// Account is one person. An account is called by its index.
type Account struct {
	Name string
	// Asked is before anything was typed that could make the account, and Made after it was known
	// to be there; zero: never.
	Asked, Made time.Duration
	// Settled says that the account was logged in when all was quiet, and read until nothing
	// waited for it. What others must have seen is known of such accounts only.
	Settled bool
}

// What stands in the place of an account.
const (
	everyone  = -1 // a broadcast is to everyone
	nobody    = -2 // a name that no account of the run has
	firstRoom = -3 // the first room of the run; the others stand below it
)

// room gives what stands for a room of the run in the place of an account.
func room(number int) int { return firstRoom - number }

func isRoom(to int) bool { return to <= firstRoom }

// LineID calls a line by its sender and its number among that sender's.
type LineID struct {
	By int32 `json:"b"`
	N  int32 `json:"n"`
}

// Line is what was typed to be seen by others: a message, a broadcast, a line in a room, what one of these is to say
// in place of its text, or a kick, whose reason is its token. It may never have arrived.
type Line struct {
	To    int           `json:"to"`          // an account, everyone, or a room
	Room  int           `json:"r,omitempty"` // of a kick: the room out of which To is removed; else zero
	Typed time.Duration `json:"t"`
	Conn  int32         `json:"c"` // on which it was typed
	Pad   int32         `json:"p,omitempty"`
	// Of an edit, and of an answer to an own line: one more than the number of the line that it changes or answers,
	// which is its sender's as well. Else zero.
	Of int32 `json:"of,omitempty"`
	Re int32 `json:"re,omitempty"`
}

func (l Line) isKick() bool { return l.Room != 0 }

// in is the room that a line belongs to; zero: none.
func (l Line) in() int {
	if isRoom(l.To) {
		return l.To
	}
	return l.Room
}

// Conn is one connection, from the dialling to the end, also one that was never made.
type Conn struct {
	Account int
	Dialled time.Duration // before its password was typed
	Welcome time.Duration // after the login; zero: it never came to that
	Ended   time.Duration
	End     End
	// Asked is before the first thing of the account's own that could have the server end the
	// session, a logout or a take-over. Zero: there was none.
	Asked  time.Duration
	Events []Event
}

// End is how a connection ended, as its client saw it.
type End uint8

// The ends of a connection.
const (
	Lost      End = iota // without a last word, as when the server is killed; it may never have come to a session
	Cut                  // the client's side went silent, without a FIN
	Left                 // the goodbye, and an exit status
	Stopped              // a stop of the server in order, and an exit status
	TakenOver            // the account's next connection asked for it; an exit status
	Odd                  // last words of another kind
)

var endNames = [...]string{"lost", "cut", "logged out", "stopped with the server", "taken over", "ended oddly"}

func (e End) String() string { return endNames[e] }

// Event is what happened on a connection, in the order in which its client saw it.
type Event struct {
	At   time.Duration `json:"t"`
	What What          `json:"w"`
	Line LineID        `json:"l,omitzero"`
	// Who is the other account, or the room, that the event is about. Of what was shown From and Who are
	// its author and its recipient as the screen names them.
	From int16 `json:"f,omitempty"`
	Who  int16 `json:"o,omitempty"`
	Room int16 `json:"r,omitempty"` // of what happens to Who in a room; else zero
	Pad  int32 `json:"p,omitempty"`
	// Of a line that was shown: whether the screen says that it was edited, and one more than the number of the line of
	// the same sender that is quoted in its head; -1: something else is quoted.
	Edited bool  `json:"e,omitempty"`
	Quote  int32 `json:"q,omitempty"`
}

// What is the kind of an event.
type What uint8

// The kinds of events.
const (
	Typed           What = iota // a line
	Shown                       // a line
	Refused                     // a message to Who, because of a block
	NoUser                      // a message to Who, who has no account
	BlockTyped                  // of Who; never while a block or unblock of Who is unanswered on this connection
	BlockAnswered               // done, or done before
	UnblockTyped                // as BlockTyped
	UnblockAnswered             // done, or there was no block
	MoreTyped                   // more, and behind it what has an answer of its own
	MoreEnded                   // that answer
	Stalled                     // stops reading for a while
	Deafened                    // nothing that is typed from here on arrives

	// What is asked for in a room. Nothing else that was typed on the connection is unanswered then, and behind
	// it stands what has an answer of its own: all between are answers to it.
	JoinTyped    // of Who
	LeaveTyped   // of Who
	KickTyped    // of Who out of Room; Line is the kick
	InviteTyped  // of Who into Room
	PromoteTyped // of Who in Room
	Entered      // is in Who now
	AlreadyIn    // is in Who, and was before
	Barred       // may not come into Who after a kick
	Outside      // is not in Who
	Declined     // may not, or need not
	Answered     // the end of the answers; if there was none, it is done

	NotIn   // a line to Who is refused: its sender is not in that room
	Joined  // sees that From is in Who now
	Parted  // sees that From has left Who
	Invited // sees that From invites Who into Room

	// What is asked for of own lines; the answers are as those to what is asked for in a room.
	SentTyped
	EditTyped   // Line is what the line is to say
	DeleteTyped // of Line
	NoLine      // there is none that could be meant

	Retracted // sees that From has deleted a line in the room Who; everyone: outside of rooms
	Emptied   // sees a line of From to Who without its text, as it was deleted
)

var whatNames = [...]string{"types", "sees", "is refused by", "is told there is no", "types block", "blocks",
	"types unblock", "does not block", "types more", "has seen more", "stops reading", "is not heard any more",
	"types join", "types leave", "types kick", "types invite", "types op", "enters", "is already in", "is barred from",
	"is outside of", "may not", "is answered", "is not in", "sees who joins", "sees who leaves", "sees who is invited",
	"types sent", "types edit", "types delete", "is told there is no line", "sees who deletes", "sees what was deleted"}

func (w What) String() string { return whatNames[w] }

// Stop is a stop of the server.
type Stop struct {
	At   time.Duration // before the signal
	Gone time.Duration // after its process was
	Kill bool          // kill -9; else SIGTERM
}

// Fault is what no correct server does and no event shows: words that no one expects, an end that nobody
// asked for, a question without an answer.
type Fault struct {
	At   time.Duration
	Text string
}

// token is the text of a line, unlike that of any other.
func token(seed uint64, id LineID) string { return fmt.Sprintf("s%d-c%02d-%06d", seed, id.By, id.N) }

// line returns what was typed as id; false if nobody typed such a line.
func (h *History) line(id LineID) (Line, bool) {
	if id.By < 0 || int(id.By) >= len(h.Lines) || id.N < 0 || int(id.N) >= len(h.Lines[id.By]) {
		return Line{}, false
	}
	return h.Lines[id.By][id.N], true
}

// Write writes h as gzipped JSON, for Read.
func (h *History) Write(w io.Writer) error {
	z := gzip.NewWriter(w)
	return errors.Join(json.NewEncoder(z).Encode(h), z.Close())
}

// Read reads what Write has written. A history whose parts do not fit together is an error.
func Read(r io.Reader) (*History, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("read a history: %w", err)
	}
	var h History
	if err := json.NewDecoder(z).Decode(&h); err != nil {
		return nil, fmt.Errorf("read a history: %w", err)
	}
	return &h, h.fits()
}

// fits checks that whatever is called by an index is there.
func (h *History) fits() error {
	if len(h.Lines) != len(h.Accounts) {
		return fmt.Errorf("a history of %d accounts has the lines of %d", len(h.Accounts), len(h.Lines))
	}
	for by, lines := range h.Lines {
		for n, l := range lines {
			if l.To == nobody || !h.has(l.To) || l.Room != 0 && !(isRoom(l.Room) && h.has(l.Room)) ||
				l.Conn < 0 || int(l.Conn) >= len(h.Conns) {
				return fmt.Errorf("line %d of account %d is to account %d on connection %d, which are not there", n, by, l.To, l.Conn)
			}
			if l.Of < 0 || int(l.Of) > n || l.Re < 0 || int(l.Re) > n || l.Of > 0 && lines[l.Of-1].Of > 0 {
				return fmt.Errorf("line %d of account %d changes or answers one that is not before it", n, by)
			}
		}
	}
	for i, c := range h.Conns {
		if c == nil || c.Account < 0 || c.Account >= len(h.Accounts) || int(c.End) >= len(endNames) {
			return fmt.Errorf("connection %d of a history is no connection", i)
		}
		for _, e := range c.Events {
			if int(e.What) >= len(whatNames) || !h.has(int(e.Who)) || !h.has(int(e.From)) || !h.has(int(e.Room)) {
				return fmt.Errorf("connection %d of a history has an event that is none", i)
			}
			if _, ok := h.line(e.Line); !ok && (e.What == KickTyped || e.What == EditTyped || e.What == DeleteTyped) {
				return fmt.Errorf("connection %d of a history has a kick or a change that nobody typed", i)
			}
		}
	}
	return nil
}

// has reports whether there is what stands in the place of an account.
func (h *History) has(who int) bool { return who > firstRoom-len(h.Rooms) && who < len(h.Accounts) }
