package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"

	"sshchat/internal/sanitize"
)

// Kick ends the login of an account, named as LoginOf has it, and says so to the person. The account may log in again.
func (s *Service) Kick(ctx context.Context, who string, reason sanitize.Text, a Audit) (Person, error) {
	l, err := s.LoginOf(ctx, who)
	if err != nil {
		return Person{}, err
	}
	a.Target = string(l.User.Name)
	if err := s.store.Audit(ctx, a); err != nil {
		return Person{}, err
	}
	return l.User, s.end(ctx, l, kicked(reason))
}

// end ends a login wherever its session is. That of another node finds out by its next act.
func (s *Service) end(ctx context.Context, l Login, cause error) error {
	p := Progress{Login: l.ID, User: l.User.ID}
	if session, held := s.sessions.Held(l.ID); held {
		p = *evict(ctx, session, cause)
	}
	return s.Logout(ctx, p, cause.Error())
}

// Remove takes back the line with an id, whosever it is and however old, as its author could; it stays in the log. It
// returns who has said it; nobody if that is the server.
func (s *Service) Remove(ctx context.Context, id EntryID, a Audit) (Person, error) {
	author, err := s.store.Author(ctx, id)
	if err == nil {
		a.Target = fmt.Sprintf("#%d by %s", id, cmp.Or(author.Name, "the server"))
		_, err = s.store.Append(ctx, Draft{Kind: Delete, Ref: id, Audit: &a})
	}
	if errors.Is(err, ErrNoEntry) {
		err = refuseNoLineThere
	}
	return author, err
}

// Extent is what there is of a room that somebody has typed the name of.
func (s *Service) Extent(ctx context.Context, typed string) (Extent, error) {
	name, err := ParseRoom(typed)
	if err != nil {
		return Extent{}, err
	}
	x, err := s.store.Extent(ctx, name)
	if errors.Is(err, ErrNoSuchRoom) {
		err = refuseNoRoomThere(name)
	}
	return x, err
}

// CloseRoom closes a room as its owner could: its members are told, and its name is free.
func (s *Service) CloseRoom(ctx context.Context, room Room, a Audit) error {
	a.Target = room.Name.String()
	_, err := s.store.Append(ctx, Draft{Kind: Close, Room: room.ID, Audit: &a})
	if errors.Is(err, ErrNoSuchRoom) {
		err = refuseNoRoomThere(room.Name)
	}
	return err
}

// Users lists accounts by name, those after the folded name after, at most limit.
func (s *Service) Users(ctx context.Context, after string, limit int) ([]User, error) {
	return s.store.Users(ctx, after, limit)
}

// ClearLocks ends the locks on an account, of that name or not, or on an ADDRESS, of which an IPv6 one stands for its /64, or a CIDR; for
// nobody it ends all. It returns how many held.
func (s *Service) ClearLocks(ctx context.Context, typed string, a Audit) (int, error) {
	var c Clearing
	a.Target = cmp.Or(typed, "all")
	switch target, err := ParseBanTarget(typed); {
	case typed == "":
	case err != nil:
		return 0, err
	case target.Kind == BanAddress:
		c.Network = addressNetwork(target.What)
		a.Target = networkName(c.Network)
	case target.Kind == BanAccount:
		c.Key = s.failure(typed, netip.AddrPort{}).Key
	default:
		return 0, refuseAddressForm(typed)
	}
	n, err := s.store.ClearLocks(ctx, c, a)
	if err != nil || c.Key != "" {
		return n, err
	}
	return n + s.attempts.drop(s.now(), func(key string) bool {
		addr, err := netip.ParseAddr(key)
		return !c.Network.IsValid() || err == nil && c.Network.Contains(addr)
	}), nil
}

// addressNetwork is the network of a ban's target; that of one IPv6 address is its /64, as locks go by that.
func addressNetwork(what string) netip.Prefix {
	p, _ := parseNetwork(what) // it is one
	if p.IsSingleIP() && p.Addr().Is6() {
		p, _ = p.Addr().Prefix(64) // 64 is in range
	}
	return p
}

// Locks lists the locks that hold now: those that are stored, and the addresses whose pace
// of wrong passwords is used up on this node.
func (s *Service) Locks(ctx context.Context) ([]Lock, error) {
	locks, err := s.store.Locks(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for key, left := range s.attempts.empty(now) {
		addr, err := netip.ParseAddr(key)
		if err != nil {
			continue
		}
		locks = append(locks, Lock{
			Scope: LockNames, Remote: netip.AddrPortFrom(addr, 0), Until: now.Add(left)})
	}
	return locks, nil
}
