package sshd

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A memListener hands out connections that live in memory, so that their time can be synctest's.
type memListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	fail   int // so many calls of Accept fail first
}

func newMemListener() *memListener {
	return &memListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memListener) Accept() (net.Conn, error) {
	if l.fail > 0 {
		l.fail--
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EMFILE)}
	}
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *memListener) Addr() net.Addr { return &net.TCPAddr{} }

// dial connects from an address. A connection holds up to room bytes each way.
func (l *memListener) dial(from string, room int) *memConn {
	up, down := newMemPipe(room), newMemPipe(room)
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))
	l.conns <- &memConn{r: up, w: down, remote: addr}
	return &memConn{r: down, w: up, remote: addr}
}

// A memConn is one end of a connection.
type memConn struct {
	r, w   *memPipe
	remote net.Addr
}

func (c *memConn) Read(p []byte) (int, error)  { return c.r.read(p) }
func (c *memConn) Write(p []byte) (int, error) { return c.w.write(p) }

func (c *memConn) Close() error {
	c.r.close(io.ErrClosedPipe)
	c.w.close(io.EOF)
	return nil
}

// cut lets the line go dead: nothing arrives any more at either end, and nobody is told.
func (c *memConn) cut() {
	c.r.lose()
	c.w.lose()
}

func (c *memConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *memConn) RemoteAddr() net.Addr             { return c.remote }
func (c *memConn) SetDeadline(time.Time) error      { return nil }
func (c *memConn) SetReadDeadline(time.Time) error  { return nil }
func (c *memConn) SetWriteDeadline(time.Time) error { return nil }

// A memPipe is one direction.
type memPipe struct {
	mu   sync.Mutex
	cond *sync.Cond
	buf  []byte
	room int
	lost bool
	err  error // what a reader gets at the end; writers get io.ErrClosedPipe
}

func newMemPipe(room int) *memPipe {
	p := &memPipe{room: room}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *memPipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 && p.err == nil {
		p.cond.Wait()
	}
	if len(p.buf) == 0 || p.err == io.ErrClosedPipe {
		return 0, p.err
	}
	n := copy(b, p.buf)
	p.buf = p.buf[n:]
	p.cond.Broadcast()
	return n, nil
}

func (p *memPipe) write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(b) > 0 {
		for len(p.buf) >= p.room && p.err == nil && !p.lost {
			p.cond.Wait()
		}
		if p.err != nil {
			return n, io.ErrClosedPipe
		}
		m := min(len(b), p.room-len(p.buf))
		if p.lost {
			m = len(b)
		} else {
			p.buf = append(p.buf, b[:m]...)
		}
		b, n = b[m:], n+m
		p.cond.Broadcast()
	}
	return n, nil
}

// waiting is how many bytes were written and not read.
func (p *memPipe) waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.buf)
}

func (p *memPipe) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost, p.buf = true, nil
	p.cond.Broadcast()
}

func (p *memPipe) close(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lost && err == io.EOF {
		return // the other end never learns of it
	}
	if p.err == nil {
		p.err = err
	}
	p.cond.Broadcast()
}

// A memServer is a Server in memory.
type memServer struct {
	*testServer
	l *memListener
}

func startMem(t testing.TB, change func(*Server)) *memServer {
	l := newMemListener()
	return &memServer{serveOn(t, l, change), l}
}

const (
	memAddr = "192.0.2.1:1000"
	memRoom = 1 << 20
)

// client connects as a client without a key, over conn.
func (s *memServer) client(conn net.Conn) *gossh.Client {
	s.t.Helper()
	c, channels, requests, err := gossh.NewClientConn(conn, "mem", &gossh.ClientConfig{User: "ann",
		Auth:            []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)},
		HostKeyCallback: gossh.FixedHostKey(s.HostKeys[0].PublicKey())})
	if err != nil {
		s.t.Fatalf("connect: %v", err)
	}
	client := gossh.NewClient(c, channels, requests)
	s.t.Cleanup(func() { client.Close() })
	return client
}
