package sshd

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

const banWords = "your address is banned until noon: spam"

// lastWords is what a server says to whoever connects and sends text, until it hangs up.
func lastWords(t *testing.T, addr, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience()))
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	c.(*net.TCPConn).CloseWrite()
	var all strings.Builder
	var b [512]byte
	for {
		n, err := c.Read(b[:])
		all.Write(b[:n])
		if err != nil {
			return all.String()
		}
	}
}

// hello is all that a server says to somebody whom it refuses: its version and a disconnect.
func hello(reason uint32, words string) string {
	return "SSH-2.0-sshchat\r\n" + string(disconnect(reason, words))
}

func TestARefusedAddressIsToldSoAndNothingElse(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.RefuseAddress = func(a netip.Addr) string {
			if a == netip.MustParseAddr("127.0.0.1") {
				return banWords
			}
			return ""
		}
	})
	if got, want := lastWords(t, srv.addr, ""), hello(hostNotAllowed, banWords); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	if _, err := srv.tryDial(); err == nil || !strings.Contains(err.Error(), banWords) {
		t.Errorf("a client is told %v", err)
	}
}

// What is asked is an address as people know it, also where the socket is one of IPv6.
func TestTheAddressIsAskedForWithoutWhatMapsIt(t *testing.T) {
	var asked []string
	v := &serving{Server: &Server{RefuseAddress: func(a netip.Addr) string {
		asked = append(asked, a.String())
		return ""
	}}}
	for _, a := range []string{"::ffff:192.0.2.7", "fe80::1%eth0"} {
		if err := v.unwelcome(netip.MustParseAddr(a)); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(asked, " "); got != "192.0.2.7 fe80::1" {
		t.Errorf("asked for %s", got)
	}
}

func TestARefusedClientIsToldBeforeAnyKeyIsExchanged(t *testing.T) {
	const words = "your ssh client is banned"
	var mu sync.Mutex
	var versions []string
	srv := start(t, func(s *Server) {
		s.RefuseClient = func(version string) string {
			mu.Lock()
			defer mu.Unlock()
			versions = append(versions, version)
			if strings.Contains(version, "bot") {
				return words
			}
			return ""
		}
	})
	for _, text := range []string{
		"SSH-2.0-bot\r\n",
		"SSH-2.0-bot\n",
		"SSH-2.0-bot\r\nand what follows",
		"SSH-2.0-bot\x1b[31m" + strings.Repeat("x", 200) + "\r\n",
	} {
		if got, want := lastWords(t, srv.addr, text), hello(hostNotAllowed, words); got != want {
			t.Errorf("%q is told %q, want %q", text, got, want)
		}
	}
	// Each is refused in words, and those who look at the log see it, however many they are.
	if log := srv.log.String(); strings.Count(log, "event=refused") != 1 ||
		!containsAll(log, "level=WARN", `why="your ssh client is banned"`, "remote=127.0.0.1:", "count=1 client=SSH-2.0-bot\n") {
		t.Errorf("the log has\n%s", log)
	}
	mu.Lock()
	for _, v := range versions {
		if len(v) > longestVersion || strings.ContainsAny(v, "\x1b\r\n") {
			t.Errorf("asked for %q", v)
		}
	}
	if versions[0] != "SSH-2.0-bot" || versions[1] != versions[0] || versions[2] != versions[0] {
		t.Errorf("asked for %q", versions)
	}
	mu.Unlock()
	p := srv.shell(srv.dial())
	p.in.Close()
	p.ends()
	mu.Lock()
	defer mu.Unlock()
	if last := versions[len(versions)-1]; last != "SSH-2.0-Go" {
		t.Errorf("another client is asked for as %q", last)
	}
}

// A key that is refused shuts out who offers it, also from the other ways in, and says so once. That they have not
// proven it does not matter: nobody else is shut out by it.
func TestARefusedKeyShutsOutWhoOffersIt(t *testing.T) {
	banned, mine := newKey(1), newKey(2)
	srv := start(t, func(s *Server) {
		s.KnownKey = func(string) bool { return true }
		s.RefuseKey = func(fingerprint string) string {
			if fingerprint == fingerprintOf(banned) {
				return "your key is banned"
			}
			return ""
		}
	})
	var told []string
	dial := func(auth ...gossh.AuthMethod) error {
		c, err := gossh.Dial("tcp", srv.addr, &gossh.ClientConfig{User: "ann", Auth: auth, Timeout: patience(),
			HostKeyCallback: gossh.InsecureIgnoreHostKey(),
			BannerCallback:  func(words string) error { told = append(told, words); return nil }})
		if err == nil {
			c.Close()
		}
		return err
	}
	anyone := gossh.KeyboardInteractive(answerNothing)
	if err := dial(gossh.PublicKeys(banned, mine), anyone); err == nil {
		t.Error("somebody came in who had offered a banned key")
	}
	if len(told) != 1 || told[0] != "your key is banned\r\n" {
		t.Errorf("told %q", told)
	}
	dial(gossh.PublicKeys(banned))
	if log := srv.log.String(); strings.Count(log, "event=refused") != 1 ||
		!containsAll(log, "level=WARN", `why="your key is banned"`, "remote=127.0.0.1:", "count=1 key="+fingerprintOf(banned)+"\n") {
		t.Errorf("the log has\n%s", log)
	}
	for name, err := range map[string]error{"another key": dial(gossh.PublicKeys(mine)), "no key": dial(anyone)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Those who are refused at the door are many, and must not keep out of the log whom a key gives away.
func TestRefusalsAtTheDoorHideNoBannedKey(t *testing.T) {
	var banned atomic.Bool
	srv := start(t, func(s *Server) {
		s.RefuseKey = func(string) string { return "your key is banned" }
		s.RefuseAddress = func(netip.Addr) string {
			if banned.Load() {
				return banWords
			}
			return ""
		}
	})
	banned.Store(true)
	lastWords(t, srv.addr, "")
	banned.Store(false)
	_, err := gossh.Dial("tcp", srv.addr, &gossh.ClientConfig{User: "ann", Timeout: patience(),
		Auth: []gossh.AuthMethod{gossh.PublicKeys(newKey(1))}, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err == nil {
		t.Error("somebody came in who had offered a banned key")
	}
	if log := srv.log.String(); !containsAll(log, "your address is banned", "your key is banned") {
		t.Errorf("the log has\n%s", log)
	}
}

func TestNobodyIsRefusedWhereNobodyIsAsked(t *testing.T) {
	if err := ask(nil, "x"); err != nil {
		t.Error(err)
	}
	err := ask(func(string) string { return "why" }, "x")
	var banned bannedError
	if !errors.As(err, &banned) || err.Error() != "why" {
		t.Errorf("%v", err)
	}
}
