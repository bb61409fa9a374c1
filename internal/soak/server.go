package soak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long anything may take that is waited for: far more than a loaded machine needs.
const patience = 60 * time.Second

// A server is one process that runs `sshchat serve`. Where it listens changes with each.
type server struct {
	addr string
	cmd  *exec.Cmd
	out  *output
	done chan struct{}
	err  error // how it ended; once done is closed
}

// startServer starts the program on dir and waits until it says where it listens.
func startServer(ctx context.Context, binary, dir string) (*server, error) {
	s := &server{out: newOutput(), done: make(chan struct{})}
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
	case s.addr = <-s.out.addr:
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

// output takes what a server prints: where it listens, and what it complains of.
type output struct {
	addr chan string

	mu         sync.Mutex
	line       []byte // the unfinished one, cut to maxOutputLine
	last       [20]string
	lines      int
	complaints []string // mostComplaints at most
}

const (
	maxOutputLine  = 4096
	mostComplaints = 10
)

// listening is an address as the server names it: a free port of loopback.
var listening = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)

func newOutput() *output { return &output{addr: make(chan string, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for part := range bytes.Lines(p) {
		o.line = append(o.line, part[:min(len(part), max(0, maxOutputLine-len(o.line)))]...)
		if part[len(part)-1] == '\n' {
			o.take(strings.TrimSpace(string(o.line)))
			o.line = o.line[:0]
		}
	}
	return len(p), nil
}

// take takes a line; mu is held.
func (o *output) take(line string) {
	if at := listening.FindString(line); at != "" {
		select {
		case o.addr <- at:
		default:
		}
	}
	for _, bad := range []string{"level=ERROR", "panic", "fatal error", "DATA RACE"} {
		if strings.Contains(line, bad) && len(o.complaints) < mostComplaints {
			o.complaints = append(o.complaints, line)
			break
		}
	}
	o.last[o.lines%len(o.last)] = line
	o.lines++
}

// complained lists what a server in order does not say.
func (o *output) complained() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.complaints
}

// String is the last lines.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var b strings.Builder
	for i := max(0, o.lines-len(o.last)); i < o.lines; i++ {
		b.WriteString(o.last[i%len(o.last)] + "\n")
	}
	return b.String()
}
