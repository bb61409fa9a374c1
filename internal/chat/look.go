package chat

import (
	"context"
	"slices"
	"strconv"
)

// A Link is somebody who is logged in, with what their session has carried. Of those on another node only the login is
// known.
type Link struct {
	Login
	Traffic
	// Behind is how many lines of others the client is not proven to have, at most MaxBacklog.
	Behind int
}

// Links lists everyone who is logged in, by name.
func (s *Service) Links(ctx context.Context) ([]Link, error) {
	logins, err := s.Logins(ctx)
	if err != nil {
		return nil, err
	}
	links := make([]Link, len(logins))
	for i, l := range logins {
		if links[i], err = s.link(ctx, l); err != nil {
			return nil, err
		}
	}
	return links, nil
}

func (s *Service) link(ctx context.Context, l Login) (Link, error) {
	link := Link{Login: l}
	session, _ := s.sessions.Held(l.ID)
	m, ok := session.(Metered)
	if !ok {
		return link, nil
	}
	if link.Traffic = m.Traffic(); !link.Lags {
		return link, nil
	}
	b, err := s.store.Backlog(ctx, l.User.ID, Stretch{From: link.Delivered + 1}, 0)
	link.Behind = b.Count
	return link, err
}

// LoginOf finds the login that is meant by the name of an account, or by the number of the login.
func (s *Service) LoginOf(ctx context.Context, typed string) (Login, error) {
	id, err := strconv.ParseInt(typed, 10, 64) // no name is a number
	if err != nil {
		return s.loginByName(ctx, typed)
	}
	logins, err := s.Logins(ctx)
	if err != nil {
		return Login{}, err
	}
	i := slices.IndexFunc(logins, func(l Login) bool { return l.ID == LoginID(id) })
	if i < 0 {
		return Login{}, refuseNoSession(id)
	}
	return logins[i], nil
}

func (s *Service) loginByName(ctx context.Context, typed string) (Login, error) {
	u, err := s.lookup(ctx, typed)
	if err != nil {
		return Login{}, err
	}
	online, err := s.online(ctx)
	if err != nil {
		return Login{}, err
	}
	l, ok := online[u.ID]
	if !ok {
		return Login{}, refuseOffline(u.Name)
	}
	return l, nil
}

// User finds the account that is meant by what somebody typed, banned ones too.
func (s *Service) User(ctx context.Context, typed string) (User, error) { return s.lookup(ctx, typed) }
