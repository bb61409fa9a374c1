// Run measures what sshchat costs, beside the bare loop:
//
//	run -sshchat bin/sshchat          measure everything; see -help
//	run bare [-store FILE] [127.0.0.1:PORT]
//	                                  serve the bare loop, which can store, until it is told to stop
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sshchat/internal/loadtest"
	"sshchat/internal/loadtest/bare"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	var err error
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		err = serveBare(ctx, os.Args[2:])
	} else {
		err = measure(ctx, os.Args[1:])
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func serveBare(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("run bare", flag.ContinueOnError)
	file := f.String("store", "", "SQLite `file` that has each line before anyone gets it; empty stores nothing")
	if err := f.Parse(args); err != nil {
		return err
	}
	at := "127.0.0.1:0"
	if f.NArg() > 0 {
		at = f.Arg(0)
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	fmt.Println("listening on", l.Addr())
	return bare.Serve(ctx, l, *file)
}

func measure(ctx context.Context, args []string) error {
	plan, out, err := parse(args)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(plan.Dir, 0o777); err != nil {
		return err
	}
	report, err := plan.Run(ctx)
	return errors.Join(err, write(os.Stdout, report, out))
}

// write writes what there is, also of a run that did not end well.
func write(w io.Writer, report *loadtest.Report, path string) error {
	if len(report.Figures) == 0 {
		return nil
	}
	if err := report.WriteTable(w); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, path)
	return errors.Join(report.WriteJSON(f), f.Close())
}

// parse reads the flags into a plan, and the path of the JSON file.
func parse(args []string) (plan loadtest.Plan, out string, err error) {
	self, err := os.Executable()
	if err != nil {
		return plan, "", err
	}
	plan = loadtest.Standard()
	for _, a := range args {
		if a == "-quick" || a == "--quick" {
			plan = loadtest.Quick()
		}
	}
	plan.Bare, plan.BareArgs, plan.Progress = self, []string{"bare"}, os.Stderr

	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.Bool("quick", false, "a look at everything, in about a minute; other flags count on top of it")
	f.StringVar(&plan.Chat, "sshchat", "bin/sshchat", "the sshchat `program`; empty measures the bare loops alone")
	f.StringVar(&plan.Dir, "dir", "bench", "`folder` for data, made if it is missing; on a real disk")
	f.StringVar(&out, "json", "", "`file` for all values; the default is named after the time, in the folder")
	f.Var(words{&plan.Rows}, "rows", "which `rows`, with commas between: "+strings.Join(loadtest.Rows(), ","))
	f.Var(numbers{&plan.Sessions}, "sessions", "to how many `sessions` the cpu and room rows send, with commas between")
	f.IntVar(&plan.Pairs, "pairs", plan.Pairs, "`pairs` of people of the pairs row")
	f.Var(numbers{&plan.Senders}, "senders", "how many `senders` the stored row has, with commas between")
	f.IntVar(&plan.Rounds, "rounds", plan.Rounds, "how often each figure is measured")
	f.DurationVar(&plan.Time, "time", plan.Time, "how long a measurement takes")
	f.DurationVar(&plan.Settle, "settle", plan.Settle, "how long memory must have stood still")
	f.IntVar(&plan.Idle, "idle", plan.Idle, "sessions of the memory rows")
	f.IntVar(&plan.Screens, "screens", plan.Screens, "sessions of the latency row")
	f.IntVar(&plan.Logins, "logins", plan.Logins, "logins of the login row")
	if err := f.Parse(args); err != nil {
		return plan, "", err
	}
	if f.NArg() > 0 {
		return plan, "", fmt.Errorf("what is %q? there are flags only: see -help", f.Arg(0))
	}
	if out == "" {
		out = filepath.Join(plan.Dir, time.Now().Format("2006-01-02T150405")+".json")
	}
	return plan, out, nil
}

// words is a flag with commas between.
type words struct{ list *[]string }

func (w words) String() string { return "" }

func (w words) Set(s string) error {
	*w.list = strings.Split(s, ",")
	return nil
}

// numbers is a flag with commas between.
type numbers struct{ list *[]int }

func (n numbers) String() string {
	if n.list == nil {
		return ""
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(*n.list), " ", ","), "[]")
}

func (n numbers) Set(s string) error {
	var list []int
	for _, word := range strings.Split(s, ",") {
		i, err := strconv.Atoi(word)
		if err != nil {
			return err
		}
		list = append(list, i)
	}
	*n.list = list
	return nil
}
