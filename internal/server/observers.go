package server

import (
	"errors"
	"log/slog"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
	"sshchat/internal/metrics"
	"sshchat/internal/session"
	"sshchat/internal/sshd"
	"sshchat/internal/store"
)

// An edgeMeter is an [sshd.Observer].
type edgeMeter struct {
	active     *metrics.Gauge
	handshakes *metrics.Histogram
	// What became of a connection; each is counted in one of these.
	authenticated, handshakeFailed, full, addressFull, banned *metrics.Counter

	ends  [len(ends)]*metrics.Counter
	other *metrics.Counter
}

// ends are the words for what ends a connection.
var ends = [...]struct {
	cause error
	word  string
}{
	{sshd.ErrGone, "closed"},
	{sshd.ErrDead, "dead"},
	{sshd.ErrSilent, "made_room"},
	{sshd.ErrHandshake, "handshake_grace"},
	{sshd.ErrNoSession, "no_session"},
	{sshd.ErrFlood, "flood"},
	{sshd.ErrTooSlow, "too_slow"},
	{sshd.ErrFault, "fault"},
	{ErrShuttingDown, "shutdown"},
}

func newEdgeMeter(r *metrics.Registry) *edgeMeter {
	became := func(result string) *metrics.Counter {
		return r.Counter("sshchat_connections_total", "Connections, by what became of them.", "result", result)
	}
	ended := func(cause string) *metrics.Counter {
		return r.Counter("sshchat_disconnects_total", "Ends of connections that were let in, by what ended them.", "cause", cause)
	}
	e := &edgeMeter{
		authenticated: became("authenticated"), handshakeFailed: became("handshake_failed"),
		full: became("full"), addressFull: became("address_full"), banned: became("banned"),
		active: r.Gauge("sshchat_connections_active", "Connections that are open, logged in or not."),
		handshakes: r.Histogram("sshchat_handshake_duration_seconds", "Time from a connection to its authentication.",
			durations(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)),
	}
	for i := range ends {
		e.ends[i] = ended(ends[i].word)
	}
	e.other = ended("evicted") // a session had to go and did not: its link was cut
	return e
}

func (e *edgeMeter) Accepted() { e.active.Add(1) }

func (e *edgeMeter) Refused(why error) {
	switch {
	case errors.Is(why, sshd.ErrAddressFull):
		e.addressFull.Inc()
	case errors.Is(why, sshd.ErrFull):
		e.full.Inc()
	default:
		e.banned.Inc()
	}
}

func (e *edgeMeter) Opened(took time.Duration) {
	e.authenticated.Inc()
	e.handshakes.Observe(took)
}

func (e *edgeMeter) Closed(opened bool, why error) {
	e.active.Add(-1)
	if !opened {
		e.handshakeFailed.Inc()
	}
	for i := range ends {
		if errors.Is(why, ends[i].cause) {
			e.ends[i].Inc()
			return
		}
	}
	e.other.Inc()
}

// A chatMeter is a [chat.Observer]. It writes into the log, too: who reads that for addresses to keep out finds locks there.
type chatMeter struct {
	log      *slog.Logger
	attempts [len(verdicts)]*metrics.Counter
	port     *metrics.Counter
	address  *metrics.Counter
}

var verdicts = [...]string{chat.Right: "accepted", chat.Wrong: "denied", chat.NotNow: "locked", chat.Unknown: "unjudged"}

func newChatMeter(r *metrics.Registry, log *slog.Logger) *chatMeter {
	locks := func(scope chat.LockScope) *metrics.Counter {
		return r.Counter("sshchat_lockouts_total", "Locks that wrong passwords have led to, by what was locked.", "scope", string(scope))
	}
	c := &chatMeter{log: log, port: locks(chat.LockPort), address: locks(chat.LockAddress)}
	for v, word := range verdicts {
		c.attempts[v] = r.Counter("sshchat_auth_attempts_total", "Attempts to be let in, by what by and what came of it.",
			"method", "password", "result", word)
	}
	return c
}

func (c *chatMeter) Judged(v chat.Verdict) { c.attempts[v].Inc() }

// LockedOut does not log the name that was tried: people type their password there, too.
func (c *chatMeter) LockedOut(f chat.Failure, l chat.Lock) {
	if l.Scope == chat.LockPort {
		c.port.Inc()
	} else {
		c.address.Inc()
	}
	c.log.Warn("locked out", "event", "lockout", "scope", l.Scope, "remote", f.Remote, "until", l.Until)
}

// A sessionMeter is a [session.Observer].
type sessionMeter struct {
	active   [len(kinds)]*metrics.Gauge
	lasted   [len(kinds)]*metrics.Histogram
	commands map[string]*[len(results)]*metrics.Counter
	rejected [len(rejections)]*metrics.Counter
}

