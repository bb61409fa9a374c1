package bare_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"sshchat/internal/loadtest/bare"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// both runs a test with the loop that stores nothing and with the one that stores.
func both(t *testing.T, test func(t *testing.T, file string)) {
	t.Run("bare", func(t *testing.T) { test(t, "") })
	t.Run("SQLite", func(t *testing.T) { test(t, newFile(t)) })
}

func newFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "a ?#%41 b") // nothing in a path is taken for a parameter
}

func TestEveryoneGetsEveryLineInOneOrder(t *testing.T) { both(t, everyoneGetsEveryLineInOneOrder) }

func everyoneGetsEveryLineInOneOrder(t *testing.T, file string) {
	addr := serve(t, file)
	alice, bob := join(t, addr, "alice", false), join(t, addr, "bob", false)
	const each = 50
	var typing sync.WaitGroup
	for _, m := range []*member{alice, bob} {
		typing.Go(func() {
			for i := range each {
				m.types(fmt.Sprint(m.name, i, "\n"))
			}
		})
	}
	typing.Wait()
	for range 2 * each {
		a, b := alice.line(), bob.line()
		if body(a) != body(b) {
			t.Fatalf("alice sees %q where bob sees %q", a, b)
		}
	}
}

func TestALineLooksAsSSHChatShowsIt(t *testing.T) { both(t, aLineLooksAsSSHChatShowsIt) }

func aLineLooksAsSSHChatShowsIt(t *testing.T, file string) {
	addr := serve(t, file)
	alice, bob, carol := join(t, addr, "alice", false), join(t, addr, "bob", false), join(t, addr, "carol", true)
	alice.types("the printer works\n")
	for m, want := range map[*member]string{
		alice: "you → all  the printer works\n",
		bob:   "alice → all  the printer works\n",
		carol: "alice → all  the printer works\r\n", // a terminal
	} {
		line := m.line()
		if _, err := time.Parse("15:04 ", line[:6]); err != nil || line[6:] != want {
			t.Errorf("%s sees %q, want the time and %q", m.name, line, want)
		}
	}
}

func TestWhoHasLeftHoldsUpNobody(t *testing.T) { both(t, whoHasLeftHoldsUpNobody) }

func whoHasLeftHoldsUpNobody(t *testing.T, file string) {
	addr := serve(t, file)
	alice, bob := join(t, addr, "alice", false), join(t, addr, "bob", false)
	bob.client.Close()
	const more = 400 // than one session's queue holds
	for i := range more {
		alice.types(fmt.Sprintln(i))
		alice.line()
	}
}

func TestAMessageGoesToOneAndComesBack(t *testing.T) { both(t, aMessageGoesToOneAndComesBack) }

func aMessageGoesToOneAndComesBack(t *testing.T, file string) {
	addr := serve(t, file)
	alice, bob, carol := join(t, addr, "alice", false), join(t, addr, "bob", false), join(t, addr, "carol", false)
	alice.types("message nobody hello\nmessage bob hello bob\nto all of us\n")
	for _, c := range []struct {
		sees *member
		want string
	}{{bob, "alice → you  hello bob\n"}, {alice, "you → bob  hello bob\n"}, {carol, "alice → all  to all of us\n"}} {
		if line := c.sees.line(); !strings.HasSuffix(line, " "+c.want) {
			t.Errorf("%s sees %q, not %q", c.sees.name, line, c.want)
		}
	}
}

func TestStopEndsSessions(t *testing.T) { both(t, stopEndsSessions) }

func stopEndsSessions(t *testing.T, file string) {
	ctx, stop := context.WithCancel(t.Context())
	l := listen(t)
	done := make(chan error, 1)
	go func() { done <- bare.Serve(ctx, l, file) }()
	alice := join(t, l.Addr().String(), "alice", false)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := alice.screen.ReadString('\n'); err == nil {
		t.Error("the session goes on")
	}
}

