package sshd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	gossh "golang.org/x/crypto/ssh"
)

// loneChannel is a channel without a client, whose requests can be tried.
func loneChannel(t testing.TB) *Channel {
	v := (&Server{Settings: Settings{HandshakeGrace: NoLimit}}).serving(context.Background())
	return newChannel(newConn(v, &memConn{r: newMemPipe(1), w: newMemPipe(1)}))
}

func ptyReq(term string, cols, rows uint32) []byte {
	return join(str(term), u32(cols), u32(rows), u32(0), u32(0), str("\x00"))
}

func windowChange(cols, rows uint32) []byte { return join(u32(cols), u32(rows), u32(0), u32(0)) }

func TestMalformedRequestsAreRefused(t *testing.T) {
	tests := []struct {
		name, kind string
		payload    []byte
	}{
		{"pty-req with a length that overflows", "pty-req", []byte("\xff\xff\xff\xfeabcd\x00\x00\x00\x00\x00\x00\x00\x00")},
		{"pty-req with a length past its end", "pty-req", []byte("\x00\x00\x00\x09abcd")},
		{"empty pty-req", "pty-req", nil},
		{"pty-req without modes", "pty-req", join(str("xterm"), windowChange(80, 24))},
		{"pty-req with more behind it", "pty-req", append(ptyReq("xterm", 80, 24), 0)},
		{"env without a value", "env", str("LANG")},
		{"env with a long value", "env", join(str("LANG"), str(strings.Repeat("x", 257)))},
		{"env with a long name", "env", join(str(strings.Repeat("x", 257)), str("C"))},
		{"exec without a command", "exec", nil},
		{"exec of more than 8 KiB", "exec", str(strings.Repeat("x", 8<<10+1))},
		{"subsystem with a long name", "subsystem", str(strings.Repeat("x", 65))},
		{"window-change without a pty", "window-change", windowChange(80, 24)},
		{"agent forwarding", "auth-agent-req@openssh.com", nil},
		{"X11 forwarding", "x11-req", join([]byte{0}, str("MIT-MAGIC-COOKIE-1"), str("00"), u32(0))},
		{"signal", "signal", str("INT")},
		{"break", "break", u32(500)},
		{"unknown", "\x1b[2J", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ch := loneChannel(t)
			if ch.answer(test.kind, test.payload) {
				t.Error("granted")
			}
			if ch.setup.ready || ch.setup.pty || len(ch.setup.env) > 0 {
				t.Errorf("it changed the channel: %+v", ch.setup)
			}
		})
	}
}

func TestRequests(t *testing.T) {
	ch := loneChannel(t)
	for i, r := range []struct {
		kind    string
		payload []byte
		want    bool
	}{
		{"env", join(str("LANG"), str("de_DE\x1b[31m.UTF-8")), true},
		{"pty-req", ptyReq("xterm\x1b]0;x\x07-256color", 100, 30), true},
		{"pty-req", ptyReq("vt100", 1, 1), false}, // once only
		{"window-change", windowChange(120, 40), true},
		{"exec", str("message bob  don't"), true},
		{"shell", nil, false}, // something was started
		{"env", join(str("LATE"), str("x")), false},
		{"window-change", windowChange(0, 5000), true},
	} {
		if got := ch.answer(r.kind, r.payload); got != r.want {
			t.Errorf("request %d, %s: %v, want %v", i, r.kind, got, r.want)
		}
	}
	if kind, text := ch.Request(); kind != Exec || text != "message bob  don't" {
		t.Errorf("Request() = %v, %q", kind, text)
	}
	if term, ok := ch.Terminal(); !ok || term != "xterm]0;x-256color" {
		t.Errorf("Terminal() = %q, %v", term, ok)
	}
	if got := ch.Getenv("LANG"); got != "de_DE[31m.UTF-8" {
		t.Errorf("LANG = %q", got)
	}
	if cols, rows := ch.Size(); cols != 80 || rows != 1000 {
		t.Errorf("size %d x %d, want 80 x 1000", cols, rows)
	}
}

func TestSizesAreClamped(t *testing.T) {
	for _, test := range []struct{ cols, rows, wantCols, wantRows uint32 }{
		{0, 0, 80, 24},
		{1, 1, 10, 2},
		{10, 2, 10, 2},
		{132, 43, 132, 43},
		{1<<32 - 1, 1<<32 - 1, 1000, 1000},
		{0, 50, 80, 50},
	} {
		ch := loneChannel(t)
		ch.answer("pty-req", ptyReq("x", test.cols, test.rows))
		if cols, rows := ch.Size(); cols != int(test.wantCols) || rows != int(test.wantRows) {
			t.Errorf("%d x %d became %d x %d, want %d x %d", test.cols, test.rows, cols, rows, test.wantCols, test.wantRows)
		}
	}
}

