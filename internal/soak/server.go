package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"sshchat/internal/printout"
)

// patience is how long anything may take that is waited for: far more than a loaded machine needs.
const patience = 60 * time.Second

// A server is one process that runs `sshchat serve`. Where it listens changes with each.
type server struct {
	addr string
	cmd  *exec.Cmd
	out  *printout.Printout
	done chan struct{}
	err  error // how it ended; once done is closed

	mu         sync.Mutex
	complaints []string
}

// startServer starts the program on dir and waits until it says where it listens.
func startServer(ctx context.Context, binary, dir string) (*server, error) {
	s := &server{done: make(chan struct{})}
	s.out = printout.New(s.see)
	s.cmd = exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	// Without paces, as they are not what is looked for here, and with so small a queue of
	// output that those who stall for seconds fall behind.
	s.cmd.Env = append(os.Environ(), "SSHCHAT_LIMITS_MESSAGE_RATE=0", "SSHCHAT_LIMITS_BROADCAST_RATE=0",
		"SSHCHAT_LIMITS_SIGNUPS_PER_ADDRESS=0", "SSHCHAT_LIMITS_STARTUPS_PER_ADDRESS=0",
		"SSHCHAT_LIMITS_OUTPUT_QUEUE=65536")
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	go func() { // kill and stop wait for it
		s.err = s.cmd.Wait()
		close(s.done)
	}()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case s.addr = <-s.out.Addr():
		return s, nil
	case <-s.done:
		return nil, fmt.Errorf("the server does not start (%v):\n%s", s.err, s.out)
	case <-late.C:
		s.kill()
		return nil, fmt.Errorf("the server does not say where it listens:\n%s", s.out)
	case <-ctx.Done():
		s.kill()
		return nil, context.Cause(ctx)
	}
}

// kill ends the process as kill -9 does.
func (s *server) kill() {
	s.cmd.Process.Kill() // fails only if it has ended
	<-s.done
}

// stop ends the process as SIGTERM does. It is an error if it does not end, or not well.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the server: %w", err)
	}
	select {
	case <-s.done:
	case <-time.After(patience):
		s.kill()
		return fmt.Errorf("the server does not stop when told to:\n%s", s.out)
	}
	if s.err != nil {
		return fmt.Errorf("the server ends with %w when told to stop:\n%s", s.err, s.out)
	}
	return nil
}

// mostComplaints is how many are kept.
const mostComplaints = 10

// see keeps what a server in order does not say.
func (s *server) see(line string) {
	for _, bad := range []string{"level=ERROR", "panic", "fatal error", "DATA RACE"} {
		if strings.Contains(line, bad) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.complaints) < mostComplaints {
				s.complaints = append(s.complaints, line)
			}
			return
		}
	}
}

func (s *server) complained() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.complaints
}
