package sshd

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"
)

// heap is what is in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// survives runs an attack and checks that others chat on, and that afterwards, with the server still
// running, no goroutine and no memory of it is left.
func (s *testServer) survives(attack func()) {
	s.t.Helper()
	s.lives()
	goroutines, before := goleak.IgnoreCurrent(), heap()
	bystander := s.shell(s.dial())
	attack()
	bystander.says("still here")
	bystander.sees("still here\n")
	bystander.in.Close()
	bystander.ends()
	s.lives()
	s.nothingRuns(goroutines, goleak.IgnoreTopFunction("sshchat/internal/workers.(*Pool).work"))
	if kept := heap() - before; kept > 2<<20 {
		s.t.Errorf("%d KiB of memory are kept", kept>>10)
	}
}

// nothingRuns waits until no goroutine is left but those that the options leave out. goleak's own patience is
// too short for a busy machine that has 200,000 packets to read first.
func (s *testServer) nothingRuns(options ...goleak.Option) {
	s.t.Helper()
	var err error
	for end := time.Now().Add(patience()); ; {
		if err = goleak.Find(options...); err == nil {
			return
		}
		if time.Now().After(end) {
			s.t.Error(err)
			return
		}
	}
}

// causes is a handler that tells why it was ended.
func causes() (chan error, func(context.Context, *Channel)) {
	why := make(chan error, 100)
	return why, func(ctx context.Context, ch *Channel) {
		if kind, _ := ch.Request(); kind == Shell {
			echo(ctx, ch)
			return
		}
		<-ctx.Done()
		why <- context.Cause(ctx)
	}
}

// exec opens a channel with a command running.
func (c *rawClient) exec(window uint32) uint32 {
	c.t.Helper()
	id := c.open(window)
	c.send(channelRequest(id, "exec", true, str("wait")))
	c.expect(msgChannelSuccess)
	return id
}

// pour sends packets until that fails; it does not read.
func (c *rawClient) pour(most int, payload []byte) (sent int) {
	for ; sent < most; sent++ {
		if c.trySend(payload) != nil {
			break
		}
	}
	return sent
}

func wantCause(t *testing.T, why chan error, want error) {
	t.Helper()
	if got := within(t, "the handler's end", func() error { return <-why }); got != want {
		t.Errorf("cause %v, want %v", got, want)
	}
}

func TestPanicEndsItsSessionOnly(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			if kind, _ := ch.Request(); kind == Exec {
				var nothing *Channel
				nothing.Exit(1)
			}
			echo(ctx, ch)
		}
	})
	srv.survives(func() {
		c := srv.dial()
		stays := srv.shell(c)
		bad := srv.open(c)
		bad.sess.Start("x")
		words, _ := io.ReadAll(bad.err)
		if err, ok := bad.ends().(*gossh.ExitError); !ok || err.ExitStatus() != exitSoftware {
			t.Errorf("end: %v, want exit status %d", err, exitSoftware)
		}
		if !strings.HasPrefix(string(words), ErrFault.Error()) || bytes.Contains(words, []byte("go:")) {
			t.Errorf("the person saw %q", words)
		}
		stays.says("hello")
		stays.sees("hello")
		stays.in.Close()
		stays.ends()
		c.Close()
	})
	log := srv.log.String()
	if strings.Count(log, "event=panic") != 1 || !containsAll(log, "remote=127.0.0.1", "nil pointer", "(*Channel).Exit (channel.go:") || strings.Contains(log, "goroutine ") {
		t.Errorf("the log should tell of the panic once, with its place")
	}
}

func TestWindowChangeFlood(t *testing.T) {
	for _, name := range []string{"before shell", "after shell"} {
		t.Run(name, func(t *testing.T) {
			srv := start(t, nil)
			srv.survives(func() {
				c, id := srv.opened(1 << 20)
				c.send(channelRequest(id, "pty-req", true, ptyReq("xterm", 80, 24)))
				c.expect(msgChannelSuccess)
				if name == "after shell" {
					c.shell(id)
				}
				for range 100 {
					c.send(many(100, channelRequest(id, "window-change", false, windowChange(90, 30)))...)
				}
				if name == "before shell" {
					c.shell(id)
				}
				c.send(channelData(id, "hello\n"))
				if got := c.expect(msgChannelData); string(got[9:]) != "hello\n" {
					t.Errorf("got %q", got)
				}
				c.Close()
			})
		})
	}
}

