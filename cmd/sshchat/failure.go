package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sshchat/internal/chat"
	"sshchat/internal/config"
	"sshchat/internal/sanitize"
	"sshchat/internal/server"
)

// Codes of sysexits.h. The others that end the program are those of package server, and of the console.
const (
	exitUsage = 64 // a command line that makes no sense
	exitIO    = 74 // what was asked for cannot be written
)

// A failure is what went wrong, for the operator.
type failure struct {
	text, hint string
	exit       int
}

func (f *failure) Error() string { return f.text }

// silent is the exit code of what has said itself what went wrong.
type silent int

func (s silent) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// exit says what went wrong and returns the exit code.
func (p *program) exit(err error) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[silent](err); ok {
		return int(code)
	}
	f := failureOf(err)
	fmt.Fprintf(p.err, "error: %s\n", sanitize.Line(f.text))
	if f.hint != "" {
		fmt.Fprintf(p.err, "hint: %s\n", sanitize.Line(f.hint))
	}
	return f.exit
}

// failureOf words an error. What nobody has foreseen is a fault of ours.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*config.Error](err); ok {
		f := &failure{e.Error(), e.Hint, server.ExitConfig}
		if strings.HasPrefix(e.Where, "--") {
			f.exit = exitUsage
		}
		return f
	}
	if e, ok := errors.AsType[*server.Error](err); ok {
		return &failure{e.Error(), e.Hint, e.Exit}
	}
	return &failure{err.Error(), "this should not happen: please report it, with the line above and what led to it",
		server.ExitSoftware}
}

func refuseCommand(root *cobra.Command, typed string) error {
	f := &failure{fmt.Sprintf("no command %q", clip(typed)), "sshchat help lists the commands", exitUsage}
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	if near := nearest(typed, names); near != "" {
		f.hint = "did you mean sshchat " + near + "?"
	}
	return f
}

// refuseFlag refuses a flag that c does not have; typed may go on with a value.
func refuseFlag(c *cobra.Command, typed string) error {
	typed, _, _ = strings.Cut(typed, "=")
	f := &failure{fmt.Sprintf("%s has no flag %s", c.CommandPath(), clip(typed)),
		c.CommandPath() + " --help lists the flags", exitUsage}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	if near := nearest(typed, names); near != "" {
		f.hint = fmt.Sprintf("did you mean %s?", near)
	}
	return f
}

func refuseNoValue(c *cobra.Command, name string) error {
	return &failure{fmt.Sprintf("%s: %s needs a value", c.CommandPath(), name), "usage: " + c.UseLine(), exitUsage}
}

// refuseNoFile refuses a --config that was given and names no file, as "$UNSET" does: to run on the defaults
// instead would go unnoticed.
func refuseNoFile(c *cobra.Command, file string) error {
	if file == "" && c.Flags().Changed("config") {
		return refuseNoValue(c, "--config")
	}
	return nil
}

// badFlag words what pflag says of a command line.
func badFlag(c *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		dashes := "--"
		if e.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return refuseFlag(c, dashes+e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return refuseNoValue(c, "--"+e.GetSpecifiedName())
	}
	return &failure{fmt.Sprintf("%s: %v", c.CommandPath(), err), c.CommandPath() + " --help lists the flags", exitUsage}
}

// print writes what was asked for. That nobody reads on is no failure: head has seen enough.
func (p *program) print(text string) error {
	_, err := io.WriteString(p.out, text)
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err // it is the standard output
	}
	return &failure{fmt.Sprintf("cannot write the answer: %v", err), "", exitIO}
}

// noArgs refuses arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &failure{fmt.Sprintf("%s: %q is too much", c.CommandPath(), clip(args[0])), "usage: " + c.UseLine(), exitUsage}
}

func nearest(typed string, words []string) string {
	const longest = 40 // what is compared; the cost is its square
	if len(typed) > longest {
		return ""
	}
	return chat.Nearest(strings.ToLower(typed), words, func(w string) string { return w })
}

// clip keeps what somebody typed from filling the line.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
