//go:build unix

package attack

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// secret is the password of every account.
const secret = "correct horse battery"

// home is the address of those who attack nobody.
const home = "127.0.0.1"

// plenty is a window that nobody fills.
const plenty = 1<<31 - 1

// A client speaks SSH packet by packet, as no ssh in order would: any packet at any time, and it reads only
// when it is told to.
type client struct {
	net.Conn
	keys
	name   string // of the user, as ssh gives it; "" is fine
	r      *bufio.Reader
	id     uint32 // the server's number of the session channel
	enter  string
	unseen []byte // what came on the session channel and was not looked at yet
}

// speak connects from an address and exchanges versions.
func (f *field) speak(from string) (*client, error) {
	conn, err := f.dial(from)
	if err != nil {
		return nil, err
	}
	c := newClient(conn)
	return c, c.greet("SSH-2.0-attack")
}

func newClient(conn net.Conn) *client {
	return &client{Conn: conn, r: bufio.NewReader(conn), enter: "\n"}
}

// greet exchanges versions.
func (c *client) greet(version string) error {
	c.SetDeadline(time.Now().Add(patience))
	c.ourVersion = version
	if _, err := io.WriteString(c, version+"\r\n"); err != nil {
		return err
	}
	line, err := c.r.ReadString('\n')
	if err != nil {
		return fmt.Errorf("the server's version: %w", err)
	}
	c.theirVersion = strings.TrimRight(line, "\r\n")
	return nil
}

// enters is speak, then the key exchange and authentication.
func (f *field) enters(from string) (*client, error) {
	c, err := f.speak(from)
	if err != nil {
		return nil, err
	}
	if err := c.exchange(); err != nil {
		return c, err
	}
	return c, c.authenticate()
}

func (c *client) authenticate() error {
	if err := c.requestService(); err != nil {
		return err
	}
	if err := c.send(authRequest(c.name, "keyboard-interactive", str(""), str(""))); err != nil {
		return err
	}
	_, err := c.expect(msgAuthSuccess)
	return err
}

func (c *client) requestService() error {
	if err := c.send(serviceRequest()); err != nil {
		return err
	}
	_, err := c.expect(msgServiceAccept)
	return err
}

// visit is enters, then a shell: at a terminal of that kind, or without one.
func (f *field) visit(from, terminal string, window uint32) (*client, error) {
	c, err := f.enters(from)
	if err != nil {
		return c, err
	}
	return c, errors.Join(c.open(window), c.shell(terminal))
}

// open opens the session channel.
func (c *client) open(window uint32) error {
	if err := c.send(channelOpen(0, window)); err != nil {
		return err
	}
	p, err := c.expect(msgChannelConfirm)
	if err == nil {
		c.id = binary.BigEndian.Uint32(p[5:])
	}
	return err
}

func (c *client) shell(terminal string) error {
	if terminal != "" {
		c.enter = "\r"
		if err := c.request("pty-req", str(terminal), u32(80), u32(24), u32(0), u32(0), str("")); err != nil {
			return err
		}
	}
	return c.request("shell")
}

// request sends a channel request and waits until it is granted.
func (c *client) request(kind string, rest ...[]byte) error {
	if err := c.send(channelRequest(c.id, kind, true, rest...)); err != nil {
		return err
	}
	_, err := c.expect(msgChannelSuccess)
	return err
}

// signUp makes an account on a new connection and stays logged in.
func (f *field) signUp(from, name string) (*client, error) {
	c, err := f.visit(from, "", plenty)
	if err != nil {
		return c, err
	}
	c.name = name
	for said := ""; said != "Welcome" && err == nil; {
		said, err = c.says([]string{"signup " + name, secret, secret}, "Welcome", saysBusy)
	}
	return c, err
}

// types types lines, each with its Enter.
func (c *client) types(lines ...string) error {
	var packets [][]byte
	for part := range slices.Chunk([]byte(strings.Join(lines, c.enter)+c.enter), 16<<10) {
		packets = append(packets, channelData(c.id, string(part)))
	}
	return c.send(packets...)
}

