package admin

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/chat"
	"sshchat/internal/sshd"
)

// KeysIn is the folder of the host keys in a data folder.
func KeysIn(data string) string { return filepath.Join(data, "hostkeys") }

// HostKey is one of the keys by which clients know the server.
type HostKey struct {
	Path        string `json:"path"`
	Type        string `json:"type"`        // as ssh-keygen calls it: ED25519, ECDSA
	Fingerprint string `json:"fingerprint"` // as ssh-keygen -lf prints it
	InUse       bool   `json:"in_use"`      // by the server that runs; else it is from the next start on
}

// HostKeys is the answer of hostkey show.
type HostKeys struct {
	Keys []HostKey `json:"keys"`
}

func (r *request) keyFolder() string { return KeysIn(filepath.Dir(r.Database)) }

func (r *request) hostKey(f sshd.HostKeyFile) HostKey {
	k := HostKey{Path: f.Path, Type: KeyType(f.Key), Fingerprint: gossh.FingerprintSHA256(f.Key)}
	for _, used := range r.KeysInUse {
		k.InUse = k.InUse || used == k.Fingerprint
	}
	return k
}

// KeyType is a key's type as ssh-keygen calls it: ED25519 of ssh-ed25519, ECDSA of ecdsa-sha2-nistp256.
func KeyType(key gossh.PublicKey) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(key.Type(), "ssh-"), "-")
	return strings.ToUpper(kind)
}

func serveHostKeys(_ context.Context, r *request) (HostKeys, error) {
	files, err := sshd.HostKeyFiles(r.keyFolder())
	if err != nil {
		return HostKeys{}, refuseKey(err)
	}
	all := HostKeys{Keys: []HostKey{}}
	for _, f := range files {
		all.Keys = append(all.Keys, r.hostKey(f))
	}
	return all, nil
}

// readKey puts a private key in the place of the name of its file: the server's user need not be able to read it.
func readKey(_ context.Context, r *run, p Params) (err error) {
	p["file"], err = r.read(p["file"])
	return err
}

func serveHostKeyAdd(ctx context.Context, r *request) (HostKey, error) {
	f, err := sshd.AddHostKey(r.keyFolder(), []byte(r.Params["file"]), r.Params[yesArg.name] == yes, time.Now())
	switch {
	case errors.Is(err, fs.ErrExist):
		return HostKey{}, r.confirmed(wouldReplaceKey(f.Path))
	case err != nil:
		return HostKey{}, refuseKey(err)
	}
	k := r.hostKey(f)
	return k, r.note(ctx, k.Fingerprint, k.Path)
}

// refuseKey words what a host key is refused for.
func refuseKey(err error) error {
	if e, ok := errors.AsType[*sshd.KeyError](err); ok {
		return chat.Refusal{Reason: chat.Invalid, Text: e.Error(), Hint: e.Hint}
	}
	return err
}

func showHostKeys(w view, h HostKeys) string {
	if len(h.Keys) == 0 {
		return w.Say(noHostKeys)
	}
	rows := [][]string{headHostKeys}
	for _, k := range h.Keys {
		rows = append(rows, []string{k.Type, k.Fingerprint, k.use(), k.Path})
	}
	return w.Table(rows)
}

func (k HostKey) use() string {
	if k.InUse {
		return keyInUse
	}
	return keyLater
}

func showHostKeyAdded(w view, k HostKey) string { return w.Say(saidKeyAdded(k)) }
