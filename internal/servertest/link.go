package servertest

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pires/go-proxyproto"
)

// Link is a way to the server that can go silent as a pulled plug does: no end of the connection is
// seen at either side.
type Link struct {
	Addr string

	header []byte         // sent to the server first
	silent [2]atomic.Bool // to the server, from the server
}

// Link opens a way to the server.
func (s *Server) Link() *Link {
	s.Helper()
	return s.link(nil)
}

// Proxy opens a way to the server by a load balancer, on a loopback address, that names client, ADDRESS:PORT, as the
// one for whom it comes.
func (s *Server) Proxy(client string) *Link {
	s.Helper()
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(client))
	header, err := proxyproto.HeaderProxyFromAddrs(2, addr, addr).Format()
	if err != nil {
		s.Fatal(err)
	}
	return s.link(header)
}

func (s *Server) link(header []byte) *Link {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	link := &Link{Addr: l.Addr().String(), header: header}
	var all sync.WaitGroup
	var open sync.Map
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", s.Addr)
			if err != nil {
				near.Close()
				continue
			}
			far.Write(link.header) // if that fails, so does the rest
			open.Store(near, nil)
			open.Store(far, nil)
			all.Go(func() { link.carry(&link.silent[0], far, near) })
			all.Go(func() { link.carry(&link.silent[1], near, far) })
		}
	})
	s.Cleanup(func() {
		l.Close()
		open.Range(func(c, _ any) bool { c.(net.Conn).Close(); return true })
		all.Wait()
	})
	return link
}

// GoesSilent has nothing arrive any more, in both directions.
func (l *Link) GoesSilent() {
	l.silent[0].Store(true)
	l.silent[1].Store(true)
}

// GoesDeaf has nothing of the client arrive any more: what the server sends still does.
func (l *Link) GoesDeaf() { l.silent[0].Store(true) }

// carry copies, and swallows what comes while the link is silent, its end included.
func (l *Link) carry(silent *atomic.Bool, to, from net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if silent.Load() {
			if err != nil {
				return
			}
			continue
		}
		if n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			to.Close()
			return
		}
	}
}

// IsTold asks `sent` until the answer holds words: the cursor that it speaks of is written within a
// second of its proof.
func (p *Person) IsTold(words string) {
	p.Helper()
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		// Commands are answered one after the other: this one, which there is not, after sent.
		end := fmt.Sprintf("zz%d", barriers.Add(1))
		p.Types("sent", end)
		seen, err := p.out.take(end)
		if err != nil {
			p.Fatalf("%s gets no answer: %v\n%s", p.Name, err, p.out)
		}
		if strings.Contains(seen, words) {
			return
		}
	}
	p.Fatalf("%s is never told %q\n%s", p.Name, words, p.out)
}
