package sshd

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Messages that rawClient sends or looks for (RFC 4250 section 4.1).
const (
	msgIgnore         = 2
	msgDebug          = 4
	msgServiceRequest = 5
	msgServiceAccept  = 6
	msgExtInfo        = 7
	msgKexInit        = 20
	msgKexECDHInit    = 30
	msgKexECDHReply   = 31
	msgAuthRequest    = 50
	msgAuthSuccess    = 52
	msgAuthPubKeyOK   = 60
	msgGlobalRequest  = 80
	msgGlobalFailure  = 82
	msgChannelOpen    = 90
	msgChannelConfirm = 91
	msgChannelRefusal = 92
	msgWindowAdjust   = 93
	msgChannelData    = 94
	msgChannelStderr  = 95
	msgChannelEOF     = 96
	msgChannelClose   = 97
	msgChannelRequest = 98
	msgChannelSuccess = 99
	msgChannelFailure = 100
	msgPing           = 192
)

// A rawClient speaks SSH packet by packet, as no client in order would: any packet at any stage. It
// knows one key exchange (curve25519-sha256) and one cipher (aes128-gcm).
type rawClient struct {
	net.Conn
	t       testing.TB
	r       *bufio.Reader
	version string // the server's
	init    []byte // our KEXINIT
	theirs  []byte // the server's
	session []byte // the session id
	in, out *gcm   // nil before the first key exchange
	next    struct{ in, out *gcm }
}

const rawVersion = "SSH-2.0-raw"

// raw connects and exchanges versions.
func (s *testServer) raw() *rawClient {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return newRaw(s.t, conn)
}

func newRaw(t testing.TB, conn net.Conn) *rawClient {
	t.Helper()
	c := &rawClient{Conn: conn, t: t, r: bufio.NewReader(conn)}
	conn.SetDeadline(time.Now().Add(patience()))
	io.WriteString(conn, rawVersion+"\r\n")
	line, err := c.r.ReadString('\n')
	if err != nil {
		t.Fatalf("server's version: %v", err)
	}
	c.version = strings.TrimRight(line, "\r\n")
	return c
}

// keyed has run the first key exchange.
func (s *testServer) keyed() *rawClient {
	s.t.Helper()
	c := s.raw()
	c.exchange()
	return c
}

// authed is logged in as a client without a key is.
func (s *testServer) authed() *rawClient {
	s.t.Helper()
	c := s.keyed()
	c.login()
	return c
}

// opened has a channel with the given window, and returns the server's number of it.
func (s *testServer) opened(window uint32) (*rawClient, uint32) {
	s.t.Helper()
	c := s.authed()
	return c, c.open(window)
}

// exchange runs a key exchange, the first or a later one.
func (c *rawClient) exchange() {
	c.t.Helper()
	c.send(c.kexInit("curve25519-sha256"))
	c.finishExchange()
}

// finishExchange runs a key exchange of which our KEXINIT is out.
func (c *rawClient) finishExchange() {
	c.t.Helper()
	c.theirs = c.expect(msgKexInit)
	c.replyExchange()
	c.send([]byte{msgNewKeys})
	c.turnOut()
	c.expect(msgNewKeys)
	c.turnIn()
}

// replyExchange sends our half of the secret and makes the keys, which turnOut and turnIn put to use.
func (c *rawClient) replyExchange() {
	c.t.Helper()
	secret, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	ours := secret.PublicKey().Bytes()
	c.send(gossh.Marshal(struct {
		Key []byte `sshtype:"30"`
	}{ours}))
	var reply struct {
		HostKey, Key, Signature []byte `sshtype:"31"`
	}
	var typed struct {
		HostKey        []byte `sshtype:"31"`
		Key, Signature []byte
	}
	if err := gossh.Unmarshal(c.expect(msgKexECDHReply), &typed); err != nil {
		c.t.Fatal(err)
	}
	reply.HostKey, reply.Key = typed.HostKey, typed.Key
	theirs, err := ecdh.X25519().NewPublicKey(reply.Key)
	if err != nil {
		c.t.Fatal(err)
	}
	shared, err := secret.ECDH(theirs)
	if err != nil {
		c.t.Fatal(err)
	}
	k := gossh.Marshal(struct{ K *big.Int }{new(big.Int).SetBytes(shared)})
	hash := sha256.Sum256(append(gossh.Marshal(struct {
		ClientVersion, ServerVersion     string
		ClientInit, ServerInit           []byte
		HostKey, ClientKey, ServerPublic []byte
	}{rawVersion, c.version, c.init, c.theirs, reply.HostKey, ours, reply.Key}), k...))
	if c.session == nil {
		c.session = hash[:]
	}
	derive := func(tag byte, n int) []byte { // RFC 4253 section 7.2
		sum := sha256.Sum256(append(append(append(append([]byte{}, k...), hash[:]...), tag), c.session...))
		return sum[:n]
	}
	c.next.out = newGCM(derive('C', 16), derive('A', 12))
	c.next.in = newGCM(derive('D', 16), derive('B', 12))
}

func (c *rawClient) turnOut() { c.out = c.next.out }
func (c *rawClient) turnIn()  { c.in = c.next.in }

