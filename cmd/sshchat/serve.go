package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sshchat/internal/config"
	"sshchat/internal/server"
)

// The flags that several commands have.
const (
	dataUsage   = "`folder` of the database and the host keys (default $SSHCHAT_DATA, else the file's, else $STATE_DIRECTORY, else .)"
	configUsage = "settings in TOML, from this `file`"
)

func (p *program) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve [--listen ADDR] [--data DIR] [--config FILE] [--metrics ADDR]",
		Short: "Run a server until SIGINT or SIGTERM",
		Long: `Run a server until SIGINT or SIGTERM, which stop it in order; a second one stops it at once. SIGHUP has it
read its configuration again, or, at a terminal, is the terminal's end and stops it. The first
start makes the data folder, the database and the host keys. Each setting of the file is also a variable,
SSHCHAT_SECTION_KEY; a flag goes before a variable, and that before the file. A socket that systemd passes
goes before every address.`,
		Example: `  sshchat serve
  sshchat serve --listen 127.0.0.1:2222 --data /srv/chat`,
		Args:                  noArgs,
		DisableFlagsInUseLine: true,
	}
	listen := c.Flags().String("listen", "", "`address` to listen on, HOST:PORT (default :2222)")
	data := c.Flags().String("data", "", dataUsage)
	file := c.Flags().String("config", "", configUsage)
	metrics := c.Flags().String("metrics", "", "`address` for Prometheus and health checks, HOST:PORT (default none)")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := refuseNoFile(c, *file); err != nil {
			return err
		}
		var flags config.Flags
		if c.Flags().Changed("listen") {
			flags.Listen = listen
		}
		if c.Flags().Changed("data") {
			flags.Data = data
		}
		if c.Flags().Changed("metrics") {
			flags.Metrics = metrics
		}
		return p.serve(c.Context(), flags, func() (config.Config, error) { return config.Load(*file, p.env, flags) })
	}
	return c
}

// serve runs a server until ctx ends, with the configuration that load gives, now and whenever it is told to read it
// again. Whoever reads the standard error at a terminal is told how to go on; a log gets the same facts.
func (p *program) serve(ctx context.Context, flags config.Flags, load func() (config.Config, error)) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	level := new(slog.LevelVar)
	level.Set(cfg.Log.Level)
	log := p.logger(cfg.Log.Format, level)
	passed, err := server.Passed(p.env)
	if err != nil {
		return err
	}
	s, err := server.New(ctx, server.Options{Config: cfg, Log: log, Version: version(), Load: load, Level: level, Listener: passed})
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return nil // stopped before it began
		}
		return err
	}
	started := s.Started()
	if note := config.Ignored(p.env); note != "" {
		started.Notes = append(started.Notes, note)
	}
	if started.Passed && flags.Listen != nil {
		started.Notes = append(started.Notes, "--listen "+*flags.Listen+" is ignored: systemd has passed a socket")
	}
	if a := announcementOf(started, p.env, outward); isTerminal(p.err) {
		a.print(p.err)
	} else {
		a.log(log)
	}
	stop := onHangup(func() { s.Reload() }) // which logs what came of it
	err = s.Serve(ctx)
	stop()
	if err == nil {
		log.Info("stopped", "event", "server_stopped")
	}
	return err
}

// onHangup calls fn for each SIGHUP until stop, unless that means the end of our terminal.
func onHangup(fn func()) (stop func()) {
	if hangupStops() {
		return func() {}
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	var waiting sync.WaitGroup
	waiting.Go(func() {
		for range hangups {
			fn()
		}
	})
	return func() {
		signal.Stop(hangups)
		close(hangups)
		waiting.Wait()
	}
}

func (p *program) logger(format string, level slog.Leveler) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if format == config.FormatJSON {
		return slog.New(slog.NewJSONHandler(p.err, o))
	}
	return slog.New(slog.NewTextHandler(p.err, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
