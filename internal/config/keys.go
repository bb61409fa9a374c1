package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// A key is one thing that can be set.
type key struct {
	section, name string
	initial       string // its default, as text; the environment would spell it so
	rule          rule
	doc           string // for the operator; one sentence or two, a line break wherever it suits
}

// path is how texts call the key.
func (k *key) path() string { return k.section + "." + k.name }

// variable is what the environment calls the key.
func (k *key) variable() string {
	return prefix + strings.ToUpper(k.section+"_"+k.name)
}

// refuse makes what the key's rule answered an error that says where and which key.
func (k *key) refuse(where string, err error) error {
	e := &Error{Where: where, Text: k.path() + " " + err.Error()}
	if m, ok := errors.AsType[*misfit](err); ok {
		e.Hint = m.hint
	}
	return e
}

// many is past what one machine does and far from where numbers overflow.
const many = 1_000_000

// keys is all that can be set, in the order in which it is documented. A section's keys stand together.
var keys = []key{
	{"server", "listen", ":2222",
		address(func(c *Config) *string { return &c.Server.Listen }),
		`HOST:PORT to listen on. No host means every interface, port 0 any free port.`},
	{"server", "data", ".",
		folder(func(c *Config) *string { return &c.Server.Data }),
		`Folder of the database and the host keys, made if it is missing. SSHCHAT_DATA says the same.
Where nothing names it, systemd's STATE_DIRECTORY is used, else the working directory.`},
	{"server", "max_sessions", "10000",
		limit(func(c *Config) *int { return &c.Server.MaxSessions }, 0, many),
		`Sessions logged in at once; never more than the limit of open files allows, which alone counts at 0.`},
	{"server", "proxy_from", "",
		prefixes(func(c *Config) *[]netip.Prefix { return &c.Server.ProxyFrom }),
		`Networks of load balancers, whose connections must begin with a PROXY protocol header, version 1 or 2:
it says from where the client comes. Name the balancers alone: who connects from here can claim any
address. See docs/load-balancer.md.`},
	{"server", "admin_group", "",
		group(func(c *Config) *string { return &c.Server.AdminGroup }),
		`Group whose members may use the console, besides root and the server's user, who must be in it, too.
They must be able to enter the data folder (mode 0710). Empty: nobody else.`},

	{"limits", "startups", "200",
		limit(func(c *Config) *int { return &c.Limits.Startups }, 0, many),
		`Connections on which nobody is logged in, all together; never more than a quarter of the limit of
open files, which alone counts at 0.`},
	{"limits", "startups_per_address", "30",
		limit(func(c *Config) *int { return &c.Limits.StartupsPerAddress }, 0, many),
		`The same from one address (IPv6: one /64). 0: no limit.`},
	{"limits", "sessions_per_address", "0",
		limit(func(c *Config) *int { return &c.Limits.SessionsPerAddress }, 0, many),
		`Sessions logged in at once from one address. 0: no limit.`},
	{"limits", "signups_per_address", "20",
		limit(func(c *Config) *int { return &c.Limits.SignupsPerAddress }, 0, many),
		`New accounts an hour from one address. 0: no limit.`},
	{"limits", "exempt", "",
		prefixes(func(c *Config) *[]netip.Prefix { return &c.Limits.Exempt }),
		`Networks that the limits by address leave alone, such as a class behind one address; a plain
address stands for itself. In the environment, commas separate them. login.address_failures holds for
them too: guesses at an account stay bounded.`},
	{"limits", "channels", "4",
		limit(func(c *Config) *int { return &c.Limits.Channels }, 0, 1000),
		`Channels open at once on one connection. 0: no limit, which trusts everyone who can connect.`},
	{"limits", "message_bytes", "4000",
		limit(func(c *Config) *int { return &c.Limits.MessageBytes }, 0, 65536),
		`Bytes of one message. 0: no limit but the 128 KiB of a line, its command included.`},
	{"limits", "message_lines", "20",
		limit(func(c *Config) *int { return &c.Limits.MessageLines }, 0, 65536),
		`Lines of one message. 0: no limit.`},
	{"limits", "rooms_per_person", "100",
		limit(func(c *Config) *int { return &c.Limits.RoomsPerPerson }, 0, many),
		`Rooms that a person may be in at once. 0: no limit.`},
	{"limits", "edit_window", "10m",
		duration(func(c *Config) *time.Duration { return &c.Limits.EditWindow }, time.Second),
		`How long people may change what they have said. 0: for ever.`},
	{"limits", "message_burst", "10",
		limit(func(c *Config) *int { return &c.Limits.MessageBurst }, 0, many),
		`Messages that a person may send at once before message_rate counts.`},
	{"limits", "message_rate", "2",
		rate(func(c *Config) *float64 { return &c.Limits.MessageRate }),
		`Messages a second and person; 0.5 is one in two seconds. 0: no limit, whatever message_burst says.`},
	{"limits", "broadcast_burst", "5",
		limit(func(c *Config) *int { return &c.Limits.BroadcastBurst }, 0, many),
		`Broadcasts that a person may send at once before broadcast_rate counts.`},
	{"limits", "broadcast_rate", "1",
		rate(func(c *Config) *float64 { return &c.Limits.BroadcastRate }),
		`Broadcasts a minute and person. 0: no limit, whatever broadcast_burst says.`},
	{"limits", "broadcast", BroadcastAll,
		broadcasters(func(c *Config) *Broadcasters { return &c.Limits.Broadcast }),
		`Who may broadcast: all, moderators (and admins, who always may), or accounts that are at least as old
as a duration, such as 24h.`},
	{"limits", "output_queue", "262144",
		limit(func(c *Config) *int { return &c.Limits.OutputQueue }, 65536, 1<<30),
		`Bytes that may wait for one session's client. 0: no limit, so that each reader who stalls costs
memory without end.`},
	{"limits", "hashes", "0",
		limit(func(c *Config) *int { return &c.Limits.Hashes }, 0, 256),
		`Passwords hashed at once; each takes a core and 19 MiB. 0 means automatic, not unlimited: half the
cores, at least 1, at most 4.`},
	{"limits", "handshake_grace", "30s",
		duration(func(c *Config) *time.Duration { return &c.Limits.HandshakeGrace }, time.Second),
		`Time for the SSH handshake, then to open a channel, then to start something on it. 0: no limit.`},
	{"limits", "login_grace", "5m",
		duration(func(c *Config) *time.Duration { return &c.Limits.LoginGrace }, time.Second),
		`Time from there to the login, whatever is typed meanwhile. 0: no limit.`},

	{"login", "strikes", "3",
		limit(func(c *Config) *int { return &c.Login.Strikes }, 0, many),
		`Wrong passwords in a row that lock an account for the address and port they came from.
0: no limit, these lock nothing.`},
	{"login", "lockout", "60s",
		duration(func(c *Config) *time.Duration { return &c.Login.Lockout }, time.Second),
		`How long such a lock lasts. 0: nothing is ever locked, by strikes or by address_failures.`},
	{"login", "address_failures", "9",
		limit(func(c *Config) *int { return &c.Login.AddressFailures }, 0, many),
		`Wrong passwords within address_window that lock an account for a whole address. 0: no limit.`},
	{"login", "address_window", "10m",
		duration(func(c *Config) *time.Duration { return &c.Login.AddressWindow }, time.Second),
		`The time in which they count. 0 only together with address_failures = 0.`},
	{"login", "address_burst", "30",
		limit(func(c *Config) *int { return &c.Login.AddressBurst }, 0, many),
		`Wrong passwords, for whatever accounts, that an address may try before address_every counts.`},
	{"login", "address_every", "10s",
		duration(func(c *Config) *time.Duration { return &c.Login.AddressEvery }, time.Millisecond),
		`The address may then try one more each such time. 0: no limit, whatever address_burst says.`},
	{"login", "signup", SignupOpen,
		word(func(c *Config) *string { return &c.Login.Signup }, SignupOpen, SignupInvite, SignupClosed),
		`Whether people may make accounts: open, invite (with a code that sshchat admin invite create makes) or
closed.`},
	{"login", "min_password", "8",
		atLeast(func(c *Config) *int { return &c.Login.MinPassword }, 1, 256),
		`Characters that a new password must have. Never 0: nobody has an empty password.`},

	{"login", "auth_command", "",
		command(func(c *Config) *[]string { return &c.Login.AuthCommand }),
		`A program that judges all passwords, with its arguments: an absolute path, no shell. It reads
{"name", "password", "address"} as JSON, the name in lower case, and exits with 0 to accept, with 1 to
refuse; anything else, or 5 s, is "try later". Who is accepted and has no account gets one. Empty: the
server keeps passwords.`},

	{"log", "level", "info",
		level(func(c *Config) *slog.Level { return &c.Log.Level }),
		`The least that is logged: debug, info, warn or error.`},
	{"log", "format", FormatText,
		word(func(c *Config) *string { return &c.Log.Format }, FormatText, FormatJSON),
		`How a log record is written: text or json.`},

	{"storage", "retention", "0",
		days(func(c *Config) *time.Duration { return &c.Storage.Retention }),
		`How long what people say is kept, in days, as in "90d"; what is older is deleted once a day.
0: for ever.`},
	{"metrics", "listen", "",
		orNothing(address(func(c *Config) *string { return &c.Metrics.Listen }),
			func(c *Config) *string { return &c.Metrics.Listen }),
		`HOST:PORT for Prometheus (/metrics) and health checks (/livez, /readyz), such as "127.0.0.1:9222".
Whoever reaches it needs no password. Empty: off.`},
}

// find returns the key of that section and name, or nil.
func find(section, name string) *key {
	for i := range keys {
		if k := &keys[i]; k.section == section && k.name == name {
			return k
		}
	}
	return nil
}

// sections returns the names of the sections in order.
func sections() []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.section)
	}
	return slices.Compact(all)
}

// names returns the names of a section's keys in order.
func names(section string) []string {
	var all []string
	for _, k := range keys {
		if k.section == section {
			all = append(all, k.name)
		}
	}
	return all
}
