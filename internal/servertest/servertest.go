// Package servertest starts a whole server on a loopback port and has people come to it over SSH,
// as verbs: a test reads as what somebody types and sees.
//
// Nothing here sleeps. What is to be seen is waited for; that something is not seen is told by
// what comes after it. A failure prints what went both ways.
package servertest

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/admin"
	"sshchat/internal/config"
	"sshchat/internal/password"
	"sshchat/internal/server"
)

// Patience is how long something is waited for. It bounds a test that fails; it is no measure of speed.
const Patience = 30 * time.Second

// Password is everybody's.
const Password = "correct horse battery"

// Server is a running server.
type Server struct {
	testing.TB
	Addr    string
	Dir     string
	Metrics string // where it tells its metrics; empty unless Start was told to
	Logged  *LogBuffer

	options server.Options
	stop    context.CancelCauseFunc
	serving sync.WaitGroup
	err     error

	sink sync.Once
}

// Start starts a server on a new folder, stopped when the test ends. Paces are off and hashes cheap unless
// change says otherwise.
func Start(t testing.TB, change ...func(*server.Options)) *Server {
	t.Helper()
	s := &Server{TB: t, Dir: filepath.Join(t.TempDir(), "data"), Logged: &LogBuffer{}}
	s.options = server.Options{
		Config:   config.Default(),
		Version:  "test",
		Log:      slog.New(slog.NewTextHandler(s.Logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Password: password.Params{Memory: 64, Time: 1, Threads: 1},
	}
	c := &s.options.Config
	c.Server.Listen = "127.0.0.1:0"
	c.Server.Data = s.Dir
	c.Limits.MessageRate, c.Limits.BroadcastRate = 0, 0
	c.Limits.SignupsPerAddress, c.Limits.StartupsPerAddress = 0, 0
	for _, f := range change {
		f(&s.options)
	}
	s.start()
	t.Cleanup(s.Stop)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.Logged)
		}
	})
	return s
}

func (s *Server) start() {
	s.Helper()
	srv, err := server.New(s.Context(), s.options)
	if err != nil {
		s.Fatal(err)
	}
	// A restart comes back where people look for it.
	s.Addr = srv.Started().Addr.String()
	s.options.Config.Server.Listen = s.Addr
	if at := srv.Started().Metrics; at != nil {
		s.Metrics = at.String()
	}
	ctx, stop := context.WithCancelCause(context.Background())
	s.stop = stop
	s.serving.Go(func() { s.err = srv.Serve(ctx) })
}

// Stop stops the server in order, as SIGTERM does, and waits for its end.
func (s *Server) Stop() {
	s.Helper()
	s.stop(nil)
	s.Ends()
}

// Restart stops the server and starts it again on the same folder and address.
func (s *Server) Restart() {
	s.Helper()
	s.Stop()
	s.start()
}

// Ends waits for the end of a server that stops by itself, in order. Restart starts it again.
func (s *Server) Ends() {
	s.Helper()
	s.serving.Wait()
	if s.err != nil {
		s.Errorf("the server ended with %v", s.err)
		s.err = nil
	}
}

// Console does a command of the console, and returns its exit code and what it shows, of the errors as well.
func (s *Server) Console(args ...string) (exit int, shown string) {
	s.Helper()
	var out bytes.Buffer
	exit = admin.Console{Data: s.Dir, In: strings.NewReader(""), Out: &out, Err: &out}.Run(s.Context(), args)
	return exit, out.String()
}

// Dial makes an SSH connection, through d if that is given.
func (s *Server) Dial(user string) *gossh.Client {
	s.Helper()
	return s.DialTo(s.Addr, user)
}

// DialTo is Dial by way of another address: that of a proxy.
func (s *Server) DialTo(addr, user string) *gossh.Client {
	s.Helper()
	client, err := s.TryDial(addr, user)
	if err != nil {
		s.Fatalf("ssh %s: %v", addr, err)
	}
	s.Cleanup(func() { client.Close() })
	return client
}

// TryDial is DialTo that may fail.
func (s *Server) TryDial(addr, user string) (*gossh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, Patience)
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := gossh.NewClientConn(conn, addr, &gossh.ClientConfig{
		User:            user,
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth:            []gossh.AuthMethod{gossh.KeyboardInteractive(noQuestions)},
		Timeout:         Patience,
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return gossh.NewClient(c, chans, reqs), nil
}

func noQuestions(_, _ string, questions []string, _ []bool) ([]string, error) {
	return make([]string, len(questions)), nil
}

// LogBuffer keeps what a server logs.
type LogBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *LogBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *LogBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text)
}
