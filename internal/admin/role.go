package admin

import (
	"net/netip"

	"sshchat/internal/chat"
)

// A role is how much somebody may do: who has a lower one may all that those above may.
type role int

const (
	machine    role = iota // whoever may use the console on the server's machine: all
	admins                 // accounts, in the chat
	moderators             // likewise
)

// roleOf is the role that an account has; false if it has none.
func roleOf(name string) (r role, ok bool) {
	switch name {
	case chat.Admin:
		return admins, true
	case chat.Moderator:
		return moderators, true
	}
	return 0, false
}

// address is where somebody comes from, for those who may know it: moderators need not.
func (r *request) address(a netip.AddrPort) string {
	if r.role == moderators {
		return ""
	}
	return place(a)
}
