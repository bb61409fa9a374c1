package sshd

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// startKeyed serves a handler that shows the key it was given; the keys known are given.
func startKeyed(t *testing.T, known ...gossh.Signer) *testServer {
	return start(t, func(s *Server) {
		s.KnownKey = func(fingerprint string) bool {
			return slices.ContainsFunc(known, func(k gossh.Signer) bool { return fingerprintOf(k) == fingerprint })
		}
		s.Handler = func(_ context.Context, ch *Channel) { ch.Write([]byte("key=" + ch.Key() + ";")) }
	})
}

func fingerprintOf(k gossh.Signer) string { return gossh.FingerprintSHA256(k.PublicKey()) }

func wantKey(t *testing.T, srv *testServer, c *gossh.Client, want string) {
	t.Helper()
	srv.shell(c).sees("key=" + want + ";")
}

func TestWithoutKeyNobodyIsIdentified(t *testing.T) {
	srv := startKeyed(t)
	wantKey(t, srv, srv.dial(), "")
}

func TestNoneIsRefused(t *testing.T) {
	srv := startKeyed(t)
	if _, err := srv.tryDial([]gossh.AuthMethod{}...); err == nil {
		t.Error("got in by none")
	}
	c := srv.keyed()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	c.send(authRequest("none"))
	if got := c.expect(51); !strings.Contains(string(got), "publickey,keyboard-interactive") {
		t.Errorf("answer to none: %q", got)
	}
}

func TestKnownKeyIdentifies(t *testing.T) {
	mine := newKey(1)
	srv := startKeyed(t, mine)
	wantKey(t, srv, srv.dial(gossh.PublicKeys(mine)), fingerprintOf(mine))
}

// An agent with many keys, of which the tenth is known: MaxAuthTries must let the others fail.
func TestTenthKeyOfAnAgentIdentifies(t *testing.T) {
	var keys []gossh.Signer
	for i := range 10 {
		keys = append(keys, newKey(byte(i+1)))
	}
	srv := startKeyed(t, keys[9])
	wantKey(t, srv, srv.dial(gossh.PublicKeys(keys...)), fingerprintOf(keys[9]))
}

func TestUnknownKeysFallBackToNone(t *testing.T) {
	srv := startKeyed(t, newKey(9))
	c := srv.dial(gossh.PublicKeys(newKey(1), newKey(2)), gossh.KeyboardInteractive(answerNothing))
	wantKey(t, srv, c, "")
}

// Whoever offers the public key of somebody else, without a signature, and then goes on without a key
// is nobody: CVE-2023-43809 and CVE-2024-45337 were this.
func TestOfferedKeyIdentifiesNobody(t *testing.T) {
	victim := newKey(1)
	srv := startKeyed(t, victim)
	c := srv.keyed()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	c.send(authRequest("publickey", []byte{0}, str("ssh-ed25519"), str(string(victim.PublicKey().Marshal()))))
	c.expect(msgAuthPubKeyOK)
	c.send(authRequest("keyboard-interactive", str(""), str("")))
	c.expect(msgAuthSuccess)
	c.shell(c.open(1 << 20))
	if got := string(c.expect(msgChannelData)[9:]); got != "key=;" {
		t.Errorf("handler saw %q, want no key", got)
	}
}

// Two known keys: the one that signs counts, not the one that was queried last.
func TestSigningKeyIdentifiesNotTheOneOfferedLast(t *testing.T) {
	mine, victim := newKey(1), newKey(2)
	srv := startKeyed(t, mine, victim)
	c := srv.keyed()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	query := func(k gossh.Signer) []byte {
		return authRequest("publickey", []byte{0}, str("ssh-ed25519"), str(string(k.PublicKey().Marshal())))
	}
	c.send(query(mine))
	c.expect(msgAuthPubKeyOK)
	c.send(query(victim))
	c.expect(msgAuthPubKeyOK)
	signed := authRequest("publickey", []byte{1}, str("ssh-ed25519"), str(string(mine.PublicKey().Marshal())))
	signature, err := mine.Sign(rand.Reader, append(str(string(c.session)), signed...))
	if err != nil {
		t.Fatal(err)
	}
	c.send(append(signed, str(string(gossh.Marshal(signature)))...))
	c.expect(msgAuthSuccess)
	c.shell(c.open(1 << 20))
	if got := string(c.expect(msgChannelData)[9:]); got != "key="+fingerprintOf(mine)+";" {
		t.Errorf("handler saw %q, want the key that signed", got)
	}
}