// kexInit is a KEXINIT that offers one key exchange. It becomes part of the next exchange's hash.
func (c *rawClient) kexInit(kex string) []byte {
	c.init = gossh.Marshal(struct {
		Cookie                       [16]byte `sshtype:"20"`
		Kex, HostKey                 string
		CipherOut, CipherIn          string
		MACOut, MACIn, ZipOut, ZipIn string
		LanguageOut, LanguageIn      string
		FirstKexFollows              bool
		Reserved                     uint32
	}{Kex: kex, HostKey: "ssh-ed25519", CipherOut: "aes128-gcm@openssh.com", CipherIn: "aes128-gcm@openssh.com",
		ZipOut: "none", ZipIn: "none"})
	return c.init
}

func (c *rawClient) login() {
	c.t.Helper()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	c.send(authRequest("keyboard-interactive", str(""), str("")))
	c.expect(msgAuthSuccess)
}

func (c *rawClient) open(window uint32) uint32 {
	c.t.Helper()
	c.send(channelOpen(0, window))
	p := c.expect(msgChannelConfirm)
	return binary.BigEndian.Uint32(p[5:])
}

// shell starts a shell on a channel.
func (c *rawClient) shell(id uint32) {
	c.t.Helper()
	c.send(channelRequest(id, "shell", true))
	c.expect(msgChannelSuccess)
}

func serviceRequest() []byte { return append([]byte{msgServiceRequest}, str("ssh-userauth")...) }

func authRequest(method string, rest ...[]byte) []byte {
	return join(append([][]byte{{msgAuthRequest}, str("ann"), str("ssh-connection"), str(method)}, rest...)...)
}

func channelOpen(id, window uint32) []byte {
	return join([]byte{msgChannelOpen}, str("session"), u32(id), u32(window), u32(32<<10))
}

func channelRequest(id uint32, kind string, reply bool, rest ...[]byte) []byte {
	want := []byte{0}
	if reply {
		want[0] = 1
	}
	return join(append([][]byte{{msgChannelRequest}, u32(id), str(kind), want}, rest...)...)
}

func channelData(id uint32, data string) []byte {
	return join([]byte{msgChannelData}, u32(id), str(data))
}

func globalRequest(kind string, reply bool) []byte {
	want := []byte{0}
	if reply {
		want[0] = 1
	}
	return join([]byte{msgGlobalRequest}, str(kind), want)
}

func str(s string) []byte { return append(u32(uint32(len(s))), s...) }

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// pack makes a packet of a payload, encrypted if a key exchange has been.
func (c *rawClient) pack(payload []byte) []byte {
	block := 16
	padding := block - (len(payload)+1)%block
	if c.out == nil {
		padding = block - (len(payload)+5)%block
	}
	if padding < 4 {
		padding += block
	}
	p := u32(uint32(1 + len(payload) + padding))
	body := join([]byte{byte(padding)}, payload, make([]byte, padding))
	if c.out != nil {
		body = c.out.seal(body, p)
	}
	return append(p, body...)
}

// send sends payloads, each as a packet, in one write.
func (c *rawClient) send(payloads ...[]byte) {
	c.t.Helper()
	if err := c.trySend(payloads...); err != nil {
		c.t.Fatalf("send: %v", err)
	}
}

func (c *rawClient) trySend(payloads ...[]byte) error {
	var all []byte
	for _, p := range payloads {
		all = append(all, c.pack(p)...)
	}
	_, err := c.Write(all)
	return err
}

// read returns the payload of the next packet.
func (c *rawClient) read() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > 300<<10 {
		return nil, fmt.Errorf("packet of %d bytes", n)
	}
	if c.in != nil {
		n += 16
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.r, body); err != nil {
		return nil, err
	}
	if c.in != nil {
		var err error
		if body, err = c.in.open(body, head[:]); err != nil {
			return nil, err
		}
	}
	return body[1 : len(body)-int(body[0])], nil
}

// expect reads until a message of that kind comes, and returns it.
func (c *rawClient) expect(kind byte) []byte {
	c.t.Helper()
	for {
		p, err := c.read()
		if err != nil {
			c.t.Fatalf("waiting for message %d: %v", kind, err)
		}
		if p[0] == kind {
			return p
		}
		if p[0] == msgDisconnect {
			c.t.Fatalf("waiting for message %d: disconnected: %q", kind, p)
		}
	}
}

// closes reads until the server has hung up.
func (c *rawClient) closes() {
	c.t.Helper()
	c.SetDeadline(time.Now().Add(patience()))
	if _, err := io.Copy(io.Discard, c.r); err != nil {
		if e, ok := err.(net.Error); ok && e.Timeout() {
			c.t.Fatalf("the server did not hang up")
		}
	}
}

// gcm is one direction of aes128-gcm@openssh.com (RFC 5647).
type gcm struct {
	cipher.AEAD
	iv []byte
}

func newGCM(key, iv []byte) *gcm {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &gcm{aead, iv}
}

func (g *gcm) count() {
	n := binary.BigEndian.Uint64(g.iv[4:])
	binary.BigEndian.PutUint64(g.iv[4:], n+1)
}

func (g *gcm) seal(b, head []byte) []byte {
	defer g.count()
	return g.Seal(nil, g.iv, b, head)
}

func (g *gcm) open(b, head []byte) ([]byte, error) {
	defer g.count()
	return g.Open(nil, g.iv, b, head)
}