func TestEnvironmentFlood(t *testing.T) {
	srv := start(t, nil)
	srv.survives(func() {
		c, id := srv.opened(1 << 20)
		before := heap()
		value := strings.Repeat("x", 30_000)
		for range 1000 {
			c.send(channelRequest(id, "env", true, str("A"), str(value)))
			c.expect(msgChannelFailure)
		}
		if grown := heap() - before; grown > 4<<20 {
			t.Errorf("%d KiB are kept", grown>>10)
		}
		c.shell(id)
		c.Close()
	})
}

// gliderlabs starts a goroutine for each channel that is opened.
func TestChannelsAreLimited(t *testing.T) {
	srv := start(t, nil)
	srv.survives(func() {
		c := srv.authed()
		for i := range 20_000 {
			c.send(channelOpen(uint32(i), 1000))
			p, err := c.read()
			if want := map[bool]byte{true: msgChannelConfirm, false: msgChannelRefusal}[i < 4]; err != nil || p[0] != want {
				t.Fatalf("channel %d: %v, %v; want message %d", i, p, err, want)
			}
		}
		c.Close()
	})
}

func TestChannelFloodThatReadsNoAnswer(t *testing.T) {
	srv := start(t, nil)
	srv.survives(func() {
		c := srv.authed()
		go c.pour(1_000_000, channelOpen(0, 1000))
		most := 0
		eventually(t, "the end of the connection", func() bool {
			most = max(most, runtime.NumGoroutine())
			return strings.Count(srv.log.String(), "event=disconnect") >= 2
		})
		if most > 200 {
			t.Errorf("%d goroutines", most)
		}
		c.Close()
	})
	if !strings.Contains(srv.log.String(), ErrFlood.Error()) {
		t.Error("the connection did not end as a flood")
	}
}

// Sent right behind the first NEWKEYS, a second KEXINIT with nothing in common clears the algorithms
// that x/crypto's NewServerConn is about to read; without a recover there it is the end of the process
// after a few tries.
func TestSecondKeyExchangeRightBehindTheFirst(t *testing.T) {
	if raceDetector {
		t.Skip("it is a data race of x/crypto's")
	}
	srv := start(t, nil)
	srv.survives(func() {
		for range 300 {
			c := srv.raw()
			c.send(c.kexInit("curve25519-sha256"))
			c.theirs = c.expect(msgKexInit)
			c.replyExchange()
			both := c.pack([]byte{msgNewKeys})
			c.turnOut()
			both = append(both, c.pack(c.kexInit("none"))...)
			c.Write(both)
			c.closes()
			c.Close()
		}
	})
	if !strings.Contains(srv.log.String(), "event=panic") {
		t.Error("none of 300 came to the fault, so nothing was contained: does x/crypto have it still?")
	}
}

func TestKeysMayBeExchangedAgain(t *testing.T) {
	srv := start(t, nil)
	c, id := srv.opened(1 << 20)
	c.shell(id)
	for range 5 {
		c.exchange()
		c.send(channelData(id, "hello\n"))
		if got := c.expect(msgChannelData); string(got[9:]) != "hello\n" {
			t.Errorf("got %q", got)
		}
	}
}

func TestKeyExchangeFloodEnds(t *testing.T) {
	why, handler := causes()
	srv := start(t, func(s *Server) { s.Handler = handler })
	srv.survives(func() {
		c := srv.authed()
		c.exec(1 << 20)
		for range kexBurst - 1 {
			c.exchange()
		}
		c.send(c.kexInit("curve25519-sha256"))
		c.theirs = c.expect(msgKexInit)
		c.send(gossh.Marshal(struct {
			Key []byte `sshtype:"30"`
		}{bytes.Repeat([]byte{9}, 32)}))
		c.closes()
	})
	wantCause(t, why, ErrFlood)
}