func TestWrongSignatureIsNoLogin(t *testing.T) {
	victim := newKey(1)
	srv := startKeyed(t, victim)
	c := srv.keyed()
	c.send(serviceRequest())
	c.expect(msgServiceAccept)
	bad := gossh.Marshal(gossh.Signature{Format: "ssh-ed25519", Blob: make([]byte, 64)})
	c.send(authRequest("publickey", []byte{1}, str("ssh-ed25519"), str(string(victim.PublicKey().Marshal())), str(string(bad))))
	c.closes()
}

func TestOldAlgorithmsAreNotOffered(t *testing.T) {
	srv := start(t, nil)
	config := func() *gossh.ClientConfig {
		return &gossh.ClientConfig{User: "ann", HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience(),
			Auth: []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)}}
	}
	insecure := gossh.InsecureAlgorithms()
	for name, change := range map[string]func(*gossh.ClientConfig){
		"SHA-1 key exchange": func(c *gossh.ClientConfig) { c.KeyExchanges = insecure.KeyExchanges },
		"group 16": func(c *gossh.ClientConfig) {
			c.KeyExchanges = []string{gossh.KeyExchangeDH16SHA512, gossh.KeyExchangeDH14SHA256}
		},
		"old ciphers":     func(c *gossh.ClientConfig) { c.Ciphers = insecure.Ciphers },
		"hmac-sha1":       func(c *gossh.ClientConfig) { c.Ciphers, c.MACs = []string{"aes128-ctr"}, []string{gossh.HMACSHA1} },
		"ssh-rsa hostkey": func(c *gossh.ClientConfig) { c.HostKeyAlgorithms = []string{gossh.KeyAlgoRSA} },
	} {
		c := config()
		change(c)
		if client, err := gossh.Dial("tcp", srv.addr, c); err == nil {
			client.Close()
			t.Errorf("%s: connected", name)
		}
	}
	for _, kex := range keyExchanges {
		for _, cipher := range ciphers {
			c := config()
			c.KeyExchanges, c.Ciphers = []string{kex}, []string{cipher}
			client, err := gossh.Dial("tcp", srv.addr, c)
			if err != nil {
				t.Errorf("%s with %s: %v", kex, cipher, err)
				continue
			}
			client.Close()
		}
	}
}

// A restricted RSA host key must stay restricted though it is wrapped.
func TestRSAHostKeySignsWithoutSHA1(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, _ := gossh.NewSignerFromKey(private)
	key, err := gossh.NewSignerWithAlgorithms(signer.(gossh.AlgorithmSigner), []string{gossh.KeyAlgoRSASHA512})
	if err != nil {
		t.Fatal(err)
	}
	srv := start(t, func(s *Server) { s.HostKeys = []gossh.Signer{key} })
	for algorithm, ok := range map[string]bool{gossh.KeyAlgoRSASHA512: true, gossh.KeyAlgoRSASHA256: false, gossh.KeyAlgoRSA: false} {
		c, err := gossh.Dial("tcp", srv.addr, &gossh.ClientConfig{HostKeyCallback: gossh.FixedHostKey(key.PublicKey()),
			HostKeyAlgorithms: []string{algorithm}, Auth: []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)}})
		if (err == nil) != ok {
			t.Errorf("%s: err = %v", algorithm, err)
		}
		if err == nil {
			c.Close()
		}
	}
}
