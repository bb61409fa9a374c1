//go:build darwin || freebsd

package admin

import (
	"net"

	"golang.org/x/sys/unix"
)

// peerOf asks for LOCAL_PEERCRED: who connected, as of the connect.
func peerOf(c net.Conn) (peer, error) {
	var p peer
	err := onDescriptor(c, func(fd int) error {
		cred, err := unix.GetsockoptXucred(fd, unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
		if err == nil {
			p = peer{uid: int(cred.Uid), known: true}
		}
		return err
	})
	return p, err
}
