package sshd

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pires/go-proxyproto"
)

const (
	balancer = "10.0.0.5:40000"
	carol    = "203.0.113.7:4711"
	dave     = "203.0.113.8:4711"
)

// startBehindProxy starts a server that takes 10.0.0.0/24 for proxies. Its handler says where a channel comes from.
func startBehindProxy(t testing.TB, change func(*Settings)) *memServer {
	t.Helper()
	return startMem(t, func(s *Server) {
		s.Handler = func(_ context.Context, ch *Channel) { ch.Write([]byte(ch.Remote().String() + "\n")) }
		s.Settings.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}
		if change != nil {
			change(&s.Settings)
		}
	})
}

// headerFor is a header that names a client, and a server of the same family.
func headerFor(version byte, client string) []byte {
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(client))
	b, err := proxyproto.HeaderProxyFromAddrs(version, addr, addr).Format()
	if err != nil {
		panic(err)
	}
	return b
}

// header2 is a header of version 2 of which each part may be wrong.
func header2(command, family byte, length int, block ...byte) []byte {
	return join(proxyproto.SIGV2, []byte{command, family, byte(length >> 8), byte(length)}, block)
}

var localHeader = header2(0x20, 0, 0)

// A prefixed connection sends a header together with what the client says first.
type prefixed struct {
	net.Conn
	header []byte
}

func (p *prefixed) Write(b []byte) (int, error) {
	if header := p.header; header != nil {
		p.header = nil
		if _, err := p.Conn.Write(append(header, b...)); err != nil {
			return 0, err
		}
		return len(b), nil
	}
	return p.Conn.Write(b)
}

// through dials as the balancer does that sends this header.
func (s *memServer) through(header []byte) net.Conn {
	return &prefixed{s.l.dial(balancer, memRoom), header}
}

// comesFrom checks what the server takes the address of a client to be.
func (s *memServer) comesFrom(conn net.Conn, want string) {
	s.t.Helper()
	s.shell(s.client(conn)).sees(want + "\n")
}

func TestProxyNamesTheClient(t *testing.T) {
	six := netip.MustParseAddr("2001:db8::7").As16()
	mapped := netip.MustParseAddr("::ffff:203.0.113.7").As16()
	ports := []byte{4711 >> 8, 4711 & 0xff, 0, 22}
	for name, test := range map[string]struct {
		header []byte
		want   string
	}{
		"version 2":                        {headerFor(2, carol), carol},
		"version 2, IPv6":                  {headerFor(2, "[2001:db8::7]:4711"), "[2001:db8::7]:4711"},
		"version 2, IPv4 as IPv6":          {header2(0x21, 0x21, 36, join(mapped[:], mapped[:], ports)...), carol},
		"version 2, with attributes":       {header2(0x21, 0x21, 36+7, join(six[:], six[:], ports, []byte{4, 0, 4, 1, 2, 3, 4})...), "[2001:db8::7]:4711"},
		"version 2, with a long attribute": {header2(0x21, 0x21, 36+1003, join(six[:], six[:], ports, []byte{4, 1000 >> 8, 1000 & 0xff}, make([]byte, 1000))...), "[2001:db8::7]:4711"},
		"version 1":                        {headerFor(1, carol), carol},
		"version 1, IPv6":                  {headerFor(1, "[2001:db8::7]:4711"), "[2001:db8::7]:4711"},
		"the proxy itself":                 {localHeader, balancer},
		"the proxy itself, with addresses": {header2(0x20, 0x11, 12, make([]byte, 12)...), balancer},
		"the proxy itself, version 1":      {[]byte("PROXY UNKNOWN\r\n"), balancer},
		"unknown, with what is ignored":    {[]byte("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), balancer},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startBehindProxy(t, nil)
			srv.comesFrom(srv.through(test.header), test.want)
		})
	}
}

// Only the first header counts: one behind it is the client's, and no SSH.
func TestClientCannotAddAHeader(t *testing.T) {
	srv := startBehindProxy(t, nil)
	conn := srv.l.dial(balancer, memRoom)
	conn.Write(append(headerFor(2, carol), headerFor(1, dave)...))
	conn.Write([]byte("SSH-2.0-x\r\n"))
	ended(conn)
	eventually(t, "the log", func() bool { return strings.Contains(srv.log.String(), "event=proxy_unknown remote="+carol) })
	srv.comesFrom(srv.through(headerFor(2, dave)), dave)
}

