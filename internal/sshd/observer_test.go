package sshd

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// witness keeps what an Observer is told, a line each.
type witness struct {
	mu   sync.Mutex
	told []string
}

func (w *witness) add(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

func (w *witness) Accepted()                   { w.add("accepted") }
func (w *witness) Refused(why error)           { w.add("refused: %v", why) }
func (w *witness) Opened(took time.Duration)   { w.add("opened after %v", took) }
func (w *witness) Closed(opened bool, e error) { w.add("closed, opened %v: %v", opened, e) }

// saw checks what was told since the last time.
func (w *witness) saw(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff(want, w.told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	w.told = nil
}

func TestWhatIsToldOfAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := &witness{}
		srv := startMem(t, func(s *Server) { s.Observer, s.Settings.Startups = seen, 2 })
		c := srv.client(srv.l.dial("192.0.2.1:1", memRoom))
		seen.saw(t, "accepted", "opened after 0s")
		silent := srv.l.dial("192.0.2.2:1", memRoom)
		srv.l.dial("192.0.2.3:1", memRoom)
		seen.saw(t, "accepted", "refused: the server is full")
		srv.shell(c)
		c.Close()
		seen.saw(t, "closed, opened true: the connection was closed")
		time.Sleep(31 * time.Second)
		seen.saw(t, "closed, opened false: the SSH handshake took too long")
		silent.Close()

		srv.shell(srv.client(srv.l.dial("192.0.2.4:1", memRoom)))
		srv.stop()
		seen.saw(t, "accepted", "opened after 0s", "closed, opened true: "+errStop.Error())
	})
}

// A flood is told in a line of its own, with the address, at a level that operators read.
func TestAFloodIsLogged(t *testing.T) {
	seen := &witness{}
	srv := start(t, func(s *Server) { s.Observer = seen })
	c := srv.authed()
	c.open(0)
	for range 2000 { // many more channels than may wait to be refused
		if c.trySend(channelOpen(7, 0)) != nil {
			break
		}
	}
	remote := c.Conn.LocalAddr().String()
	eventually(t, "the log tells of the flood", func() bool {
		return strings.Contains(srv.log.String(), "level=WARN msg=\"connection ended over a flood\" event=flood remote="+remote+"\n")
	})
	srv.stop()
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if !slices.Contains(seen.told, "closed, opened true: "+ErrFlood.Error()) {
		t.Errorf("told: %q", seen.told)
	}
}

// What a proxy hands on counts once its client is known: connections without a header, with which balancers ask whether
// somebody listens, are neither let in nor open for ever.
func TestWhatIsToldOfAProxysConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := &witness{}
		srv := startMem(t, func(s *Server) {
			s.Observer, s.Settings.StartupsPerAddress = seen, 1
			s.Settings.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}
			s.RefuseAddress = func(a netip.Addr) string {
				if a == netip.MustParseAddrPort(dave).Addr() {
					return banWords
				}
				return ""
			}
		})
		asks := srv.l.dial(balancer, memRoom)
		asks.Close()
		seen.saw(t)
		c := srv.client(srv.through(headerFor(2, carol)))
		seen.saw(t, "accepted", "opened after 0s")
		newRaw(t, srv.through(headerFor(2, carol))).refused()
		newRaw(t, srv.through(headerFor(2, dave))).refused()
		seen.saw(t, "refused: "+ErrAddressFull.Error(), "refused: "+banWords)
		c.Close()
		seen.saw(t, "closed, opened true: the connection was closed")
	})
}
