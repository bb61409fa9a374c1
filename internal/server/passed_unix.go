//go:build unix

package server

import (
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// firstPassed is the descriptor of the first socket that systemd passes (sd_listen_fds(3)).
const firstPassed = 3

// Passed returns the socket that systemd has opened for this process and passed to it, for Options.Listener; nil
// if it has passed none. It must be called once, and before anything is opened. The variables that speak of the
// socket are unset, as children would take it for theirs. The error is an *Error, for a socket that is not a
// server's.
func Passed(environ []string) (net.Listener, error) {
	n, err := passed(environ, os.Getpid())
	for _, name := range []string{"LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"} {
		os.Unsetenv(name)
	}
	switch {
	case err != nil || n > 1:
		return nil, passedMany(n, err)
	case n < 1:
		return nil, nil
	}
	// A socket that is connected, as it is with Accept=yes, would do until it is to accept.
	if listens, err := unix.GetsockoptInt(firstPassed, unix.SOL_SOCKET, unix.SO_ACCEPTCONN); err != nil || listens == 0 {
		return nil, passedOther(err)
	}
	f := os.NewFile(firstPassed, "passed by systemd")
	defer f.Close() // the listener has a descriptor of its own, which children do not inherit
	l, err := net.FileListener(f)
	if err != nil {
		return nil, passedOther(err)
	}
	if _, ok := l.(*net.TCPListener); !ok {
		l.Close()
		return nil, passedOther(nil)
	}
	return l, nil
}

// passed is how many sockets were passed to the process pid.
func passed(environ []string, pid int) (n int, err error) {
	ours := false
	for _, variable := range environ {
		switch name, value, _ := strings.Cut(variable, "="); name {
		case "LISTEN_PID":
			ours = value == strconv.Itoa(pid)
		case "LISTEN_FDS":
			n, err = strconv.Atoi(value)
		}
	}
	if !ours {
		return 0, nil
	}
	return n, err
}
