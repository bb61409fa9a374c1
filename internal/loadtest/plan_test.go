package loadtest

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// small is a plan that measures everything of little.
func small(t *testing.T) Plan {
	t.Helper()
	needProc(t)
	t.Setenv(act, "1")
	return Plan{
		Bare: os.Args[0], BareArgs: []string{actBare}, Chat: os.Args[0], Dir: t.TempDir(),
		Rounds: 1, Time: shortest, Settle: shortest, Sessions: []int{3}, Pairs: 2, Idle: 4, Screens: 3,
		Senders: []int{1, 2}, Logins: 3,
	}
}

func TestAPlanMeasuresAllServers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	p := small(t)
	report, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"cpu/3/one/cpu", "cpu/3/one/rate", "cpu/3/one/bytes", "cpu/3/load1/cpu", "cpu/3/load8/rate",
		"cpu-pty/3/one/cpu", "pairs/2/cpu", "pairs/2/rate", "memory/rss", "memory/goroutines", "memory-pty/rss",
		"stored/1", "stored/2", "login/p50", "login/p95", "login/rate", "latency/p50", "latency/p99",
		"room/3/one/cpu", "room/3/one/rate", "room/3/one/bytes", "echo/idle/p50", "echo/idle/p99", "echo/busy/p50", "echo/busy/p99",
	} {
		i := slices.IndexFunc(report.Figures, func(f *Figure) bool { return f.Key == want })
		if i < 0 {
			t.Errorf("no %s", want)
			continue
		}
		f := report.Figures[i]
		alone := strings.HasPrefix(want, "stored") || strings.HasPrefix(want, "echo") // the bare loop has none
		if len(f.Chat) != 1 || (len(f.Bare) != 1) != alone {
			t.Errorf("%s: %v and %v", want, f.Bare, f.Chat)
		}
		row, _, _ := strings.Cut(want, "/")
		if stores := slices.Contains([]string{"cpu", "room", "latency"}, row); (len(f.SQLite) == 1) != stores {
			t.Errorf("%s of the loop that stores: %v", want, f.SQLite)
		}
		// A few lines may cost less CPU than a tick, and a few sessions no page.
		if !strings.HasSuffix(want, "/cpu") && !strings.HasSuffix(want, "/rss") && f.Chat[0] <= 0 {
			t.Errorf("%s is %v", want, f.Chat[0])
		}
	}
	for _, key := range []string{"cpu/3/one/bytes", "room/3/one/bytes", "pairs/2/bytes"} {
		bytes := figure(report, key)
		for _, of := range slices.Concat(bytes.Bare, bytes.SQLite) {
			if of != bytes.Chat[0] {
				t.Errorf("%s: a line of a bare loop has %v bytes, one of sshchat %v", key, of, bytes.Chat[0])
			}
		}
	}
	leavesNothing(t, p)
}

func TestTheBareLoopsAlone(t *testing.T) {
	p := small(t)
	p.Chat, p.Rows = "", []string{"cpu", "login"}
	report, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f := figure(report, "login/rate"); len(f.Bare) != 1 || len(f.Chat) != 0 {
		t.Errorf("%v and %v", f.Bare, f.Chat)
	}
	if f := figure(report, "cpu/3/one/rate"); len(f.Bare) != 1 || len(f.SQLite) != 1 || len(f.Chat) != 0 {
		t.Errorf("%v, %v and %v", f.Bare, f.SQLite, f.Chat)
	}
	if slices.ContainsFunc(report.Figures, func(f *Figure) bool { return strings.HasPrefix(f.Key, "memory") }) {
		t.Error("a row was measured that was not asked for")
	}
}

func TestAPlanThatIsStoppedEndsAndLeavesNothing(t *testing.T) {
	p := small(t)
	p.Chat, p.Time, p.Rows = "", time.Hour, []string{"cpu"}
	ctx, stop := context.WithCancel(t.Context())
	p.Progress = writer(func(line string) {
		if strings.Contains(line, "one line at a time") {
			time.AfterFunc(100*time.Millisecond, stop)
		}
	})
	if _, err := p.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	leavesNothing(t, p)
}

func TestAPlanWithoutItsServerSaysSo(t *testing.T) {
	p := small(t)
	p.BareArgs = []string{actBroken}
	if _, err := p.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("the error is %v", err)
	}
	leavesNothing(t, p)
}

func TestAServerThatEndsByItselfIsQuoted(t *testing.T) {
	p := startBare(t)
	p.cmd.Process.Kill()
	<-p.done
	b := bench{started: []*process{p}}
	if err := b.explain(context.DeadlineExceeded); !strings.Contains(err.Error(), "killed") {
		t.Errorf("the error is %v", err)
	}
	p.told = true
	if err := b.explain(context.DeadlineExceeded); err != context.DeadlineExceeded {
		t.Errorf("the error is %v", err)
	}
}

func TestPlansOfNothingAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Plan){
		"no row":          func(p *Plan) { p.Rows = []string{"cpu", "nosuch"} },
		"no round":        func(p *Plan) { p.Rounds = 0 },
		"no session":      func(p *Plan) { p.Sessions = nil },
		"sessions of 0":   func(p *Plan) { p.Sessions = []int{10, 0} },
		"no sender":       func(p *Plan) { p.Senders = nil },
		"one idle":        func(p *Plan) { p.Idle = 1 },
		"no pair":         func(p *Plan) { p.Pairs = 0 },
		"no login":        func(p *Plan) { p.Logins = 0 },
		"no screen":       func(p *Plan) { p.Screens = -1 },
		"no time":         func(p *Plan) { p.Time = time.Millisecond },
		"no settling":     func(p *Plan) { p.Settle = 0 },
		"too many people": func(p *Plan) { p.Idle = mostNames + 1 },
	} {
		p := Standard()
		p.Dir = t.TempDir()
		change(&p)
		if report, err := p.Run(t.Context()); err == nil || report == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, p := range []Plan{Standard(), Quick()} {
		if err := p.check(); err != nil {
			t.Error(err)
		}
	}
}

func figure(r *Report, key string) *Figure {
	for _, f := range r.Figures {
		if f.Key == key {
			return f
		}
	}
	return &Figure{}
}

func leavesNothing(t *testing.T, p Plan) {
	t.Helper()
	left, err := os.ReadDir(p.Dir)
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// writer is a function that takes each line.
type writer func(string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}
