package store

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

const nobody = 65534

// asNobody runs fn on a thread whose file accesses are those of a user without rights, as tests may run as
// root, to whom nothing is forbidden. The thread ends with it.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Getuid() != 0 {
		fn() // nor has who runs the test, on what it forbids itself
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked
		syscall.RawSyscall(syscall.SYS_SETFSGID, nobody, 0, 0)
		syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		fn()
	}()
	<-done
}

func TestWhatMayNotBeOpened(t *testing.T) {
	chmod := func(path string, mode os.FileMode) {
		t.Helper()
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name         string
		folder, file os.FileMode // file 0: there is none
		text         string
	}{
		{"a folder that may not be written", 0o555, 0, "cannot make or open"},
		{"a file that may not be read", 0o777, 0o200, "cannot be opened"},
		{"a file that may not be written", 0o777, 0o400, "may not be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := closedStore(t)
			chmod(filepath.Dir(filepath.Dir(path)), 0o755)
			if c.file == 0 {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			} else {
				chmod(path, c.file)
				if err := os.Chown(path, nobody, -1); os.Getuid() == 0 && err != nil {
					t.Fatal(err)
				}
			}
			chmod(filepath.Dir(path), c.folder)
			defer chmod(filepath.Dir(path), 0o755)
			asNobody(t, func() { refuses(t, path, Denied, c.text) })
		})
	}
}
