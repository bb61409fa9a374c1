//go:build !linux && !darwin && !freebsd

package admin

import "net"

// peerOf knows nobody here: who may open the socket is up to the rights on it.
func peerOf(net.Conn) (peer, error) { return peer{}, nil }
