package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// callWait bounds a verb that does not say how long it takes. The longest waits on the server are the 2 s for a session
// that is ended and a disk that is busy.
const callWait = 30 * time.Second

// client speaks to the server on a data folder.
type client struct {
	dir  string
	http *http.Client
	open opener // see Console.Alone
	bare opener // see Console.Bare
	note func() // called before a verb is done without a server
}

// An opener makes a Server where none runs, until release.
type opener func(context.Context) (_ *Server, release func(), _ error)

// newClient makes a client that connects for each call: at a prompt, the server may be another one by the next.
func newClient(dir string) *client {
	c := &client{dir: dir}
	c.http = &http.Client{Transport: &http.Transport{DialContext: c.dial, DisableKeepAlives: true, ResponseHeaderTimeout: callWait}}
	return c
}

// dialError tells what kept the client from the socket from what happened afterwards.
type dialError struct{ error }

func (c *client) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	path, release, err := reach(c.dir, socketName)
	if err != nil {
		return nil, dialError{err}
	}
	defer release()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, dialError{err}
	}
	return conn, nil
}

// call asks the server for a verb and returns the body of its answer; without a server, those that can do without are
// done here. The error is a *problem.
func (c *client) call(ctx context.Context, v *verb, p Params) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, v.patience())
	defer cancel()
	body, err := c.send(ctx, c.http, v, p)
	if open := c.opener(v); open != nil && nobodyServes(err) {
		c.note()
		body, err = c.alone(ctx, open, v, p)
	}
	if err != nil && isInterrupted(ctx) {
		return nil, interrupted(v)
	}
	return body, err
}

// opener is what v needs where no server runs; nil: it cannot be done there.
func (c *client) opener(v *verb) opener {
	switch {
	case v.bare:
		return c.bare
	case v.alone:
		return c.open
	}
	return nil
}

// nobodyServes reports whether err is that no server has the socket.
func nobodyServes(err error) bool {
	p, ok := errors.AsType[*problem](err)
	return ok && p.Reason == reasonNoServer
}

func (c *client) send(ctx context.Context, way *http.Client, v *verb, p Params) ([]byte, error) {
	r, err := v.request(ctx, p)
	if err != nil {
		return nil, noSense(err)
	}
	answer, err := way.Do(r)
	if err != nil {
		return nil, c.unanswered(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, failure(answer)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, noAnswer(err)
	}
	return body, nil
}

// failure is what an answer says that is no 200.
func failure(answer *http.Response) *problem {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return noAnswer(err)
	}
	var e wireError
	if err := json.Unmarshal(body, &e); err != nil || e.Error.Text == "" {
		return noSense(fmt.Errorf("status %d", answer.StatusCode))
	}
	return &e.Error
}

// request puts a verb on the wire.
func (v *verb) request(ctx context.Context, p Params) (*http.Request, error) {
	// The host is a word for the header: the connection is the socket's.
	u := url.URL{Scheme: "http", Host: "sshchat", Path: v.path()}
	if !v.acts {
		q := url.Values{}
		for name, value := range p {
			q.Set(name, value)
		}
		u.RawQuery = q.Encode()
		return http.NewRequestWithContext(ctx, v.method(), u.String(), nil)
	}
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, v.method(), u.String(), bytes.NewReader(body))
	if err == nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, err
}

// unanswered words why there is no answer.
func (c *client) unanswered(err error) *problem {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // its text names a URL that nobody typed
	}
	dial, ok := errors.AsType[dialError](err)
	switch {
	case !ok:
		return noAnswer(err)
	case errors.Is(dial.error, fs.ErrPermission):
		return noEntry(c.dir)
	case errors.Is(dial.error, fs.ErrNotExist), errors.Is(dial.error, syscall.ECONNREFUSED):
		return noServer(c.dir)
	}
	return noReach(c.dir, dial.error)
}
