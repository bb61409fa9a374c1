package server

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/config"
	"sshchat/internal/sshd"
)

// reservedFiles are the descriptors that are no connection: database, log, console, and the
// runtime's own.
const reservedFiles = 64

// edge are the settings of sshd, and a note for the operator if the machine allows fewer sessions
// than were asked for. In the configuration 0 is no limit, in sshd it is the default.
func edge(o Options) (s sshd.Settings, note string) {
	l := o.Config.Limits
	s = sshd.Settings{
		Startups:           orNoLimit(l.Startups),
		StartupsPerAddress: orNoLimit(l.StartupsPerAddress),
		Sessions:           orNoLimit(o.Config.Server.MaxSessions),
		SessionsPerAddress: orNoLimit(l.SessionsPerAddress),
		Channels:           orNoLimit(l.Channels),
		OutputQueue:        orNoLimit(l.OutputQueue),
		HandshakeGrace:     orNoTime(l.HandshakeGrace),
		LoginGrace:         orNoTime(l.LoginGrace),
		Keepalive:          o.Keepalive,
		Exempt:             l.Exempt,
	}
	files := fileLimit()
	room := max(1, files-reservedFiles-max(0, l.Startups))
	if files > 0 && (s.Sessions < 0 || s.Sessions > room) {
		s.Sessions = room
		note = fmt.Sprintf("at most %d sessions: this process may open %d files (raise it with ulimit -n or LimitNOFILE=)",
			room, files)
	}
	return s, note
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
		MessageBytes: c.Limits.MessageBytes,
		MessageLines: c.Limits.MessageLines,
		Messages:     pace(c.Limits.MessageBurst, c.Limits.MessageRate, time.Second),
		Broadcasts:   pace(c.Limits.BroadcastBurst, c.Limits.BroadcastRate, time.Minute),
		SignUps:      pace(c.Limits.SignupsPerAddress, float64(c.Limits.SignupsPerAddress), time.Hour),
		Attempts:     chat.Pace{Burst: c.Login.AddressBurst, Every: c.Login.AddressEvery},
		Exempt:       c.Limits.Exempt,
		Locks: chat.LockPolicy{
			Strikes:         c.Login.Strikes,
			Lockout:         c.Login.Lockout,
			AddressFailures: c.Login.AddressFailures,
			AddressWindow:   c.Login.AddressWindow,
		},
		SignUpClosed: c.Login.Signup == config.SignupClosed,
		MinPassword:  c.Login.MinPassword,
	}
}

// pace is n in each period, burst at once; n 0 is no limit.
func pace(burst int, n float64, period time.Duration) chat.Pace {
	if n <= 0 {
		return chat.Pace{}
	}
	return chat.Pace{Burst: burst, Every: time.Duration(float64(period) / n)}
}
