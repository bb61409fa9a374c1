package admin

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/user"
	"slices"
	"strconv"
)

// A peer is the user at the other end of a connection, by the word of the system. The zero value may
// nothing.
type peer struct {
	uid   int
	gid   int  // its own group; 0 if the system does not tell
	known bool // the system tells
	may   bool
}

type peerKey struct{}

// withPeer finds out once for a connection who is at its other end.
func (s *Server) withPeer(ctx context.Context, c net.Conn) context.Context {
	find := s.credentials
	if find == nil {
		find = peerOf
	}
	p, err := find(c)
	if err != nil {
		s.Log.Error("console", "event", "admin_fault", "err", fmt.Errorf("credentials of the peer: %w", err))
		return ctx
	}
	p.may = allowed(p) || p.isIn(s.Group)
	return context.WithValue(ctx, peerKey{}, p)
}

// allowed lets in root and the server's own user. Where the system does not tell who it is, that the socket
// could be opened has to do.
func allowed(p peer) bool { return !p.known || p.uid == 0 || p.uid == os.Getuid() }

// isIn reports whether the peer is of a group, by its own or by the system's list.
func (p peer) isIn(group int) bool {
	if group == 0 || !p.known {
		return false
	}
	if p.gid == group {
		return true
	}
	u, err := user.LookupId(strconv.Itoa(p.uid))
	if err != nil {
		return false
	}
	all, err := u.GroupIds()
	return err == nil && slices.Contains(all, strconv.Itoa(group))
}

// GroupID finds a group by its name or number. Root's is none to be let in: whoever is root is.
func GroupID(group string) (int, error) {
	g, err := user.LookupGroup(group)
	if err != nil {
		if g, err = user.LookupGroupId(group); err != nil {
			return 0, fmt.Errorf("there is no group %q", group)
		}
	}
	id, err := strconv.Atoi(g.Gid)
	if err != nil || id == 0 {
		return 0, fmt.Errorf("%q is no group that can be let in", group)
	}
	return id, nil
}

// actor is how the audit table calls the peer.
func (p peer) actor() string {
	if !p.known {
		return "unknown"
	}
	return fmt.Sprintf("uid %d", p.uid)
}

// onDescriptor calls fn with the descriptor of a connection, which stays open meanwhile.
func onDescriptor(c net.Conn, fn func(fd int) error) (err error) {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("%T is no connection of a Unix socket", c)
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return err
	}
	if failed := raw.Control(func(fd uintptr) { err = fn(int(fd)) }); failed != nil {
		return failed
	}
	return err
}
