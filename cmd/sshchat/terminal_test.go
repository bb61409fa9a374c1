//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"go.uber.org/goleak"

	"sshchat/internal/servertest"
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

// ^C in the console ends the command that is done and no more; with a command on the command line it ends the program.
func TestControlCInTheConsole(t *testing.T) {
	srv := servertest.Start(t)
	prompts := atATerminal(t, "admin", "--data", srv.Dir)
	prompts.shows("sshchat> ")
	prompts.types("events --follow\r")
	srv.SignUp("alice")
	prompts.shows("user=alice")
	prompts.types("\x03")
	prompts.shows("sshchat> ")
	prompts.types("users\r")
	prompts.shows("alice ")
	prompts.shows("sshchat> ")
	prompts.types("events --follow\r")
	srv.SignUp("bob")
	prompts.shows("user=bob")
	if err := prompts.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	prompts.ends()
	once := atATerminal(t, "admin", "--data", srv.Dir, "events", "--follow")
	srv.SignUp("carol")
	once.shows("user=carol")
	once.types("\x03")
	once.ends()
}

// typist is somebody at a terminal in which the program runs.
type typist struct {
	*testing.T
	*exec.Cmd
	screen *os.File
}

func atATerminal(t *testing.T, args ...string) typist {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"sshchat"}, args...) // by this name the tests are the program: see TestMain
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 100, Rows: 40})
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		screen.Close()
	})
	return typist{t, cmd, screen}
}

func (p typist) types(keys string) {
	p.Helper()
	if _, err := p.screen.WriteString(keys); err != nil {
		p.Fatal(err)
	}
}

// shows waits until text stands there, behind what was waited for before.
func (p typist) shows(text string) {
	p.Helper()
	var shown []byte
	for one := make([]byte, 1); !strings.HasSuffix(string(shown), text); shown = append(shown, one[0]) {
		if _, err := p.screen.Read(one); err != nil {
			p.Fatalf("%v; it shows %q, and not %q", err, shown, text)
		}
	}
}

// ends waits until the program has ended, with 0.
func (p typist) ends() {
	p.Helper()
	io.Copy(io.Discard, p.screen) // an error is that of a terminal that is closed
	if err := p.Wait(); err != nil {
		p.Error(err)
	}
}
