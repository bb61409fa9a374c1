package main

import (
	"context"
	"io"
	"net"

	"golang.org/x/crypto/ssh"
)

// person is somebody at a terminal that is connected to the server.
type person struct {
	screen *terminal
	client *ssh.Client
	in     io.WriteCloser
	gone   chan struct{} // closed when the session has ended and all that came is on the screen
}

// connect opens a session in a terminal, which shows command as what was typed for that.
func connect(ctx context.Context, addr, name, command string) (_ *person, err error) {
	p := &person{screen: newTerminal(command), gone: make(chan struct{})}
	if p.client, err = dial(ctx, addr, name); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.client.Close()
		}
	}()
	session, err := p.client.NewSession()
	if err != nil {
		return nil, err
	}
	if err := p.start(session); err != nil {
		return nil, err
	}
	go func() { session.Wait(); close(p.gone) }() // close waits for it
	return p, nil
}

// dial connects as ssh does. An end of ctx ends what it waits for.
func dial(ctx context.Context, addr, name string) (*ssh.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, channels, requests, err := ssh.NewClientConn(conn, addr, &ssh.ClientConfig{
		User:            name,
		Auth:            []ssh.AuthMethod{ssh.KeyboardInteractive(noQuestions)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the key is made for this picture, on loopback
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

func noQuestions(_, _ string, questions []string, _ []bool) ([]string, error) {
	return make([]string, len(questions)), nil
}

func (p *person) start(session *ssh.Session) (err error) {
	if p.in, err = session.StdinPipe(); err != nil {
		return err
	}
	session.Stdout, session.Stderr = p.screen, p.screen
	if err := session.Setenv("TZ", "UTC"); err != nil {
		return err
	}
	if err := session.RequestPty("xterm-256color", height, columns, nil); err != nil {
		return err
	}
	return session.Shell()
}

func (p *person) keys(keys string) error {
	_, err := io.WriteString(p.in, keys)
	return err
}

// close ends the connection, in order or not, and waits for its end.
func (p *person) close() {
	p.client.Close()
	<-p.gone
}
