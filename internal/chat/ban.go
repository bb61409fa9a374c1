package chat

import (
	"context"
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"sshchat/internal/sanitize"
)

// BanKind says what a ban knows somebody by.
type BanKind string

// The kinds of bans. The last two are words of the client's own: they keep out who does not know of them.
const (
	BanAccount BanKind = "account"
	BanAddress BanKind = "address" // or a network
	BanKey     BanKind = "key"
	BanClient  BanKind = "client"
)

// BanTarget is whom a ban keeps out.
type BanTarget struct {
	Kind BanKind
	// What is the account's name; an address or a CIDR, not mapped and without a zone; the fingerprint of a key, SHA256:...; or
	// a pattern for the version that a client gives, in which * is any text and ? any character, in any case.
	What string
}

// String is the target as it is typed.
func (t BanTarget) String() string {
	switch t.Kind {
	case BanKey:
		return keyPrefix + t.What
	case BanClient:
		return clientPrefix + t.What
	}
	return t.What
}

// Covers reports whether a ban of an address or a client keeps out who has logged in as l.
func (t BanTarget) Covers(l Login) bool {
	table := newBanTable([]Ban{{BanTarget: t}})
	return table.from(l.Remote.Addr(), time.Time{}) != nil || table.client(l.Client, time.Time{}) != nil
}

// Ban keeps somebody out for a time.
type Ban struct {
	BanTarget
	User   UserID // of BanAccount
	Since  time.Time
	Until  time.Time // zero: until somebody ends it
	Reason sanitize.Text
	Actor  string // as in Audit
}

func (b *Ban) holds(now time.Time) bool { return b.Until.IsZero() || b.Until.After(now) }

// The most bans of addresses, keys and clients that hold at once. Each pattern for clients is tried with each that comes.
const (
	MaxBans       = 100_000
	MaxClientBans = 200
)

// ErrManyBans is what a store refuses past those.
var ErrManyBans = errors.New("there are too many bans")

const (
	keyPrefix    = "key="
	clientPrefix = "client="
	// maxPattern is the longest pattern for clients, in bytes: as long as what it is for, which the edge cuts.
	maxPattern = 128
)

// ParseBanTarget reads whom somebody wants to ban: NAME, ADDRESS, CIDR, key=SHA256:... or client=PATTERN.
func ParseBanTarget(typed string) (BanTarget, error) {
	if key, ok := strings.CutPrefix(typed, keyPrefix); ok {
		return BanTarget{BanKey, key}, checkFingerprint(key)
	}
	if pattern, ok := strings.CutPrefix(typed, clientPrefix); ok {
		return BanTarget{BanClient, pattern}, checkPattern(pattern)
	}
	if !strings.ContainsAny(typed, ".:/") {
		return BanTarget{BanAccount, typed}, nil
	}
	network, err := parseNetwork(typed)
	if err != nil {
		return BanTarget{}, refuseAddressForm(typed)
	}
	return BanTarget{BanAddress, networkName(network)}, nil
}

func checkFingerprint(s string) error {
	hash, ok := strings.CutPrefix(s, "SHA256:")
	if sum, err := base64.RawStdEncoding.Strict().DecodeString(hash); !ok || err != nil || len(sum) != 32 {
		return refuseFingerprint
	}
	return nil
}

func checkPattern(s string) error {
	if s == "" || sanitize.Field(s, maxPattern).String() != s {
		return refusePattern
	}
	return nil
}

// parseNetwork reads an address or a CIDR as one network, without what makes one place look like two.
func parseNetwork(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		a = plainAddr(a)
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	const mapped = 96 // bits in front of an IPv4 address
	if err == nil && p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	return p.Masked(), err
}

