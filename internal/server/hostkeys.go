package server

import (
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/admin"
	"sshchat/internal/sshd"
)

// loadHostKeys reads the server's identities, and makes those that are missing.
func (s *Server) loadHostKeys() ([]gossh.Signer, error) {
	dir := admin.KeysIn(s.started.Data)
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
		kind := admin.KeyType(key.PublicKey())
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

// fingerprints are those of the keys that the server has.
func (s *Server) fingerprints() (all []string) {
	for _, k := range s.started.HostKeys {
		all = append(all, k.Fingerprint)
	}
	return all
}