// TestAStopBeforeTheStart: gliderlabs forgets a Close that comes before its Serve.
func TestAStopBeforeTheStart(t *testing.T) { both(t, aStopBeforeTheStart) }

func aStopBeforeTheStart(t *testing.T, file string) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := bare.Serve(ctx, listen(t), file); err != nil {
		t.Error(err)
	}
}

func TestAListenerThatFailsIsAnError(t *testing.T) { both(t, aListenerThatFailsIsAnError) }

func aListenerThatFailsIsAnError(t *testing.T, file string) {
	l := listen(t)
	l.Close()
	if err := bare.Serve(t.Context(), l, file); err == nil {
		t.Error("no error")
	}
}

func TestAFileThatCannotBeOpenedIsAnError(t *testing.T) {
	l, file := listen(t), filepath.Join(t.TempDir(), "missing", "file")
	if err := bare.Serve(t.Context(), l, file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("the error is %v", err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("it still listens")
	}
}

func TestALineThatSomebodyHasIsInTheFile(t *testing.T) {
	file := newFile(t)
	addr := serve(t, file)
	alice, bob := join(t, addr, "alice", false), join(t, addr, "bob", false)
	db := open(t, file)
	for i, typed := range []string{"the printer works", "message bob hello"} {
		alice.types(typed + "\n")
		bob.line()
		var body string
		err := db.QueryRow(`SELECT body FROM lines WHERE id = $1 AND sender = 'alice'`, i+1).Scan(&body)
		if err != nil || body != typed {
			t.Errorf("%q is stored as %q, %v", typed, body, err)
		}
	}
}

func TestALineThatCannotBeStoredIsShownToNobody(t *testing.T) {
	file, l := newFile(t), listen(t)
	done := make(chan error, 1)
	go func() { done <- bare.Serve(t.Context(), l, file) }()
	addr := l.Addr().String()
	alice, bob := join(t, addr, "alice", false), join(t, addr, "bob", false)
	_, err := open(t, file).Exec(`CREATE TRIGGER full BEFORE INSERT ON lines BEGIN SELECT RAISE(ABORT, 'no room'); END`)
	if err != nil {
		t.Fatal(err)
	}
	alice.types("the printer works\n")
	if err := <-done; err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("the error is %v", err)
	}
	for _, m := range []*member{alice, bob} {
		if line, err := m.screen.ReadString('\n'); err == nil {
			t.Errorf("%s sees %q", m.name, line)
		}
	}
}

// open looks into the file beside the loop.
func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file}).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// serve serves the loop until the test ends.
func serve(t *testing.T, file string) (addr string) {
	t.Helper()
	l := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bare.Serve(ctx, l, file) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

type member struct {
	testing.TB
	name   string
	client *ssh.Client
	keys   io.Writer
	screen *bufio.Reader
}

// join connects, without any way to authenticate but to be let in, and waits for the greeting.
func join(t *testing.T, addr, name string, pty bool) *member {
	t.Helper()
	client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{
		User: name, HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		Auth: []ssh.AuthMethod{ssh.KeyboardInteractive(
			func(_, _ string, questions []string, _ []bool) ([]string, error) {
				if len(questions) > 0 {
					t.Errorf("it asks %q", questions)
				}
				return nil, nil
			})},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	m := &member{TB: t, name: name, client: client}
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if pty {
		if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
	}
	screen, err := session.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	m.screen = bufio.NewReader(screen)
	if m.keys, err = session.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	m.line()
	return m
}

func (m *member) types(s string) {
	if _, err := io.WriteString(m.keys, s); err != nil {
		m.Errorf("%s types: %v", m.name, err)
	}
}

func (m *member) line() string {
	m.Helper()
	s, err := m.screen.ReadString('\n')
	if err != nil {
		m.Fatalf("%s sees %q, then %v", m.name, s, err)
	}
	return s
}

// body is a line without its time and sender, which differ by viewer.
func body(line string) string { return line[len(line)-9:] }
