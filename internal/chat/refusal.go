package chat

import "errors"

// Reason classes refusals, for exit codes and for programs. It is no text for people.
type Reason int

// The reasons.
const (
	Invalid    Reason = iota // what was asked for makes no sense
	NotFound                 // there is nobody and nothing of that name
	Taken                    // the name is somebody's, or reserved
	Blocked                  // the recipient blocks the sender
	Denied                   // wrong name or password
	Locked                   // too many wrong passwords
	Occupied                 // the account is logged in already
	Banned                   // the account is disabled
	TooLong                  // past a message's limits
	TooFast                  // past a pace
	Busy                     // no room now: try again
	LoggedOut                // one must log in first
	Usage                    // a command is incomplete
	NotAllowed               // the rules of the room, or of the thing, do not let one
	Slip                     // text that is nearly a command, typed into a conversation
	MustChange               // the password is right, and good for choosing another only
)

// Refusal is an error made for the person to read: what is wrong, then what to do. It is no
// fault: nothing of it goes into the operator's log.
type Refusal struct {
	Reason Reason
	Text   string // a line, seldom two; without a final stop
	Hint   string // the way on; may be empty
}

func (r Refusal) Error() string {
	if r.Hint == "" {
		return r.Text
	}
	return r.Text + " — " + r.Hint
}

// AsRefusal finds the refusal in err, if it is one.
func AsRefusal(err error) (Refusal, bool) {
	var r Refusal
	ok := errors.As(err, &r)
	return r, ok
}
