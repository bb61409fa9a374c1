//go:build unix

package server_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"sshchat/internal/servertest"
)

// pane is a terminal in tmux, which has ideas of its own about resizing and about what it shows.
type pane struct {
	*testing.T
	socket string
}

func (p pane) tmux(args ...string) string {
	p.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", p.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		p.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (p pane) types(lines ...string) {
	p.Helper()
	for _, l := range lines {
		p.tmux("send-keys", "-l", l)
		p.tmux("send-keys", "Enter")
	}
}

// shows waits until the screen has the text, and returns the screen.
func (p pane) shows(text string) string {
	p.Helper()
	for end := time.Now().Add(servertest.Patience); ; time.Sleep(10 * time.Millisecond) {
		screen := p.tmux("capture-pane", "-p")
		if strings.Contains(screen, text) {
			return screen
		}
		if time.Now().After(end) {
			p.Fatalf("tmux does not show %q, but\n%s", text, screen)
		}
	}
}

func TestInTmux(t *testing.T) {
	servertest.NeedSSH(t)
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux on this machine")
	}
	srv := servertest.Start(t)
	bob := srv.SignUp("bob")
	p := pane{t, "sshchat-" + strings.ReplaceAll(srv.Addr, ":", "-")}
	p.tmux(append([]string{"new-session", "-d", "-x", "80", "-y", "12", "ssh"}, srv.SSHArgs("127.0.0.1")...)...)
	t.Cleanup(func() { exec.Command("tmux", "-L", p.socket, "kill-server").Run() })
	p.shows("\n>")
	p.types("signup alice")
	p.shows("password:")
	p.types(servertest.Password)
	p.shows("again")
	p.types(servertest.Password)
	if screen := p.shows("Welcome, alice"); strings.Contains(screen, servertest.Password) {
		t.Errorf("the password is on the screen:\n%s", screen)
	}
	p.tmux("send-keys", "-l", "half 漢字")
	p.shows("alice> half 漢字")
	bob.Types("message alice first")
	p.shows("bob → you  first")
	p.tmux("resize-window", "-x", "40", "-y", "12")
	bob.Types("message alice a line that is too long for a narrow window")
	screen := p.shows("window\nalice> half 漢字")
	for row := range strings.Lines(screen) {
		if strings.Contains(row, "narrow") && !strings.HasPrefix(row, "  ") {
			t.Errorf("a line is not continued under its text:\n%s", screen)
		}
	}
	p.tmux("send-keys", "C-u")
	p.types("message bob from tmux")
	bob.Sees("alice → you  from tmux")
}
