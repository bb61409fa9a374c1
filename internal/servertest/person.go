package servertest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Person is somebody at a session without a terminal: what they see are plain lines.
type Person struct {
	testing.TB
	Name    string
	Session *gossh.Session
	Client  *gossh.Client

	srv  *Server
	in   io.WriteCloser
	out  *transcript
	gone chan struct{} // closed when the connection has ended
}

// Visit connects as somebody who has not logged in.
func (s *Server) Visit(name string) *Person {
	s.Helper()
	return s.VisitTo(s.Addr, name)
}

// VisitTo is Visit by way of another address.
func (s *Server) VisitTo(addr, name string) *Person {
	s.Helper()
	return s.on(s.DialTo(addr, name), name)
}

func (s *Server) on(client *gossh.Client, name string) *Person {
	s.Helper()
	session, err := client.NewSession()
	if err != nil {
		s.Fatal(err)
	}
	p := &Person{TB: s.TB, Name: name, Session: session, Client: client, srv: s, out: newTranscript()}
	if p.in, err = session.StdinPipe(); err != nil {
		s.Fatal(err)
	}
	session.Stdout, session.Stderr = p.out, p.out
	if err := session.Shell(); err != nil {
		s.Fatal(err)
	}
	p.gone = make(chan struct{})
	go func() { client.Wait(); close(p.gone) }()
	return p
}

// SignUp makes an account and comes back logged in.
func (s *Server) SignUp(name string) *Person {
	s.Helper()
	p := s.Visit(name)
	p.Types("signup "+name, Password, Password)
	p.Sees("Welcome")
	return p
}

// Login logs in to an account made by SignUp; words stand before the name.
func (s *Server) Login(name string, words ...string) *Person {
	s.Helper()
	return s.LoginTo(s.Addr, name, words...)
}

// LoginTo is Login by way of another address.
func (s *Server) LoginTo(addr, name string, words ...string) *Person {
	s.Helper()
	p := s.VisitTo(addr, name)
	p.Types(strings.Join(append(append([]string{"login"}, words...), name), " "), Password)
	p.Sees("Welcome")
	return p
}

// Types types lines, each with its Enter.
func (p *Person) Types(lines ...string) {
	p.Helper()
	for _, line := range lines {
		p.out.typed(line)
		if _, err := io.WriteString(p.in, line+"\n"); err != nil {
			p.Fatalf("%s types %q: %v\n%s", p.Name, line, err, p.out)
		}
	}
}

// Hangs up the input: what has been typed is still done.
func (p *Person) EndsInput() {
	p.Helper()
	if err := p.in.Close(); err != nil {
		p.Fatal(err)
	}
}

// SeesOneOf waits for the first of the texts and returns it.
func (p *Person) SeesOneOf(texts ...string) string {
	p.Helper()
	seen, err := p.out.takeUnless(nil, texts...)
	if err != nil {
		p.Fatalf("%s sees none of %q: %v\n%s", p.Name, texts, err, p.out)
	}
	for _, text := range texts {
		if strings.HasSuffix(seen, text) {
			return text
		}
	}
	return ""
}

// Sees waits until all of the texts have come, in that order, after what was seen before.
func (p *Person) Sees(texts ...string) {
	p.Helper()
	for _, text := range texts {
		if err := p.out.wait(text); err != nil {
			p.Fatalf("%s does not see %q: %v\n%s", p.Name, text, err, p.out)
		}
	}
}

// SawNothingOf checks that text has not come since what was seen last, nor comes with anything that was
// sent before this call: a message of p's own, which comes back in the order of the log, tells.
func (p *Person) SawNothingOf(text string) {
	p.Helper()
	if seen := p.upToBarrier(); strings.Contains(seen, text) {
		p.Fatalf("%s saw %q\n%s", p.Name, text, p.out)
	}
}

// SeesOnly checks that since what was seen last nothing came but these lines, the time before each left out.
func (p *Person) SeesOnly(lines ...string) {
	p.Helper()
	var got []string
	for line := range strings.Lines(p.upToBarrier()) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > 6 && line[2] == ':' {
			got = append(got, line[6:])
		}
	}
	if strings.Join(got, "\n") != strings.Join(lines, "\n") {
		p.Fatalf("%s sees\n  %s\nwant\n  %s\n%s", p.Name, strings.Join(got, "\n  "), strings.Join(lines, "\n  "), p.out)
	}
}

var barriers atomic.Int64

