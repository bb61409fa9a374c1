package server_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"sshchat/internal/admin"
	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// Behind load balancers, who say for whom they come.

const (
	home  = "203.0.113.7:4711"
	phone = "203.0.113.7:4712" // another port of the same address
	away  = "198.51.100.9:4711"
)

// behindProxies trusts what comes from the loopback network.
func behindProxies(o *server.Options) {
	o.Config.Server.ProxyFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// consoleSays does one command of the console.
func consoleSays(srv *servertest.Server, words ...string) string {
	srv.Helper()
	var out bytes.Buffer
	if exit := (admin.Console{Data: srv.Dir, Out: &out, Err: &out}).Run(srv.Context(), words); exit != 0 {
		srv.Fatalf("sshchat admin %s: exit code %d\n%s", strings.Join(words, " "), exit, &out)
	}
	return out.String()
}

func TestLockBehindAProxyIsForTheClientAlone(t *testing.T) {
	srv := servertest.Start(t, behindProxies)
	proxy := map[string]string{}
	for _, client := range []string{home, phone, away} {
		proxy[client] = srv.Proxy(client).Addr
	}
	bob := srv.VisitTo(proxy[home], "bob")
	bob.Types("signup bob", servertest.Password, servertest.Password)
	bob.Sees("Welcome")
	bob.Leaves()

	guesser := srv.VisitTo(proxy[away], "bob")
	for range 3 {
		guesser.Types("login bob", "not this one")
	}
	guesser.Sees("wrong name or password", "wrong name or password", "locked")
	if locks := consoleSays(srv, "lockouts"); !strings.Contains(locks, away) || strings.Contains(locks, "127.0.0.1") {
		t.Errorf("the lock is not for the client:\n%s", locks)
	}
	// The same balancer, and the same port of it for all that the server can see.
	srv.LoginTo(proxy[phone], "bob").Leaves()
	again := srv.VisitTo(proxy[away], "bob")
	again.Types("login bob")
	again.Sees("locked")
}

func TestSessionsShowTheClientBehindAProxy(t *testing.T) {
	srv := servertest.Start(t, behindProxies)
	bob := srv.VisitTo(srv.Proxy(home).Addr, "bob")
	bob.Types("signup bob", servertest.Password, servertest.Password)
	bob.Sees("Welcome")
	carol := srv.VisitTo(srv.Proxy("[2001:db8::7]:4711").Addr, "carol")
	carol.Types("signup carol", servertest.Password, servertest.Password)
	carol.Sees("Welcome")
	sessions := consoleSays(srv, "sessions")
	for _, want := range []string{home, "[2001:db8::7]:4711"} {
		if !strings.Contains(sessions, want) {
			t.Errorf("no %s in\n%s", want, sessions)
		}
	}
}

func TestLimitOfAnAddressBehindAProxy(t *testing.T) {
	srv := servertest.Start(t, behindProxies, func(o *server.Options) {
		o.Config.Limits.SessionsPerAddress = 1
	})
	bob := srv.VisitTo(srv.Proxy(home).Addr, "bob")
	bob.Types("signup bob", servertest.Password, servertest.Password)
	bob.Sees("Welcome")
	second := srv.VisitTo(srv.Proxy(phone).Addr, "carol")
	second.Types("signup carol", servertest.Password, servertest.Password)
	second.Sees("too many connections from your address")
	other := srv.VisitTo(srv.Proxy(away).Addr, "dave")
	other.Types("signup dave", servertest.Password, servertest.Password)
	other.Sees("Welcome")
}

// Who comes without a header where one is due, and who comes with one where none is.
func TestHeadersGoWithTheConfiguration(t *testing.T) {
	trusting, plain := servertest.Start(t, behindProxies), servertest.Start(t)
	if _, err := trusting.TryDial(trusting.Addr, "bob"); err == nil {
		t.Error("a connection without a header was taken")
	}
	if _, err := plain.TryDial(plain.Proxy(home).Addr, "bob"); err == nil {
		t.Error("a header was taken from an address that nobody trusts")
	}
	for srv, event := range map[*servertest.Server]string{trusting: "event=proxy_header", plain: "event=proxy_unknown"} {
		srv.Stop()
		if !strings.Contains(srv.Logged.String(), event) {
			t.Errorf("the log has no %s:\n%s", event, srv.Logged)
		}
	}
}
