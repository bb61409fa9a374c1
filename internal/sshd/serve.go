package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/sanitize"
	"sshchat/internal/workers"
)

const (
	// partingWait bounds each step of a parting: what a handler still says after it was told to
	// end, the draining of a queue, the client's own CLOSE, and the stop of the whole server.
	partingWait = 5 * time.Second
	// refusalWait bounds telling a newcomer that it is refused.
	refusalWait = 2 * time.Second
	// The reasons that RFC 4253 section 11.1 has for a refusal.
	hostNotAllowed     = 1
	tooManyConnections = 12
	// version is what the server calls itself.
	version = "sshchat"
	// maxRefusals is how many are told at once; more are closed without a word.
	maxRefusals = 64
)

// serving is one call of Serve.
type serving struct {
	*Server
	set    atomic.Pointer[Settings] // for the next connection
	ctx    context.Context
	log    *slog.Logger
	seen   Observer
	places *places
	glider *ssh.Server

	refusals chan struct{} // a token for each refusal being told
	refused  every         // paces the log of refusals
	shutOut  every         // that of those whom only their client or their key gives away
	headless every         // that of proxies that sent no header
	strange  every         // that of headers that came from no proxy

	mu    sync.Mutex
	conns map[*conn]struct{}
	wg    sync.WaitGroup

	writers *workers.Pool // ended when wg is done
}

// Serve accepts connections on l until ctx ends or l fails, and closes l. Then it accepts no more,
// and the contexts of all handlers end with the cause of ctx's end. It waits 5 seconds at most for
// the handlers and for what they have written to leave, closes what is still open and returns when
// every goroutine has ended: a handler must end with its context. The error is that of l, or nil.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := s.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	v := s.begin(ctx)
	defer s.end()
	defer context.AfterFunc(ctx, func() { l.Close() })()

	err := v.accept(l)
	if ctx.Err() != nil {
		err = nil
	}
	l.Close()
	cancel(ErrGone)
	v.stop()
	return err
}

func (s *Server) check() error {
	if len(s.HostKeys) == 0 || s.Handler == nil {
		return errors.New("a server needs a host key and a handler")
	}
	for _, key := range s.HostKeys {
		if _, ok := key.(gossh.MultiAlgorithmSigner); !ok {
			return fmt.Errorf("host key %s: %T does not tell its algorithms", gossh.FingerprintSHA256(key.PublicKey()), key)
		}
	}
	return nil
}

// begin makes what serves, for Change to find.
func (s *Server) begin(ctx context.Context) *serving {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = s.serving(ctx)
	return s.running
}

func (s *Server) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = nil
}

func (s *Server) serving(ctx context.Context) *serving {
	set := s.Settings.withDefaults()
	v := &serving{Server: s, ctx: ctx, log: s.Log, seen: s.Observer, places: newPlaces(set, time.Now),
		refusals: make(chan struct{}, maxRefusals), conns: map[*conn]struct{}{}, writers: workers.New()}
	v.set.Store(&set)
	if v.log == nil {
		v.log = slog.New(slog.DiscardHandler)
	}
	if v.seen == nil {
		v.seen = nobody{}
	}
	v.glider = &ssh.Server{
		ConnCallback:             adopt,
		ServerConfigCallback:     v.config,
		ConnectionFailedCallback: v.failed,
		ChannelHandlers:          map[string]ssh.ChannelHandler{"session": v.session},
		RequestHandlers:          map[string]ssh.RequestHandler{}, // so each is answered: no
		Version:                  version,
	}
	return v
}

func (v *serving) change(set Settings) {
	v.set.Store(&set)
	v.places.change(set)
}

