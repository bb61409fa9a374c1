package sshd

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

func TestShellEchoesAndEnds(t *testing.T) {
	srv := start(t, nil)
	p := srv.shell(srv.dial())
	p.says("hello")
	p.sees("hello\n")
	p.in.Close()
	if err := p.ends(); err != nil {
		t.Errorf("end: %v", err)
	}
	srv.lives()
}

func TestStopTellsThePersonWhy(t *testing.T) {
	srv := start(t, nil)
	p := srv.shell(srv.dial())
	p.says("x")
	p.sees("x")
	go srv.stop()
	p.sees("bye: shutting down\n")
	if err := p.ends(); err != nil {
		t.Errorf("end: %v", err)
	}
	srv.stop()
}

// Whoever is in the handshake, or has opened nothing, is not waited for.
func TestStopIsAtOnceWhereNothingRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		srv.l.dial(memAddr, memRoom)
		srv.client(srv.l.dial(memAddr, memRoom))
		srv.open(srv.client(srv.l.dial(memAddr, memRoom)))
		synctest.Wait()
		began := time.Now()
		srv.stop()
		if took := time.Since(began); took > 0 {
			t.Errorf("the stop took %v", took)
		}
	})
}

func TestLogIsClean(t *testing.T) {
	srv := start(t, nil)
	c := srv.keyed()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	c.send(join([]byte{msgDisconnect}, u32(2), str("\x1b[2Jx\nlevel=ERROR"+strings.Repeat("y", 10_000)), str("")))
	c.closes()
	srv.lives()
	// The connection is closed before it is logged why.
	eventually(t, "the end of the handshake", func() bool { return strings.Contains(srv.log.String(), "event=handshake") })
	log := srv.log.String()
	if !strings.Contains(log, "level=ERROR") || strings.Contains(log, "\x1b") || len(log) > 2000 {
		t.Errorf("log: %q", log)
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("the client wrote a line of the log: %q", line)
		}
	}
}

func TestProbe(t *testing.T) {
	srv := start(t, nil)
	if err := Probe(context.Background(), srv.addr); err != nil {
		t.Error(err)
	}
	srv.stop()
	if err := Probe(context.Background(), srv.addr); err == nil {
		t.Error("probe of a server that has stopped: no error")
	}
}

// A full server does what it should: to start it anew, as those do who ask for its health, would throw all out.
func TestProbeOfAFullServer(t *testing.T) {
	for name, set := range map[string]Settings{
		"full": {Startups: 1}, "full for the address": {StartupsPerAddress: 1},
	} {
		t.Run(name, func(t *testing.T) {
			srv := start(t, func(s *Server) { s.Settings = set })
			srv.dial()
			if err := Probe(context.Background(), srv.addr); err != nil {
				t.Error(err)
			}
		})
	}
}

// Another program may be as full as it likes.
func TestProbeOfAnotherServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			sayNo(c, errors.New("out of pty devices"))
			c.Close()
		}
	}()
	if err := Probe(context.Background(), l.Addr().String()); err == nil || !strings.Contains(err.Error(), "out of pty devices") {
		t.Errorf("err = %v", err)
	}
}

func TestServeNeedsItsParts(t *testing.T) {
	for name, s := range map[string]*Server{
		"no host key":                         {Handler: echo},
		"no handler":                          {HostKeys: []gossh.Signer{newKey(1)}},
		"a host key that tells no algorithms": {Handler: echo, HostKeys: []gossh.Signer{struct{ gossh.Signer }{newKey(1)}}},
	} {
		if err := s.Serve(context.Background(), newMemListener()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A listener that fails for good ends the server, and tells why.
func TestListenerFailureEndsServe(t *testing.T) {
	l := newMemListener()
	l.Close()
	s := &Server{HostKeys: []gossh.Signer{newKey(1)}, Handler: echo}
	if err := s.Serve(context.Background(), l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("err = %v", err)
	}
}

// Without a file descriptor left, accepting waits and goes on.
func TestAcceptGoesOnAfterAPassingError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newMemListener()
		l.fail = 10
		srv := &memServer{serveOn(t, l, nil), l}
		srv.lives()
		if !strings.Contains(srv.log.String(), "too many open files") {
			t.Error("it is not logged")
		}
	})
}
