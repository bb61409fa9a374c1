//go:build unix

package authcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What is written without end is taken, and its beginning kept.
func TestOutputIsBounded(t *testing.T) {
	var b bounded
	for range 3 {
		if n, err := b.Write(make([]byte, maxOutput-1)); n != maxOutput-1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if b.Len() != maxOutput {
		t.Errorf("%d bytes are kept, want %d", b.Len(), maxOutput)
	}
}

// desk is a program that judges, and what is logged of it.
type desk struct {
	*testing.T
	*Command
	log   bytes.Buffer
	turns int // that are taken
}

// newDesk has a shell script judge.
func newDesk(t *testing.T, script string, args ...string) *desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "check")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t}
	d.Command = &Command{Args: append([]string{path}, args...), Log: slog.New(slog.NewTextHandler(&d.log, nil)),
		Turn: func(context.Context, int, string) (func(), error) {
			d.turns++
			return func() { d.turns-- }, nil
		}}
	return d
}

var address = netip.MustParseAddr("192.0.2.7")

func (d *desk) judge(password string) (ok, sure bool) {
	d.Helper()
	ok, sure, err := d.Judge(d.Context(), 0, "", "alice", password, address)
	if err != nil || d.turns != 0 {
		d.Errorf("%v, %d turns are taken", err, d.turns)
	}
	return ok, sure
}

func TestTheProgramIsAskedOnItsStandardInput(t *testing.T) {
	heard := filepath.Join(t.TempDir(), "heard")
	d := newDesk(t, `cat > "$2"; [ "$1" = "a b,c" ] && [ -z "$SSHCHAT_SECRET" ] && [ "$(pwd)" = / ]`, "a b,c", heard)
	t.Setenv("SSHCHAT_SECRET", "x")
	if ok, sure := d.judge("p\"w'd $HOME é"); !ok || !sure {
		t.Errorf("ok %v, sure %v\n%s", ok, sure, d.log.String())
	}
	got, err := os.ReadFile(heard)
	if want := `{"address":"192.0.2.7","name":"alice","password":"p\"w'd $HOME é"}` + "\n"; err != nil || string(got) != want {
		t.Errorf("it heard %q, %v; want %q", got, err, want)
	}
}

func TestTheExitCodeAnswers(t *testing.T) {
	for _, c := range []struct {
		script   string
		ok, sure bool
		logged   string
	}{
		{"exit 0", true, true, ""},
		{"exit 1", false, true, ""},
		{"cat >/dev/null; echo no; exit 1", false, true, ""},
		{"echo the directory is down >&2; exit 2", false, false, "exit=2 said=\"the directory is down\""},
		{"kill -9 $$", false, false, "signal: killed"},
		{"exit 255", false, false, "exit=255"},
	} {
		d := newDesk(t, c.script)
		ok, sure := d.judge("secret")
		if log := d.log.String(); ok != c.ok || sure != c.sure || (c.logged == "") != (log == "") || !strings.Contains(log, c.logged) {
			t.Errorf("%s: ok %v, sure %v, logged %q", c.script, ok, sure, log)
		}
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	d := newDesk(t, "")
	d.Args = []string{"/nonexistent/check"}
	if ok, sure := d.judge("secret"); ok || sure || !strings.Contains(d.log.String(), "no such file") {
		t.Errorf("ok %v, sure %v, logged %s", ok, sure, d.log.String())
	}
}

// Whatever it is waiting for, and whatever it has started, is over when the answer is due.
func TestAProgramThatDoesNotEndIsKilledWithItsChildren(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	d := newDesk(t, `sleep 600 & echo $! > "$1.new"; mv "$1.new" "$1"; wait`, pids)
	d.wait = 500 * time.Millisecond
	if ok, sure := d.judge("secret"); ok || sure || !strings.Contains(d.log.String(), "did not end within") {
		t.Errorf("ok %v, sure %v, logged %s", ok, sure, d.log.String())
	}
	isGone(t, pids)
}

func TestWhatItLeavesBehindIsKilled(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	d := newDesk(t, `sleep 600 & echo $! > "$1"; exit 0`, pids)
	if ok, sure := d.judge("secret"); !ok || !sure {
		t.Errorf("ok %v, sure %v, logged %s", ok, sure, d.log.String())
	}
	isGone(t, pids)
}

// isGone waits until a process whose number is in a file has ended; where it was ended, that does not take long.
func isGone(t *testing.T, file string) {
	t.Helper()
	pid, err := os.ReadFile(file)
	if err != nil {
		t.Skip("it was killed before it had begun: ", err)
	}
	end := time.Now().Add(20 * time.Second)
	for alive(strings.TrimSpace(string(pid))) {
		if time.Now().After(end) {
			t.Fatal("its child lives on")
		}
	}
}

// alive reports whether there is a process that is no zombie.
func alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestWhoeverGoesDoesNotWait(t *testing.T) {
	d := newDesk(t, "sleep 600")
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	time.AfterFunc(50*time.Millisecond, func() { cancel(gone) })
	if _, _, err := d.Judge(ctx, 0, "", "alice", "x", address); !errors.Is(err, gone) || d.log.Len() > 0 {
		t.Errorf("%v, logged %s", err, d.log.String())
	}
}

func TestWithoutATurnNothingRuns(t *testing.T) {
	d := newDesk(t, "exit 0")
	busy := errors.New("busy")
	d.Turn = func(context.Context, int, string) (func(), error) { return nil, busy }
	if ok, sure, err := d.Judge(t.Context(), 0, "", "alice", "x", address); ok || sure || !errors.Is(err, busy) {
		t.Errorf("ok %v, sure %v, %v", ok, sure, err)
	}
}

// A program that repeats all that it is asked tells the log no password, however much it writes.
func TestNoPasswordIsLogged(t *testing.T) {
	for _, script := range []string{
		"cat; exit 3",
		`read q; i=0; while [ $i -lt 300 ]; do echo "$q"; i=$((i+1)); done; exit 3`,
		`read q; printf '%4050s' x; echo "$q"; exit 3`,
	} {
		for _, password := range []string{"geheim", `ge"heim\`, strings.Repeat("geheim", 40)} {
			d := newDesk(t, script)
			d.judge(password)
			if log := d.log.String(); strings.Contains(log, "geheim") || strings.Contains(log, "heim") || !strings.Contains(log, "exit=3") || len(log) > 600 {
				t.Errorf("%q: logged %d bytes: %.700s", password, len(log), log)
			}
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add([]byte("no such user\x1b[31m"), "secret")
	f.Add(bytes.Repeat([]byte("secret"), 1000), "secret")
	f.Add([]byte(`{"password":"a\"b"}`), `a"b`)
	f.Fuzz(func(t *testing.T, said []byte, password string) {
		got := excerpt(said[:min(len(said), maxOutput)], password, fmt.Sprintf("%q", password))
		if len(got) > maxExcerpt+len("…") || strings.ContainsAny(got, "\x1b\n") {
			t.Errorf("%q", got)
		}
	})
}
