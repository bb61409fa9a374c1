package sshd

import (
	"crypto/rsa"
	"errors"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// PublicKey is a person's key.
type PublicKey struct {
	Fingerprint string // SHA256:..., as ssh-keygen -lf prints it
	Text        string // TYPE BASE64
	Comment     string // as it was given; not cleaned
}

// leastRSA is the least bits of an RSA key, as OpenSSH's RequiredRSASize would have them.
const leastRSA = 2048

// ParsePublicKey reads a key as a line of authorized_keys has it: TYPE BASE64 [COMMENT]. The error says, in words for the
// operator, why that is none that could be entered with.
func ParsePublicKey(line string) (PublicKey, error) {
	key, comment, options, rest, err := gossh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil, len(rest) > 0:
		return PublicKey{}, errors.New("that is no public key: it is TYPE BASE64, as in authorized_keys")
	case len(options) > 0:
		return PublicKey{}, errors.New("a key has no options here")
	}
	switch key.Type() {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521:
	case gossh.KeyAlgoRSA:
		if bitsOf(key) < leastRSA {
			return PublicKey{}, errors.New("an RSA key has 2048 bits at least")
		}
	default: // certificates, and what nobody should use any more
		return PublicKey{}, errors.New("keys of the type " + key.Type() + " are not taken")
	}
	text := strings.TrimSuffix(string(gossh.MarshalAuthorizedKey(key)), "\n")
	return PublicKey{gossh.FingerprintSHA256(key), text, comment}, nil
}

func bitsOf(key gossh.PublicKey) int {
	k, ok := key.(gossh.CryptoPublicKey)
	if !ok {
		return 0
	}
	r, ok := k.CryptoPublicKey().(*rsa.PublicKey)
	if !ok {
		return 0
	}
	return r.N.BitLen()
}
