package chat

import (
	"context"
	"time"

	"sshchat/internal/sanitize"
)

// Session is what the domain asks of the session behind a login on this node. The methods may be
// called from any goroutine.
type Session interface {
	// Admit takes a place among the sessions that are logged in. It refuses, in words for the
	// person, when the server or their address has no more of them. A session whose login then comes
	// to nothing gives the place back by itself.
	Admit() error
	// Alive reports whether the client at the other end still answers, within ctx.
	Alive(ctx context.Context) bool
	// Evict ends the session: the person is told cause, what was shown is proven if the
	// client still answers within ctx, and how far it came is returned. Later calls return the same.
	Evict(ctx context.Context, cause error) Progress
}

// Metered is a Session that knows what its link has carried. It is no part of Session as only the console asks.
type Metered interface{ Traffic() Traffic }

// Traffic is what a session's link has carried.
type Traffic struct {
	Received, Sent uint64        // bytes of the channel
	Idle           time.Duration // since something was received
	Delivered      EntryID       // the client is proven to have all up to it
	Lags           bool          // there is more
}

// Sessions knows the sessions of this node; delivery.Hub is the real one. It is an interface only
// because delivery imports this package.
type Sessions interface {
	// Open begins to collect for a login what the feed brings. It is called before
	// anybody can ask whether the login is held.
	Open(b Begun, s Session)
	// Held gives the session of a login of this node, and false if there is none (any more).
	Held(id LoginID) (Session, bool)
	// Each calls fn for every session that is open, one after the other.
	Each(fn func(Login, Session))
	// Arrived tells the sessions of watcher, if there are any, that who has logged in.
	Arrived(watcher UserID, who Person)
	// Tell shows the sessions of user, if there are any, a line of the server's that is no part of the log.
	Tell(user UserID, text sanitize.Text)
	// Close ends what Open began. For an id that is not open it does nothing.
	Close(id LoginID)
}

// Passwords hashes and checks passwords; password.Hasher is the real one. Tests use a cheap one.
type Passwords interface {
	// Hash gives the PHC string to store. Of those who wait for their turn whoever has the highest
	// rank is next, and of one rank the first from each place in turn.
	Hash(ctx context.Context, rank int, from, password string) (string, error)
	// Verify compares. stored "" is an account that does not exist: it takes as long and never
	// matches. outdated asks for the password to be hashed again.
	Verify(ctx context.Context, rank int, from, stored, password string) (ok, outdated bool, err error)
	// Random makes a password by chance, for somebody to hand over, and the PHC string to store. It waits for nobody.
	Random() (password, stored string)
}
