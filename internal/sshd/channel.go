package sshd

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A Kind is what a client asked for on a channel.
type Kind int

const (
	Shell     Kind = iota // an interactive session
	Exec                  // a command
	Subsystem             // a subsystem, such as sftp
)

func (k Kind) String() string { return [...]string{"shell", "exec", "subsystem"}[k] }

// A Channel is one session channel (RFC 4254 section 6) on which a shell, a command or a subsystem was
// started. Its methods may be called from several goroutines, but for those that say otherwise, until
// the Handler has returned.
type Channel struct {
	c      *conn
	raw    gossh.Channel
	ctx    context.Context
	cancel context.CancelCauseFunc
	setup  setup
	size   atomic.Uint32 // columns << 16 | rows
	notify atomic.Pointer[func()]
	in     input
	out    output
	status atomic.Uint32
	over   chan struct{} // closed when the handler has ended; nil when none was started

	timer    *time.Timer // until something is started, until login, until the parting is over
	started  atomic.Bool
	loggedIn bool // these three are guarded by c.mu
	parting  bool
	stderr   bool // its stderr is read
}

// User returns the SSH user name, cleaned, at most 64 bytes. OpenSSH sends the local user's name when
// none is given: it is a suggestion and identifies nobody.
func (ch *Channel) User() string { return clean(ch.c.serverConn().User(), 64) }

// Remote returns the client's address and port; an IPv4 address as such, also on an IPv6 socket.
func (ch *Channel) Remote() netip.AddrPort { return ch.c.remote }

// Client returns the version that the client announced, cleaned, at most 128 bytes.
func (ch *Channel) Client() string {
	return clean(string(ch.c.serverConn().ClientVersion()), longestVersion)
}

// Key returns the fingerprint (SHA256:...) of the known key with which the client has authenticated
// itself; empty if it has not. A key that was merely offered is never returned.
func (ch *Channel) Key() string { return keyOf(ch.c.serverConn()) }

// Notify has fn called now, and whenever something was typed, the input has ended or the size has changed
// (and once the queue is empty, see NotifyDrained). It is called from any goroutine and must not wait. One
// call may stand for several reasons: look at all of them.
func (ch *Channel) Notify(fn func()) {
	ch.notify.Store(&fn)
	fn()
}

func (ch *Channel) notice() {
	if fn := ch.notify.Load(); fn != nil {
		(*fn)()
	}
}

// LoggedIn counts the channel as a session from now on, and ends its LoginGrace. The error is ErrFull or
// ErrAddressFull when there are too many, or ErrSilent when the connection is being closed to make room
// for another.
func (ch *Channel) LoggedIn() error {
	c := ch.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.loggedIn {
		return nil
	}
	if err := c.v.places.login(c.place); err != nil {
		return err
	}
	ch.loggedIn = true
	if !ch.parting {
		ch.timer.Stop()
	}
	return nil
}

// LoggedOut takes LoggedIn back. The connection is no startup while another of its channels is logged in;
// LoginGrace begins anew.
func (ch *Channel) LoggedOut() {
	c := ch.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ch.loggedIn {
		return
	}
	ch.loggedIn = false
	c.v.places.logout(c.place)
	if !ch.parting {
		ch.arm(c.set.LoginGrace)
	}
}

// Traffic is what a channel has carried, without what SSH adds to it.
type Traffic struct {
	Received, Sent uint64    // bytes; stderr counts as sent
	Typed          time.Time // when something was received last; before that, when the channel was opened
}

// Traffic says what the channel has carried until now.
func (ch *Channel) Traffic() (t Traffic) {
	ch.in.mu.Lock()
	t.Received, t.Typed = ch.in.taken, ch.in.at
	ch.in.mu.Unlock()
	ch.out.mu.Lock()
	defer ch.out.mu.Unlock()
	t.Sent = ch.out.written
	return t
}

// Exit sets the exit status that the client is told when the Handler returns; 0 if it is not called.
func (ch *Channel) Exit(status int) { ch.status.Store(uint32(status)) }

// Kill ends the whole connection at once. The contexts of its handlers carry cause.
func (ch *Channel) Kill(cause error) { ch.c.kill(cause) }

// Prove returns nil once the client's ssh has received all that was written to the channel before the
// call: it waits until those bytes are on their way, then for an answer (see Answers). ctx bounds the
// wait. Otherwise the error is the cause of the end of ctx or of the connection.
func (ch *Channel) Prove(ctx context.Context) error {
	if err := ch.out.sent(ctx); err != nil {
		return err
	}
	return ch.Answers(ctx)
}

// Answers returns nil once the client's ssh has answered a keepalive request: it is there, even if it
// takes nothing of what waits for it. One question is in flight on a connection at a time; all who ask
// meanwhile share the next one. The error is as Prove's.
func (ch *Channel) Answers(ctx context.Context) error {
	r := ch.c.ask()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
