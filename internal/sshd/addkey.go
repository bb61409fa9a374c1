package sshd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A HostKeyFile is a host key on disk.
type HostKeyFile struct {
	Path string
	Key  gossh.PublicKey
}

// HostKeyFiles reads the host keys in dir and makes none. The error is a *KeyError.
func HostKeyFiles(dir string) (all []HostKeyFile, err error) {
	for _, k := range hostKeys {
		path := filepath.Join(dir, k.file)
		key, err := loadKey(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, HostKeyFile{path, key.PublicKey()})
	}
	return all, nil
}

// AddHostKey puts a private key, as ssh-keygen writes one, in the place of the host key of its type, for the next start. It is
// fs.ErrExist if another is there and replace does not say that it may go; that one is kept beside it, as of now. The
// error is a *KeyError where the operator can do something about it. A key that is there already is left alone.
func AddHostKey(dir string, private []byte, replace bool, now time.Time) (HostKeyFile, error) {
	key, err := gossh.ParsePrivateKey(private)
	if err != nil {
		return HostKeyFile{}, noHostKey(err)
	}
	name, ok := fileOf(key.PublicKey().Type())
	if !ok {
		return HostKeyFile{}, &KeyError{dir, fmt.Errorf("a key of type %s is none for a host here", key.PublicKey().Type()),
			"ssh-keygen -t ed25519 makes one"}
	}
	if err := makeFolder(dir); err != nil {
		return HostKeyFile{}, err
	}
	added := HostKeyFile{filepath.Join(dir, name), key.PublicKey()}
	was, err := loadKey(added.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err == nil && bytes.Equal(was.PublicKey().Marshal(), added.Key.Marshal()):
		return added, nil
	case !replace:
		return added, fs.ErrExist
	default:
		if err := keepAside(added.Path, now); err != nil {
			return HostKeyFile{}, &KeyError{added.Path, reason(err), "let the server's user own and read it"}
		}
	}
	if err := writeWhole(added.Path, private); err != nil {
		return HostKeyFile{}, &KeyError{added.Path, reason(err), "choose a data folder that the server can write"}
	}
	return added, ensurePublic(added.Path, key)
}

// fileOf is the file of the host key of a type.
func fileOf(keyType string) (name string, ok bool) {
	switch {
	case keyType == gossh.KeyAlgoED25519:
		return hostKeys[0].file, true
	case strings.HasPrefix(keyType, "ecdsa-sha2-"):
		return hostKeys[1].file, true
	}
	return "", false
}

// keepAside copies a key, so that the one in its place comes and goes at once.
func keepAside(path string, now time.Time) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return writeWhole(path+".before-"+now.UTC().Format("20060102T150405Z"), b)
}

// noHostKey says why a text is no private key that the server can use.
func noHostKey(err error) error {
	if _, ok := errors.AsType[*gossh.PassphraseMissingError](err); ok {
		return &KeyError{"", errors.New("it is under a passphrase, which nobody types when the server starts"), "ssh-keygen -p -N '' -f COPY takes it off a copy"}
	}
	return &KeyError{"", errors.New("the file is no private key"), "it is the file without .pub"}
}
