package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sshchat/internal/loadtest"
)

func TestFlagsMakeAPlan(t *testing.T) {
	plan, out, err := parse([]string{"-rows", "cpu,login", "-rounds=2", "-quick", "-sessions", "10,100",
		"-senders", "3", "-time", "2s", "-dir", "d", "-sshchat", "x"})
	if err != nil {
		t.Fatal(err)
	}
	quick := loadtest.Quick()
	if !slices.Equal(plan.Rows, []string{"cpu", "login"}) || plan.Rounds != 2 || plan.Time != 2*time.Second ||
		!slices.Equal(plan.Sessions, []int{10, 100}) || !slices.Equal(plan.Senders, []int{3}) ||
		plan.Chat != "x" || plan.Idle != quick.Idle {
		t.Errorf("%+v", plan)
	}
	if filepath.Dir(out) != "d" || filepath.Ext(out) != ".json" {
		t.Errorf("the values go to %s", out)
	}
	if len(plan.BareArgs) == 0 || plan.Bare == "" {
		t.Error("no bare loop")
	}
}

func TestWithoutFlagsThePlanIsTheStandard(t *testing.T) {
	plan, _, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := loadtest.Standard(); plan.Rounds != want.Rounds || plan.Idle != want.Idle || len(plan.Rows) != 0 {
		t.Errorf("%+v", plan)
	}
}

func TestWrongFlagsAreRefused(t *testing.T) {
	for _, args := range [][]string{
		{"-nosuch"}, {"-rounds", "x"}, {"-sessions", "1,x"}, {"-senders", ""}, {"-time", "3"}, {"word"},
	} {
		if _, _, err := parse(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
	if _, _, err := parse([]string{"-help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("help: %v", err)
	}
}

func TestTheBareLoopStoresWhereItIsTold(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop() // it has made the file before it looks at that
	file := filepath.Join(t.TempDir(), "lines")
	if err := serveBare(ctx, []string{"-store", file, "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	if err := serveBare(ctx, []string{"-nosuch"}); err == nil {
		t.Error("a wrong flag is taken")
	}
}

func TestWhatThereIsIsWrittenAndNothingIfThereIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	if err := write(io.Discard, &loadtest.Report{}, path); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file of nothing")
	}
	report := &loadtest.Report{Figures: []*loadtest.Figure{{Key: "k", Bare: []float64{1}}}}
	if err := write(io.Discard, report, path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || len(got) == 0 {
		t.Errorf("%q, %v", got, err)
	}
}
