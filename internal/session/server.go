// Package session is one person at one channel: the dialogue by which they log in, what others say and
// how it is shown while they type, and the end, in order or not.
//
// A session takes turns. Whatever happens that concerns it makes it due for one, and a worker of the pool
// that all sessions share takes it: so all its state belongs to one goroutine at a time, and a line to a
// thousand sessions wakes a few goroutines and not a thousand. A turn never waits for anybody: commands, readings of
// the log and proofs run beside the turns, at most one of each, and what comes of them is taken in a
// turn. All that these goroutines need to end is the end of the session's context, and the session
// waits for them.
//
// A session either has a terminal, with a line that is edited and things shown above it, or is
// plain: lines in, lines out.
package session

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
	"sshchat/internal/delivery"
	"sshchat/internal/lineedit"
	"sshchat/internal/render"
	"sshchat/internal/sshd"
	"sshchat/internal/workers"
)

// Server serves sessions. Its fields do not change while it does; Chat, Hub and Turns are needed.
type Server struct {
	Chat  *chat.Service
	Hub   *delivery.Hub
	Turns *workers.Pool    // takes the turns of all sessions
	Log   *slog.Logger     // nil: nothing is logged
	Now   func() time.Time // nil: time.Now
	// Observer hears what is to be counted; nil: nobody does.
	Observer Observer
	// Console is what people with a role can use of the operators' console; nil: nothing.
	Console command.Console

	lines render.Cache
}

// Serve is the handler of a channel. It returns when all that it started has ended, at most some
// seconds after ctx; the cause of ctx's end is told to the person if the link still stands.
func (s *Server) Serve(ctx context.Context, ch *sshd.Channel) { s.serve(ctx, ch) }

// channel is what a session needs of an sshd.Channel. It is an interface for the tests, whose channel
// has a reader at its other end that stalls, and proves, when told.
type channel interface {
	User() string
	Client() string
	Remote() netip.AddrPort
	Request() (kind sshd.Kind, text string)
	Terminal() (term string, ok bool)
	Getenv(name string) string
	Size() (cols, rows int)
	Notify(fn func())

	Peek() (p []byte, eof bool)
	Discard(n int)

	Write(p []byte) (int, error)
	WriteError(p []byte) (int, error)
	Queued() int
	NotifyDrained()
	Drain(ctx context.Context) error

	LoggedIn() error
	LoggedOut()
	Prove(ctx context.Context) error
	Answers(ctx context.Context) error
	Traffic() sshd.Traffic
	Exit(status int)
	Kill(cause error)
}

// The exit statuses of a session; with exec, those of sysexits.
const (
	exitDone  = 0  // the person left
	exitEnded = 1  // the session was ended
	exitUsage = 64 // EX_USAGE
	exitFault = 70 // EX_SOFTWARE
)

// serve is Serve for any channel.
func (s *Server) serve(ctx context.Context, ch channel) {
	if kind, text := ch.Request(); kind != sshd.Shell {
		s.refuse(ch, kind, text)
		return
	}
	s.newSession(ctx, ch).run()
}

// lineEndOf is how a line ends that no face turns into what the other end needs.
func lineEndOf(ch channel) string {
	if _, ok := ch.Terminal(); ok {
		return "\r\n"
	}
	return "\n"
}

// refuse answers what cannot be had but in a session.
func (s *Server) refuse(ch channel, kind sshd.Kind, text string) {
	lineEnd := lineEndOf(ch)
	what, hint := noCommands, hintNoCommands
	if kind == sshd.Subsystem {
		what = noSubsystem(text)
	}
	ch.WriteError([]byte("error: " + what + lineEnd + "hint: " + hint + lineEnd))
	ch.Exit(exitUsage)
}

// newSession makes the session of ch, which does nothing until it runs. What it does beside its turns
// outlives ctx: a login that has begun when the link is lost still has to be ended.
func (s *Server) newSession(ctx context.Context, ch channel) *session {
	log, now := s.Log, s.Now
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if now == nil {
		now = time.Now
	}
	x := &session{
		srv: s, ch: ch, log: log, now: now, outside: ctx,
		posts:   make(chan func(), mostPosts),
		over:    make(chan struct{}),
		account: account{evictions: make(chan error, 1)},
		parting: make(chan struct{}),
		proved:  make(chan struct{}),
	}
	x.job = x.step
	x.ctx, x.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	x.shown = now()
	x.chooseFace()
	return x
}

// chooseFace finds out what is at the other end. TERM and the environment are the client's own
// words: they choose between forms of output that are all safe, and are shown to nobody.
func (s *session) chooseFace() {
	most := longestLine(s.srv.Chat.Rules().MessageBytes)
	s.mostOfLine = most
	term, ok := s.ch.Terminal()
	if !ok {
		s.plain = &plain{most: most}
		s.face, s.view.Plain = s.plain, true
		s.setView()
		return
	}
	cols, _ := s.ch.Size()
	s.dumb = term == "" || term == "dumb"
	s.view.Width = cols
	s.face = lineedit.New(lineedit.Settings{Width: cols, Dumb: s.dumb, MaxBytes: most})
	s.setView()
}

// longestLine is how many bytes of a line are taken in: a message of the greatest length, with
// room for the command in front of it, and for a paste that is to be sent in parts.
func longestLine(message int) int {
	const (
		usual     = 64 << 10
		unlimited = 128 << 10 // half of what may be typed ahead
		around    = 1 << 10
	)
	if message <= 0 {
		return unlimited
	}
	return min(max(usual, message+around), unlimited)
}

// session is one person at one channel. All of it belongs to its turns, but for what says
// otherwise. Its state is in parts, each declared in the file that it belongs to.
type session struct {
	srv     *Server
	ch      channel
	log     *slog.Logger
	now     func() time.Time
	outside context.Context         // the channel's: its end is the session's, its cause is told
	ctx     context.Context         // of all that runs beside the turns; ends after them
	stop    context.CancelCauseFunc // ends ctx
	beside  sync.WaitGroup          // what runs beside the turns
	posts   chan func()             // what those have come to, to be done in a turn

	state   atomic.Int32  // asleep, ...
	job     func()        // step; made once
	over    chan struct{} // closed after the last turn
	broken  bool          // a turn has panicked: no more is done than to end
	turnAt  time.Time     // when this turn began
	alarm   *time.Timer
	alarmAt time.Time // when it rings, or has rung

	face  face
	plain *plain // the face, if there is no terminal
	dumb  bool
	// mostOfLine is how many bytes of a line are taken in.
	mostOfLine int
	view       render.Viewer

	account
	dialogue
	waiting
	showing
	output
	proof

	ending  *ending       // why the session ends; nil while it does not
	parting chan struct{} // closed when there are no more turns. For any goroutine
	proved  chan struct{} // closed when nothing more will be proven. For any goroutine
}

// face is what the person has in front of them: *lineedit.Editor, or *plain.
type face interface {
	Start()
	Close()
	Feed(p []byte) (n int, ev lineedit.Event)
	Print(rows string)
	SetPrompt(s string)
	SetLine(s string)
	Draft() string
	SetHint(func(line string) string)
	SetLinear(on bool)
	Ask(prompt string, hidden bool)
	EndAsk()
	Offer(base string, start int, words []string, suffix string)
	Forget(line string)
	ForgetAll()
	Resize(width int)
	Output() []byte
}
