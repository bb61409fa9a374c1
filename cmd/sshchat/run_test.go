package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/config"
	"sshchat/internal/server"
)

func contextThatHasEnded(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

func TestVersion(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for _, c := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a release", debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.0"},
			Settings: []debug.BuildSetting{setting("vcs.revision", "3f2a1c9d5e"), setting("vcs.modified", "false")}},
			"0.1.0 (go1.26.8, 3f2a1c9)"},
		{"changed since", debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.0+dirty"},
			Settings: []debug.BuildSetting{setting("vcs.revision", "3f2a1c9d5e"), setting("vcs.modified", "true")}},
			"0.1.0+dirty (go1.26.8, 3f2a1c9+)"},
		{"from the module proxy", debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.0"}}, "0.1.0 (go1.26.8)"},
		{"by go run", debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "(devel)"}}, "devel (go1.26.8)"},
		{"a test", debug.BuildInfo{GoVersion: "go1.26.8"}, "devel (go1.26.8)"},
	} {
		if got := versionOf(&c.info); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFlagsOfAdminStandAnywhere(t *testing.T) {
	data := func(s string) *string { return &s }
	for line, want := range map[string]adminArgs{
		"":                             {},
		"status":                       {words: []string{"status"}},
		"--data d status":              {data: data("d"), words: []string{"status"}},
		"--data=d status":              {data: data("d"), words: []string{"status"}},
		"status --data d":              {data: data("d"), words: []string{"status"}},
		"kick bob --data d --reason x": {data: data("d"), words: []string{"kick", "bob", "--reason", "x"}},
		"kick --reason=x bob --data=":  {data: data(""), words: []string{"kick", "--reason=x", "bob"}},
		"--config f --data d":          {data: data("d"), config: "f"},
		"--data a --data b":            {data: data("b")},
		"announce -- --data d":         {words: []string{"announce", "--", "--data", "d"}},
		"-- announce --data d":         {words: []string{"announce", "--data", "d"}},
		"-h":                           {help: true},
		"--data d --help":              {data: data("d"), help: true},
		"kick --help":                  {words: []string{"kick", "--help"}},
	} {
		got, err := splitAdmin((&program{}).adminCommand(), strings.Fields(line))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(adminArgs{})); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", line, err, diff)
		}
	}
}

func TestWhereTheServerOfThisMachineListens(t *testing.T) {
	for listen, want := range map[string]string{
		":2222":                 "127.0.0.1:2222",
		"0.0.0.0:22":            "127.0.0.1:22",
		"[::]:2222":             "127.0.0.1:2222",
		"127.0.0.1:2222":        "127.0.0.1:2222",
		"[2001:db8::7]:2222":    "[2001:db8::7]:2222",
		"chat.example.org:2222": "chat.example.org:2222",
	} {
		if got, err := listensAt(listen); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", listen, got, err, want)
		}
	}
}

func TestWhatIsSaidOfAnError(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		exit int
		want string
	}{
		{"nothing", nil, 0, ""},
		{"said already", silent(67), 67, ""},
		{"the operator's", &server.Error{Text: "port 22 is already in use", Hint: "ss", Exit: 69}, 69,
			"error: port 22 is already in use\nhint: ss\n"},
		{"with its cause", &server.Error{Text: "cannot write", Err: errors.New("disk full"), Exit: 73}, 73, "error: cannot write: disk full\n"},
		{"wrapped", fmt.Errorf("start: %w", &server.Error{Text: "no", Exit: 77}), 77, "error: no\n"},
		{"a setting", &config.Error{Where: "chat.toml:3", Text: "unknown key"}, 78, "error: chat.toml:3: unknown key\n"},
		{"a setting on the command line", &config.Error{Where: "--listen", Text: "no"}, 64, "error: --listen: no\n"},
		{"a fault", errors.New("index out of range"), 70, "error: index out of range\n" +
			"hint: this should not happen: please report it, with the line above and what led to it\n"},
		{"control characters", &failure{"no \x1b[31m\nfile", "", 64}, 64, "error: no [31m file\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if exit := (&program{err: &out}).exit(c.err); exit != c.exit || out.String() != c.want {
				t.Errorf("exit %d, %q; want %d, %q", exit, out.String(), c.exit, c.want)
			}
		})
	}
}

// full is a standard output that takes nothing.
type full struct{ why error }

func (f full) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: f.why}
}

func TestAnswerThatCannotBeWritten(t *testing.T) {
	for _, command := range []string{"config", "version", "--version"} {
		var errs bytes.Buffer
		exit := run(t.Context(), []string{command}, nil, nil, full{syscall.ENOSPC}, &errs)
		if exit != 74 || errs.String() != "error: cannot write the answer: no space left on device\n" {
			t.Errorf("%s: exit %d, %q", command, exit, errs.String())
		}
		errs.Reset()
		if exit := run(t.Context(), []string{command}, nil, nil, full{syscall.EPIPE}, &errs); exit != 0 || errs.Len() > 0 {
			t.Errorf("%s, of which nobody reads the end: exit %d, %q", command, exit, errs.String())
		}
	}
}

func TestVariablesOfOthersAreLoggedAtTheStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := &started{stop: cancel}
	args := []string{"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}
	if exit := run(ctx, args, []string{"SSHCHAT_SERVICE_HOST=10.0.0.1", "SSHCHAT_PORT=tcp://10.0.0.1:22"}, nil, nil, log); exit != 0 {
		t.Errorf("exit %d", exit)
	}
	const note = `level=WARN msg="ignored: SSHCHAT_SERVICE_HOST, SSHCHAT_PORT" event=note`
	if strings.Count(log.String(), note) != 1 {
		t.Errorf("no note, or several:\n%s", log)
	}
}

// started is a log that stops its server as soon as that has started.
type started struct {
	mu   sync.Mutex
	text strings.Builder
	stop func()
}

func (s *started) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes.Contains(b, []byte("event=server_started")) {
		s.stop()
	}
	return s.text.Write(b)
}

func (s *started) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Each command has a help with an example, or needs none.
func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range (&program{}).root().Commands() {
		needsExample := c.Name() != "version" && c.Name() != "help"
		if c.Short == "" || needsExample && !strings.Contains(c.Example, "sshchat "+c.Name()) {
			t.Errorf("%s: short %q, example %q", c.Name(), c.Short, c.Example)
		}
	}
}

// A server that is told to stop before it has begun has nothing to complain about.
func TestStoppedBeforeItBegan(t *testing.T) {
	ctx, cancel := contextThatHasEnded(t)
	defer cancel()
	var errs bytes.Buffer
	exit := run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, nil, nil, nil, &errs)
	if exit != 0 || strings.Contains(errs.String(), "error:") {
		t.Errorf("exit %d:\n%s", exit, errs.String())
	}
}
