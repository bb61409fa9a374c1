package sshd

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/shell"
)

// A KeyError says what is wrong with a host key's file, and what can be done about it.
type KeyError struct {
	Path string
	Err  error
	Hint string // what the operator can do; may be empty
}

func (e *KeyError) Error() string {
	if e.Path == "" { // it is in no file of ours
		return "host key: " + e.Err.Error()
	}
	return fmt.Sprintf("host key %s: %v", e.Path, e.Err)
}

func (e *KeyError) Unwrap() error { return e.Err }

var hostKeys = []struct {
	file string
	make func() (crypto.PrivateKey, error)
}{
	{"ssh_host_ed25519_key", func() (crypto.PrivateKey, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}},
	{"ssh_host_ecdsa_key", func() (crypto.PrivateKey, error) {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}},
}

// LoadHostKeys reads the ed25519 and the ecdsa host key in dir, in OpenSSH's format and under its
// names. It makes what is missing: dir (0700), a key and its public half (0600). created says that a key
// was made: a client that knows the server will then warn. A key that cannot be read, is damaged, or
// can be read by others is a *KeyError; such a key is never replaced.
func LoadHostKeys(dir string) (keys []gossh.Signer, created bool, err error) {
	if err := makeFolder(dir); err != nil {
		return nil, false, err
	}
	for _, k := range hostKeys {
		path := filepath.Join(dir, k.file)
		key, err := loadKey(path)
		if errors.Is(err, fs.ErrNotExist) {
			created = true
			key, err = makeKey(path, k.make)
		}
		if err == nil {
			err = ensurePublic(path, key)
		}
		if err != nil {
			return nil, false, err
		}
		keys = append(keys, key)
	}
	return keys, created, nil
}

// makeFolder makes the folder of the keys (0700), if it is not there.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &KeyError{dir, reason(err), "choose a data folder that the server can write"}
	}
	return checkFolder(dir)
}

// checkFolder refuses a folder in which others could put keys of their own in the place of these.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return &KeyError{dir, reason(err), ""}
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 && runtime.GOOS != "windows" {
		return &KeyError{dir, fmt.Errorf("others can write into it (%#o)", mode), "chmod go-w " + shell.Quote(dir)}
	}
	return nil
}

func loadKey(path string) (gossh.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &KeyError{path, reason(err), ""}
	}
	// Windows has no such bits.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, &KeyError{path, fmt.Errorf("it is readable by others (%#o)", mode), "chmod 600 " + shell.Quote(path)}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, &KeyError{path, reason(err), "let the server's user own and read it"}
	}
	key, err := gossh.ParsePrivateKey(b)
	if err != nil {
		return nil, &KeyError{path, fmt.Errorf("it is damaged: %w", err),
			"restore it from a backup, or move it away to have a new one made; clients will warn of a changed key"}
	}
	return key, nil
}

func makeKey(path string, generate func() (crypto.PrivateKey, error)) (gossh.Signer, error) {
	key, err := generate()
	if err != nil {
		return nil, &KeyError{path, err, ""}
	}
	block, err := gossh.MarshalPrivateKey(key, "sshchat")
	if err != nil {
		return nil, &KeyError{path, err, ""}
	}
	if err := writeWhole(path, pem.EncodeToMemory(block)); err != nil {
		return nil, &KeyError{path, reason(err), "choose a data folder that the server can write"}
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		return nil, &KeyError{path, err, ""}
	}
	return signer, nil
}

// ensurePublic writes the public half of a key where it is missing, or is that of another key.
func ensurePublic(path string, key gossh.Signer) error {
	path += ".pub"
	if b, err := os.ReadFile(path); err == nil {
		public, _, _, _, err := gossh.ParseAuthorizedKey(b)
		if err == nil && bytes.Equal(public.Marshal(), key.PublicKey().Marshal()) {
			return nil
		}
	}
	if err := writeWhole(path, gossh.MarshalAuthorizedKey(key.PublicKey())); err != nil {
		return &KeyError{path, reason(err), "choose a data folder that the server can write"}
	}
	return nil
}

// writeWhole writes a file, mode 0600, that is there whole after a power cut, or not at all.
func writeWhole(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename durable. Windows cannot sync a folder, and needs not.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// reason is an error without the path, which KeyError tells.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