func (p *Person) upToBarrier() string {
	p.Helper()
	p.srv.sink.Do(func() { p.srv.SignUp("barrier").Leaves() })
	mark := fmt.Sprintf("barrier-%d-", barriers.Add(1))
	p.Types("message barrier " + mark)
	seen, err := p.out.take(mark)
	if err != nil {
		p.Fatalf("%s: the barrier did not come: %v\n%s", p.Name, err, p.out)
	}
	return seen[:strings.LastIndex(seen, "\n")+1]
}

// Leaves logs out and waits for the server's goodbye.
func (p *Person) Leaves() {
	p.Helper()
	p.Types("logout")
	p.Ends()
}

// Ends waits for the end of the session and returns its exit status; -1 without one.
func (p *Person) Ends() int {
	p.Helper()
	done := make(chan error, 1)
	go func() { done <- p.Session.Wait() }()
	select {
	case err := <-done:
		return exitStatus(err)
	case <-time.After(Patience):
		p.Fatalf("the session of %s does not end\n%s", p.Name, p.out)
		return -1
	}
}

var errGone = errors.New("the connection has ended")

func exitStatus(err error) int {
	switch err := err.(type) {
	case nil:
		return 0
	case *gossh.ExitError:
		return err.ExitStatus()
	}
	return -1
}

// CutsLink ends the connection without a word.
func (p *Person) CutsLink() { p.Client.Close() }

// Transcript is all that went both ways.
func (p *Person) Transcript() string { return p.out.String() }

// Received is all that came from the server.
func (p *Person) Received() string {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	return p.out.came.String()
}

// transcript keeps what came, with what was typed in between, and lets one wait for text.
type transcript struct {
	mu     sync.Mutex
	came   strings.Builder
	both   strings.Builder
	seen   int           // how much of came was seen
	change chan struct{} // closed and replaced when something comes
}

func newTranscript() *transcript { return &transcript{change: make(chan struct{})} }

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.came.Write(p)
	t.both.Write(p)
	close(t.change)
	t.change = make(chan struct{})
	return len(p), nil
}

func (t *transcript) typed(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(&t.both, "«%s»\n", line)
}

func (t *transcript) wait(text string) error {
	_, err := t.take(text)
	return err
}

// take waits for text and returns what came since the last time, up to and with it.
func (t *transcript) take(text string) (string, error) { return t.takeUnless(nil, text) }

// takeUnless is take that gives up when gone is closed. It waits for the first of several texts.
func (t *transcript) takeUnless(gone <-chan struct{}, texts ...string) (string, error) {
	timeout := time.After(Patience)
	for {
		t.mu.Lock()
		rest := t.came.String()[t.seen:]
		end := endOfFirst(rest, texts)
		t.seen += max(end, 0)
		change := t.change
		t.mu.Unlock()
		if end >= 0 {
			return rest[:end], nil
		}
		select {
		case <-change:
		case <-gone:
			return "", errGone
		case <-timeout:
			return "", fmt.Errorf("not within %v", Patience)
		}
	}
}

// endOfFirst is where that one of the texts ends in s that begins first; -1 if none is there.
func endOfFirst(s string, texts []string) int {
	first, end := len(s), -1
	for _, text := range texts {
		if i := strings.Index(s, text); i >= 0 && i < first {
			first, end = i, i+len(text)
		}
	}
	return end
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.both.String()
}

// TypesIfThere is Types to a server that may be gone, and reports whether it was there.
func (p *Person) TypesIfThere(line string) bool {
	p.out.typed(line)
	_, err := io.WriteString(p.in, line+"\n")
	return err == nil
}

// SeesIfThere is Sees from a server that may go, and reports whether the text came before that.
func (p *Person) SeesIfThere(text string) bool {
	p.Helper()
	_, err := p.out.takeUnless(p.gone, text)
	return err == nil
}

// Gone waits until the connection has ended and all that came is in the transcript.
func (p *Person) Gone() {
	p.Helper()
	<-p.gone
	p.Session.Wait()
}

// ReadsAllThatWaits types more until nothing waits.
func (p *Person) ReadsAllThatWaits() {
	p.Helper()
	for range 1000 {
		end := fmt.Sprintf("zz%d", barriers.Add(1))
		p.Types("more", end)
		seen, err := p.out.take(end)
		if err != nil {
			p.Fatalf("%s: %v\n%s", p.Name, err, p.out)
		}
		if strings.Contains(seen, "no earlier lines wait") {
			return
		}
	}
	p.Fatalf("%s never comes to the end of what waits", p.Name)
}
