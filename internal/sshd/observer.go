package sshd

import "time"

// An Observer hears what happens at the edge: it is for whoever counts it. Its methods are called from any goroutine,
// and must not wait. It is an interface so that this package knows nothing of how things are counted.
type Observer interface {
	// Accepted is told of a connection that was let in, before its handshake; of a proxy's, once its client is known.
	Accepted()
	// Refused is told of one that was not: why is ErrFull, ErrAddressFull, or says that its address is banned.
	Refused(why error)
	// Opened is told that a connection is authenticated, which took so long from its first byte.
	Opened(took time.Duration)
	// Closed is told of the end of a connection that was let in. opened says whether it was authenticated, and why is what
	// ended it: one of the errors of this package, or the cause of the end of Serve's context.
	Closed(opened bool, why error)
}

// nobody is who observes where nobody does.
type nobody struct{}

func (nobody) Accepted()            {}
func (nobody) Refused(error)        {}
func (nobody) Opened(time.Duration) {}
func (nobody) Closed(bool, error)   {}
