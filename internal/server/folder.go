package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// openFolder makes the data folder, 0700, if it is not there. One that is there stays as it is; if
// others could write into it, they could put a database or a host key of their own there, and it is refused.
// So is one of another user's, who can write into it whenever they like.
func openFolder(path string) (abs string, created bool, err error) {
	abs, err = filepath.Abs(path)
	if err != nil {
		return "", false, cannotMake(path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(abs, 0o700); err != nil {
			return "", false, cannotMake(abs, err)
		}
		return abs, true, nil
	case err != nil:
		return "", false, cannotMake(abs, err)
	case !info.IsDir():
		return "", false, notFolder(abs)
	case othersCanWrite(info):
		return "", false, openToOthers(abs, info.Mode().Perm())
	}
	return abs, false, checkOwner("the data folder", abs, info)
}

// checkOwner refuses a folder whose owner is neither the server's user nor root.
func checkOwner(what, path string, info fs.FileInfo) error {
	if uid, other := otherOwner(info); other {
		return ownedByOther(what, path, uid)
	}
	return nil
}

// lockName is the file whose lock says that a server holds the folder; it holds that server's pid.
const lockName = "sshchat.lock"

// folderLock is held as long as the server lives. The file stays: to remove it would let two servers
// each hold a lock on a file of that name.
type folderLock struct{ file *os.File }

// lockFolder takes the folder for this process.
func lockFolder(dir string) (*folderLock, error) {
	path := filepath.Join(dir, lockName)
	// A link would have us overwrite whatever file it points to.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if info, failed := os.Lstat(path); err != nil && failed == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, lockIsLink(path)
	}
	if err != nil {
		return nil, cannotWrite(dir, err)
	}
	held, err := tryLock(f)
	if err != nil || held {
		defer f.Close()
		if held {
			return nil, alreadyServed(dir, readPID(f))
		}
		return nil, cannotWrite(dir, err)
	}
	if err := writePID(f); err != nil {
		f.Close()
		return nil, cannotWrite(dir, err)
	}
	return &folderLock{f}, nil
}

// Close gives the folder back.
func (l *folderLock) Close() error { return l.file.Close() }

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	return err
}

// readPID returns the pid in f, or 0.
func readPID(f *os.File) (pid int) {
	buf := make([]byte, 32)
	n, _ := f.ReadAt(buf, 0)
	fmt.Sscanf(string(buf[:n]), "%d", &pid)
	return pid
}
