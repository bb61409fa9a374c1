//go:build unix

package servertest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Process is a server in a process of its own, which can be killed.
type Process struct {
	*Server
	binary string
	env    []string
	Stdin  *os.File // of the process; set before Start
	wrap   []string // a command that runs the server's, such as strace
	cmd    *exec.Cmd
	stderr *LogBuffer
}

// StartProcess starts the program's `serve` on a new folder, without paces, wrapped in another command if
// one is given.
func StartProcess(t testing.TB, wrap ...string) *Process {
	t.Helper()
	return startProcess(t, filepath.Join(t.TempDir(), "data"), unpaced, wrap)
}

// StartProcessIn is StartProcess on a folder that is given.
func StartProcessIn(t testing.TB, dir string) *Process {
	t.Helper()
	return startProcess(t, dir, unpaced, nil)
}

var unpaced = []string{"SSHCHAT_LIMITS_MESSAGE_RATE=0", "SSHCHAT_LIMITS_BROADCAST_RATE=0",
	"SSHCHAT_LIMITS_SIGNUPS_PER_ADDRESS=0", "SSHCHAT_LIMITS_STARTUPS_PER_ADDRESS=0"}

// StartLimitedProcess is StartProcess with all limits at their defaults, but for those that env sets:
// SSHCHAT_LIMITS_STARTUPS=10.
func StartLimitedProcess(t testing.TB, env ...string) *Process {
	t.Helper()
	return startProcess(t, filepath.Join(t.TempDir(), "data"), env, nil)
}

func startProcess(t testing.TB, dir string, env, wrap []string) *Process {
	t.Helper()
	p := &Process{binary: Binary(t), env: append(os.Environ(), env...), wrap: wrap}
	p.Server = &Server{TB: t, Dir: dir, Addr: freeAddress(t)}
	p.Start()
	t.Cleanup(p.Kill)
	return p
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Start starts the server (again) and waits until it answers.
func (p *Process) Start() {
	p.Helper()
	p.run()
	p.waitUntilItAnswers()
}

// StartsNot starts a server that cannot serve, and returns its exit status and what it said.
func (p *Process) StartsNot() (status int, out string) {
	p.Helper()
	p.run()
	return p.Ends(), p.Output()
}

func (p *Process) run() {
	p.Helper()
	args := append(append([]string(nil), p.wrap...), p.binary, "serve", "--listen", p.Addr, "--data", p.Dir)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Env = p.env
	p.stderr = &LogBuffer{}
	p.cmd.Stderr = p.stderr
	if p.Stdin != nil {
		p.cmd.Stdin = p.Stdin
	}
	// Its own group, so that what runs under a wrapping command can be killed too.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		p.Fatal(err)
	}
}

func (p *Process) waitUntilItAnswers() {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), Patience)
	defer cancel()
	for ctx.Err() == nil {
		if client, err := p.TryDial(p.Addr, "probe"); err == nil {
			client.Close()
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.Fatalf("the server does not answer:\n%s", p.Output())
}

// Signal sends the server a signal. Ends waits for what that leads to.
func (p *Process) Signal(s syscall.Signal) { syscall.Kill(p.cmd.Process.Pid, s) }

// Ends waits for the end of the server and returns its exit status.
func (p *Process) Ends() int {
	p.Helper()
	late := time.AfterFunc(Patience, p.Kill)
	defer late.Stop()
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// Kill ends the server without a word, as kill -9 and a power cut do.
func (p *Process) Kill() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.cmd.Wait()
}

// Output is what the server has written to its standard error since Start.
func (p *Process) Output() string { return p.stderr.String() }

// Pid is the process' number, or that of the command that wraps it.
func (p *Process) Pid() int { return p.cmd.Process.Pid }
