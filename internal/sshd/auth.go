package sshd

import (
	"errors"
	"io"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// What is negotiated. No finite-field Diffie-Hellman: a handshake of group 16 costs the server 39 ms
// against 0.6 ms for these, and the client chooses. No SHA-1.
var (
	keyExchanges = []string{
		gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519,
		gossh.KeyExchangeECDHP256, gossh.KeyExchangeECDHP384,
	}
	ciphers = []string{
		gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM, gossh.CipherAES128GCM,
		gossh.CipherAES256CTR, gossh.CipherAES128CTR,
	}
	macs = []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM, gossh.HMACSHA256}
	// userKeys leaves ssh-rsa and ssh-dss out.
	userKeys = gossh.SupportedAlgorithms().PublicKeyAuths
)

// maxAuthTries lets a person with many keys in an agent through: each refused key counts.
const maxAuthTries = 32

// keyData is where the fingerprint of a proven key stands in x/crypto's permissions.
type keyData struct{}

var (
	errNone       = errors.New("none is not accepted")
	errUnknownKey = errors.New("key not known")
	errKexFlood   = errors.New("too many key exchanges")
)

// config is x/crypto's configuration of one connection; the only place that decides who gets in.
//
// gliderlabs turns NoClientAuth on where its own handlers are nil, so "none" is refused by its
// callback. Its PublicKey() and Permissions() hold keys that were merely offered: never use them.
func (v *serving) config(ctx ssh.Context) *gossh.ServerConfig {
	c := connOf(ctx)
	config := &gossh.ServerConfig{
		Config:                  gossh.Config{KeyExchanges: keyExchanges, Ciphers: ciphers, MACs: macs},
		PublicKeyAuthAlgorithms: userKeys,
		MaxAuthTries:            maxAuthTries,
		NoClientAuth:            true,
		NoClientAuthCallback:    refuseNone,
		PublicKeyCallback:       c.queryKey,
		// Runs only once the signature was checked: the one place where a key becomes an identity.
		VerifiedPublicKeyCallback:   provenKey,
		KeyboardInteractiveCallback: c.letIn,
		PreAuthConnCallback:         c.authBegins,
		AuthLogCallback:             c.authTried,
	}
	for _, key := range v.HostKeys {
		config.AddHostKey(pacedKey{key.(gossh.MultiAlgorithmSigner), c})
	}
	return config
}

func refuseNone(gossh.ConnMetadata) (*gossh.Permissions, error) { return nil, errNone }

func (c *conn) letIn(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	return nil, c.banned
}

func (c *conn) queryKey(_ gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	if c.banned != nil {
		return nil, c.banned
	}
	fingerprint := gossh.FingerprintSHA256(key)
	if c.banned = ask(c.v.RefuseKey, fingerprint); c.banned != nil {
		c.v.logRefusal(&c.v.shutOut, c.remote, c.banned, "key", fingerprint)
		return nil, &gossh.BannerError{Err: c.banned, Message: c.banned.Error() + "\r\n"}
	}
	if c.v.KnownKey == nil || !c.v.KnownKey(fingerprint) {
		return nil, errUnknownKey
	}
	return nil, nil
}

func provenKey(_ gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
	return &gossh.Permissions{ExtraData: map[any]any{keyData{}: gossh.FingerprintSHA256(key)}}, nil
}

// keyOf returns the fingerprint of the key that sc has proved; empty if it proved none. x/crypto keeps
// the permissions of the method that succeeded, and only those.
func keyOf(sc *gossh.ServerConn) string {
	if sc.Permissions == nil {
		return ""
	}
	fingerprint, _ := sc.Permissions.ExtraData[keyData{}].(string)
	return fingerprint
}

func (c *conn) authBegins(inner gossh.ServerPreAuthConn) {
	c.inner = inner
	c.authenticating()
}

func (c *conn) authTried(_ gossh.ConnMetadata, _ string, err error) {
	c.spoke()
	if err != nil {
		return
	}
	c.authenticated()
	c.v.seen.Opened(time.Since(c.place.since))
	if c.grace != nil {
		c.grace.Reset(c.set.HandshakeGrace)
	}
}

// A pacedKey is a host key that signs for one connection no more key exchanges than any client in
// order asks for. Each costs 0.6 ms of CPU, and x/crypto would answer them without end.
type pacedKey struct {
	gossh.MultiAlgorithmSigner
	c *conn
}

func (k pacedKey) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	if k.c.kex.over(time.Now()) {
		k.c.kill(ErrFlood)
		return nil, errKexFlood
	}
	return k.MultiAlgorithmSigner.Sign(rand, data)
}

// SignWithAlgorithm is what x/crypto calls for keys that have several algorithms (RSA).
func (k pacedKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*gossh.Signature, error) {
	if k.c.kex.over(time.Now()) {
		k.c.kill(ErrFlood)
		return nil, errKexFlood
	}
	return k.MultiAlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

// pace counts key exchanges; x/crypto runs them one after the other.
type pace struct {
	began time.Time
	count int
}

const kexBurst = 20 // then one a minute

func (p *pace) over(now time.Time) bool {
	if p.count == 0 {
		p.began = now
	}
	p.count++
	return p.count > kexBurst+int(now.Sub(p.began)/time.Minute)
}
