package admin

import (
	"net"

	"golang.org/x/sys/unix"
)

// peerOf asks for SO_PEERCRED: who connected, as of the connect. Inside a user namespace that does not map
// them it is the overflow uid, which may nothing: systemd's PrivateUsers= has that effect.
func peerOf(c net.Conn) (peer, error) {
	var p peer
	err := onDescriptor(c, func(fd int) error {
		cred, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
		if err == nil {
			p = peer{uid: int(cred.Uid), gid: int(cred.Gid), known: true}
		}
		return err
	})
	return p, err
}
