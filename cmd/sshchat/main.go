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

// stopSignals are what a server is asked to stop with. The end of its terminal is one, unless it was started to
// outlive that, by nohup.
func stopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