var (
	kinds   = [...]string{session.Terminal: "terminal", session.Plain: "plain"}
	results = [...]string{
		session.Done: "ok", session.Refused: "refused", session.Cancelled: "cancelled", session.Failed: "failed",
	}
	// rejections are the words for what can be wrong with a line. Reasons that have none count as chat.Invalid.
	rejections = [...]string{
		chat.Invalid: "invalid", chat.NotFound: "not_found", chat.Blocked: "blocked", chat.Banned: "banned",
		chat.TooLong: "too_long", chat.TooFast: "too_fast", chat.Busy: "busy", chat.Usage: "empty", chat.NotAllowed: "not_allowed",
	}
)

func newSessionMeter(r *metrics.Registry) *sessionMeter {
	s := &sessionMeter{commands: map[string]*[len(results)]*metrics.Counter{}}
	for k, word := range kinds {
		s.active[k] = r.Gauge("sshchat_sessions_active", "Sessions that are open, logged in or not.", "kind", word)
		s.lasted[k] = r.Histogram("sshchat_session_duration_seconds", "How long sessions lasted that have ended.",
			durations(1e3, 10e3, 60e3, 600e3, 3600e3, 8*3600e3, 24*3600e3, 7*24*3600e3), "kind", word)
	}
	for _, name := range command.Names() {
		s.commands[name] = new([len(results)]*metrics.Counter)
		for i, word := range results {
			s.commands[name][i] = r.Counter("sshchat_commands_total", "Commands that were typed, but those that send a line.",
				"surface", "chat", "command", name, "result", word)
		}
	}
	for i, word := range rejections {
		if word != "" {
			s.rejected[i] = r.Counter("sshchat_messages_rejected_total", "Lines that were not sent, by what was wrong.", "reason", word)
		}
	}
	return s
}

func (s *sessionMeter) Began(k session.Kind) { s.active[k].Add(1) }

func (s *sessionMeter) Ended(k session.Kind, lasted time.Duration) {
	s.active[k].Add(-1)
	s.lasted[k].Observe(lasted)
}

func (s *sessionMeter) Ran(name string, r session.Result) {
	if c, ok := s.commands[name]; ok {
		c[r].Inc()
	}
}

func (s *sessionMeter) Rejected(why chat.Reason) {
	if int(why) >= len(rejections) || s.rejected[why] == nil {
		why = chat.Invalid
	}
	s.rejected[why].Inc()
}

// A lineMeter counts what the feed hands on: a line costs two additions, whoever it is for.
type lineMeter struct {
	direct, broadcast, room, action *metrics.Counter
	bytes                           *metrics.Counter
	fanOut                          *metrics.Histogram
}

func newLineMeter(r *metrics.Registry) *lineMeter {
	said := func(kind string) *metrics.Counter {
		return r.Counter("sshchat_messages_total", "Lines that were said and are on disk.", "kind", kind)
	}
	return &lineMeter{
		direct: said("direct"), broadcast: said("broadcast"), room: said("room"), action: said("action"),
		bytes: r.Counter("sshchat_message_bytes_total", "Bytes of the text of these lines."),
		fanOut: r.Histogram("sshchat_message_fanout_duration_seconds",
			"Time to hand what one transaction has added to the log to everybody who is online.",
			durations(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50, 100, 500)),
	}
}

func (l *lineMeter) count(batch []*chat.Entry) {
	for _, e := range batch {
		switch e.Kind {
		case chat.Direct:
			l.direct.Inc()
		case chat.Broadcast:
			l.broadcast.Inc()
		case chat.Said:
			l.room.Inc()
		case chat.Acted:
			l.action.Inc()
		default:
			continue
		}
		l.bytes.Add(len(e.Body.String()))
	}
}

// A meteredFeed is a store whose feed is counted on its way to its one follower, the hub.
type meteredFeed struct {
	chat.Store
	lines *lineMeter
}

// Follow implements [chat.Store].
func (f meteredFeed) Follow(fn func([]*chat.Entry)) (stop func()) {
	return f.Store.Follow(func(batch []*chat.Entry) {
		f.lines.count(batch)
		began := time.Now()
		fn(batch)
		f.lines.fanOut.Observe(time.Since(began))
	})
}

// A databaseMeter counts what is asked of the store; see [store.Settings].
type databaseMeter struct {
	took   [len(ops)]*metrics.Histogram
	failed [len(ops)]*metrics.Counter
}

var ops = [...]string{store.Read: "read", store.Commit: "commit"}

func newDatabaseMeter(r *metrics.Registry) *databaseMeter {
	d := new(databaseMeter)
	for op, word := range ops {
		d.took[op] = r.Histogram("sshchat_db_query_duration_seconds",
			"Time of one reading, or of one transaction with its wait for the disk.",
			durations(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000), "op", word)
		d.failed[op] = r.Counter("sshchat_db_errors_total", "Readings and transactions that failed; a refusal is no failure.", "op", word)
	}
	return d
}

func (d *databaseMeter) did(op store.Op, took time.Duration, failed bool) {
	d.took[op].Observe(took)
	if failed {
		d.failed[op].Inc()
	}
}
