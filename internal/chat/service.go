package chat

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/sanitize"
)

// Rules are the limits of the domain. A limit of 0 is no limit.
type Rules struct {
	MessageBytes int
	MessageLines int

	RoomsPerPerson int // that somebody can be in at once

	EditWindow time.Duration // how long a line can be changed by its author

	// Messages and Broadcasts are the pace of one person.
	Messages, Broadcasts Pace
	// Broadcast says who may broadcast.
	Broadcast Broadcasters
	// SignUps is how many new accounts one address may make: Burst in any time of Burst times Every.
	SignUps Pace
	// Attempts is the pace of wrong passwords from one address; right ones do not count.
	Attempts Pace
	// Exempt are the networks that SignUps and Attempts do not hold for: a class behind one address. Locks
	// hold for them too, so that guesses at one account's password stay bounded from everywhere.
	Exempt []netip.Prefix

	Locks        LockPolicy
	SignUpClosed bool
	// SignUpInvited has SignUp want an invite.
	SignUpInvited bool
	MinPassword   int
}

// Broadcasters are those who may broadcast, besides moderators and admins, who always may. The zero value is everyone.
type Broadcasters struct {
	Moderators bool          // nobody else
	Age        time.Duration // accounts that are at least as old
}

// Service is the domain's verbs. Its methods may be called from many goroutines. Each returns
// a Refusal where the person asked for what cannot be had.
type Service struct {
	store     Store
	sessions  Sessions
	passwords Passwords
	authority Authority // nil: Passwords judge
	weakness  func(password, name string, least int) string
	node      Node
	rules     atomic.Pointer[Rules]
	closed    atomic.Bool // nobody new is let in
	now       func() time.Time
	seen      Observer
	secret    [16]byte // keys the hashes of what cannot be a name

	entering   keyedLock[UserID] // one login of an account at a time on this node
	judging    keyedLock[place]  // and one password of an account from one address
	known      directory         // who was written to
	messages   buckets
	broadcasts buckets
	signups    quota
	attempts   buckets

	loading sync.Mutex // held while what follows is read and replaced
	bans    atomic.Pointer[banTable]
	board   atomic.Pointer[board]

	raiding   sync.Mutex    // held while a raid begins or ends
	slow      buckets       // in a raid
	raidNoted chan struct{} // tells Run; capacity 1
}

// Config is what a Service is made of.
type Config struct {
	Store     Store
	Sessions  Sessions
	Passwords Passwords
	// Authority judges the passwords of all in place of Passwords; nil: none does. Then nobody signs up: whom it knows has an
	// account from the first login on.
	Authority Authority
	// Weakness says why a password does not qualify, or nothing: password.Weakness.
	Weakness func(password, name string, least int) string
	Node     Node
	Rules    Rules
	Now      func() time.Time
	Observer Observer // nil: nobody does
}

// New makes a Service.
func New(c Config) *Service {
	s := &Service{
		store: c.Store, sessions: c.Sessions, passwords: c.Passwords, authority: c.Authority, weakness: c.Weakness,
		node: c.Node, now: c.Now, seen: c.Observer,
		messages:   buckets{pace: c.Rules.Messages},
		broadcasts: buckets{pace: c.Rules.Broadcasts},
		signups:    quota{pace: c.Rules.SignUps},
		attempts:   buckets{pace: c.Rules.Attempts},
		slow:       buckets{pace: raidPace},
		raidNoted:  make(chan struct{}, 1),
	}
	if s.seen == nil {
		s.seen = nobody{}
	}
	s.SetRules(c.Rules)
	rand.Read(s.secret[:]) // never fails
	s.bans.Store(newBanTable(nil))
	s.board.Store(&board{})
	return s
}

// Load reads what the service keeps in memory of what is stored. It comes before anybody is served.
func (s *Service) Load(ctx context.Context) error {
	if err := s.loadBans(ctx); err != nil {
		return err
	}
	return s.loadBoard(ctx)
}

// Rules returns the limits that hold now.
func (s *Service) Rules() Rules { return *s.rules.Load() }

// SetRules has other limits hold for what is done from now on. Who has used up a pace that changes may begin anew.
func (s *Service) SetRules(r Rules) {
	if s.authority != nil {
		r.SignUpClosed = true
	}
	s.rules.Store(&r)
	s.messages.setPace(r.Messages)
	s.broadcasts.setPace(r.Broadcasts)
	s.signups.setPace(r.SignUps)
	s.attempts.setPace(r.Attempts)
}

// SetClosed has nobody log in or make an account while the server is about to stop. Those who are in stay.
func (s *Service) SetClosed(closed bool) { s.closed.Store(closed) }

// CheckOpen refuses while nobody is let in.
func (s *Service) CheckOpen() error {
	if s.closed.Load() {
		return refuseClosing
	}
	return nil
}

// Now is the time by the clock that the service goes by.
func (s *Service) Now() time.Time { return s.now() }

// lookup finds the account somebody meant by what they typed.
func (s *Service) lookup(ctx context.Context, typed string) (User, error) {
	if !isName(typed) {
		return User{}, refuseNoUser(typed, s.nearest(ctx, typed))
	}
	u, err := s.store.UserByKey(ctx, Name(typed).Key())
	if errors.Is(err, ErrNoUser) {
		return User{}, refuseNoUser(typed, s.nearest(ctx, typed))
	}
	return u, err
}

// other is lookup for verbs that make no sense on oneself.
func (s *Service) other(ctx context.Context, me UserID, typed string, self Refusal) (User, error) {
	u, err := s.lookup(ctx, typed)
	if err == nil && u.ID == me {
		err = self
	}
	return u, err
}

// exempt reports whether the limits on addresses do not hold for a.
func (s *Service) exempt(a netip.Addr) bool {
	a = a.WithZone("") // no network contains an address with a zone, as link-local ones have
	for _, p := range s.Rules().Exempt {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// fits refuses a message that is empty or past the limits. Nothing is ever cut.
func (s *Service) fits(text sanitize.Text) error {
	bytes, lines := len(text.String()), text.Lines()
	rules := s.Rules()
	switch maxBytes, maxLines := rules.MessageBytes, rules.MessageLines; {
	case isBlank(text):
		return refuseEmpty
	case maxBytes > 0 && bytes > maxBytes, maxLines > 0 && lines > maxLines:
		return refuseTooBig(bytes, maxBytes, lines, maxLines)
	}
	return nil
}

func isBlank(t sanitize.Text) bool {
	for _, c := range t.String() {
		if c != ' ' && c != '\n' {
			return false
		}
	}
	return true
}