// says types lines and waits for one of the answers, which it returns.
func (c *client) says(lines []string, answers ...string) (string, error) {
	if err := c.types(lines...); err != nil {
		return "", err
	}
	return c.sees(answers...)
}

// hears types lines and returns all that comes up to and with an answer.
func (c *client) hears(lines []string, answer string) (string, error) {
	if err := c.types(lines...); err != nil {
		return "", err
	}
	c.SetDeadline(time.Now().Add(patience))
	for !bytes.Contains(c.unseen, []byte(answer)) {
		if _, err := c.expect(msgChannelData); err != nil {
			return "", fmt.Errorf("%q did not come (%w) but %q", answer, err, tail(string(c.unseen), 500))
		}
	}
	said := string(c.unseen)
	c.unseen = nil
	return said, nil
}

// sees reads until one of the texts has come after what was seen before, and tells which.
func (c *client) sees(texts ...string) (string, error) {
	c.SetDeadline(time.Now().Add(patience))
	for {
		if text := c.find(texts); text != "" {
			return text, nil
		}
		if _, err := c.expect(msgChannelData); err != nil {
			return "", fmt.Errorf("%q did not come (%w) but %q", texts, err, tail(string(c.unseen), 500))
		}
	}
}

func (c *client) find(texts []string) (found string) {
	first := len(c.unseen)
	for _, text := range texts {
		if i := bytes.Index(c.unseen, []byte(text)); i >= 0 && i < first {
			first, found = i, text
		}
	}
	if found != "" {
		c.unseen = c.unseen[first+len(found):]
	}
	return found
}

// expect reads until a message of that kind comes.
func (c *client) expect(kind byte) ([]byte, error) {
	for {
		p, err := c.read()
		if err != nil {
			return nil, fmt.Errorf("waiting for message %d: %w", kind, err)
		}
		switch p[0] {
		case msgChannelData:
			c.unseen = append(c.unseen[max(0, len(c.unseen)-1<<20):], p[9:]...)
		case msgGlobalRequest: // a sign of life is asked for
			if err := c.send([]byte{msgGlobalFailure}); err != nil {
				return nil, err
			}
		case msgDisconnect:
			if kind != msgDisconnect {
				return nil, fmt.Errorf("waiting for message %d: disconnected: %q", kind, p[9:])
			}
		}
		if p[0] == kind {
			return p, nil
		}
	}
}

// send sends payloads, each as a packet, in one write.
func (c *client) send(payloads ...[]byte) error {
	_, err := c.Write(c.pack(payloads...))
	return err
}

// pack makes packets of payloads, encrypted once keys are in use (RFC 4253 section 6).
func (c *client) pack(payloads ...[]byte) (all []byte) {
	const block = 16
	for _, payload := range payloads {
		head := 4 // the length counts towards a block only where nothing is encrypted
		if c.out != nil {
			head = 0
		}
		padding := block - (head+1+len(payload))%block
		if padding < 4 {
			padding += block
		}
		length := u32(uint32(1 + len(payload) + padding))
		body := join([]byte{byte(padding)}, payload, make([]byte, padding))
		if c.out != nil {
			body = c.out.seal(body, length)
		}
		all = append(append(all, length...), body...)
	}
	return all
}

// read returns the payload of the next packet.
func (c *client) read() ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(c.r, head); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head)
	if n < 5 || n > 300<<10 {
		return nil, fmt.Errorf("a packet of %d bytes", n)
	}
	if c.in != nil {
		n += gcmTag
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.r, body); err != nil {
		return nil, err
	}
	if c.in != nil {
		var err error
		if body, err = c.in.open(body, head); err != nil {
			return nil, err
		}
	}
	if int(body[0])+1 >= len(body) {
		return nil, errors.New("a packet of nothing but padding")
	}
	return body[1 : len(body)-int(body[0])], nil
}
