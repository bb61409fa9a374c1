// Package sshd serves SSH: it accepts connections, takes everybody in without a question, and hands
// each session channel to a Handler. It is a leaf, as net/http is: it knows bytes, sizes, keys and
// limits, and nothing of what is talked about over them.
//
// It stands on gliderlabs/ssh and golang.org/x/crypto/ssh, and in front of what those two let a
// stranger do to a process: every queue, wait and count here is bounded, and what goes wrong on one
// connection ends that connection at most.
//
// # Authentication
//
// The method "none" is refused, a public key is accepted at the query only if KnownKey knows it, and
// keyboard-interactive succeeds without a challenge. So a person without a key gets in with no
// prompt, a person with a known key has proved it, and a key that was merely offered identifies
// nobody (RFC 4252 section 7 lets a client query keys that it cannot sign with). For the same reason a
// key that RefuseKey refuses shuts out who offers it, and nobody else: whatever else they try on that
// connection fails.
//
// # Goroutines
//
// A connection has one goroutine here (gliderlabs' HandleConn) and one for its global requests, and
// three in x/crypto. A channel adds one for its requests, one that reads what is typed and one that
// runs the Handler; one more writes while something waits to be written. Serve returns when all of
// them have ended.
package sshd

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// NoLimit in a field of Settings means that there is no such limit. Any negative value does.
const NoLimit = -1

// Settings are the limits of a Server. In each field zero takes the default and a negative value
// (NoLimit) means no limit.
type Settings struct {
	Startups           int // connections on which nobody is logged in, the handshake included; 200
	StartupsPerAddress int // the same from one address (IPv6: one /64); 30
	Sessions           int // channels that are logged in, of all connections; 10,000
	SessionsPerAddress int // the same from one address (IPv6: one /64); no limit
	Channels           int // session channels of one connection; 4
	OutputQueue        int // bytes that wait to be written to one channel; 256 KiB
	InputQueue         int // bytes typed ahead on one channel; 256 KiB

	// HandshakeGrace is how long a connection may take until it is authenticated, then until it
	// opens a channel, and a channel until something is started on it; 30 s each.
	HandshakeGrace time.Duration
	// LoginGrace is how long a channel may stay not logged in, whatever is typed meanwhile; 5 min.
	LoginGrace time.Duration
	// Keepalive is how long nothing need be heard from a client until it is asked for a sign of
	// life, and how long it then has to answer: a dead link is found within twice this; 30 s.
	Keepalive time.Duration

	// Proxies are the networks whose connections begin with a PROXY protocol header, which says whom the
	// connection, its limits and its Remote are for. A proxy can name any address.
	Proxies []netip.Prefix
	// Exempt are the networks to which the limits per address do not apply.
	Exempt []netip.Prefix
}

// A Server serves SSH on a listener. Its fields must not change while it serves: see Change.
type Server struct {
	Settings Settings
	// HostKeys identify the server; at least one. See LoadHostKeys.
	HostKeys []gossh.Signer // each a gossh.MultiAlgorithmSigner, as all that gossh makes are
	// Handler is called in its own goroutine for every channel on which something was started. The
	// channel is closed when it returns. Its context ends with the connection, with the channel, or
	// when the server stops; context.Cause then says why in words for the person.
	Handler func(ctx context.Context, ch *Channel)
	// KnownKey tells whether the key with this fingerprint (SHA256:...) may log in. It is asked when
	// a client queries or uses a key, before any signature, so its answer is no secret. Nil knows no
	// key.
	KnownKey func(fingerprint string) bool
	// RefuseAddress says why nobody may connect from an address, in words for the person; nothing if they may. RefuseClient
	// is the same for the version that a client gives, cleaned, and RefuseKey for the fingerprint of a key that it offers.
	// They are asked for each connection: they must not wait. Nil refuses nobody.
	RefuseAddress func(addr netip.Addr) string
	RefuseClient  func(version string) string
	RefuseKey     func(fingerprint string) string
	// Log takes what happens at the edge; nil discards it. Bytes from clients are cleaned before.
	Log *slog.Logger
	// Observer hears what is to be counted; nil: nobody does.
	Observer Observer

	mu      sync.Mutex
	running *serving // nil while it does not serve
}

// Change has other settings hold for the connections that come from now on, also while the server serves. Those that are there
// keep the ones with which they began; nobody has to go because fewer may come.
func (s *Server) Change(set Settings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Settings = set
	if s.running != nil {
		s.running.change(set.withDefaults())
	}
}

// withDefaults returns the settings with each zero replaced by its default.
func (s Settings) withDefaults() Settings {
	orInt(&s.Startups, 200)
	orInt(&s.StartupsPerAddress, 30)
	orInt(&s.Sessions, 10_000)
	orInt(&s.SessionsPerAddress, NoLimit)
	orInt(&s.Channels, 4)
	orInt(&s.OutputQueue, 256<<10)
	orInt(&s.InputQueue, 256<<10)
	orDuration(&s.HandshakeGrace, 30*time.Second)
	orDuration(&s.LoginGrace, 5*time.Minute)
	orDuration(&s.Keepalive, 30*time.Second)
	return s
}

func orInt(n *int, standard int) {
	if *n == 0 {
		*n = standard
	}
}

func orDuration(d *time.Duration, standard time.Duration) {
	if *d == 0 {
		*d = standard
	}
}

// over reports whether n is more than a limit allows.
func over(n, limit int) bool { return limit >= 0 && n > limit }
