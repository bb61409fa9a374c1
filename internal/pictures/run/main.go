package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, w io.Writer) error {
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	dir := f.String("dir", "docs/pictures", "the `folder` of the scripts and of what is made of them")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("what is %q? there are flags only: see -help", f.Arg(0))
	}
	return makeAll(ctx, *dir, w)
}

const (
	scriptEnd  = ".script"
	pictureEnd = ".svg"
)

func makeAll(ctx context.Context, dir string, w io.Writer) error {
	scripts, err := filepath.Glob(filepath.Join(dir, "*"+scriptEnd))
	if err != nil {
		return err
	}
	if len(scripts) == 0 {
		return fmt.Errorf("there is no script in %s", dir)
	}
	for _, path := range scripts {
		if err := makeOne(ctx, path, w); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func makeOne(ctx context.Context, path string, w io.Writer) error {
	script, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	svg, err := picture(ctx, string(script))
	if err != nil {
		return err
	}
	path = strings.TrimSuffix(path, scriptEnd) + pictureEnd
	fmt.Fprintln(w, path)
	return os.WriteFile(path, svg, 0o666)
}
