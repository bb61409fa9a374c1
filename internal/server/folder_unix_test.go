//go:build unix

package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sshchat/internal/config"
	"sshchat/internal/sshd"
)

// refused checks an error for the operator.
func refused(t *testing.T, err error, exit int, text, hint string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Exit != exit || e.Error() != text || !strings.HasPrefix(e.Hint, hint) {
		t.Errorf("got %v\nwant exit %d, %s, hint %s", err, exit, text, hint)
	}
	if e != nil && !strings.HasPrefix(e.Hint, hint) {
		t.Errorf("hint %s", e.Hint)
	}
}

// owned is a folder as the system would show it.
type owned struct {
	fs.FileInfo
	uid uint32
}

func (o owned) Sys() any { return &syscall.Stat_t{Uid: o.uid} }

// Whoever owns the folder can put a database or a host key of their own there.
func TestFolderOfAnotherUserIsRefused(t *testing.T) {
	me := os.Geteuid()
	for _, uid := range []int{0, me} {
		if err := checkOwner("the data folder", "/srv/chat", owned{uid: uint32(uid)}); err != nil {
			t.Errorf("uid %d: %v", uid, err)
		}
	}
	refused(t, checkOwner("the data folder", "/srv/my chat", owned{uid: uint32(me) + 1}), ExitConfig,
		fmt.Sprintf("the data folder /srv/my chat belongs to another user (uid %d)", me+1),
		fmt.Sprintf("chown %d '/srv/my chat', or choose another data folder with --data", me))
}

func TestFoldersAreLookedAtForTheirOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	for folder, what := range map[string]string{".": "the data folder", "hostkeys": "the folder of the host keys"} {
		cfg := config.Default()
		cfg.Server.Listen, cfg.Server.Data = "127.0.0.1:0", t.TempDir()
		path := filepath.Join(cfg.Server.Data, folder)
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, 4711, 4711); err != nil {
			t.Fatal(err)
		}
		_, err := New(t.Context(), Options{Config: cfg})
		refused(t, err, ExitConfig, fmt.Sprintf("%s %s belongs to another user (uid 4711)", what, path), "chown 0 "+path)
	}
}

// The lock holds a pid: behind a link it would overwrite a file of somebody's choice.
func TestLockIsNoLink(t *testing.T) {
	for name, target := range map[string]string{"to a file": "precious", "to nothing": "missing"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			precious := filepath.Join(dir, "precious")
			if err := os.WriteFile(precious, []byte("data"), 0o600); err != nil {
				t.Fatal(err)
			}
			lock := filepath.Join(dir, lockName)
			if err := os.Symlink(filepath.Join(dir, target), lock); err != nil {
				t.Fatal(err)
			}
			_, err := lockFolder(dir)
			refused(t, err, ExitConfig, lock+" is a symbolic link: to lock it would overwrite what it points to", "rm "+lock)
			if b, err := os.ReadFile(precious); err != nil || string(b) != "data" {
				t.Errorf("the file has %q, %v", b, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a file was made behind the link: %v", err)
			}
		})
	}
}

func TestFolderThatOthersCanWriteHasAHintToPaste(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my chat")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o770); err != nil {
		t.Fatal(err)
	}
	_, _, err := openFolder(dir)
	refused(t, err, ExitConfig, fmt.Sprintf("others can write into the data folder %s (mode 0770)", dir),
		fmt.Sprintf("chmod go-w '%s', or", dir))
}

// A host key that may not be read is no other case than a folder that may not.
func TestExitCodeOfABadHostKey(t *testing.T) {
	for _, c := range []struct {
		err  error
		exit int
	}{
		{syscall.EACCES, ExitNoPerm},
		{errors.New("it is damaged"), ExitConfig},
	} {
		err := badHostKey(&sshd.KeyError{Path: "/k", Err: c.err, Hint: "hint"})
		refused(t, err, c.exit, fmt.Sprintf("host key /k: %v", c.err), "hint")
	}
}
