//go:build unix

package attack

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/big"

	"golang.org/x/crypto/ssh"
)

// keys are one end of the one key exchange (curve25519-sha256) and the one cipher (aes128-gcm) that a
// client knows.
type keys struct {
	ourVersion, theirVersion string
	init, theirs             []byte // the two KEXINIT
	session                  []byte // the session id

	in, out *gcm // nil before the first exchange
	next    struct{ in, out *gcm }
}

// exchange runs a key exchange, the first or a later one.
func (c *client) exchange() error {
	if err := c.begin(); err != nil {
		return err
	}
	if err := c.agree(); err != nil {
		return err
	}
	if err := c.send([]byte{msgNewKeys}); err != nil {
		return err
	}
	c.out = c.next.out
	_, err := c.expect(msgNewKeys)
	c.in = c.next.in
	return err
}

// begin begins a key exchange.
func (c *client) begin() (err error) {
	c.init = kexInit("curve25519-sha256")
	if err := c.send(c.init); err != nil {
		return err
	}
	c.theirs, err = c.expect(msgKexInit)
	return err
}

// agree sends our half of the secret and makes the keys (RFC 8731).
func (c *client) agree() error {
	half, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	ours := half.PublicKey().Bytes()
	if err := c.send(join([]byte{msgKexECDHInit}, str(string(ours)))); err != nil {
		return err
	}
	p, err := c.expect(msgKexECDHReply)
	if err != nil {
		return err
	}
	var reply struct {
		HostKey        []byte `sshtype:"31"`
		Key, Signature []byte
	}
	if err := ssh.Unmarshal(p, &reply); err != nil {
		return err
	}
	theirs, err := ecdh.X25519().NewPublicKey(reply.Key)
	if err != nil {
		return err
	}
	shared, err := half.ECDH(theirs)
	if err != nil {
		return err
	}
	c.derive(reply.HostKey, ours, reply.Key, shared)
	return nil
}

// derive makes the keys of an agreed secret (RFC 4253 section 7.2).
func (c *client) derive(hostKey, ours, theirs, shared []byte) {
	k := ssh.Marshal(struct{ K *big.Int }{new(big.Int).SetBytes(shared)})
	hash := sha256.Sum256(append(ssh.Marshal(struct {
		ClientVersion, ServerVersion     string
		ClientInit, ServerInit           []byte
		HostKey, ClientKey, ServerPublic []byte
	}{c.ourVersion, c.theirVersion, c.init, c.theirs, hostKey, ours, theirs}), k...))
	if c.session == nil {
		c.session = hash[:]
	}
	key := func(tag byte, n int) []byte {
		sum := sha256.Sum256(bytes.Join([][]byte{k, hash[:], {tag}, c.session}, nil))
		return sum[:n]
	}
	c.next.out = newGCM(key('C', 16), key('A', 12))
	c.next.in = newGCM(key('D', 16), key('B', 12))
}

// gcm is one direction of aes128-gcm@openssh.com (RFC 5647).
type gcm struct {
	cipher.AEAD
	iv []byte
}

const gcmTag = 16

func newGCM(key, iv []byte) *gcm {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has 16 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &gcm{aead, iv}
}

func (g *gcm) count() { binary.BigEndian.PutUint64(g.iv[4:], binary.BigEndian.Uint64(g.iv[4:])+1) }

func (g *gcm) seal(b, head []byte) []byte {
	defer g.count()
	return g.Seal(nil, g.iv, b, head)
}

func (g *gcm) open(b, head []byte) ([]byte, error) {
	defer g.count()
	return g.Open(nil, g.iv, b, head)
}
