package sshd

import (
	"net/netip"
)

// bannedError is why somebody is kept out, in words for them.
type bannedError string

func (e bannedError) Error() string { return string(e) }

// ask asks one of a Server's funcs, which may be nil, why somebody is refused; nil if they are not.
func ask[T any](refuse func(T) string, who T) error {
	if refuse == nil {
		return nil
	}
	if why := refuse(who); why != "" {
		return bannedError(why)
	}
	return nil
}

// unwelcome is why nobody may connect from an address.
func (v *serving) unwelcome(addr netip.Addr) error {
	return ask(v.RefuseAddress, addr.Unmap().WithZone(""))
}

// longestVersion is as much of a client's version as is looked at, and shown.
const longestVersion = 128

// meetClient ends the connection if its client is refused. It runs in the goroutine that reads for x/crypto, which has
// sent the version line and sends nothing more until it has that of the client: so the words are a packet in the clear,
// at its place, and no key was exchanged for them.
func (c *conn) meetClient(version string) {
	client := clean(version, longestVersion)
	err := ask(c.v.RefuseClient, client)
	if err == nil {
		return
	}
	c.v.logRefusal(&c.v.shutOut, c.remote, err, "client", client)
	sayLast(c.Conn, "", err)
	c.kill(err)
}
