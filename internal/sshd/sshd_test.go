package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of a test for something that should come at once. In a bubble of synctest
// time costs nothing, and a test may wait for days.
func patience() time.Duration {
	if time.Now().Year() == 2000 {
		return 1000 * time.Hour
	}
	return 20 * time.Second
}

var errStop = errors.New("shutting down")

// A testServer is a Server on a loopback address.
type testServer struct {
	*Server
	t    testing.TB
	addr string
	log  *logBook
	stop func() // stops the server and waits for it; may be called again
}

// newKey makes an ed25519 key from a seed byte.
func newKey(seed byte) gossh.Signer {
	key, err := gossh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		panic(err)
	}
	return key
}

// start serves until the test ends, and then checks that no goroutine is left. The handler echoes, see
// echo; change may set fields.
func start(t testing.TB, change func(*Server)) *testServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, l, change)
}

func serveOn(t testing.TB, l net.Listener, change func(*Server)) *testServer {
	t.Helper()
	before := goleak.IgnoreCurrent()
	log := &logBook{}
	s := &testServer{Server: &Server{HostKeys: []gossh.Signer{newKey('h')}, Handler: echo,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, t: t, log: log}
	if change != nil {
		change(s.Server)
	}
	s.addr = l.Addr().String()
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	s.stop = sync.OnceFunc(func() {
		cancel(errStop)
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(patience()):
			t.Errorf("Serve did not return; goroutines:\n%s", stacks())
		}
	})
	t.Cleanup(func() {
		s.stop()
		goleak.VerifyNone(t, before)
		if t.Failed() {
			t.Logf("the server's log:\n%s", log)
		}
	})
	return s
}

func stacks() string {
	b := make([]byte, 1<<20)
	return string(b[:runtime.Stack(b, true)])
}

// notices receives a value when there is something to look at, and one to begin with.
func notices(ch *Channel) <-chan struct{} {
	noticed := make(chan struct{}, 1)
	ch.Notify(func() {
		select {
		case noticed <- struct{}{}:
		default:
		}
	})
	return noticed
}

// echo answers each line that is typed with the same line, until the input ends or its context does:
// then it says why.
func echo(ctx context.Context, ch *Channel) {
	noticed := notices(ch)
	for {
		select {
		case <-noticed:
			p, eof := ch.Peek()
			if n := bytes.LastIndexByte(p, '\n') + 1; n > 0 {
				ch.Write(p[:n])
				ch.Discard(n)
			}
			if eof {
				return
			}
		case <-ctx.Done():
			ch.Write([]byte("bye: " + context.Cause(ctx).Error() + "\n"))
			return
		}
	}
}

// A logBook keeps what a server logs.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// dial connects and authenticates as a client without a key does.
func (s *testServer) dial(auth ...gossh.AuthMethod) *gossh.Client {
	s.t.Helper()
	c, err := s.tryDial(auth...)
	if err != nil {
		s.t.Fatalf("dial: %v", err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

func (s *testServer) tryDial(auth ...gossh.AuthMethod) (*gossh.Client, error) {
	if auth == nil {
		auth = []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)}
	}
	return gossh.Dial("tcp", s.addr, &gossh.ClientConfig{User: "ann", Auth: auth, Timeout: patience(),
		HostKeyCallback: gossh.FixedHostKey(s.HostKeys[0].PublicKey())})
}

// A person is a shell session and what it shows.
type person struct {
	t    testing.TB
	sess *gossh.Session
	in   io.WriteCloser
	out  io.Reader
	err  io.Reader
}

// shell opens a session on c and starts a shell on it.
func (s *testServer) shell(c *gossh.Client) *person {
	s.t.Helper()
	p := s.open(c)
	if err := p.sess.Shell(); err != nil {
		s.t.Fatalf("shell: %v", err)
	}
	return p
}

func (s *testServer) open(c *gossh.Client) *person {
	s.t.Helper()
	sess, err := c.NewSession()
	if err != nil {
		s.t.Fatalf("session: %v", err)
	}
	p := &person{t: s.t, sess: sess}
	p.in, _ = sess.StdinPipe()
	p.out, _ = sess.StdoutPipe()
	p.err, _ = sess.StderrPipe()
	return p
}

// says types a line.
func (p *person) says(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		p.t.Fatalf("type %q: %v", line, err)
	}
}

// sees reads until text has come.
func (p *person) sees(text string) {
	p.t.Helper()
	if got, ok := readUntil(p.out, text); !ok {
		p.t.Fatalf("want to see %q, saw %q", text, got)
	}
}

// readUntil reads until text has come, the stream ends, or patience does.
func readUntil(r io.Reader, text string) (string, bool) {
	result := make(chan string, 1)
	go func() {
		var got []byte
		b := make([]byte, 1)
		for !bytes.HasSuffix(got, []byte(text)) {
			if _, err := r.Read(b); err != nil {
				break
			}
			got = append(got, b[0])
		}
		result <- string(got)
	}()
	select {
	case got := <-result:
		return got, strings.HasSuffix(got, text)
	case <-time.After(patience()):
		return "(nothing more)", false
	}
}

// ends waits for the end of the session and returns what Wait says.
func (p *person) ends() error {
	p.t.Helper()
	io.Copy(io.Discard, p.out)
	return within(p.t, "the session's end", p.sess.Wait)
}

// within calls f, which must return soon.
func within(t testing.TB, what string, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience()):
		t.Fatalf("no end of waiting for %s; goroutines:\n%s", what, stacks())
		return nil
	}
}

// lives checks that others can still chat.
func (s *testServer) lives() {
	s.t.Helper()
	c := s.dial()
	defer c.Close()
	p := s.shell(c)
	p.says("still here")
	p.sees("still here")
	p.in.Close()
	if err := p.ends(); err != nil {
		s.t.Errorf("session ended with %v", err)
	}
}

func containsAll(s string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(s, part) {
			return false
		}
	}
	return true
}

// eventually waits until is holds. It looks again and again: for what cannot be waited for otherwise.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience()); !is(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
