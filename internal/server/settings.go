package server

import (
	"fmt"
	"log/slog"
	"time"

	"sshchat/internal/authcmd"
	"sshchat/internal/chat"
	"sshchat/internal/config"
	"sshchat/internal/password"
	"sshchat/internal/sshd"
)

// edge are the settings of sshd. In the configuration 0 is no limit, in sshd it is the default.
func edge(o Options) sshd.Settings {
	l := o.Config.Limits
	return sshd.Settings{
		Startups:           orNoLimit(l.Startups),
		StartupsPerAddress: orNoLimit(l.StartupsPerAddress),
		Sessions:           orNoLimit(o.Config.Server.MaxSessions),
		SessionsPerAddress: orNoLimit(l.SessionsPerAddress),
		Channels:           orNoLimit(l.Channels),
		OutputQueue:        orNoLimit(l.OutputQueue),
		HandshakeGrace:     orNoTime(l.HandshakeGrace),
		LoginGrace:         orNoTime(l.LoginGrace),
		Keepalive:          o.Keepalive,
		Proxies:            o.Config.Server.ProxyFrom,
		Exempt:             l.Exempt,
	}
}

const (
	// reservedFiles are the descriptors that are no connection: database, log, console, metrics, and the
	// runtime's own.
	reservedFiles = 64
	// leastFiles leaves a few people room. Below it nobody would be served well.
	leastFiles = 128
)

// fit makes s fit a process that may open that many files (0: not known), as every connection is one. It
// returns a note for the operator if s asked for more, and refuses where there are too few for any server.
// Those who are not logged in get at most a quarter: a flood of them must leave room for the others.
func fit(s *sshd.Settings, files int) (note string, err error) {
	switch {
	case files == 0:
		return "", nil
	case files < leastFiles:
		return "", tooFewFiles(files, leastFiles)
	}
	asked := *s
	s.Startups = atMost(s.Startups, files/4)
	s.Sessions = atMost(s.Sessions, files-reservedFiles-s.Startups)
	if s.Sessions == asked.Sessions && s.Startups == asked.Startups {
		return "", nil
	}
	return noteFew(s, files), nil
}

// atMost is n, or most if that is less; sshd.NoLimit is more than any.
func atMost(n, most int) int {
	if n < 0 || n > most {
		return most
	}
	return n
}

func noteFew(s *sshd.Settings, files int) string {
	return fmt.Sprintf("at most %d sessions, and %d connections on which nobody is logged in: "+
		"this process may open %d files (raise it with ulimit -n or LimitNOFILE=)", s.Sessions, s.Startups, files)
}

func orNoLimit(n int) int {
	if n == 0 {
		return sshd.NoLimit
	}
	return n
}

func orNoTime(d time.Duration) time.Duration {
	if d == 0 {
		return sshd.NoLimit
	}
	return d
}

// rules are the settings of chat.
func rules(c config.Config) chat.Rules {
	return chat.Rules{
		MessageBytes:   c.Limits.MessageBytes,
		MessageLines:   c.Limits.MessageLines,
		RoomsPerPerson: c.Limits.RoomsPerPerson,
		EditWindow:     c.Limits.EditWindow,
		Messages:       pace(c.Limits.MessageBurst, c.Limits.MessageRate, time.Second),
		Broadcasts:     pace(c.Limits.BroadcastBurst, c.Limits.BroadcastRate, time.Minute),
		Broadcast:      chat.Broadcasters(c.Limits.Broadcast),
		SignUps:        pace(c.Limits.SignupsPerAddress, float64(c.Limits.SignupsPerAddress), time.Hour),
		Attempts:       chat.Pace{Burst: c.Login.AddressBurst, Every: c.Login.AddressEvery},
		Exempt:         c.Limits.Exempt,
		Locks: chat.LockPolicy{
			Strikes:         c.Login.Strikes,
			Lockout:         c.Login.Lockout,
			AddressFailures: c.Login.AddressFailures,
			AddressWindow:   c.Login.AddressWindow,
		},
		SignUpClosed:  c.Login.Signup == config.SignupClosed,
		SignUpInvited: c.Login.Signup == config.SignupInvite,
		MinPassword:   c.Login.MinPassword,
	}
}

// authority is who judges passwords in the place of h; nil: nobody does.
func authority(c config.Config, h *password.Hasher, log *slog.Logger) chat.Authority {
	if len(c.Login.AuthCommand) == 0 {
		return nil
	}
	return &authcmd.Command{Args: c.Login.AuthCommand, Turn: h.Turn, Log: log}
}

// pace is n in each period, burst at once; n 0 is no limit.
func pace(burst int, n float64, period time.Duration) chat.Pace {
	if n <= 0 {
		return chat.Pace{}
	}
	return chat.Pace{Burst: burst, Every: time.Duration(float64(period) / n)}
}
