package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/servertest"
	"sshchat/internal/soak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		servertest.RemoveBinary()
		os.Exit(code)
	}))
}

func TestFlags(t *testing.T) {
	s, err := parse([]string{"-sshchat", "x", "-dir", "d", "-time", "1m", "-seed", "7", "-clients", "3", "-life", "2s"})
	if err != nil {
		t.Fatal(err)
	}
	want := soak.Plan{Binary: "x", Dir: "d", Time: time.Minute, Seed: 7, Clients: 3, Life: 2 * time.Second}
	if s.Plan != want {
		t.Errorf("%+v, want %+v", s.Plan, want)
	}
	a, _ := parse(nil)
	b, _ := parse(nil)
	if a.Time != 10*time.Minute || a.Seed == b.Seed && a.Seed == 0 {
		t.Errorf("without flags: %+v", a.Plan)
	}
}

func TestWhatIsNoPlanIsRefused(t *testing.T) {
	for _, args := range []string{"-clients=1", "-clients=65", "-time=0s", "-life=0s", "-life=-1s", "soak", "-seed=x"} {
		if _, err := parse(strings.Fields(args)); err == nil || errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// A run without violations leaves nothing behind.
func TestARunThatFindsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := filepath.Join(t.TempDir(), "soak")
	var out bytes.Buffer
	err := run(t.Context(), []string{"-sshchat", servertest.Binary(t), "-dir", dir, "-time", "3s", "-seed", "5",
		"-clients", "3", "-life", "1h"}, &out) // it is killed once, when the time is over
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, words := range []string{"seed 5, 3 clients", "messages acknowledged", "violations 0"} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), words) {
			t.Errorf("no %q in\n%s", words, &out)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

// A run that comes to nothing is a violation, and what it has left can be checked again.
func TestAServerThatIsNone(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	args := []string{"-sshchat", "/nonexistent/sshchat", "-dir", dir, "-seed", "5"}
	if err := run(t.Context(), args, &out); err == nil || !strings.Contains(err.Error(), "1 violations") {
		t.Errorf("%v", err)
	}
	out.Reset()
	err := run(t.Context(), []string{"-check", filepath.Join(dir, "history-5.json.gz")}, &out)
	if err == nil || !strings.Contains(out.String(), "start the server") {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestWhatCannotBeCheckedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no history"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, file + "2"} {
		if err := run(context.Background(), []string{"-check", path}, io.Discard); err == nil {
			t.Errorf("no error for %s", path)
		}
	}
}
