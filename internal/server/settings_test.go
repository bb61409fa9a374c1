package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"sshchat/internal/sshd"
)

// Each connection is an open file: what is not logged in must leave room for those who are.
func TestSettingsFitTheLimitOfOpenFiles(t *testing.T) {
	const none = sshd.NoLimit
	for _, c := range []struct {
		files                      int
		startups, sessions         int
		wantStartups, wantSessions int
		noted                      bool
	}{
		{files: 0, startups: none, sessions: none, wantStartups: none, wantSessions: none},
		{files: 1 << 20, startups: 200, sessions: 10_000, wantStartups: 200, wantSessions: 10_000},
		{files: 20_000, startups: none, sessions: 100, wantStartups: 5_000, wantSessions: 100, noted: true},
		{files: 1024, startups: 200, sessions: 10_000, wantStartups: 200, wantSessions: 760, noted: true},
		{files: 1024, startups: 200, sessions: none, wantStartups: 200, wantSessions: 760, noted: true},
		{files: 1024, startups: 200, sessions: 760, wantStartups: 200, wantSessions: 760},
		{files: 256, startups: 200, sessions: 10_000, wantStartups: 64, wantSessions: 128, noted: true},
		{files: 256, startups: 200, sessions: 10, wantStartups: 64, wantSessions: 10, noted: true},
		{files: leastFiles, startups: 200, sessions: 10_000, wantStartups: 32, wantSessions: 32, noted: true},
	} {
		s := sshd.Settings{Startups: c.startups, Sessions: c.sessions}
		note, err := fit(&s, c.files)
		if err != nil || s.Startups != c.wantStartups || s.Sessions != c.wantSessions {
			t.Errorf("%+v: %d startups, %d sessions, %v", c, s.Startups, s.Sessions, err)
		}
		want := ""
		if c.noted {
			want = fmt.Sprintf("at most %d sessions, and %d connections on which nobody is logged in: "+
				"this process may open %d files (raise it with ulimit -n or LimitNOFILE=)", c.wantSessions, c.wantStartups, c.files)
		}
		if note != want {
			t.Errorf("%+v: note %q, want %q", c, note, want)
		}
	}
}

func TestTooFewFilesForAnyServer(t *testing.T) {
	for _, files := range []int{1, 64, leastFiles - 1} {
		_, err := fit(&sshd.Settings{Startups: 200, Sessions: 10_000}, files)
		var e *Error
		if !errors.As(err, &e) || e.Exit != ExitConfig ||
			e.Text != fmt.Sprintf("this process may open %d files, and needs at least 128", files) || e.Hint == "" {
			t.Errorf("%d files: %v", files, err)
		}
	}
}

func TestPortThatTheSystemDoesNotPermit(t *testing.T) {
	err := cannotListen("127.0.0.1:22", "--listen", &net.OpError{Op: "listen", Net: "tcp", Err: os.NewSyscallError("bind", syscall.EACCES)})
	if err.Exit != ExitNoPerm || err.Error() != "this user may not listen on port 22" {
		t.Errorf("exit %d, %v", err.Exit, err)
	}
	for _, way := range []string{"drop-in", "AmbientCapabilities=CAP_NET_BIND_SERVICE", "ListenStream=22", "setcap", "--listen"} {
		if !strings.Contains(err.Hint, way) {
			t.Errorf("the hint has no %s: %s", way, err.Hint)
		}
	}
}
