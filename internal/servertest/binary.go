package servertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var build struct {
	sync.Once
	path string
	err  error
}

// Binary builds the program, once for all tests of a package.
func Binary(t testing.TB) string {
	t.Helper()
	build.Do(func() {
		dir, err := os.MkdirTemp("", "sshchat-test-")
		if err != nil {
			build.err = err
			return
		}
		build.path = filepath.Join(dir, "sshchat")
		out, err := exec.Command("go", "build", "-o", build.path, "sshchat/cmd/sshchat").CombinedOutput()
		if build.err = err; err != nil {
			build.err = &exec.Error{Name: string(out), Err: err}
		}
	})
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}

// RemoveBinary removes what Binary has built. TestMain calls it at the end.
func RemoveBinary() {
	if build.path != "" {
		os.RemoveAll(filepath.Dir(build.path))
	}
}
