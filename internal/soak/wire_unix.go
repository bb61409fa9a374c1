//go:build unix

package soak

import "syscall"

// narrow has the kernel send segments as small as Ethernet's, not loopback's of 64 KiB: it keeps room for a number
// of segments in a socket, and a reader who stalls would not be felt for megabytes.
func narrow(_, _ string, c syscall.RawConn) error {
	var err error
	if cerr := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 1400)
	}); cerr != nil {
		return cerr
	}
	return err
}
