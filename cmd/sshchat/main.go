// Command sshchat is a chat server that people enter with the ssh they have: `sshchat serve` runs
// it, `sshchat admin` is its console on the same machine.
//
// What goes wrong is said on the standard error, in a line that begins with "error:" and perhaps one that
// begins with "hint:", and by the exit codes of sysexits.h.
package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // people choose a time zone, also where the system has no database of them
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	// The first signal asks for an order; after it signals do what they do by default, so that a second
	// ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// stopSignals are what the program is asked to stop with.
func stopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if hangupStops() {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// takeInterrupts has ^C end the program no more, for the rest of it: it is told instead.
func takeInterrupts() <-chan os.Signal {
	signal.Reset(os.Interrupt)
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt)
	return told
}

// hangupStops reports whether SIGHUP means the end of our terminal. It does not where there is none, nor where the program
// was started to outlive it, by nohup: then it comes from somebody who wants the configuration read again.
func hangupStops() bool {
	atTerminal := slices.ContainsFunc([]*os.File{os.Stdin, os.Stdout, os.Stderr}, func(f *os.File) bool { return isTerminal(f) })
	return atTerminal && !signal.Ignored(syscall.SIGHUP)
}
