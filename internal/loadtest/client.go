package loadtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// patience is how long anything may take that is waited for: far more than a loaded machine needs.
const patience = 60 * time.Second

// secret is the password of every account.
const secret = "correct horse battery"

// A client is one SSH session of the generator: somebody at an ssh of their own.
type client struct {
	name    string
	conn    *ssh.Client
	session *ssh.Session
	keys    io.WriteCloser
	screen  io.Reader
	enter   string // what the key sends
	forget  func() bool
	reading sync.WaitGroup
}

// dial connects as name and starts a shell, on a terminal if pty says so. The end of ctx cuts the
// connection at any time.
func dial(ctx context.Context, addr, name string, pty bool) (_ *client, err error) {
	d := net.Dialer{Timeout: patience}
	raw, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{name: name, enter: "\n", forget: context.AfterFunc(ctx, func() { raw.Close() })}
	defer func() {
		if err != nil {
			raw.Close()
			c.forget()
		}
	}()
	slow := time.AfterFunc(patience, func() { raw.Close() })
	defer slow.Stop()
	conn, channels, requests, err := ssh.NewClientConn(raw, addr, clientConfig(name))
	if err != nil {
		return nil, err
	}
	c.conn = ssh.NewClient(conn, channels, requests)
	return c, c.shell(pty)
}

// clientConfig has the cipher that OpenSSH takes where the server leaves it the choice.
func clientConfig(name string) *ssh.ClientConfig {
	answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
		return make([]string, len(questions)), nil
	}
	return &ssh.ClientConfig{
		Config:          ssh.Config{Ciphers: []string{ssh.CipherChaCha20Poly1305}},
		User:            name,
		Auth:            []ssh.AuthMethod{ssh.KeyboardInteractive(answer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the key is made for this run, on loopback
	}
}

func (c *client) shell(pty bool) (err error) {
	if c.session, err = c.conn.NewSession(); err != nil {
		return err
	}
	if pty {
		c.enter = "\r"
		if err := c.session.RequestPty("xterm-256color", 24, 80, ssh.TerminalModes{}); err != nil {
			return err
		}
	}
	if c.keys, err = c.session.StdinPipe(); err != nil {
		return err
	}
	if c.screen, err = c.session.StdoutPipe(); err != nil {
		return err
	}
	return c.session.Shell()
}

// types types a line, with its Enter.
func (c *client) types(line string) error {
	_, err := io.WriteString(c.keys, line+c.enter)
	return err
}

// A step of a dialogue is what is waited for, then what is typed; either may be empty.
type step struct{ sees, types string }

// converse has a dialogue with the server.
func (c *client) converse(script []step) error {
	slow := time.AfterFunc(patience, func() { c.conn.Close() })
	defer slow.Stop()
	for _, s := range script {
		if s.sees != "" {
			if err := c.sees(s.sees); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
		if s.types != "" {
			if err := c.types(s.types); err != nil {
				return fmt.Errorf("%s types: %w", c.name, err)
			}
		}
	}
	return nil
}

// sees reads until words come. What follows them in the same packet is dropped.
func (c *client) sees(words string) error {
	var seen []byte
	buf := make([]byte, 1024)
	for {
		n, err := c.screen.Read(buf)
		seen = append(seen, buf[:n]...)
		if bytes.Contains(seen, []byte(words)) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%q did not come (%w) after %q", words, err, tail(seen, 300))
		}
		seen = tail(seen, 4096)
	}
}

func tail(p []byte, n int) []byte { return p[max(0, len(p)-n):] }

// watch has the board see, from now on, what comes to the screen.
func (c *client) watch(b *board) {
	c.reading.Go(func() {
		buf := make([]byte, 4096)
		for next := 0; ; {
			n, err := c.screen.Read(buf)
			next = b.sees(buf[:n], next)
			if err != nil {
				b.fail(fmt.Errorf("the session of %s ended: %w", c.name, err))
				return
			}
		}
	})
}

// leave ends the input, which logs out, and waits for the server's goodbye. It is for a client that
// does not watch.
func (c *client) leave() error {
	defer c.close()
	slow := time.AfterFunc(patience, func() { c.conn.Close() })
	defer slow.Stop()
	if err := c.keys.Close(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, c.screen)
	return err
}

// close cuts the connection.
func (c *client) close() {
	c.forget()
	c.conn.Close()
	c.reading.Wait()
}

// text is line i of a sender: one row of a terminal with the head before it, and the mark once.
func text(i int) string {
	return fmt.Sprintf("the printer on the third floor works again %06d%c", i, mark)
}

// mostNames is how many names there are.
const mostNames = 8 * 8 * 8 * 8 * 8

// names are n names for accounts, all of one length and no two alike: no letter of theirs looks like
// another.
func names(n int) []string {
	const letters = "abdefhkp"
	list := make([]string, n)
	for i := range list {
		var name strings.Builder
		name.WriteString("load")
		for digit := mostNames / 8; digit > 0; digit /= 8 {
			name.WriteByte(letters[i/digit%8])
		}
		list[i] = name.String()
	}
	return list
}
