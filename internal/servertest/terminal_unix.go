//go:build unix

package servertest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Terminal is somebody at the real ssh, in a terminal whose screen can be read.
type Terminal struct {
	testing.TB

	cmd  *exec.Cmd
	pty  *os.File
	done sync.WaitGroup

	mu     sync.Mutex
	screen *vt.Emulator
	raw    strings.Builder
	change chan struct{} // closed and replaced when something comes
}

// NeedSSH skips a test where there is no ssh client.
func NeedSSH(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("no ssh client on this machine")
	}
}

// Terminal starts ssh to the server in a terminal of that size, with options for ssh before the rest.
func (s *Server) Terminal(cols, rows int, options ...string) *Terminal {
	s.Helper()
	return s.TerminalOf("xterm-256color", cols, rows, options...)
}

// TerminalOf is Terminal with a kind of terminal, as TERM names it.
func (s *Server) TerminalOf(term string, cols, rows int, options ...string) *Terminal {
	s.Helper()
	NeedSSH(s)
	t := &Terminal{TB: s.TB, screen: vt.NewEmulator(cols, rows), change: make(chan struct{})}
	t.cmd = exec.Command("ssh", append(s.SSHArgs(options...), "127.0.0.1")...)
	t.cmd.Env = append(os.Environ(), "TERM="+term, "LC_ALL=C.UTF-8")
	var err error
	t.pty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		s.Fatal(err)
	}
	t.done.Go(t.watch)
	s.Cleanup(t.Kill)
	return t
}

// SSHArgs are the arguments with which the real ssh comes to this server without a file of its owner's.
func (s *Server) SSHArgs(options ...string) []string {
	_, port, _ := strings.Cut(s.Addr, ":")
	return append([]string{"-F", "none", "-p", port, "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentityAgent=none"}, options...)
}

// watch shows what ssh writes. The emulator would answer a terminal's questions, and wait until somebody
// reads the answers: nobody does, as the server is to ask nothing.
func (t *Terminal) watch() {
	buf := make([]byte, 32<<10)
	for {
		n, err := t.pty.Read(buf)
		t.mu.Lock()
		t.screen.Write(buf[:n])
		t.raw.Write(buf[:n])
		close(t.change)
		t.change = make(chan struct{})
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Keys types.
func (t *Terminal) Keys(keys ...string) {
	t.Helper()
	for _, k := range keys {
		if _, err := t.pty.WriteString(k); err != nil {
			t.Fatalf("type %q: %v\n%s", k, err, t.Screen())
		}
	}
}

// Enters types a line and Enter.
func (t *Terminal) Enters(lines ...string) {
	t.Helper()
	for _, line := range lines {
		t.Keys(line + "\r")
	}
}

// Shows waits until text stands on the screen.
func (t *Terminal) Shows(text string) {
	t.Helper()
	t.Until(fmt.Sprintf("shows %q", text), func(screen string) bool { return strings.Contains(screen, text) })
}

// Until waits until the screen is as told.
func (t *Terminal) Until(what string, ok func(screen string) bool) {
	t.Helper()
	timeout := time.After(Patience)
	for {
		t.mu.Lock()
		screen, change := t.text(), t.change
		t.mu.Unlock()
		if ok(screen) {
			return
		}
		select {
		case <-change:
		case <-timeout:
			t.Fatalf("the screen never %s; it is\n%s\nall that came: %q", what, screen, t.Raw())
		}
	}
}

// Row waits until the row of the cursor is as given, with a ‸ where the cursor stands.
func (t *Terminal) Row(want string) {
	t.Helper()
	var got string
	timeout := time.After(Patience)
	for {
		t.mu.Lock()
		at := t.screen.CursorPosition()
		got = t.row(at.Y, at.X)
		change := t.change
		t.mu.Unlock()
		if got == want {
			return
		}
		select {
		case <-change:
		case <-timeout:
			t.Fatalf("the row of the cursor is %q, want %q\n%s", got, want, t.Screen())
		}
	}
}

// Screen is what stands on the screen, row by row.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text()
}

// Raw is all that ssh has written.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

func (t *Terminal) text() string {
	var b strings.Builder
	for y := range t.screen.Height() {
		b.WriteString(t.row(y, -1) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// row is one row without the blanks at its end.
func (t *Terminal) row(y, cursor int) string {
	var b strings.Builder
	for x := 0; x < t.screen.Width(); {
		if x == cursor {
			b.WriteString("‸")
		}
		cell := t.screen.CellAt(x, y)
		b.WriteString(cell.Content)
		x += max(cell.Width, 1)
	}
	return strings.TrimRight(b.String(), " ")
}

// Resize changes the size of the terminal.
func (t *Terminal) Resize(cols, rows int) {
	t.Helper()
	t.mu.Lock()
	t.screen.Resize(cols, rows)
	t.mu.Unlock()
	if err := pty.Setsize(t.pty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		t.Fatal(err)
	}
}

// Ends waits for the end of ssh and returns its exit status.
func (t *Terminal) Ends() int {
	t.Helper()
	done := make(chan struct{})
	go func() { t.cmd.Wait(); close(done) }()
	select {
	case <-done:
		return t.cmd.ProcessState.ExitCode()
	case <-time.After(Patience):
		t.Fatalf("ssh does not end\n%s", t.Screen())
		return -1
	}
}

// Kill ends ssh without a word.
func (t *Terminal) Kill() {
	t.cmd.Process.Kill()
	if t.cmd.ProcessState == nil {
		t.cmd.Wait()
	}
	t.pty.Close()
	t.done.Wait()
}