// A key exchange that is begun and never ended holds all writes back, the keepalive too.
func TestKeyExchangeThatNeverEndsIsDead(t *testing.T) {
	why, handler := causes()
	srv := start(t, func(s *Server) { s.Handler, s.Settings.Keepalive = handler, 100*time.Millisecond })
	srv.survives(func() {
		c := srv.authed()
		c.exec(1 << 20)
		c.send(c.kexInit("curve25519-sha256"))
		c.closes()
	})
	wantCause(t, why, ErrDead)
}

func TestTypedAheadIsBounded(t *testing.T) {
	tests := []struct {
		name    string
		started bool
		n       int
		flood   bool
	}{
		{"64 KiB where nothing was started", false, unstartedInput, false},
		{"more than 64 KiB where nothing was started", false, unstartedInput + 1, true},
		{"256 KiB", true, 256 << 10, false},
		{"more than 256 KiB", true, 256<<10 + 1, true},
		{"20 MB without a newline", true, 20_000_000, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			why, handler := causes()
			srv := start(t, func(s *Server) { s.Handler = handler })
			srv.survives(func() {
				c := srv.dial()
				ch, requests, err := c.OpenChannel("session", nil)
				if err != nil {
					t.Fatal(err)
				}
				go gossh.DiscardRequests(requests)
				if test.started {
					ch.SendRequest("exec", true, str("wait"))
				}
				_, err = io.Copy(ch, strings.NewReader(strings.Repeat("x", test.n)))
				if err != nil && !test.flood {
					t.Errorf("typing: %v", err)
				}
				if !test.flood {
					ch.Close()
				}
				within(t, "the connection's end", func() error { c.Wait(); return nil })
			})
			if test.started {
				wantCause(t, why, map[bool]error{true: ErrFlood, false: ErrGone}[test.flood])
			}
			if flood := strings.Contains(srv.log.String(), ErrFlood.Error()); flood != test.flood {
				t.Errorf("ended as a flood: %v, want %v", flood, test.flood)
			}
		})
	}
}

// What a handler does not use in time is its person's loss, what it uses is not.
func TestUsedInputDoesNotCount(t *testing.T) {
	srv := start(t, nil)
	p := srv.shell(srv.dial())
	for range 30 {
		p.says(strings.Repeat(strings.Repeat("x", 999)+"\n", 100) + "end")
		p.sees("\nend\n")
	}
}

// One packet of one byte costs x/crypto 47 bytes for as long as nobody reads it, and it takes two
// million of them, as stdin or as stderr.
func TestOneBytePackets(t *testing.T) {
	for name, packet := range map[string]func(id uint32) []byte{
		"stdin":  func(id uint32) []byte { return channelData(id, "x") },
		"stderr": func(id uint32) []byte { return join([]byte{msgChannelStderr}, u32(id), u32(1), str("x")) },
		"other":  func(id uint32) []byte { return join([]byte{msgChannelStderr}, u32(id), u32(7), str("x")) },
	} {
		t.Run(name, func(t *testing.T) {
			_, handler := causes()
			srv := start(t, func(s *Server) { s.Handler = handler })
			srv.survives(func() {
				c := srv.authed()
				id := c.exec(1 << 20)
				go io.Copy(io.Discard, c.r)
				before := heap()
				for range 200 {
					c.send(many(1000, packet(id))...)
				}
				if grown := heap() - before; grown > 8<<20 {
					t.Errorf("%d KiB are kept for 200,000 packets", grown>>10)
				}
				c.Close()
			})
		})
	}
}

// A reader that stalls costs a bounded queue, and nobody else anything.
func TestStalledReader(t *testing.T) {
	full := make(chan int, 1)
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			if kind, _ := ch.Request(); kind == Shell {
				echo(ctx, ch)
				return
			}
			line := make([]byte, 1000)
			for n := 0; ; n += len(line) {
				if _, err := ch.Write(line); err == ErrQueueFull {
					full <- n
					break
				}
			}
			<-ctx.Done()
		}
	})
	srv.survives(func() {
		before := heap()
		c := srv.authed()
		c.exec(100_000)
		if n := <-full; n > 100_000+256<<10 {
			t.Errorf("%d bytes were taken, with a window of 100,000", n)
		}
		if grown := heap() - before; grown > 2<<20 {
			t.Errorf("%d KiB are kept for a stalled reader", grown>>10)
		}
		c.Close()
	})
}

