//go:build unix

package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// birthplace is the folder in the data folder in which the socket is made.
const birthplace = ".admin.new"

// Listen makes the console's socket, admin.sock in the data folder, and returns its path too. The caller holds
// the lock of that folder, so a socket that is there is a dead server's, and replaced.
//
// The socket is made in a folder that only its owner can enter, given its mode there (0600; 0660 for a group,
// of which this process must be a member, unless that is 0), and
// moved: at no moment can another user connect, and no process-wide umask has to be changed.
// Closing the listener removes it.
func Listen(dataDir string, group int) (l net.Listener, path string, err error) {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, "", err
	}
	path = filepath.Join(dir, socketName)
	if err := replaceable(path); err != nil {
		return nil, "", err
	}
	birth := filepath.Join(dir, birthplace)
	if err := os.RemoveAll(birth); err != nil { // a server was killed just there
		return nil, "", err
	}
	if err := os.Mkdir(birth, 0o700); err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(birth)
	l, err = listenIn(birth, group)
	if err != nil {
		return nil, "", err
	}
	if err := os.Rename(filepath.Join(birth, socketName), path); err != nil {
		l.Close()
		return nil, "", err
	}
	return &socket{Listener: l, path: path}, path, nil
}

func listenIn(birth string, group int) (net.Listener, error) {
	short, release, err := reach(birth, socketName)
	if err != nil {
		return nil, err
	}
	defer release()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it would look for the path of its birth
	if err := setMode(filepath.Join(birth, socketName), group); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func setMode(path string, group int) error {
	if group == 0 {
		return os.Chmod(path, 0o600)
	}
	if err := os.Lchown(path, -1, group); err != nil {
		return err
	}
	return os.Chmod(path, 0o660)
}

// replaceable refuses to put the socket in the place of something that is none.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is in the way, and is no socket", path)
	}
	return nil
}