func TestProxyWithoutAProperHeaderIsRefused(t *testing.T) {
	four := []byte{203, 0, 113, 7, 10, 0, 0, 1, 0x12, 0x67, 0, 22}
	for name, test := range map[string]struct {
		sent []byte
		why  string
	}{
		"no header":                 {[]byte("SSH-2.0-x\r\n"), errNoHeader.Error()},
		"something else":            {[]byte("GET / HTTP/1.1\r\n\r\n"), errNoHeader.Error()},
		"the start of a signature":  {proxyproto.SIGV2[:7], errNoHeader.Error()},
		"a signature and no more":   {proxyproto.SIGV2, "EOF"},
		"half an address":           {header2(0x21, 0x11, 12, four[:6]...), "EOF"},
		"attributes that are short": {header2(0x21, 0x11, 50, four...), "length"},
		"version 3":                 {header2(0x31, 0x11, 12, four...), "version"},
		"a command of later":        {header2(0x22, 0x11, 12, four...), "command"},
		"an unknown family":         {header2(0x21, 0x41, 12, four...), "family"},
		"an unknown transport":      {header2(0x21, 0x13, 12, four...), "family"},
		"no family":                 {header2(0x21, 0x00, 12, four...), "family"},
		"datagrams":                 {header2(0x21, 0x12, 12, four...), "no TCP address"},
		"a file":                    {header2(0x21, 0x31, 216, make([]byte, 216)...), "no TCP address"},
		"too short for the family":  {header2(0x21, 0x21, 12, four...), "length"},
		"64 KiB":                    {header2(0x21, 0x11, 0xffff, make([]byte, 0xffff)...), "length"},
		"version 1 without an end":  {[]byte("PROXY TCP4 " + strings.Repeat("1", 200)), "107"},
		"version 1 without a CR":    {[]byte("PROXY TCP4 203.0.113.7 10.0.0.1 1 2\n"), "\\\\r\\\\n"},
		"version 1 of a name":       {[]byte("PROXY TCP4 localhost 10.0.0.1 1 2\r\n"), "invalid"},
		"version 1 of a port":       {[]byte("PROXY TCP4 203.0.113.7 10.0.0.1 70000 2\r\n"), "invalid"},
		"escapes":                   {[]byte("PROXY \x1b[2J\r\n"), "family"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startBehindProxy(t, nil)
			conn := srv.l.dial(balancer, memRoom)
			conn.Write(test.sent)
			conn.w.close(io.EOF)
			if got, err := io.ReadAll(conn); len(got) > 0 || err != nil {
				t.Errorf("it is told %q, %v", got, err)
			}
			srv.stop()
			log := srv.log.String()
			if !containsAll(log, "level=WARN", "event=proxy_header", "remote="+balancer, test.why, "send-proxy-v2", "server.proxy_from") {
				t.Errorf("want %q", test.why)
			}
			if strings.Contains(log, "event=handshake") || strings.Contains(log, "\x1b") {
				t.Error("it got as far as SSH, or wrote into the log")
			}
		})
	}
}

// Balancers ask every other second whether somebody listens, and how they do it is not for the log.
func TestHealthChecksAreNoWarning(t *testing.T) {
	for name, sent := range map[string][]byte{
		"connects and closes":    nil,
		"says that it is itself": localHeader,
		"says so in version 1":   []byte("PROXY UNKNOWN\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			srv := startBehindProxy(t, nil)
			for range 3 {
				conn := srv.l.dial(balancer, memRoom)
				conn.Write(sent)
				conn.w.close(io.EOF)
				ended(conn)
			}
			srv.comesFrom(srv.through(headerFor(2, carol)), carol)
			srv.stop()
			if log := srv.log.String(); strings.Contains(log, "level=WARN") || !strings.Contains(log, "remote="+balancer) {
				t.Errorf("warned, or nothing of it in the log")
			}
		})
	}
}

