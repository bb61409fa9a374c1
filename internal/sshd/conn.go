package sshd

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/panics"
)

// bulk is how many bytes a client sends in all before its channels' stderr is read: until then it
// cannot have filled it with much, and an idle session is spared the goroutine.
const bulk = 64 << 10

// maxRefusing is how many channels of one connection may be waiting to be refused. gliderlabs starts
// a goroutine for each channel that a client opens, however many, and a refusal cannot leave while
// the client does not read.
const maxRefusing = 16

// A conn is one client's connection.
type conn struct {
	*wire
	v      *serving
	proxy  *proxied       // what the wire stands on, if that comes from a proxy
	remote netip.AddrPort // the client's, once it is known
	set    *Settings      // of the time when it came
	place  *place
	ctx    context.Context // ends when the connection is told to end; parent of its channels'
	cancel context.CancelCauseFunc

	glider ssh.Context             // gliderlabs' context of this connection
	inner  gossh.ServerPreAuthConn // x/crypto's connection, once authentication has begun
	grace  *time.Timer             // the handshake, then the wait for a channel
	kex    pace                    // key exchanges
	banned error                   // it has offered a key that is refused; used while it authenticates
	alive  alive
	bulky  atomic.Bool // the client has sent more than bulk

	mu       sync.Mutex
	ended    bool // no goroutine may start any more
	channels []*Channel
	opening  bool // a channel was opened at least once
	refusing int  // channels that wait to be refused
	running  int  // handlers
	parting  *time.Timer
	wg       sync.WaitGroup
}

func newConn(v *serving, raw net.Conn) *conn {
	c := &conn{v: v, set: v.set.Load(), remote: addrPort(raw.RemoteAddr())}
	client := c.remote.Addr()
	if contains(c.set.Proxies, client) {
		c.proxy = newProxied(raw)
		raw, client = c.proxy, netip.Addr{}
	}
	c.wire = newWire(raw)
	c.ctx, c.cancel = context.WithCancelCause(v.ctx)
	c.onFlood = func() { c.kill(ErrFlood) }
	c.onBulk = c.readAllStderr
	c.onVersion = c.meetClient
	c.place = v.places.newPlace(client, func() { c.hangUp(ErrSilent) })
	return c
}

// addrPort is a peer's address, with an IPv4 address as such also where the socket is an IPv6 one.
// What is not an IP address is the zero AddrPort.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// serve runs the connection from its first byte and returns when nothing of it is left.
func (c *conn) serve() {
	if d := c.set.HandshakeGrace; d >= 0 {
		c.grace = time.AfterFunc(d, c.graceOver)
		defer c.grace.Stop()
	}
	if c.proxy != nil && !c.meet() {
		return
	}
	c.v.log.Debug("connection", "event", "connect", "remote", c.remote)
	c.handle()
	c.kill(ErrGone)
	c.end()
	dropLeftovers(c.inner)
	c.wg.Wait()
	if sc := c.serverConn(); sc != nil {
		sc.Wait()
	}
	c.noteEnd()
}

// noteEnd says that nothing of the connection is left. A flood is told of at a level that operators read, with the
// address, so that it can be kept out.
func (c *conn) noteEnd() {
	why := context.Cause(c.ctx)
	if errors.Is(why, ErrFlood) {
		c.v.log.Warn("connection ended over a flood", "event", "flood", "remote", c.remote)
	}
	c.v.log.Debug("connection closed", "event", "disconnect", "remote", c.remote, "why", why)
	c.v.seen.Closed(phase(c.phase.Load()) == opened, why)
}

// handle is gliderlabs' handling of the connection. Any stranger can make x/crypto panic in this
// goroutine, with a second key exchange right behind the first (handshake.go, getAlgorithms): that is
// no error of the operator's.
func (c *conn) handle() {
	defer func() {
		if r := recover(); r != nil {
			c.v.log.Warn("panic in the SSH handshake", "event", "panic", "remote", c.remote, panics.Attr(r))
		}
	}()
	c.v.glider.HandleConn(c)
}

// adopt tells gliderlabs' context which connection it belongs to.
func adopt(ctx ssh.Context, raw net.Conn) net.Conn {
	c := raw.(*conn)
	ctx.SetValue(connKey{}, c)
	c.glider = ctx
	return c
}

type connKey struct{}

func connOf(ctx ssh.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// serverConn is x/crypto's connection after authentication; nil before.
func (c *conn) serverConn() *gossh.ServerConn {
	if c.glider == nil {
		return nil
	}
	sc, _ := c.glider.Value(ssh.ContextKeyConn).(*gossh.ServerConn)
	return sc
}

// failed logs why a handshake failed, in few words: an error of x/crypto's may quote a client's list
// of 100,000 algorithms.
func (v *serving) failed(raw net.Conn, err error) {
	if errors.Is(err, errHeader) {
		v.strangeHeader(addrPort(raw.RemoteAddr()))
		return
	}
	why := ""
	var none *gossh.AlgorithmNegotiationError
	if errors.As(err, &none) {
		why = "no common algorithm for " + none.What
	} else {
		why = clean(err.Error(), 200)
	}
	v.log.Debug("handshake failed", "event", "handshake", "remote", addrPort(raw.RemoteAddr()), "err", why)
}

// graceOver ends a connection that is not authenticated in time, or then opens no channel.
func (c *conn) graceOver() {
	if phase(c.phase.Load()) != opened {
		c.kill(ErrHandshake)
		return
	}
	c.mu.Lock()
	opening := c.opening
	c.mu.Unlock()
	if !opening {
		c.kill(ErrNoSession)
	}
}

// spawn starts a goroutine of this connection's, unless the connection has ended. A panic in it ends
// this connection only.
func (c *conn) spawn(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	c.wg.Go(func() {
		defer c.contain()
		f()
	})
	return true
}

// work is spawn for what is done often and soon over: writing.
func (c *conn) work(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	c.wg.Add(1)
	c.v.writers.Run(f)
	return true
}

// contain is deferred where a goroutine works for this connection.
func (c *conn) contain() {
	if r := recover(); r != nil {
		c.v.log.Error("panic in a connection", "event", "panic", "remote", c.remote, panics.Attr(r))
		c.kill(ErrFault)
	}
}

// end lets no further goroutine start.
func (c *conn) end() {
	c.alive.stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.parting != nil {
		c.parting.Stop()
	}
}

// kill ends the connection at once. The first cause counts.
func (c *conn) kill(cause error) {
	c.cancel(cause)
	c.Close()
}

// hangUp ends the connection in order: its handlers are told, and may still say why for partingWait.
func (c *conn) hangUp(cause error) {
	c.cancel(cause)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.running == 0:
		c.Close()
	case c.parting == nil && !c.ended:
		c.parting = time.AfterFunc(partingWait, func() { c.kill(ErrTooSlow) })
	}
}
