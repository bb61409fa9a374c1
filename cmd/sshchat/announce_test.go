package main

import (
	"bytes"
	"log/slog"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/config"
	"sshchat/internal/server"
)

func startedAt(addr string) server.Started {
	return server.Started{
		Data: "/srv/chat", Addr: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr)),
		HostKeys: []server.HostKey{
			{Path: "/srv/chat/hostkeys/ssh_host_ed25519_key", Type: "ED25519", Fingerprint: "SHA256:z8tb"},
			{Path: "/srv/chat/hostkeys/ssh_host_ecdsa_key", Type: "ECDSA", Fingerprint: "SHA256:QQ2e", Created: true},
		},
	}
}

func outwardIs(addr string) func() netip.Addr {
	return func() netip.Addr {
		if addr == "" {
			return netip.Addr{}
		}
		return netip.MustParseAddr(addr)
	}
}

func TestAnnouncementAtATerminal(t *testing.T) {
	s := startedAt("[::]:2222")
	s.DataCreated = true
	s.Notes = []string{"at most 736 sessions"}
	s.Metrics = net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[::1]:9222"))
	var out bytes.Buffer
	announcementOf(s, []string{"USER=ann"}, outwardIs("192.168.1.20")).print(&out)
	want := "sshchat " + version() + `
  data      /srv/chat    created, mode 0700
  host key  SHA256:z8tb (ED25519)    hostkeys/ssh_host_ed25519_key
  host key  SHA256:QQ2e (ECDSA)      created: hostkeys/ssh_host_ecdsa_key
  listening [::]:2222  (every interface; --listen 127.0.0.1:2222 for this machine only)
  metrics   http://[::1]:9222/metrics
  note      at most 736 sessions
Join now:          ssh -p 2222 ann@localhost
From elsewhere:    ssh -p 2222 NAME@192.168.1.20
Console:           sshchat admin --data /srv/chat
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnnouncementOfAPassedSocket(t *testing.T) {
	s := startedAt("[::]:22")
	s.Passed = true
	var out bytes.Buffer
	announcementOf(s, nil, outwardIs("")).print(&out)
	if !strings.Contains(out.String(), "listening [::]:22  (passed by systemd)\n") || strings.Contains(out.String(), "--listen") {
		t.Errorf("it says\n%s", out.String())
	}
}

func TestLinesToPaste(t *testing.T) {
	for _, c := range []struct{ name, listen, user, outward, join, elsewhere string }{
		{"every interface", "[::]:2222", "ann", "192.0.2.9", "ssh -p 2222 ann@localhost", "ssh -p 2222 NAME@192.0.2.9"},
		{"every IPv4 interface", "0.0.0.0:2222", "ann", "192.0.2.9", "ssh -p 2222 ann@localhost", "ssh -p 2222 NAME@192.0.2.9"},
		{"only IPv6 leads out", "[::]:2222", "ann", "2001:db8::7", "ssh -p 2222 ann@localhost", "ssh -p 2222 NAME@2001:db8::7"},
		{"no way out", "[::]:2222", "ann", "", "ssh -p 2222 ann@localhost", ""},
		{"ssh's own port", "[::]:22", "ann", "192.0.2.9", "ssh ann@localhost", "ssh NAME@192.0.2.9"},
		{"this machine only", "127.0.0.1:4000", "ann", "192.0.2.9", "ssh -p 4000 ann@localhost", ""},
		{"this machine only, IPv6", "[::1]:4000", "ann", "192.0.2.9", "ssh -p 4000 ann@localhost", ""},
		{"another loopback address", "127.0.0.2:4000", "ann", "", "ssh -p 4000 ann@127.0.0.2", ""},
		{"one address", "192.0.2.9:2222", "ann", "192.0.2.9", "ssh -p 2222 ann@192.0.2.9", ""},
		{"one IPv6 address", "[2001:db8::7]:2222", "ann", "", "ssh -p 2222 ann@2001:db8::7", ""},
		{"a user who can have no account", "[::]:2222", "root", "", "ssh -p 2222 localhost", ""},
		{"a user with a name of other letters", "[::]:2222", "jürgen", "", "ssh -p 2222 localhost", ""},
		{"no user", "[::]:2222", "", "", "ssh -p 2222 localhost", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := announcementOf(startedAt(c.listen), []string{"HOME=/x", "USER=" + c.user}, outwardIs(c.outward))
			if a.join != c.join || a.elsewhere != c.elsewhere {
				t.Errorf("join %q, elsewhere %q; want %q, %q", a.join, a.elsewhere, c.join, c.elsewhere)
			}
		})
	}
}

// A folder's name cannot write on the operator's terminal.
func TestAnnouncementIsCleaned(t *testing.T) {
	s := startedAt("[::]:2222")
	s.Data = "/srv/\x1b]0;x\a"
	var out bytes.Buffer
	announcementOf(s, nil, outwardIs("")).print(&out)
	if strings.ContainsAny(out.String(), "\x1b\a") {
		t.Errorf("%q", out.String())
	}
}

// The log has the same facts as the terminal.
func TestAnnouncementInALog(t *testing.T) {
	s := startedAt("[::]:2222")
	s.Notes = []string{"at most 736 sessions"}
	var out bytes.Buffer
	announcementOf(s, []string{"USER=ann"}, outwardIs("192.0.2.9")).log(slog.New(slog.NewTextHandler(&out, nil)))
	for _, fact := range []string{"fingerprint=SHA256:z8tb", "fingerprint=SHA256:QQ2e", "created=true", "data=/srv/chat",
		"listen=[::]:2222", `join="ssh -p 2222 ann@localhost"`, `elsewhere="ssh -p 2222 NAME@192.0.2.9"`,
		`console="sshchat admin --data /srv/chat"`, `level=WARN msg="at most 736 sessions"`} {
		if !strings.Contains(out.String(), fact) {
			t.Errorf("no %s in\n%s", fact, out.String())
		}
	}
}

// The address is that of an interface of this machine, or none.
func TestOutward(t *testing.T) {
	out := outward()
	if !out.IsValid() {
		t.Skip("this machine has no way out")
	}
	mine, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range mine {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr() == out {
			return
		}
	}
	t.Errorf("%v is none of %v", out, mine)
}

func TestFingerprintsAreThoseOfSSHKeygen(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen on this machine")
	}
	cfg := config.Default()
	cfg.Server.Listen, cfg.Server.Data = "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	s, err := server.New(t.Context(), server.Options{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := contextThatHasEnded(t)
	defer stop()
	started := s.Started()
	if err := s.Serve(stopped); err != nil {
		t.Fatal(err)
	}
	for _, k := range started.HostKeys {
		for _, file := range []string{k.Path, k.Path + ".pub"} {
			out, err := exec.Command(keygen, "-lf", file).CombinedOutput()
			if err != nil || !strings.Contains(string(out), " "+k.Fingerprint+" ") || !strings.HasSuffix(string(out), "("+k.Type+")\n") {
				t.Errorf("%s: we say %s (%s), ssh-keygen %q, %v", filepath.Base(file), k.Fingerprint, k.Type, out, err)
			}
		}
	}
}
