//go:build unix

package main

import (
	"bufio"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
	"go.uber.org/goleak"
)

// At a terminal the first start says how to go on.
func TestServeAtATerminal(t *testing.T) {
	defer goleak.VerifyNone(t)
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	defer screen.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	data := filepath.Join(t.TempDir(), "data")
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--data", data}, []string{"USER=ann"}, nil, nil, tty)
		tty.Close()
	}()
	var shown []string
	for lines := bufio.NewScanner(screen); lines.Scan(); {
		shown = append(shown, lines.Text())
		if strings.HasPrefix(lines.Text(), "Console:") {
			break
		}
	}
	stop()
	if exit := <-ended; exit != 0 {
		t.Errorf("exit code %d", exit)
	}
	want := regexp.MustCompile(`^sshchat \S+ \(go\S+\)
  data      \S+/data    created, mode 0700
  host key  SHA256:\S{43} \(ED25519\)    created: hostkeys/ssh_host_ed25519_key
  host key  SHA256:\S{43} \(ECDSA\)      created: hostkeys/ssh_host_ecdsa_key
  listening 127\.0\.0\.1:(\d+)
Join now:          ssh -p (\d+) ann@localhost
Console:           sshchat admin --data \S+/data$`)
	m := want.FindStringSubmatch(strings.Join(shown, "\n"))
	if m == nil || m[1] != m[2] {
		t.Errorf("it shows\n%s\nwant\n%s", strings.Join(shown, "\n"), want)
	}
}
