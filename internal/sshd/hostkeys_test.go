package sshd

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

func mustLoad(t *testing.T, dir string, wantCreated bool) []gossh.Signer {
	t.Helper()
	keys, created, err := LoadHostKeys(dir)
	if err != nil || created != wantCreated {
		t.Fatalf("LoadHostKeys: created %v, err %v; want created %v", created, err, wantCreated)
	}
	return keys
}

func TestHostKeysAreMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "hostkeys")
	first := mustLoad(t, dir, true)
	if len(first) != 2 || first[0].PublicKey().Type() != "ssh-ed25519" || first[1].PublicKey().Type() != "ecdsa-sha2-nistp256" {
		t.Fatalf("keys: %v", first)
	}
	again := mustLoad(t, dir, false)
	for i := range first {
		if !bytes.Equal(first[i].PublicKey().Marshal(), again[i].PublicKey().Marshal()) {
			t.Errorf("key %d changed", i)
		}
	}
	for file, mode := range map[string]fs.FileMode{
		".": 0o700, "ssh_host_ed25519_key": 0o600, "ssh_host_ecdsa_key": 0o600,
		"ssh_host_ed25519_key.pub": 0o600, "ssh_host_ecdsa_key.pub": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v; want %v", file, info.Mode(), err, mode)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 4 {
		t.Errorf("files left: %v", files)
	}
}

func TestPublicHalfIsRemade(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"missing": os.Remove,
		"damaged": func(path string) error { return os.WriteFile(path, []byte("x"), 0o644) },
		"another's": func(path string) error {
			return os.WriteFile(path, gossh.MarshalAuthorizedKey(newKey(1).PublicKey()), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "hostkeys")
			key := mustLoad(t, dir, true)[0]
			public := filepath.Join(dir, "ssh_host_ed25519_key.pub")
			if err := change(public); err != nil {
				t.Fatal(err)
			}
			mustLoad(t, dir, false)
			if got, err := os.ReadFile(public); err != nil || !bytes.Equal(got, gossh.MarshalAuthorizedKey(key.PublicKey())) {
				t.Errorf("public half: %q, %v", got, err)
			}
		})
	}
}

func TestBadHostKeysAreRefusedAndKept(t *testing.T) {
	tests := []struct {
		name   string
		change func(path string) error
		want   string
		hint   string
	}{
		{"readable by others", func(p string) error { return os.Chmod(p, 0o644) }, "is readable by others (0644)", "chmod 600 "},
		{"readable by its group", func(p string) error { return os.Chmod(p, 0o640) }, "is readable by others (0640)", "chmod 600 "},
		{"empty", func(p string) error { return os.Truncate(p, 0) }, "is damaged", "backup"},
		{"cut", func(p string) error { return os.Truncate(p, 100) }, "is damaged", "backup"},
		{"a folder", func(p string) error { os.Remove(p); return os.Mkdir(p, 0o700) }, "is a directory", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "hostkeys")
			mustLoad(t, dir, true)
			path := filepath.Join(dir, "ssh_host_ecdsa_key")
			if err := test.change(path); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(path)
			_, _, err := LoadHostKeys(dir)
			var bad *KeyError
			if !errors.As(err, &bad) || bad.Path != path || !strings.Contains(err.Error(), test.want) || !strings.Contains(bad.Hint, test.hint) {
				t.Errorf("err = %v, hint %q; want %q", err, bad.Hint, test.want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestHostKeysInAFolderThatOthersCanWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hostkeys")
	mustLoad(t, dir, true)
	os.Chmod(dir, 0o777)
	_, _, err := LoadHostKeys(dir)
	var bad *KeyError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "others can write into it (0777)") || bad.Hint != "chmod go-w "+dir {
		t.Errorf("err = %v", err)
	}
}

func TestHintsCanBePasted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my keys")
	mustLoad(t, dir, true)
	hint := func() string {
		_, _, err := LoadHostKeys(dir)
		var bad *KeyError
		if !errors.As(err, &bad) {
			t.Fatal(err)
		}
		return bad.Hint
	}
	key := filepath.Join(dir, "ssh_host_ed25519_key")
	os.Chmod(key, 0o644)
	if got, want := hint(), "chmod 600 '"+key+"'"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	os.Chmod(dir, 0o777)
	if got, want := hint(), "chmod go-w '"+dir+"'"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestHostKeyFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	_, _, err := LoadHostKeys(filepath.Join(file, "hostkeys"))
	var bad *KeyError
	if !errors.As(err, &bad) || bad.Hint == "" {
		t.Errorf("err = %v", err)
	}
}