// A proxy that is slow, or holds its connections open, keeps nobody from coming, and goes with the grace of a handshake.
func TestSlowHeaderStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startBehindProxy(t, nil)
		began := time.Now()
		silent := srv.l.dial(balancer, memRoom)
		slow := srv.l.dial(balancer, memRoom)
		slow.Write(headerFor(2, carol)[:20])
		synctest.Wait()
		srv.comesFrom(srv.through(headerFor(2, dave)), dave)
		if took := time.Since(began); took > 0 {
			t.Errorf("the next one waited for %v", took)
		}
		wantAfter(t, ended(silent), 30*time.Second)
		ended(slow)
		if took := time.Since(began); took > 31*time.Second {
			t.Errorf("the slow one was let be for %v", took)
		}
		srv.stop()
		if log := srv.log.String(); strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, ErrHandshake.Error()) {
			t.Error("want one warning, of the slow header")
		}
	})
}

// The balancer that has lost its setting brings everyone's connections: its log must not fill the disk.
func TestRefusedHeadersAreLoggedOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startBehindProxy(t, nil)
		for range 20 {
			srv.l.dial(balancer, memRoom).Write([]byte("SSH-2.0-x\r\n"))
			time.Sleep(time.Second)
		}
		srv.stop()
		if log := srv.log.String(); strings.Count(log, "level=WARN") != 2 || !strings.Contains(log, "count=10") {
			t.Error("want two warnings, the second for 10")
		}
	})
}

// From anywhere else a header is no SSH, and the address in it nobody's.
func TestHeaderOfAStrangerIsRefused(t *testing.T) {
	for name, header := range map[string][]byte{
		"version 1": headerFor(1, carol), "version 2": headerFor(2, carol), "itself": localHeader,
	} {
		t.Run(name, func(t *testing.T) {
			srv := startBehindProxy(t, nil)
			conn := srv.l.dial(memAddr, memRoom)
			conn.Write(append(header, "SSH-2.0-x\r\n"...))
			ended(conn)
			srv.comesFrom(srv.l.dial(memAddr, memRoom), memAddr)
			srv.stop()
			if log := srv.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, carol) ||
				!containsAll(log, "level=INFO", "event=proxy_unknown", "remote="+memAddr, "server.proxy_from") {
				t.Errorf("want a record at level info")
			}
		})
	}
}

// The limits per address are for the client's.
func TestLimitsCountTheClientBehindTheProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startBehindProxy(t, func(s *Settings) { s.StartupsPerAddress = 2 })
		for range 2 {
			srv.client(srv.through(headerFor(2, carol)))
		}
		if p := newRaw(t, srv.through(headerFor(2, carol))).refused(); !strings.Contains(p, ErrAddressFull.Error()) {
			t.Errorf("the third is told %q", p)
		}
		srv.client(srv.through(headerFor(2, dave)))
		srv.stop()
		if !containsAll(srv.log.String(), "event=refused", "remote="+carol) {
			t.Error("the refusal does not name the client")
		}
	})
}

// refused returns the words of the disconnect message that must come, and hangs up.
func (c *rawClient) refused() string {
	c.t.Helper()
	p, err := c.read()
	if err != nil || p[0] != msgDisconnect {
		c.t.Fatalf("want a disconnect message, got %q, %v", p, err)
	}
	c.Close()
	return string(p)
}

// Whoever has not said yet for whom they come counts among all who are not logged in, and makes room as they do.
func TestHeadersThatDoNotComeAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startBehindProxy(t, func(s *Settings) { s.Startups, s.StartupsPerAddress = 3, 1 })
		silent := srv.l.dial(balancer, memRoom)
		time.Sleep(time.Second)
		for range 2 {
			srv.l.dial(balancer, memRoom)
		}
		synctest.Wait()
		if p := newRaw(t, srv.through(headerFor(2, carol))).refused(); !strings.Contains(p, ErrFull.Error()) {
			t.Errorf("the fourth is told %q", p)
		}
		time.Sleep(settled - time.Second)
		srv.client(srv.through(headerFor(2, carol)))
		if took := ended(silent); took > 0 {
			t.Errorf("the silent one went after %v", took)
		}
	})
}

func TestStopDoesNotWaitForAHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startBehindProxy(t, nil)
		srv.l.dial(balancer, memRoom)
		synctest.Wait()
		began := time.Now()
		srv.stop()
		if took := time.Since(began); took > 0 {
			t.Errorf("the stop took %v", took)
		}
	})
}

// The machine may be a proxy's as well.
func TestProbeFromTheProxysAddress(t *testing.T) {
	local := netip.MustParsePrefix("127.0.0.0/8")
	srv := start(t, func(s *Server) { s.Settings.Proxies = []netip.Prefix{local} })
	if err := Probe(t.Context(), srv.addr); err == nil {
		t.Error("a probe without a header is well")
	}
	for name, proxies := range map[string][]netip.Prefix{
		"the settings' own": {local},
		"among others":      {netip.MustParsePrefix("10.0.0.0/8"), local},
	} {
		if err := Probe(t.Context(), srv.addr, proxies...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	plain := start(t, nil)
	if err := Probe(t.Context(), plain.addr, netip.MustParsePrefix("10.0.0.0/8")); err != nil {
		t.Error(err)
	}
}

func FuzzProxyHeader(f *testing.F) {
	for _, header := range [][]byte{
		headerFor(1, carol), headerFor(1, "[2001:db8::7]:4711"), headerFor(2, carol), headerFor(2, "[2001:db8::7]:4711"),
		localHeader, header2(0x20, 0x11, 12, make([]byte, 12)...), []byte("PROXY UNKNOWN\r\n"),
		header2(0x21, 0x12, 12, make([]byte, 12)...), header2(0x21, 0x31, 216, make([]byte, 216)...),
		header2(0x21, 0x11, 15, append(make([]byte, 12), 4, 0, 0)...), header2(0x21, 0x21, 300, make([]byte, 300)...),
	} {
		f.Add(header, []byte("SSH-2.0-x\r\n"))
	}
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, header, behind []byte) {
		stream := join(header, behind)
		conn := newMemPipe(len(stream) + 1)
		conn.write(stream)
		conn.close(io.EOF)
		p := newProxied(&memConn{r: conn, remote: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(balancer))})
		if err := p.meet(); err != nil {
			return
		}
		rest, err := io.ReadAll(p)
		if err != nil || !bytes.HasSuffix(stream, rest) {
			t.Fatalf("%q is handed on, %v", rest, err)
		}
		want, n := addressIn(t, stream)
		if got := addrPort(p.RemoteAddr()); got != want || len(stream)-len(rest) != n {
			t.Errorf("%v, %d bytes long; want %v, %d", got, len(stream)-len(rest), want, n)
		}
	})
}

// addressIn finds the address of a header that was accepted, and its length, in another way.
func addressIn(t *testing.T, stream []byte) (netip.AddrPort, int) {
	port := func(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }
	if line, _, ok := strings.Cut(string(stream), "\r\n"); ok && strings.HasPrefix(line, "PROXY ") {
		if words := strings.Fields(line); words[1] != "UNKNOWN" {
			addr := netip.MustParseAddr(words[2])
			return netip.AddrPortFrom(addr.Unmap(), netip.MustParseAddrPort("0.0.0.0:"+words[4]).Port()), len(line) + 2
		}
		return netip.MustParseAddrPort(balancer), len(line) + 2
	}
	b, n := stream[16:], 16+int(port(stream[14:]))
	switch {
	case !bytes.HasPrefix(stream, proxyproto.SIGV2) || n > 16+4096:
		t.Fatalf("accepted: %q", stream)
	case stream[12] == 0x20:
		return netip.MustParseAddrPort(balancer), n
	case stream[12] == 0x21 && stream[13] == 0x11:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b)), port(b[8:])), n
	case stream[12] == 0x21 && stream[13] == 0x21:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)).Unmap(), port(b[32:])), n
	}
	t.Fatalf("accepted: %q", stream)
	return netip.AddrPort{}, 0
}

func BenchmarkProxyHeader(b *testing.B) {
	header := headerFor(2, carol)
	for b.Loop() {
		if _, err := readHeader(bufio.NewReaderSize(bytes.NewReader(header), headerBuffer)); err != nil {
			b.Fatal(err)
		}
	}
}
