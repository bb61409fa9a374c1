package sshd

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// authorized is a line of authorized_keys for a public key.
func authorized(t testing.TB, public any) string {
	t.Helper()
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key)))
}

const ed25519Line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXv4sRKDdPAFL0xnuLGEFSTJnaWKaaCGzqd2QShfrnN"

func TestParsePublicKey(t *testing.T) {
	k, err := ParsePublicKey(ed25519Line + " ann at home")
	if err != nil || k.Text != ed25519Line || k.Comment != "ann at home" || !strings.HasPrefix(k.Fingerprint, "SHA256:") {
		t.Errorf("%+v, %v", k, err)
	}
	nist, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParsePublicKey(authorized(t, &nist.PublicKey)); err != nil {
		t.Error(err)
	}
}

func TestKeysThatNobodyEntersWith(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, line, words string }{
		{"nothing", "", "no public key"},
		{"words", "not a key at all", "no public key"},
		{"half of one", ed25519Line[:40], "no public key"},
		{"with options", `command="rm -r /" ` + ed25519Line, "no options"},
		{"two of them", ed25519Line + "\n" + ed25519Line, "no public key"},
		{"a short one", authorized(t, &short.PublicKey), "2048 bits"},
		{"a certificate", certificate(t), "not taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParsePublicKey(c.line); err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v", err)
			}
		})
	}
}

func certificate(t *testing.T) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	c := &gossh.Certificate{Key: key, CertType: gossh.UserCert}
	if err := c.SignCert(rand.Reader, signer); err != nil {
		t.Fatal(err)
	}
	return string(gossh.MarshalAuthorizedKey(c))
}

// What is taken comes out as it would be read again.
func FuzzParsePublicKey(f *testing.F) {
	for _, line := range []string{ed25519Line, ed25519Line + " ann", `no-pty ` + ed25519Line, "ssh-rsa AAAA", "\x00", "# x"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		k, err := ParsePublicKey(line)
		if err != nil {
			return
		}
		again, err := ParsePublicKey(k.Text)
		if err != nil || again.Fingerprint != k.Fingerprint || strings.ContainsAny(k.Text, "\r\n") {
			t.Errorf("%q became %+v, %v", line, again, err)
		}
	})
}
