// Package printout takes what a server that is run as a process prints: programs that measure or kill servers
// learn from it where each listens, and what to show when one fails.
package printout

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

const (
	longest = 4096 // bytes of a line; what is behind them is cut off
	kept    = 20   // lines
)

// listening is an address as servers name it; all of them are started on a free port of loopback.
var listening = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)

// A Printout is an io.Writer for a process' output. Its methods may be called from any goroutine.
type Printout struct {
	addr chan string
	see  func(line string)

	mu    sync.Mutex
	line  []byte // the unfinished one
	last  [kept]string
	lines int
}

// New makes a Printout that calls see for each line, one at a time, unless it is nil.
func New(see func(line string)) *Printout {
	if see == nil {
		see = func(string) {}
	}
	return &Printout{addr: make(chan string, 1), see: see}
}

// Addr gives the address at which the server listens, once, when it has said so.
func (o *Printout) Addr() <-chan string { return o.addr }

// Write takes output; it may be cut anywhere. It never fails.
func (o *Printout) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for part := range bytes.Lines(p) {
		o.line = append(o.line, part[:min(len(part), max(0, longest-len(o.line)))]...)
		if part[len(part)-1] == '\n' {
			o.take(strings.TrimSpace(string(o.line)))
			o.line = o.line[:0]
		}
	}
	return len(p), nil
}

func (o *Printout) take(line string) {
	if at := listening.FindString(line); at != "" {
		select {
		case o.addr <- at:
		default:
		}
	}
	o.see(line)
	o.last[o.lines%kept] = line
	o.lines++
}

// String is the last lines, 20 at most.
func (o *Printout) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var b strings.Builder
	for i := max(0, o.lines-kept); i < o.lines; i++ {
		b.WriteString(o.last[i%kept] + "\n")
	}
	return b.String()
}
