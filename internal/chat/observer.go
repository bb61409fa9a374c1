package chat

// An Observer hears what the service does: it is for whoever counts it, and writes of it. Its methods are called from any
// goroutine, and must not wait. It is an interface so that the domain knows nothing of how that is done.
type Observer interface {
	// Judged is told of each attempt to be let in by a password, whether to log in or to change something of one's own.
	Judged(v Verdict)
	// LockedOut is told of a lock, and of the failure that has led to it. The key of that may be a password which somebody
	// typed for a name: it belongs into no log.
	LockedOut(f Failure, l Lock)
}

// A Verdict is what became of an attempt.
type Verdict int

// The verdicts.
const (
	Right   Verdict = iota // the password was right, whatever else then keeps the person out
	Wrong                  // it was wrong, or there is no such account
	NotNow                 // a lock holds: no password was looked at
	Unknown                // too many waited, whoever asked has gone, or a fault
)

// nobody is who observes where nobody does.
type nobody struct{}

func (nobody) Judged(Verdict)          {}
func (nobody) LockedOut(Failure, Lock) {}
