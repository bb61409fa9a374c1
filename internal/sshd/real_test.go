package sshd

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// openssh runs the system's ssh against srv with arguments and input, and returns what it prints.
func openssh(t *testing.T, srv *testServer, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	program, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("no ssh here")
	}
	host, port, _ := net.SplitHostPort(srv.addr)
	known := filepath.Join(t.TempDir(), "known_hosts")
	key := srv.HostKeys[0].PublicKey()
	line := fmt.Sprintf("[%s]:%s %s %s", host, port, key.Type(), strings.Fields(string(gossh.MarshalAuthorizedKey(key)))[1])
	if err := os.WriteFile(known, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience())
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"-F", "none", "-o", "UserKnownHostsFile=" + known,
		"-o", "StrictHostKeyChecking=yes", "-o", "IdentityAgent=none", "-p", port, "ann@" + host}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LANG=C")
	cmd.Stdin = strings.NewReader(input)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatalf("ssh: %v", err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestOpenSSHGetsInWithoutAQuestion(t *testing.T) {
	srv := start(t, nil)
	out, errs, code := openssh(t, srv, "hello\n", "-T")
	if out != "hello\n" || errs != "" || code != 0 {
		t.Errorf("stdout %q, stderr %q, exit %d", out, errs, code)
	}
}

// At the level at which ssh logs unless it is told otherwise.
func TestOpenSSHShowsWhyAKeyIsRefused(t *testing.T) {
	srv := start(t, func(s *Server) { s.RefuseKey = func(string) string { return "your key is banned: spam" } })
	key := filepath.Join(t.TempDir(), "key")
	block, err := gossh.MarshalPrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := openssh(t, srv, "", "-T", "-i", key)
	if strings.Count(errs, "your key is banned: spam") != 1 || strings.Count(errs, "\n") != 2 || code != 255 {
		t.Errorf("stderr %q, exit %d", errs, code)
	}
}

func TestOpenSSHGetsBothStreamsAndTheStatus(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.Handler = func(_ context.Context, ch *Channel) {
			_, command := ch.Request()
			ch.Write([]byte(command + "\n"))
			ch.WriteError([]byte("no such command\n"))
			ch.Exit(64)
		}
	})
	out, errs, code := openssh(t, srv, "", "message", "bob", "don't")
	if out != "message bob don't\n" || errs != "no such command\n" || code != 64 {
		t.Errorf("stdout %q, stderr %q, exit %d", out, errs, code)
	}
}

func TestOpenSSHShowsWhyItIsRefused(t *testing.T) {
	srv := start(t, func(s *Server) { s.Settings.StartupsPerAddress = 1 })
	srv.shell(srv.dial())
	_, errs, code := openssh(t, srv, "")
	if !strings.Contains(errs, "too many connections from your address") || code != 255 {
		t.Errorf("stderr %q, exit %d", errs, code)
	}
}

func TestOpenSSHAnswersProofs(t *testing.T) {
	proof := make(chan error, 1)
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			ch.Write([]byte("hello\n"))
			proof <- ch.Prove(ctx)
		}
	})
	out, errs, code := openssh(t, srv, "")
	if err := <-proof; err != nil || out != "hello\n" || code != 0 {
		t.Errorf("proof %v, stdout %q, stderr %q, exit %d", err, out, errs, code)
	}
}
