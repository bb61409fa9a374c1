package chat

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// How long a login waits for the session that is in its way. Together they are the 5 s within which a dead link
// is found when somebody waits for its account.
const (
	aliveWait = 3 * time.Second // to prove that its client is still there
	evictWait = 2 * time.Second // to prove what it had shown
)

// Attempt is somebody trying to enter as an account.
type Attempt struct {
	Name     string // as typed
	Password string
	Remote   netip.AddrPort
	Client   string // cleaned
	TakeOver bool   // end the login that is in the way
	Invite   string // the code, as typed, for SignUp where that needs one
}

// Login begins a login for the account that a names. A name that does not exist and a wrong
// password take the same time, count the same, and are refused in the same words; all that is
// known of an account is said after the right password only.
//
// An account that must change its password is refused with the reason MustChange, unless it is banned: see LoginAnew.
//
// If the account is logged in already, its session must prove within 3 s that its client is there.
// If it does the login is refused, unless a.TakeOver; if it does not, or with TakeOver, it is ended.
func (s *Service) Login(ctx context.Context, a Attempt, session Session) (Begun, error) {
	if err := s.keptOut(a.Remote.Addr(), a.Client); err != nil {
		return Begun{}, err
	}
	u, outdated, err := s.judge(ctx, a.Name, a.Remote, a.Password, s.refuseDenied())
	if err != nil {
		return Begun{}, err
	}
	if u.ID == 0 { // the Authority knows whom we do not
		if u, err = s.firstLogin(ctx, a); err != nil {
			return Begun{}, err
		}
	}
	if u.MustChange && u.Disabled.IsZero() && s.authority == nil {
		return Begun{}, refuseMustChange
	}
	if outdated {
		s.rehash(ctx, u, a.Password)
	}
	return s.enter(ctx, u.Person, a, session)
}

// LoginAnew is Login with a new password, which is the account's from then on. Those whose Login was refused with the reason
// MustChange have no other way in.
func (s *Service) LoginAnew(ctx context.Context, a Attempt, password string, session Session) (Begun, error) {
	if err := s.keptOut(a.Remote.Addr(), a.Client); err != nil {
		return Begun{}, err
	}
	u, err := s.replacePassword(ctx, a.Name, a.Remote, a.Password, password, s.refuseDenied())
	if err != nil {
		return Begun{}, err
	}
	return s.enter(ctx, u, a, session)
}

// rehash brings a stored password up to the present parameters. It is no part of the login: if it fails the
// next one does it. So whoever has to log in goes before it.
func (s *Service) rehash(ctx context.Context, u User, password string) {
	if phc, err := s.passwords.Hash(ctx, 0, "", password); err == nil {
		_ = s.store.SetPassword(ctx, u.ID, u.Password, phc)
	}
}

// enter begins the login of an account whose password was right.
func (s *Service) enter(ctx context.Context, u Person, a Attempt, session Session) (Begun, error) {
	if err := s.CheckOpen(); err != nil {
		return Begun{}, err
	}
	release, err := s.entering.lock(ctx, u.ID)
	if err != nil {
		return Begun{}, err
	}
	defer release()
	if err := session.Admit(); err != nil {
		return Begun{}, err
	}
	begun, err := s.begin(ctx, u, a)
	if err != nil {
		return Begun{}, err
	}
	s.sessions.Open(begun, session)
	if err := s.keptOut(a.Remote.Addr(), a.Client); err != nil { // banned meanwhile: Ban may have looked for it too early
		return Begun{}, errors.Join(err, s.Logout(ctx, Progress{Login: begun.ID, User: u.ID, Unsent: begun.Unsent}, err.Error()))
	}
	return begun, nil
}

// begin writes the login, and clears the way for it as often as another node gets into it.
func (s *Service) begin(ctx context.Context, u Person, a Attempt) (Begun, error) {
	l := NewLogin{User: u.ID, Slot: Prompt, Node: s.node, Remote: a.Remote, Client: a.Client}
	for range 3 {
		begun, err := s.store.BeginLogin(ctx, l)
		var inTheWay *LoggedInError
		switch {
		case errors.As(err, &inTheWay):
			if err := s.clear(ctx, inTheWay.Login, a, &l); err != nil {
				return Begun{}, err
			}
			continue
		case errors.Is(err, ErrDisabled):
			return Begun{}, s.whyBanned(ctx, u)
		case errors.Is(err, ErrClosed):
			return Begun{}, refuseClosed
		}
		return begun, s.orLocked(a.Name, err)
	}
	return Begun{}, refuseBusy
}

// clear decides what becomes of the login in the way, and has l replace it or refuses.
func (s *Service) clear(ctx context.Context, old Login, a Attempt, l *NewLogin) error {
	l.Replaces, l.Left, l.EndedWhy = old.ID, nil, "its session was gone"
	if old.Node != s.node {
		if !a.TakeOver {
			return refuseLoggedIn(old)
		}
		l.EndedWhy = "taken over"
		return nil
	}
	session, held := s.sessions.Held(old.ID)
	switch {
	case !held:
		return nil
	case a.TakeOver:
		l.EndedWhy = "taken over"
		l.Left = evict(ctx, session, takenOver(a.Remote.Addr()))
	case alive(ctx, session):
		return refuseLoggedIn(old)
	case ctx.Err() != nil:
		return context.Cause(ctx) // whoever asked has gone: that proves nothing of the other
	default:
		l.EndedWhy = "its link was dead"
		l.Left = evict(ctx, session, linkDead)
	}
	s.sessions.Close(old.ID)
	return nil
}

func alive(ctx context.Context, session Session) bool {
	ctx, cancel := context.WithTimeout(ctx, aliveWait)
	defer cancel()
	return session.Alive(ctx)
}

func evict(ctx context.Context, session Session, cause error) *Progress {
	ctx, cancel := context.WithTimeout(ctx, evictWait)
	defer cancel()
	p := session.Evict(ctx, cause)
	return &p
}

// Logout ends a login and saves how far its session came. The login is over for this node
// even if that fails: nobody is locked out by a full disk.
func (s *Service) Logout(ctx context.Context, p Progress, why string) error {
	defer s.sessions.Close(p.Login)
	return s.store.EndLogin(ctx, p, why)
}
