// Package config reads the server's settings: from flags, else the environment, else a TOML file,
// else the defaults. One table of keys (keys.go) is read by all of them and by [Sample], so that
// they cannot disagree about what a key is called, what it takes or what it does.
//
// Nothing is guessed and nothing is passed over in silence: an unknown key, an unknown variable of one of
// our sections or a value that cannot be meant is an [*Error] that says where it stands; other SSHCHAT_
// variables are named by [Ignored].
package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"
)

// Config is everything that can be set. A limit of 0 is no limit, unless its field says otherwise.
type Config struct {
	Server  Server
	Limits  Limits
	Login   Login
	Log     Log
	Metrics Metrics
	Storage Storage
}

// Server is where the server listens and keeps its data.
type Server struct {
	Listen      string // HOST:PORT; no host is every interface, port 0 any free port
	Data        string // folder; a relative one is taken from the working directory
	MaxSessions int    // logged in at once
	// ProxyFrom are the networks of proxies that say for whom they connect; masked, IPv4-mapped ones unmapped.
	ProxyFrom []netip.Prefix
	// AdminGroup is the name or number of the group whose members may use the console; empty: root and the server's user alone.
	AdminGroup string
}

// Limits is how much one person, one address or all together may ask of the server.
type Limits struct {
	Startups           int            // connections on which nobody is logged in, all together
	StartupsPerAddress int            // the same from one address (IPv6: a /64)
	SessionsPerAddress int            // logged in at once from one address
	SignupsPerAddress  int            // an hour from one address
	Exempt             []netip.Prefix // masked, IPv4-mapped ones unmapped; limits by address do not count them
	Channels           int            // open at once on one connection
	MessageBytes       int            // in all of one message
	MessageLines       int            // in all of one message
	RoomsPerPerson     int            // that one may be in at once
	EditWindow         time.Duration  // in which one may change a line of one's own
	MessageBurst       int            // sent at once before MessageRate counts; 0 only where that is 0
	MessageRate        float64        // messages a second and person
	BroadcastBurst     int            // sent at once before BroadcastRate counts; 0 only where that is 0
	BroadcastRate      float64        // broadcasts a minute and person
	Broadcast          Broadcasters   // who may broadcast
	OutputQueue        int            // bytes that may wait for one session's client
	Hashes             int            // password hashes at once; 0 is automatic, see HashesOn
	HandshakeGrace     time.Duration  // for the SSH handshake
	LoginGrace         time.Duration  // from the handshake to the login
}

// Broadcasters are those who may broadcast, besides moderators and admins. The zero value is everyone.
type Broadcasters struct {
	Moderators bool          // nobody else
	Age        time.Duration // accounts at least that old
}

// Login is what it takes to get in, and what happens to those who guess.
type Login struct {
	Strikes         int           // wrong passwords in a row that lock an account for one address and port
	Lockout         time.Duration // length of a lock; 0 locks nobody
	AddressFailures int           // wrong passwords within AddressWindow that lock an account for an address
	AddressWindow   time.Duration // 0 only where AddressFailures is 0
	AddressBurst    int           // wrong passwords from one address before AddressEvery counts; 0 only where that is 0
	AddressEvery    time.Duration // one more wrong password from that address each
	Signup          string        // SignupOpen, SignupInvite or SignupClosed
	MinPassword     int           // characters, at least 1
	AuthCommand     []string      // an absolute path and arguments; what judges passwords, none: the server does
}

// Log is what the server writes to its standard error.
type Log struct {
	Level  slog.Level // the least that is written
	Format string     // FormatText or FormatJSON
}

// Metrics is what other programs may ask of the server.
type Metrics struct {
	Listen string // HOST:PORT; empty: nowhere
}

// Storage is how long things are kept.
type Storage struct {
	Retention time.Duration // what was said longer ago is deleted; 0 keeps all
}

