//go:build unix

package server_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// passedTo is the program's serve, as systemd starts it with these files from descriptor 3 on.
func passedTo(t *testing.T, dir string, files []*os.File, args ...string) (*exec.Cmd, *servertest.LogBuffer) {
	t.Helper()
	// The number of the process is the shell's until it makes way, and the server's then.
	const start = `LISTEN_PID=$$ LISTEN_FDS=$1; export LISTEN_PID LISTEN_FDS; shift; exec "$@"`
	args = append([]string{"-c", start, "sh", strconv.Itoa(len(files)),
		servertest.Binary(t), "serve", "--data", dir}, args...)
	cmd, out := exec.Command("/bin/sh", args...), &servertest.LogBuffer{}
	cmd.ExtraFiles, cmd.Stderr = files, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(servertest.Patience, func() { cmd.Process.Kill() })
	t.Cleanup(func() { late.Stop(); cmd.Process.Kill(); cmd.Wait() })
	return cmd, out
}

// socket listens on a loopback port, as systemd does.
func socket(t *testing.T) (addr string, file *os.File) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String(), fileOf(t, l)
}

// fileOf is the descriptor of a socket.
func fileOf(t *testing.T, socket any) *os.File {
	t.Helper()
	file, err := socket.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// Between two runs the socket goes on to listen: who comes then waits, and is not refused.
func TestSocketThatSystemdPasses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	addr, file := socket(t)
	srv := &servertest.Server{TB: t, Addr: addr}
	for _, name := range []string{"ann", "bob"} {
		early, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		cmd, out := passedTo(t, dir, []*os.File{file}, "--listen", "127.0.0.1:1")
		if _, err := early.Read(make([]byte, 1)); err != nil {
			t.Errorf("who came before the server did: %v\n%s", err, out)
		}
		early.Close()
		srv.SignUp(name).Leaves()
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("it ends with %v\n%s", err, out)
		}
		for _, want := range []string{"listen=" + addr, "--listen 127.0.0.1:1 is ignored: systemd has passed a socket"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	}
}

func TestSocketsThatAreNoServersAreRefused(t *testing.T) {
	_, one := socket(t)
	_, two := socket(t)
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	datagrams, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	connected, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connected.Close()
	plain, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()

	for name, test := range map[string]struct {
		files []*os.File
		want  string
	}{
		"two":               {[]*os.File{one, two}, "systemd has passed 2 sockets, and a server listens on one"},
		"of this machine":   {[]*os.File{fileOf(t, unix)}, "not a TCP socket that listens"},
		"datagrams":         {[]*os.File{fileOf(t, datagrams)}, "not a TCP socket that listens"},
		"a connection":      {[]*os.File{fileOf(t, connected)}, "not a TCP socket that listens"},
		"no socket":         {[]*os.File{plain}, "not a TCP socket that listens"},
		"nothing after all": {[]*os.File{nil}, "not a TCP socket that listens"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			cmd, out := passedTo(t, dir, test.files)
			err := cmd.Wait()
			if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != server.ExitConfig {
				t.Errorf("it ends with %v, want %d", err, server.ExitConfig)
			}
			if s := out.String(); !strings.Contains(s, test.want) || !strings.Contains(s, "hint: the .socket unit needs") {
				t.Errorf("it says\n%s\nwant %s", s, test.want)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("it has made its folder")
			}
		})
	}
}

// Variables for another process, such as a parent that forgot to unset them, pass nothing; and this one's children
// do not see them.
func TestSocketsForAnotherProcess(t *testing.T) {
	mine := strconv.Itoa(os.Getpid())
	for name, set := range map[string]map[string]string{
		"none":              {},
		"another's":         {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
		"nobody's":          {"LISTEN_FDS": "1"},
		"none of ours":      {"LISTEN_PID": mine, "LISTEN_FDS": "0"},
		"none that we know": {"LISTEN_PID": mine},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range set {
				t.Setenv(variable, value)
			}
			if l, err := server.Passed(os.Environ()); l != nil || err != nil {
				t.Errorf("passed: %v, %v", l, err)
			}
			for _, variable := range os.Environ() {
				if strings.HasPrefix(variable, "LISTEN_") {
					t.Errorf("children see %s", variable)
				}
			}
		})
	}
	if _, err := server.Passed([]string{"LISTEN_PID=" + mine, "LISTEN_FDS=x"}); err == nil || !strings.Contains(err.Error(), "LISTEN_FDS") {
		t.Errorf("a number that is none: %v", err)
	}
}

// What systemd itself has for a try starts the server at the first connection.
func TestSystemdSocketActivate(t *testing.T) {
	activate, err := exec.LookPath("systemd-socket-activate")
	if err != nil {
		t.Skip("no systemd-socket-activate on this machine")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(activate, "-l", addr, servertest.Binary(t), "serve", "--data", filepath.Join(t.TempDir(), "data"))
	out := &servertest.LogBuffer{}
	cmd.Stderr = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for end := time.Now().Add(servertest.Patience); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatalf("nobody listens:\n%s", out)
		}
	}
	(&servertest.Server{TB: t, Addr: addr}).SignUp("ann").Leaves()
	cmd.Process.Signal(syscall.SIGTERM) // the server is the same process by now
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "listen="+addr) {
		t.Errorf("it ends with %v\n%s", err, out)
	}
}
