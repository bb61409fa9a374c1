package admin

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
)

// longestPath is the longest path that the address of a socket holds everywhere: 108 bytes on Linux and
// Windows, 104 on BSD, with a NUL at the end.
const longestPath = 103

// reach returns a path to name in dir that fits into the address of a socket, and what gives back what
// that took. A path that is too long goes through a link to dir in a new private folder: the
// socket itself is in dir in any case, so that the two ends need not agree on anything.
func reach(dir, name string) (path string, release func(), err error) {
	path = filepath.Join(dir, name)
	if len(path) <= longestPath {
		return path, func() {}, nil
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	for _, base := range []string{os.TempDir(), "/tmp"} {
		path, release, err = reachBy(base, dir, name)
		if err == nil {
			return path, release, nil
		}
	}
	return "", nil, fmt.Errorf("the path of the console's socket is longer than %d bytes, and there is no way round: %w",
		longestPath, err)
}

func reachBy(base, dir, name string) (path string, release func(), err error) {
	private, err := os.MkdirTemp(base, "sshchat-*")
	if err != nil {
		return "", nil, err
	}
	release = func() { os.RemoveAll(private) }
	link := filepath.Join(private, "d")
	path = filepath.Join(link, name)
	if err = os.Symlink(dir, link); err == nil && len(path) > longestPath {
		err = fmt.Errorf("%s is too long as well", base)
	}
	if err != nil {
		release()
		return "", nil, err
	}
	return path, release, nil
}

// socket is a listener whose socket goes with it.
type socket struct {
	net.Listener
	path   string
	remove sync.Once
}

// Close ends the listener and removes the socket, once: after that another server's may be there.
func (s *socket) Close() error {
	s.remove.Do(func() { os.Remove(s.path) })
	return s.Listener.Close()
}
