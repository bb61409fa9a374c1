package server_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sshchat/internal/servertest"
)

// haproxy runs the real one in front of srv and returns its address. It is handed a socket that listens
// already: nobody has to wait until it does.
func haproxy(t *testing.T, srv *servertest.Server, options string) string {
	t.Helper()
	program, err := exec.LookPath("haproxy")
	if err != nil {
		program = "/usr/sbin/haproxy" // not in the path of every user
		if _, err := os.Stat(program); err != nil {
			t.Skip("no haproxy on this machine")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	config := fmt.Sprintf(`
defaults
	mode tcp
	timeout connect 5s
	timeout client 1h
	timeout server 1h
listen chat
	bind fd@3
	server one %s %s
`, srv.Addr, options)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-db", "-f", file)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &out, &out, []*os.File{socket}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("haproxy:\n%s", &out)
		}
	})
	return l.Addr().String()
}

// The real haproxy, with both versions of its header and all of its ways to ask for the server's health.
func TestHAProxy(t *testing.T) {
	for name, options := range map[string]string{
		"version 2":                 "send-proxy-v2",
		"version 1":                 "send-proxy",
		"checked, for itself":       "send-proxy-v2 check inter 50ms",
		"checked, in version 1":     "send-proxy check inter 50ms",
		"checked, without a header": "send-proxy-v2 no-check-send-proxy check inter 50ms",
		"with many attributes":      "send-proxy-v2 proxy-v2-options crc32c,unique-id",
	} {
		t.Run(name, func(t *testing.T) {
			srv := servertest.Start(t, behindProxies)
			bob := srv.VisitTo(haproxy(t, srv, options), "bob")
			bob.Types("signup bob", servertest.Password, servertest.Password)
			bob.Sees("Welcome")
			// haproxy's own connection is from the same address, but never from the same port.
			if sessions := consoleSays(srv, "sessions"); !strings.Contains(sessions, bob.Client.LocalAddr().String()) {
				t.Errorf("%s is not in\n%s", bob.Client.LocalAddr(), sessions)
			}
			if strings.Contains(options, "check ") {
				checksAreSeen(srv, 3)
			}
			if log := srv.Logged.String(); strings.Contains(log, "level=WARN") {
				t.Errorf("the log warns")
			}
		})
	}
}

// checksAreSeen waits until haproxy has asked a few times.
func checksAreSeen(srv *servertest.Server, n int) {
	srv.Helper()
	for end := time.Now().Add(servertest.Patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if log := srv.Logged.String(); strings.Count(log, "event=handshake ")+strings.Count(log, "event=proxy_silent ") >= n {
			return
		}
	}
	srv.Error("haproxy asks for nothing")
}