// x/crypto answers pings from its own loop and keeps up to 16 packets of 256 KiB behind an answer that
// cannot leave.
func TestClientThatSendsMuchAndReadsNothing(t *testing.T) {
	why, handler := causes()
	srv := start(t, func(s *Server) { s.Handler = handler })
	srv.survives(func() {
		c := srv.authed()
		c.exec(1 << 20)
		c.pour(10_000, join([]byte{msgPing}, str(strings.Repeat("x", 200_000))))
		wantCause(t, why, ErrFlood)
		c.Close()
	})
}

// Whatever wants an answer holds its connection up when the answer cannot leave; then the client is
// found dead.
func TestClientThatReadsNoAnswer(t *testing.T) {
	for name, packet := range map[string][]byte{
		"pings":           {msgPing, 0, 0, 0, 0},
		"global requests": globalRequest("tcpip-forward", true),
		"channels":        join([]byte{msgChannelOpen}, str("x11"), u32(0), u32(1000), u32(32<<10)),
		"requests":        channelRequest(0, "signal", true, str("INT")),
	} {
		t.Run(name, func(t *testing.T) {
			why, handler := causes()
			srv := startMem(t, func(s *Server) { s.Handler, s.Settings.Keepalive = handler, 200*time.Millisecond })
			c := newRaw(t, srv.l.dial(memAddr, 16<<10))
			c.exchange()
			c.login()
			c.exec(1 << 20)
			for c.trySend(packet) == nil {
			}
			wantCause(t, why, ErrDead)
		})
	}
}

func TestBytesBeforeNewKeysAreBounded(t *testing.T) {
	tests := []struct {
		name string
		send func(c *rawClient)
	}{
		{"one packet of 256 KiB", func(c *rawClient) {
			c.Write(u32(256 << 10))
			c.Write(make([]byte, 256<<10))
		}},
		{"many packets", func(c *rawClient) { c.pour(100, join([]byte{msgIgnore}, str(strings.Repeat("x", 1000)))) }},
		{"a long list of algorithms", func(c *rawClient) { c.trySend(c.kexInit(strings.Repeat("a,", 60_000))) }},
		{"lines", func(c *rawClient) { c.Write(bytes.Repeat([]byte("GET / HTTP/1.1\n"), 10_000)) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv := start(t, nil)
			srv.survives(func() {
				c := srv.raw()
				test.send(c)
				c.closes()
				c.Close()
			})
		})
	}
}

func TestBytesBeforeAuthenticationAreBounded(t *testing.T) {
	srv := start(t, nil)
	srv.survives(func() {
		c := srv.keyed()
		c.send(serviceRequest())
		c.expect(msgServiceAccept)
		if n := c.pour(1000, join([]byte{msgIgnore}, str(strings.Repeat("x", 100_000)))); n > 100 {
			t.Errorf("%d packets of 100,000 bytes were taken", n)
		}
		c.Close()
	})
	if !strings.Contains(srv.log.String(), ErrFlood.Error()) {
		t.Error("the connection did not end as a flood")
	}
}

// A flood of connections is refused in words, and leaves nothing.
func TestConnectionFlood(t *testing.T) {
	srv := start(t, func(s *Server) { s.Settings.StartupsPerAddress = 2 })
	srv.survives(func() {
		c := srv.raw()
		refused := 0
		for range 1000 {
			conn, err := net.Dial("tcp", srv.addr)
			if err != nil {
				t.Fatal(err)
			}
			conn.SetDeadline(time.Now().Add(patience()))
			if words, _ := io.ReadAll(conn); bytes.Contains(words, []byte(ErrAddressFull.Error())) {
				refused++
			}
			conn.Close()
		}
		if refused != 1000 {
			t.Errorf("%d of 1,000 were refused in words", refused)
		}
		c.Close()
	})
	if n := strings.Count(srv.log.String(), "event=refused"); n != 1 {
		t.Errorf("%d log lines of refusals", n)
	}
}
