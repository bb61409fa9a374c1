package sshd

import "errors"

// Why a connection or a channel ended, or was refused. A handler finds them with context.Cause; the
// words are for the person at the other end.
var (
	ErrFull        = errors.New("the server is full")
	ErrAddressFull = errors.New("too many connections from your address")
	ErrSilent      = errors.New("closed to make room: too many connections wait to log in")
	ErrHandshake   = errors.New("the SSH handshake took too long")
	ErrNoSession   = errors.New("no session was started")
	ErrLoginGrace  = errors.New("you did not log in in time")
	ErrFlood       = errors.New("too much input at once")
	ErrTooSlow     = errors.New("your side did not take what was sent to it")
	ErrDead        = errors.New("the connection is dead")
	ErrGone        = errors.New("the connection was closed")
	ErrFault       = errors.New("something went wrong on the server; it has been logged")
)

// Why a connection ended before it was one of SSH; for the log.
var (
	errNoSSH     = errors.New("the client does not speak SSH")
	errHeader    = errors.New("a PROXY protocol header from an address that is not trusted with one")
	errNothing   = errors.New("the connection ended before its first byte")
	errNoHeader  = errors.New("no PROXY protocol header")
	errNoAddress = errors.New("the PROXY protocol header names no TCP address")
)

// What the operator can do about it.
const (
	hintHeader = "have the proxy send the PROXY protocol (haproxy: send-proxy-v2, nginx: proxy_protocol on), " +
		"or take its address out of server.proxy_from"
	hintProxy = "if it is a load balancer of yours, add its address to server.proxy_from"
)

// errRefused is for a channel too many; ssh shows the words.
var errRefused = errors.New("too many sessions on this connection")

// ErrQueueFull is returned by Write for bytes that do not fit whole into the output queue.
var ErrQueueFull = errors.New("output queue full")
