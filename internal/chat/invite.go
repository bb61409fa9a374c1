package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// InviteID is the number that an invite is listed by.
type InviteID int64

func (i InviteID) String() string { return fmt.Sprintf("invite %d", int64(i)) }

// NewInvite is an invite to be kept.
type NewInvite struct {
	Code  string    // a hash of the code
	Uses  int       // how many accounts it is for
	Until time.Time // zero: for ever
}

// Invited is an invite that can be used.
type Invited struct {
	ID          InviteID
	Uses        int // that are left
	Made, Until time.Time
}

// MaxInviteUses is how many accounts one invite can be for.
const MaxInviteUses = 10_000

// CreateInvite makes an invite for so many accounts, that lasts for so long, 0 for ever. Its code is told once: what is kept
// is a hash.
func (s *Service) CreateInvite(ctx context.Context, uses int, lasts time.Duration, a Audit) (made Invited, code string, err error) {
	if uses < 1 || uses > MaxInviteUses {
		return Invited{}, "", refuseInviteUses
	}
	made = Invited{Uses: uses, Made: s.now()}
	if lasts > 0 {
		made.Until = made.Made.Add(lasts)
	}
	code, _ = s.passwords.Random() // as hard to guess, and as easy to type
	made.ID, err = s.store.CreateInvite(ctx, NewInvite{Code: hashInvite(code), Uses: uses, Until: made.Until}, a)
	return made, code, err
}

// hashInvite is what is kept of a code. It is no password: nobody chooses it, so a fast hash tells nobody what it is.
func hashInvite(code string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// Invites lists the invites that can be used, the oldest first.
func (s *Service) Invites(ctx context.Context) ([]Invited, error) { return s.store.Invites(ctx) }

// RevokeInvite takes an invite back, by its number or its code.
func (s *Service) RevokeInvite(ctx context.Context, typed string, a Audit) (InviteID, error) {
	n, _ := strconv.ParseInt(typed, 10, 64) // 0 is no invite
	id, err := s.store.RevokeInvite(ctx, InviteID(n), hashInvite(typed), a)
	if errors.Is(err, ErrNoInvite) {
		err = refuseNoInvite
	}
	return id, err
}

// CheckInvite refuses a code that no account can be made with. A wrong one counts as a wrong password does for the pace of
// the address.
func (s *Service) CheckInvite(ctx context.Context, remote netip.AddrPort, code string) (err error) {
	addr := remote.Addr().Unmap()
	if !s.exempt(addr) {
		key := addressKey(addr)
		if left := s.attempts.left(key, s.now()); left > 0 {
			return refuseAddress(left)
		}
		if !s.attempts.hold(key, s.now()) {
			return refuseManyLogins
		}
		defer func() { s.attempts.settle(key, s.now(), err == refuseInvite) }()
	}
	has, err := s.store.HasInvite(ctx, hashInvite(code))
	if err == nil && !has {
		err = refuseInvite
	}
	return err
}
