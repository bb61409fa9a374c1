package server

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes a lock that ends with the process, or reports that another holds it. It lies far
// behind the pid, so that the other can still read that: locks bind readers here.
func tryLock(f *os.File) (held bool, err error) {
	at := &windows.Overlapped{Offset: 1 << 20}
	err = windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return true, nil
	}
	return false, err
}

// othersCanWrite is not decided by mode bits here: folders inherit the user's access list.
func othersCanWrite(fs.FileInfo) bool { return false }

// otherOwner is not decided by numbers here, for the same reason.
func otherOwner(fs.FileInfo) (uid int, other bool) { return 0, false }

// noFollow: to make a symbolic link is for administrators here.
const noFollow = 0

// fileLimit is not known: sockets are not limited by a number here.
func fileLimit() int { return 0 }
