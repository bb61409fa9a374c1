package chat

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
)

// place is where an account is tried from: its key, and an address without a port.
type place struct{ key, address string }

// failure is what a wrong password for name from remote counts against. What cannot be a name may be a
// password that was typed a question too early: it counts as the others do, but only a hash of
// it, under a key of this process, is kept.
func (s *Service) failure(name string, remote netip.AddrPort) Failure {
	key := strings.ToLower(name)
	if !isName(name) {
		mac := hmac.New(sha256.New, s.secret[:])
		mac.Write([]byte(key))
		key = "?" + hex.EncodeToString(mac.Sum(nil)[:8])
	}
	return Failure{Key: key, Remote: netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())}
}

// CheckLogin refuses a login that is locked, before a password is asked. Known and unknown
// names are answered alike.
func (s *Service) CheckLogin(ctx context.Context, name string, remote netip.AddrPort) error {
	err := s.checkLogin(ctx, name, remote)
	if _, refused := AsRefusal(err); refused {
		s.seen.Judged(NotNow)
	}
	return err
}

func (s *Service) checkLogin(ctx context.Context, name string, remote netip.AddrPort) error {
	f := s.failure(name, remote)
	if !s.exempt(f.Remote.Addr()) {
		if left := s.attempts.left(addressKey(f.Remote.Addr()), s.now()); left > 0 {
			return refuseAddress(left)
		}
	}
	lock, err := s.store.Locked(ctx, f)
	if err != nil || lock.Until.IsZero() {
		return err
	}
	return s.refuseLock(name, lock)
}

// refuseLock refuses whatever a lock forbids that the store has found: also one that has ended since.
func (s *Service) refuseLock(name string, l Lock) Refusal {
	return refuseLocked(name, l.Until.Sub(s.now()))
}

// judge checks the password of the account called name; a wrong one counts, and is refused with denied. A
// right one ends the row of strikes from there, whatever else may then keep the person out.
//
// Of one account and address passwords are judged one after the other: as many as arrive at once
// would else all be judged before the first of them counts.
func (s *Service) judge(ctx context.Context, name string, remote netip.AddrPort, password string, denied Refusal) (u User, outdated bool, err error) {
	f := s.failure(name, remote)
	release, err := s.judging.lock(ctx, place{f.Key, addressKey(f.Remote.Addr())})
	if err != nil {
		return User{}, false, err
	}
	defer release()
	if err := s.CheckLogin(ctx, name, remote); err != nil {
		return User{}, false, err
	}
	if u, err = s.account(ctx, name); err != nil {
		return User{}, false, err
	}
	ok, outdated, err := s.verify(ctx, f, u, password)
	switch {
	case err != nil:
		s.seen.Judged(Unknown)
		return User{}, false, err
	case !ok:
		s.seen.Judged(Wrong)
		return User{}, false, s.wrong(ctx, f, name, denied)
	}
	s.seen.Judged(Right)
	return u, outdated, s.orLocked(name, s.store.ClearStrikes(ctx, f))
}

// account finds the account of that name; one that does not exist is the zero User, whose password
// nobody has.
func (s *Service) account(ctx context.Context, name string) (User, error) {
	if !isName(name) {
		return User{}, nil
	}
	u, err := s.store.UserByKey(ctx, Name(name).Key())
	if errors.Is(err, ErrNoUser) {
		return User{}, nil
	}
	return u, err
}

// verify compares while it holds one attempt of the address, which is used up only by a wrong password.
func (s *Service) verify(ctx context.Context, f Failure, u User, password string) (ok, outdated bool, err error) {
	addr := f.Remote.Addr()
	known, err := s.store.WasHere(ctx, u.ID, addr)
	if err != nil {
		return false, false, err
	}
	rank := s.rank(addr, known)
	if !s.exempt(addr) {
		key := addressKey(addr)
		if !s.attempts.hold(key, s.now()) {
			return false, false, refuseManyLogins
		}
		defer func() { s.attempts.settle(key, s.now(), err == nil && !ok) }()
	}
	return s.compare(ctx, rank, f, u, password)
}

// rank says who goes first while many wait for a hash: somebody who comes from where that account has logged in
// before, then whoever has guessed least. So a flood of guesses holds up itself and not the others. Attempts that are
// being judged do not lower it, or those who come next would overtake them.
func (s *Service) rank(addr netip.Addr, known bool) int {
	tokens := s.Rules().Attempts.Burst
	if !s.exempt(addr) {
		tokens = s.attempts.tokens(addressKey(addr), s.now())
	}
	if known {
		tokens += s.Rules().Attempts.Burst + 1
	}
	return tokens
}

// from is the place that somebody waits for a hash from: of one rank each place has its turn. The exempt are many
// behind one address, and each a place of its own.
func (s *Service) from(remote netip.AddrPort) string {
	if s.exempt(remote.Addr()) {
		return remote.String()
	}
	return addressKey(remote.Addr())
}

// hash makes the hash of a new password.
func (s *Service) hash(ctx context.Context, remote netip.AddrPort, password string) (string, error) {
	return s.passwords.Hash(ctx, s.rank(remote.Addr(), false), s.from(remote), password)
}

// wrong counts a wrong password, also if whoever typed it does not wait for the answer, and says so together
// with the lock that it led to. Where there was a lock before, nothing is said of the password.
func (s *Service) wrong(ctx context.Context, f Failure, name string, denied Refusal) error {
	lock, err := s.store.Fail(context.WithoutCancel(ctx), f, s.Rules().Locks)
	if err != nil {
		return s.orLocked(name, err)
	}
	if lock.Until.IsZero() {
		return denied
	}
	s.seen.LockedOut(f, lock)
	return refuseStruckOut(denied, name, lock.Until.Sub(s.now()))
}

// orLocked turns a *LockedError into words.
func (s *Service) orLocked(name string, err error) error {
	var locked *LockedError
	if errors.As(err, &locked) {
		return s.refuseLock(name, locked.Lock)
	}
	return err
}
