// Run has clients do random things to a server that is killed again and again, and checks that nothing promised
// was lost:
//
//	run -sshchat bin/sshchat          see -help
//	run -check FILE                   check once more what an earlier run has kept
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"sshchat/internal/soak"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	soak.Plan
	check string // a history to check in place of a run
}

func run(ctx context.Context, args []string, w io.Writer) error {
	s, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.check != "" {
		return recheck(s.check, w)
	}
	return s.soak(ctx, w)
}

func parse(args []string) (s settings, err error) {
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.StringVar(&s.Binary, "sshchat", "bin/sshchat", "the sshchat `program`")
	f.StringVar(&s.Dir, "dir", "soak", "`folder` for the data and for what a failed run leaves, made if it is missing; on a real disk")
	f.DurationVar(&s.Time, "time", 10*time.Minute, "how long the clients do random things; they read to the end after that")
	f.Uint64Var(&s.Seed, "seed", rand.Uint64N(1_000_000), "of what is random, as an earlier run has printed it")
	f.IntVar(&s.Clients, "clients", 12, fmt.Sprintf("how many clients, 2 to %d", soak.MostClients))
	f.DurationVar(&s.Life, "life", 1500*time.Millisecond, "how long a server lives, in the mean, before it is killed")
	f.StringVar(&s.check, "check", "", "check the history in a `file` that a failed run has left")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	switch {
	case f.NArg() > 0:
		return s, fmt.Errorf("what is %q? there are flags only: see -help", f.Arg(0))
	case s.Clients < 2 || s.Clients > soak.MostClients:
		return s, fmt.Errorf("clients are 2 to %d", soak.MostClients)
	case s.Time <= 0 || s.Life <= 0:
		return s, errors.New("a run takes some time, and so does the life of a server")
	}
	return s, nil
}

func (s *settings) soak(ctx context.Context, w io.Writer) error {
	out := s.Dir
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	data, err := os.MkdirTemp(out, "data-")
	if err != nil {
		return err
	}
	s.Dir, s.Progress = data, w
	fmt.Fprintf(w, "seed %d, %d clients, %v\n", s.Seed, s.Clients, s.Time)
	h, err := s.Run(ctx)
	if err != nil {
		h.Faults = append(h.Faults, soak.Fault{At: h.Took, Text: err.Error()})
	}
	if err := judge(h, w); err != nil {
		return errors.Join(err, keep(h, filepath.Join(out, fmt.Sprintf("history-%d.json.gz", s.Seed)), data, w))
	}
	return os.RemoveAll(data)
}

// mostShown is how many violations of a kind are shown: the first tell the most.
const mostShown = 5

// judge checks a history and prints what it comes to. Violations are an error.
func judge(h *soak.History, w io.Writer) error {
	violations := soak.Check(h)
	found := make(map[soak.Kind]int)
	for _, v := range violations {
		if found[v.Kind]++; found[v.Kind] <= mostShown {
			h.Explain(w, v)
		}
	}
	r := soak.Count(h, violations)
	if err := r.WriteTable(w); err != nil {
		return err
	}
	switch {
	case r.Violations > 0:
		return fmt.Errorf("%d violations: %v", r.Violations, found)
	case r.Acknowledged == 0:
		return errors.New("nobody could send anything: this run says nothing")
	}
	return nil
}

// keep writes a history that holds violations, for -check.
func keep(h *soak.History, path, data string, w io.Writer) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "the history is in %s, the server's data in %s\n", path, data)
	return errors.Join(h.Write(f), f.Close())
}

func recheck(path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h, err := soak.Read(f)
	if err != nil {
		return err
	}
	return judge(h, w)
}
