package sshd

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// written is a private key as ssh-keygen writes it.
func written(t *testing.T, key any, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, "old machine")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func newED25519(t *testing.T) []byte {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return written(t, key, err)
}

func TestAHostKeyIsTakenOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hostkeys")
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	if files, err := HostKeyFiles(dir); err != nil || len(files) != 0 {
		t.Errorf("before there is anything: %v, %v", files, err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, private := range [][]byte{newED25519(t), written(t, curve, err)} {
		f, err := AddHostKey(dir, private, false, now)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := AddHostKey(dir, private, false, now); err != nil || again.Path != f.Path {
			t.Errorf("the same key again: %v, %v", again, err)
		}
	}
	keys := mustLoad(t, dir, false)
	files, err := HostKeyFiles(dir)
	if err != nil || len(files) != len(keys) {
		t.Fatalf("%v, %v", files, err)
	}
	for i, f := range files {
		if gossh.FingerprintSHA256(f.Key) != gossh.FingerprintSHA256(keys[i].PublicKey()) {
			t.Errorf("%s is not the key that the server has", f.Path)
		}
	}
}

// Another key takes the place of one only where that is wished, and what was there is kept, be it damaged.
func TestAHostKeyIsReplacedIfWished(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	mustLoad(t, dir, true)
	path := filepath.Join(dir, "ssh_host_ed25519_key")
	for i, damage := range []bool{false, true} {
		now = now.Add(time.Hour)
		if damage {
			if err := os.WriteFile(path, []byte("a letter"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		private := newED25519(t)
		if _, err := AddHostKey(dir, private, false, now); !errors.Is(err, fs.ErrExist) {
			t.Fatalf("unasked: %v", err)
		}
		f, err := AddHostKey(dir, private, true, now)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(path + ".before-" + now.Format("20060102T150405Z"))
		if err != nil || string(kept) != string(was) {
			t.Errorf("%d: what was there is not kept: %v", i, err)
		}
		if key := mustLoad(t, dir, false)[0]; gossh.FingerprintSHA256(key.PublicKey()) != gossh.FingerprintSHA256(f.Key) {
			t.Error("it is not the key that the next start takes")
		}
		if public, err := os.ReadFile(path + ".pub"); err != nil || !strings.HasPrefix(string(gossh.MarshalAuthorizedKey(f.Key)), strings.TrimSpace(string(public))) {
			t.Errorf("its public half is %q, %v", public, err)
		}
	}
}

func TestKeysThatAreNoneForAHost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hostkeys")
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	locked, err := gossh.MarshalPrivateKeyWithPassphrase(key, "", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	for want, private := range map[string][]byte{
		"no private key":         []byte("a letter"),
		"under a passphrase":     pem.EncodeToMemory(locked),
		"type ssh-rsa is none":   written(t, old, err),
		"the file is no private": gossh.MarshalAuthorizedKey(must(gossh.NewPublicKey(key.Public()))),
	} {
		_, err := AddHostKey(dir, private, true, time.Time{})
		e, ok := errors.AsType[*KeyError](err)
		if !ok || !strings.Contains(e.Error(), want) || e.Hint == "" || strings.Contains(e.Error(), "secret") {
			t.Errorf("%v; want %q", err, want)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made for them")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
