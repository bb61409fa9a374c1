package sshd

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/pires/go-proxyproto"
)

// headerBuffer holds a whole header of either version, but for rare attributes. What the client sent right
// behind it waits there as well.
const headerBuffer = 256

// A proxied is a connection from one of Settings.Proxies, which says in a header before the first byte of SSH
// for whom it comes: https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt, version 1 or 2.
//
// go-proxyproto reads the header. Its own listener and connections are not used: their RemoteAddr waits for
// the header, and so the loop that accepts would wait for the slowest proxy.
type proxied struct {
	net.Conn
	early  *bufio.Reader // what was read already; nil when it has been handed on
	client *net.TCPAddr  // nil before the header, and where a proxy comes for itself
}

func newProxied(raw net.Conn) *proxied {
	return &proxied{Conn: raw, early: bufio.NewReaderSize(raw, headerBuffer)}
}

// meet reads the header. Nothing else may read meanwhile.
func (p *proxied) meet() (err error) {
	p.client, err = readHeader(p.early)
	return err
}

// Read reads what came behind the header.
func (p *proxied) Read(b []byte) (int, error) {
	if p.early != nil && p.early.Buffered() > 0 {
		return p.early.Read(b)
	}
	p.early = nil
	return p.Conn.Read(b)
}

// RemoteAddr is the client's address, or the proxy's where it comes for itself.
func (p *proxied) RemoteAddr() net.Addr {
	if p.client == nil {
		return p.Conn.RemoteAddr()
	}
	return p.client
}

// CloseWrite lets sayNo say its words through a proxy, too.
func (p *proxied) CloseWrite() error {
	if half, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// readHeader reads a header, of 16 bytes and 4 KiB at most, from the beginning of r and leaves what follows
// there. It returns the client's address, or nil where the proxy comes for itself: so it does to ask for the
// server's health. The error is errNothing when r ends before it begins.
//
// A client without a TCP address is refused, as the specification allows: it would share the limits, and the
// locks, of the proxy.
func readHeader(r *bufio.Reader) (*net.TCPAddr, error) {
	if _, err := r.Peek(1); err != nil {
		return nil, errNothing
	}
	h, err := proxyproto.Read(r)
	switch {
	case err == proxyproto.ErrNoProxyProtocol:
		return nil, errNoHeader
	case err != nil:
		return nil, err
	case h.Command.IsLocal():
		return nil, nil
	}
	client, _, ok := h.TCPAddrs()
	if !ok {
		return nil, errNoAddress
	}
	return client, nil
}

// meet learns from a proxy's header whose connection this is, and counts it as the client's. Else it ends the
// connection and returns false.
func (c *conn) meet() bool {
	if err := c.proxy.meet(); err != nil {
		c.kill(ErrGone)
		c.noHeader(err)
		return false
	}
	c.remote = addrPort(c.proxy.RemoteAddr())
	err := c.v.unwelcome(c.remote.Addr())
	if err == nil {
		err = c.v.places.identify(c.place, c.remote.Addr())
	}
	switch err {
	case nil:
		c.v.seen.Accepted()
		return true
	case ErrSilent: // it has been told to go
		c.kill(err)
	default:
		c.cancel(err)
		c.v.refuse(c.proxy, c.remote, err) // which closes it
	}
	return false
}

// noHeader logs a proxy's connection that did not begin as it must. One that ends without a byte is how
// balancers ask whether somebody listens.
func (c *conn) noHeader(why error) {
	if errors.Is(why, errNothing) {
		c.v.log.Debug("a proxy has sent nothing", "event", "proxy_silent", "remote", c.remote)
		return
	}
	if cause := context.Cause(c.ctx); cause != ErrGone {
		why = cause // the reason that reading has failed
	}
	if n, ok := c.v.headless.now(time.Now()); ok {
		c.v.log.Warn("connections of a proxy refused", "event", "proxy_header", "remote", c.remote,
			"why", clean(why.Error(), 200), "count", n, "hint", hintHeader)
	}
}

// strangeHeader logs a header from an address that is no proxy's. Strangers can send them, so it is no warning.
func (v *serving) strangeHeader(remote netip.AddrPort) {
	if n, ok := v.strange.now(time.Now()); ok {
		v.log.Info(errHeader.Error(), "event", "proxy_unknown", "remote", remote, "count", n, "hint", hintProxy)
	}
}

// contains reports whether addr is in one of the networks.
func contains(networks []netip.Prefix, addr netip.Addr) bool {
	addr = addr.WithZone("") // no network contains an address with a zone, as link-local ones have
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(addr) })
}
