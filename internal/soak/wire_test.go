package soak

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// newWire gives a wire and the other end of it.
func newWire(t *testing.T) (*wire, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, err := dialWire(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.drop(); far.Close() })
	return w, far
}

func send(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, r io.Reader, want string) {
	t.Helper()
	buf := make([]byte, len(want))
	if _, err := io.ReadFull(r, buf); err != nil || string(buf) != want {
		t.Fatalf("received %q, %v; want %q", buf, err, want)
	}
}

func TestAWireCarriesBothWays(t *testing.T) {
	w, far := newWire(t)
	send(t, w, "there")
	receive(t, far, "there")
	send(t, far, "back")
	receive(t, w, "back")
	w.Close()
	if n, err := far.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the end of the wire is seen as %d, %v", n, err)
	}
}

func TestACutWireIsNotSeenAtTheOtherEnd(t *testing.T) {
	w, far := newWire(t)
	reading := make(chan error)
	go func() {
		_, err := w.Read(make([]byte, 1))
		reading <- err
	}()
	w.goesSilent()
	if err := <-reading; !errors.Is(err, errCut) {
		t.Errorf("whoever reads is told %v", err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, errCut) {
		t.Errorf("whoever writes is told %v", err)
	}
	w.goesSilent()
	w.Close()
	far.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := far.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the other end sees %d bytes, %v", n, err)
	}
	send(t, far, "what nobody reads")
	w.drop()
	far.SetReadDeadline(time.Time{})
	if _, err := far.Read(make([]byte, 1)); err == nil {
		t.Error("the other end does not see the end once the wire is dropped")
	}
}

func TestADeafWireCarriesOneWay(t *testing.T) {
	w, far := newWire(t)
	w.deaf.Store(true)
	send(t, w, "lost")
	send(t, far, "back")
	receive(t, w, "back")
	w.deaf.Store(false)
	send(t, w, "there")
	receive(t, far, "there")
}

func TestAWireThatStandsIsReadLater(t *testing.T) {
	w, far := newWire(t)
	const long = 20 * time.Millisecond
	began := time.Now()
	w.stands(long)
	send(t, far, "back")
	receive(t, w, "back")
	if took := time.Since(began); took < long {
		t.Errorf("it was read after %v", took)
	}
	w.stands(time.Hour)
	reading := make(chan error)
	go func() {
		_, err := w.Read(make([]byte, 1))
		reading <- err
	}()
	w.goesSilent()
	if err := <-reading; !errors.Is(err, errCut) {
		t.Errorf("a wire that stands and is cut says %v", err)
	}
}
