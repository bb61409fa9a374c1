package chat

import (
	"context"
	"net/netip"
)

// Authority judges passwords that are not kept here. Its turns are those of Passwords; authcmd.Command is the real one.
type Authority interface {
	// Judge reports whether a password is that of the folded name, and whether it can tell at all. Its error is of waiting
	// for a turn, as that of Verify.
	Judge(ctx context.Context, rank int, from, name, password string, address netip.Addr) (ok, sure bool, err error)
}

// compare is Passwords.Verify, or what the Authority says. What cannot be a name is nobody's there, either.
func (s *Service) compare(ctx context.Context, rank int, f Failure, u User, password string) (ok, outdated bool, err error) {
	from := s.from(f.Remote)
	switch {
	case s.authority == nil:
		return s.passwords.Verify(ctx, rank, from, u.Password, password)
	case !isName(f.Key):
		return false, false, nil
	}
	ok, sure, err := s.authority.Judge(ctx, rank, from, f.Key, password, f.Remote.Addr())
	if err == nil && !sure {
		err = refuseUnsure
	}
	return ok, false, err
}

// firstLogin makes the account of somebody whom the Authority knows and who has none here.
func (s *Service) firstLogin(ctx context.Context, a Attempt) (User, error) {
	n, err := ParseName(a.Name)
	if err != nil {
		return User{}, err
	}
	if err := s.free(ctx, n); err != nil {
		return User{}, err
	}
	return s.create(ctx, NewUser{Name: n})
}

// MayChangePassword refuses those who have nothing to change here: the passwords are kept elsewhere, or a lock holds.
func (s *Service) MayChangePassword(ctx context.Context, me Actor, remote netip.AddrPort) error {
	if s.authority != nil {
		return refuseElsewhere
	}
	return s.CheckLogin(ctx, me.Name.Key(), remote)
}
