package server

import (
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/sshd"
)

// loadHostKeys reads the server's identities, and makes those that are missing.
func (s *Server) loadHostKeys() ([]gossh.Signer, error) {
	dir := filepath.Join(s.started.Data, "hostkeys")
	if info, err := os.Stat(dir); err == nil {
		if err := checkOwner("the folder of the host keys", dir, info); err != nil {
			return nil, err
		}
	}
	there := make(map[string]bool)
	if files, err := os.ReadDir(dir); err == nil {
		for _, f := range files {
			there[f.Name()] = true
		}
	}
	keys, _, err := sshd.LoadHostKeys(dir)
	if err != nil {
		return nil, badHostKey(err)
	}
	for _, key := range keys {
		kind := strings.ToUpper(keyKind(key.PublicKey().Type()))
		file := "ssh_host_" + strings.ToLower(kind) + "_key"
		s.started.HostKeys = append(s.started.HostKeys, HostKey{
			Path:        filepath.Join(dir, file),
			Type:        kind,
			Fingerprint: gossh.FingerprintSHA256(key.PublicKey()),
			Created:     !there[file],
		})
	}
	return keys, nil
}

// keyKind shortens the name of a key type as ssh-keygen does: ssh-ed25519, ecdsa-sha2-nistp256.
func keyKind(t string) string {
	t = strings.TrimPrefix(t, "ssh-")
	kind, _, _ := strings.Cut(t, "-")
	return kind
}