// The words that the keys of words take.
const (
	SignupOpen   = "open"   // anyone may make an account
	SignupInvite = "invite" // whoever has a code may
	SignupClosed = "closed" // nobody may, in a session

	BroadcastAll        = "all"
	BroadcastModerators = "moderators"

	FormatText = "text"
	FormatJSON = "json"
)

// HashesOn returns how many passwords may be hashed at once on a machine with that many cores:
// l.Hashes or, when that is 0, half the cores, at least 1 and at most 4. A hash keeps a core and
// 19 MiB busy: a flood of logins must leave both to those who are in already.
func (l Limits) HashesOn(cores int) int {
	if l.Hashes > 0 {
		return l.Hashes
	}
	return min(max(cores/2, 1), 4)
}

// Flags is what the command line settles. A nil field was not given there.
type Flags struct {
	Listen *string // --listen
	Data   *string // --data
	// Metrics is --metrics.
	Metrics *string
}

// Default returns the settings of a server that nobody has told anything.
func Default() Config {
	var c Config
	for _, k := range keys {
		if err := k.rule.set(&c, k.initial); err != nil {
			panic(fmt.Sprintf("config: default of %s: %v", k.path(), err))
		}
	}
	return c
}

// Load returns the settings, each from the first of flags, environ and the TOML file that has it,
// else its default. An empty file is no file; environ is as [os.Environ] gives it.
//
// Every value is checked, also one that another overrides. The error is an [*Error] about one of the
// mistakes; of those in the file, about the first.
func Load(file string, environ []string, flags Flags) (Config, error) {
	inFile, err := fromFile(file)
	if err != nil {
		return Config{}, err
	}
	inEnviron, err := fromEnviron(environ)
	if err != nil {
		return Config{}, err
	}
	c := Default()
	if err := c.apply(fromSystemd(environ), inFile, inEnviron, fromFlags(flags)); err != nil {
		return Config{}, err
	}
	return c, nil
}

// ForConsole is [Load] for those who talk to a server that runs already, or take its place for a command. Where the
// flag names the data folder, neither file nor environ is looked at: a mistake in them must not keep an operator
// from the console.
func ForConsole(file string, environ []string, flag *string) (Config, error) {
	if flag != nil {
		file, environ = "", nil
	}
	return Load(file, environ, Flags{Data: flag})
}

// A setting is one key's value as somebody wrote it.
type setting struct {
	key   *key
	where string // file:line, variable or flag
	text  string
}

// apply sets what each layer says, a later one over an earlier one, and checks the whole.
func (c *Config) apply(layers ...[]setting) error {
	where := map[string]string{}
	for _, layer := range layers {
		for _, s := range layer {
			if err := s.key.rule.set(c, s.text); err != nil {
				return s.key.refuse(s.where, err)
			}
			where[s.key.path()] = s.where
		}
	}
	return c.check(where)
}

// check refuses what no key can see alone: a zero that would not lift a limit but let nobody
// through. Where says where each key was set.
func (c *Config) check(where map[string]string) error {
	for _, pair := range []struct {
		part, limit string
		wrong       bool
	}{
		{"limits.message_burst", "message_rate", c.Limits.MessageBurst == 0 && c.Limits.MessageRate > 0},
		{"limits.broadcast_burst", "broadcast_rate", c.Limits.BroadcastBurst == 0 && c.Limits.BroadcastRate > 0},
		{"login.address_burst", "address_every", c.Login.AddressBurst == 0 && c.Login.AddressEvery > 0},
		{"login.address_window", "address_failures", c.Login.AddressWindow == 0 && c.Login.AddressFailures > 0},
	} {
		if pair.wrong {
			return &Error{
				Where: where[pair.part],
				Text:  fmt.Sprintf("%s cannot be 0 while %s is not", pair.part, pair.limit),
				Hint:  fmt.Sprintf("%s = 0 lifts the limit", pair.limit),
			}
		}
	}
	return nil
}