func TestEnvironmentIsBounded(t *testing.T) {
	ch := loneChannel(t)
	for i := range 5000 {
		granted := ch.answer("env", join(str(fmt.Sprint("V", i)), str(strings.Repeat("x", 256))))
		if granted != (i < maxEnv) {
			t.Fatalf("variable %d granted: %v", i, granted)
		}
	}
	if !ch.answer("env", join(str("V0"), str("again"))) || ch.Getenv("V0") != "again" {
		t.Error("a variable cannot be sent again")
	}
}

func FuzzRequest(f *testing.F) {
	for _, kind := range []string{"pty-req", "env", "exec", "subsystem", "shell", "window-change", "signal", "x11-req"} {
		for _, payload := range []string{"", "\xff\xff\xff\xfe", string(ptyReq("xterm", 80, 24)),
			string(str("a")), string(join(str("A"), str("\xff\x1b[m"))), string(windowChange(0, 1<<31))} {
			f.Add(kind, []byte(payload))
		}
	}
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		ch := loneChannel(t)
		defer ch.timer.Stop()
		ch.answer("pty-req", ptyReq("xterm", 80, 24))
		ch.answer(kind, payload)
		other := loneChannel(t)
		defer other.timer.Stop()
		if got, want := other.answer(kind, payload), other.answer(kind, payload); got && !want && kind != "pty-req" && !other.setup.ready {
			t.Errorf("granted once and not again: %q %q", kind, payload)
		}
		for _, c := range []*Channel{ch, other} {
			if cols, rows := c.Size(); cols < 10 || cols > 1000 || rows < 2 || rows > 1000 {
				t.Errorf("size %d x %d", cols, rows)
			}
			term, _ := c.Terminal()
			if len(term) > maxName || !utf8.ValidString(term) || strings.ContainsAny(term, "\x1b\x07\n\r") {
				t.Errorf("TERM = %q", term)
			}
			if kind, text := c.Request(); kind == Subsystem && (len(text) > maxName || !utf8.ValidString(text)) {
				t.Errorf("subsystem %q", text)
			}
			for name, value := range c.setup.env {
				if len(value) > maxEnvBytes || !utf8.ValidString(value) {
					t.Errorf("%q = %q", name, value)
				}
			}
		}
	})
}

// One malformed pty-req killed a process that used gliderlabs' own session handler.
func TestPtyReqLengthOverflowOnTheWire(t *testing.T) {
	srv := start(t, nil)
	c, id := srv.opened(1 << 20)
	c.send(channelRequest(id, "pty-req", true, []byte("\xff\xff\xff\xfeabcd\x00\x00\x00\x00\x00\x00\x00\x00")))
	c.expect(msgChannelFailure)
	c.shell(id)
	c.Close()
	srv.lives()
}

func TestExecAndSubsystemReachTheHandler(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.Handler = func(_ context.Context, ch *Channel) {
			kind, text := ch.Request()
			fmt.Fprintf(ch, "%s:%s by %s with %s from %s;", kind, text, ch.User(), ch.Client(), ch.Remote().Addr())
			ch.WriteError([]byte("refused;"))
			ch.Exit(64)
		}
	})
	p := srv.open(srv.dial())
	if err := p.sess.Start("message bob hi"); err != nil {
		t.Fatal(err)
	}
	p.sees("exec:message bob hi by ann with SSH-2.0-Go from 127.0.0.1;")
	if got, ok := readUntil(p.err, "refused;"); !ok {
		t.Errorf("stderr: %q", got)
	}
	if err, ok := p.ends().(*gossh.ExitError); !ok || err.ExitStatus() != 64 {
		t.Errorf("end: %v, want exit status 64", err)
	}
	p = srv.open(srv.dial())
	if err := p.sess.RequestSubsystem("sftp"); err != nil {
		t.Fatal(err)
	}
	p.sees("subsystem:sftp by")
	io.Copy(io.Discard, p.out)
}

func TestForwardingIsRefused(t *testing.T) {
	srv := start(t, nil)
	c := srv.dial()
	p := srv.shell(c)
	if _, err := c.Dial("tcp", "127.0.0.1:22"); err == nil {
		t.Error("direct-tcpip was granted")
	}
	if _, err := c.Dial("unix", "/tmp/x"); err == nil {
		t.Error("direct-streamlocal was granted")
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("tcpip-forward was granted")
	}
	if _, err := c.ListenUnix("/tmp/x"); err == nil {
		t.Error("streamlocal-forward was granted")
	}
	for _, kind := range []string{"x11", "auth-agent@openssh.com", "tun@openssh.com", "forwarded-tcpip"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("channel %s was granted", kind)
		}
	}
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req"} {
		if ok, err := p.sess.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
	}
	p.says("hello")
	p.sees("hello")
}
