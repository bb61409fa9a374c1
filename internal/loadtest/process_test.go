package loadtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestCPUTimeStandsAfterANameThatHoldsAnything(t *testing.T) {
	stat := "7 (a) R 1) S 1 7 7 0 -1 4194304 500 0 0 0 125 25 9 9 20 0 9 0 12345 1000 2000 18446744073709551615\n"
	if got, err := cpuOf(stat); err != nil || got != 1500*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "7 (x)", "7 (x) S 1 2 3", strings.Replace(stat, "125", "x", 1), strings.Replace(stat, " 25", " x", 1)} {
		if got, err := cpuOf(bad); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestResidentMemory(t *testing.T) {
	rollup := "55c9-7ffc ---p 00000000 00:00 0    [rollup]\nRss:                1688 kB\nPss:                 253 kB\n"
	if got, err := rssOf(rollup); err != nil || got != 1688<<10 {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "Pss: 3 kB\n", "Rss: many kB\n"} {
		if got, err := rssOf(bad); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestGoroutinesAreCountedInWhatAServerPrints(t *testing.T) {
	p := &process{}
	// The line about the other thread is the stack of the first of them.
	for line := range strings.Lines(`SIGQUIT: quit
goroutine 0 gp=0x1 m=0 mp=0x2 [idle]:
	goroutine running on other thread; stack unavailable
goroutine 17 [select]:
goroutine
goroutines are many
`) {
		p.count(strings.TrimSuffix(line, "\n"))
	}
	if n := p.dump.Load(); n != 2 {
		t.Errorf("%d goroutines, want 2", n)
	}
}

func TestAServerThatDoesNotStartSaysWhy(t *testing.T) {
	_, err := start(t.Context(), func(ctx context.Context) *exec.Cmd {
		return self(ctx, actBroken)
	})
	if err == nil || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("the error is %v", err)
	}
	_, err = start(t.Context(), func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, "/nonexistent/program")
	})
	if err == nil {
		t.Error("no error without a program")
	}
}

func TestWhatAProcessUses(t *testing.T) {
	needProc(t)
	p := startBare(t)
	if _, err := p.cpu(); err != nil {
		t.Error(err)
	}
	if rss, err := p.rss(); err != nil || rss < 1<<20 || rss > 1<<30 {
		t.Errorf("%d bytes, %v", rss, err)
	}
	if n, err := p.goroutines(); err != nil || n < 2 || n > 100 {
		t.Errorf("%d goroutines, %v", n, err)
	}
	if _, err := p.rss(); err == nil {
		t.Error("no error from a process that has ended")
	}
}

// needProc skips a test where there is nothing to measure with.
func needProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/smaps_rollup"); err != nil {
		t.Skip("needs Linux' /proc")
	}
}