// accept takes connections until the listener ends. Errors that may pass, such as having no file
// descriptor left, are waited out.
func (v *serving) accept(l net.Listener) error {
	var pause time.Duration
	for {
		raw, err := l.Accept()
		if err == nil {
			pause = 0
			v.take(raw)
			continue
		}
		//lint:ignore SA1019 there is no other word for EMFILE and its like
		if temporary, ok := err.(net.Error); !ok || !temporary.Temporary() {
			return fmt.Errorf("accept: %w", err)
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		v.log.Warn("cannot accept a connection", "event", "accept", "err", err, "retry_in", pause)
		select {
		case <-time.After(pause):
		case <-v.ctx.Done():
		}
	}
}

// take starts the goroutine of one connection, or refuses it.
func (v *serving) take(raw net.Conn) {
	c := newConn(v, raw)
	var err error
	if c.proxy == nil { // else it is asked when the client is known
		err = v.unwelcome(c.remote.Addr())
	}
	if err == nil {
		err = v.places.admit(c.place)
	}
	if err != nil {
		c.cancel(err) // or v.ctx would keep it
		v.refuse(raw, c.remote, err)
		return
	}
	if c.proxy == nil {
		v.seen.Accepted()
	}
	v.mu.Lock()
	v.conns[c] = struct{}{}
	v.mu.Unlock()
	v.wg.Go(func() {
		defer v.forget(c)
		c.serve()
	})
}

func (v *serving) forget(c *conn) {
	v.places.leave(c.place)
	v.mu.Lock()
	delete(v.conns, c)
	v.mu.Unlock()
}

// refuse tells a newcomer in SSH's own words why it is not let in, and closes.
func (v *serving) refuse(raw net.Conn, remote netip.AddrPort, why error) {
	v.seen.Refused(why)
	v.logRefusal(&v.refused, remote, why)
	select {
	case v.refusals <- struct{}{}:
	default:
		raw.Close()
		return
	}
	v.wg.Go(func() {
		defer func() { <-v.refusals }()
		defer raw.Close()
		defer context.AfterFunc(v.ctx, func() { raw.Close() })()
		sayNo(raw, why)
	})
}

// logRefusal has the operator see that somebody is not let in, as often as pace says.
func (v *serving) logRefusal(pace *every, remote netip.AddrPort, why error, also ...any) {
	if n, ok := pace.now(time.Now()); ok {
		v.log.Warn("connections refused", append([]any{"event", "refused", "why", why, "remote", remote, "count", n}, also...)...)
	}
}

// sayNo sends a version line and a disconnect message.
func sayNo(raw net.Conn, why error) { sayLast(raw, "SSH-2.0-"+version+"\r\n", why) }

// sayLast sends a disconnect message behind what is to stand before it, then reads what the peer has sent: closing a
// socket with unread bytes resets it, and the peer may never see the words.
func sayLast(raw net.Conn, before string, why error) {
	reason := uint32(tooManyConnections)
	if _, ok := why.(bannedError); ok {
		reason = hostNotAllowed
	}
	raw.SetDeadline(time.Now().Add(refusalWait))
	if _, err := raw.Write(append([]byte(before), disconnect(reason, why.Error())...)); err != nil {
		return
	}
	if half, ok := raw.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	var b [512]byte
	for read := 0; read < maxPlain; {
		n, err := raw.Read(b[:])
		if err != nil {
			return
		}
		read += n
	}
}

// stop ends all connections: those with a running handler have partingWait.
func (v *serving) stop() {
	for _, c := range v.all() {
		c.hangUp(context.Cause(v.ctx))
	}
	v.wg.Wait()
	v.writers.Stop()
}

func (v *serving) all() []*conn {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]*conn, 0, len(v.conns))
	for c := range v.conns {
		all = append(all, c)
	}
	return all
}

// clean makes bytes of a client fit for a log.
func clean(s string, max int) string { return sanitize.Field(s, max).String() }

// logPause is how often what strangers can bring about at will is logged at most.
const logPause = 10 * time.Second

// every lets one in each logPause through and counts the others.
type every struct {
	mu    sync.Mutex
	last  time.Time
	count int
}

// now reports whether it is time again, and how many there were since the last time.
func (e *every) now(t time.Time) (int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.count++
	if t.Sub(e.last) < logPause {
		return 0, false
	}
	n := e.count
	e.last, e.count = t, 0
	return n, true
}
