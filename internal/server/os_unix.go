//go:build unix

package server

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// tryLock takes a lock that ends with the process, or reports that another holds it.
func tryLock(f *os.File) (held bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

func othersCanWrite(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }

// otherOwner is the owner of a file, and whether that is neither the user as whom this process acts nor root.
func otherOwner(info fs.FileInfo) (uid int, other bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	uid = int(s.Uid)
	return uid, uid != 0 && uid != os.Geteuid()
}

// noFollow is for os.OpenFile: a path that is a symbolic link is not opened.
const noFollow = unix.O_NOFOLLOW

// fileLimit is how many descriptors this process may have; 0: not known.
func fileLimit() int {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil || r.Cur > 1<<30 {
		return 0
	}
	return int(r.Cur)
}
