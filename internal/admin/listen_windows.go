package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// Listen makes the console's socket, admin.sock in the data folder, and returns its path too. The caller holds
// the lock of that folder, so a socket that is there is a dead server's, and replaced. Who may connect is what
// the folder's access list says, of a group as well. Closing the listener removes the socket.
func Listen(dataDir string, _ int) (l net.Listener, path string, err error) {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, "", err
	}
	path = filepath.Join(dir, socketName)
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
		return nil, "", fmt.Errorf("%s is in the way, and is no socket", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	short, release, err := reach(dir, socketName)
	if err != nil {
		return nil, "", err
	}
	defer release()
	unix, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, "", err
	}
	unix.SetUnlinkOnClose(false) // socket.Close does it
	return &socket{Listener: unix, path: path}, path, nil
}
