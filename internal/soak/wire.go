package soak

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A wire is a client's end of a connection, which can fail as the world's do: it can go silent without the server
// being told, carry nothing one way, or stand still for a while. The server sees what it would see through a
// proxy that does the same.
type wire struct {
	net.Conn
	deaf atomic.Bool   // what is written does not arrive
	cut  chan struct{} // closed: nothing arrives any more, either way
	once sync.Once

	mu    sync.Mutex
	until time.Time // nothing is read before
}

var errCut = errors.New("the link is cut")

// wireBuffer is small, so that who does not read is soon felt at the server, and large enough to read at ease.
const wireBuffer = 32 << 10

func dialWire(addr string) (*wire, error) {
	d := net.Dialer{Timeout: patience, Control: narrow}
	c, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(wireBuffer); err != nil {
			c.Close()
			return nil, err
		}
	}
	return &wire{Conn: c, cut: make(chan struct{})}, nil
}

// Read waits while the wire stands still.
func (w *wire) Read(p []byte) (int, error) {
	for d := w.still(); d > 0; d = w.still() {
		select {
		case <-time.After(d):
		case <-w.cut:
		}
	}
	n, err := w.Conn.Read(p)
	if w.isCut() {
		return 0, errCut
	}
	return n, err
}

func (w *wire) still() time.Duration {
	if w.isCut() {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Until(w.until)
}

func (w *wire) Write(p []byte) (int, error) {
	switch {
	case w.isCut():
		return 0, errCut
	case w.deaf.Load():
		return len(p), nil
	}
	return w.Conn.Write(p)
}

// Close closes the connection, but one that is cut: its end would be an end that the server sees.
func (w *wire) Close() error {
	if w.isCut() {
		return nil
	}
	return w.Conn.Close()
}

// stands has nothing read for a time.
func (w *wire) stands(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Now().Add(d)
}

// goesSilent cuts the link for the client, which is told, and for the server, which is not. drop closes
// it then.
func (w *wire) goesSilent() {
	w.once.Do(func() {
		close(w.cut)
		w.Conn.SetDeadline(time.Unix(1, 0)) // wakes whoever reads or writes
	})
}

func (w *wire) isCut() bool {
	select {
	case <-w.cut:
		return true
	default:
		return false
	}
}

// drop closes the connection, cut or not.
func (w *wire) drop() { w.Conn.Close() }