func plainAddr(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func networkName(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// IsEverybody reports whether t keeps out all there are, or all of IPv4 or IPv6.
func (t BanTarget) IsEverybody() bool {
	switch t.Kind {
	case BanAddress:
		return strings.HasSuffix(t.What, "/0")
	case BanClient:
		return strings.Trim(t.What, "*") == ""
	}
	return false
}

// Ban keeps somebody out for some time, or if length is 0 until Unban; it ends their logins, and says why. A ban
// that has run out is over by itself.
func (s *Service) Ban(ctx context.Context, t BanTarget, length time.Duration, reason sanitize.Text, a Audit) (Ban, error) {
	b := Ban{BanTarget: t, Since: s.now(), Reason: reason, Actor: a.Actor}
	if length > 0 {
		b.Until = b.Since.Add(length)
	}
	if t.Kind == BanAccount {
		return s.banAccount(ctx, b, a)
	}
	a.Target = b.String()
	switch err := s.store.Ban(ctx, b, a); {
	case errors.Is(err, ErrStale):
		return Ban{}, refuseBannedAlready(b.String())
	case errors.Is(err, ErrManyBans):
		return Ban{}, refuseManyBans
	case err != nil:
		return Ban{}, err
	}
	if err := s.loadBans(ctx); err != nil {
		return Ban{}, err
	}
	return b, s.endAll(ctx, wasBanned(b), func(l Login) bool { return s.keptOut(l.Remote.Addr(), l.Client) != nil })
}

// banAccount ends the login first: what its person has is saved with it, which nobody can do once the ban has ended
// the row.
func (s *Service) banAccount(ctx context.Context, b Ban, a Audit) (Ban, error) {
	u, err := s.lookup(ctx, b.What)
	switch {
	case err != nil:
		return Ban{}, err
	case !u.Disabled.IsZero():
		return Ban{}, refuseShutAlready(u)
	}
	b.What, b.User, a.Target = string(u.Name), u.ID, string(u.Name)
	cause := wasBanned(b)
	isTheirs := func(l Login) bool { return l.User.ID == u.ID }
	if err := s.endAll(ctx, cause, isTheirs); err != nil {
		return Ban{}, err
	}
	if err := s.store.Ban(ctx, b, a); errors.Is(err, ErrStale) {
		return Ban{}, refuseBannedAlready(b.What)
	} else if err != nil {
		return Ban{}, err
	}
	for _, l := range s.heldBy(isTheirs) { // whoever has slipped in between
		if session, held := s.sessions.Held(l.ID); held {
			evict(ctx, session, cause)
		}
	}
	return b, nil
}

// endAll ends, all at once, the logins whose sessions are on this node and for which is holds.
func (s *Service) endAll(ctx context.Context, cause error, is func(Login) bool) error {
	logins := s.heldBy(is)
	errs := make([]error, len(logins))
	var ending sync.WaitGroup
	for i, l := range logins {
		ending.Go(func() { errs[i] = s.end(ctx, l, cause) })
	}
	ending.Wait()
	return errors.Join(errs...)
}

// heldBy lists the logins for which is holds and whose sessions are on this node.
func (s *Service) heldBy(is func(Login) bool) (logins []Login) {
	s.sessions.Each(func(l Login, _ Session) {
		if is(l) {
			logins = append(logins, l)
		}
	})
	return logins
}

// Unban ends a ban.
func (s *Service) Unban(ctx context.Context, t BanTarget, a Audit) (BanTarget, error) {
	if t.Kind == BanAccount {
		u, err := s.lookup(ctx, t.What)
		if err != nil {
			return BanTarget{}, err
		}
		t.What, a.Target = string(u.Name), string(u.Name)
		if err = s.store.SetDisabled(ctx, u.ID, false, a); errors.Is(err, ErrStale) {
			err = refuseNotBanned(t.What)
		}
		return t, err
	}
	a.Target = t.String()
	if err := s.store.Unban(ctx, t, a); errors.Is(err, ErrStale) {
		return BanTarget{}, refuseNotBanned(t.String())
	} else if err != nil {
		return BanTarget{}, err
	}
	return t, s.loadBans(ctx)
}

// Bans lists the bans that hold, the newest first.
func (s *Service) Bans(ctx context.Context) ([]Ban, error) { return s.store.Bans(ctx) }

// loadBans has those that connect asked for the bans as they are stored now.
func (s *Service) loadBans(ctx context.Context) error {
	s.loading.Lock() // else an older list could come last
	defer s.loading.Unlock()
	all, err := s.store.Bans(ctx)
	if err == nil {
		s.bans.Store(newBanTable(all))
	}
	return err
}

// RefuseAddress says why nobody may connect from an address, in words for the person; nothing if they may. This and
// the next are asked for each connection, and answer from memory.
func (s *Service) RefuseAddress(addr netip.Addr) string {
	return s.bans.Load().from(addr, s.now()).why()
}

// RefuseClient is RefuseAddress for a client by the version that it gives, cleaned.
func (s *Service) RefuseClient(version string) string {
	return s.bans.Load().client(version, s.now()).why()
}

// RefuseKey is RefuseAddress for a client that offers the key with a fingerprint. It need not have the key: whoever offers
// another's keeps out themselves.
func (s *Service) RefuseKey(fingerprint string) string {
	return s.bans.Load().key(fingerprint, s.now()).why()
}

// keptOut is the refusal of a login from an address or by a client that was banned after it had connected.
func (s *Service) keptOut(addr netip.Addr, client string) error {
	table, now := s.bans.Load(), s.now()
	for _, b := range []*Ban{table.from(addr, now), table.client(client, now)} {
		if b != nil {
			return isBanned(*b)
		}
	}
	return nil
}

// whyBanned is the refusal of an account that is disabled.
func (s *Service) whyBanned(ctx context.Context, who Person) error {
	u, err := s.store.UserByKey(ctx, who.Name.Key())
	if err != nil || u.Disabled.IsZero() {
		return refuseBanned // it was a moment ago
	}
	return isBanned(Ban{BanTarget: BanTarget{Kind: BanAccount}, Until: u.DisabledUntil, Reason: u.DisabledWhy})
}
