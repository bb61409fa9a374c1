package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// Presence is somebody who is online.
type Presence struct {
	Person
	Since time.Time     // when they logged in
	Away  sanitize.Text // what they say of being away; empty: they are here
	DND   time.Time     // until when they do not want to be disturbed; zero: they may be
}

// WhoElse lists everyone else who is online, by name.
func (s *Service) WhoElse(ctx context.Context, me Actor) ([]Presence, error) {
	return s.presences(ctx, me, func(Login) bool { return true })
}

// WhoLast lists everyone else who is online and logged in within the last d.
func (s *Service) WhoLast(ctx context.Context, me Actor, d time.Duration) ([]Presence, error) {
	since := s.now().Add(-d)
	return s.presences(ctx, me, func(l Login) bool { return !l.Since.Before(since) })
}

func (s *Service) presences(ctx context.Context, me Actor, want func(Login) bool) ([]Presence, error) {
	logins, err := s.Logins(ctx)
	if err != nil {
		return nil, err
	}
	blocked, err := s.store.Blocked(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	var ps []Presence
	for _, l := range logins {
		if l.User.ID != me.ID && want(l) {
			ps = append(ps, s.presence(l, slices.Contains(blocked, l.User)))
		}
	}
	return ps, nil
}

// Whereabouts is who as WhoElse shows them to me; false if they are not online.
func (s *Service) Whereabouts(ctx context.Context, me Actor, who Person) (p Presence, online bool, err error) {
	l, err := s.store.OnlineOf(ctx, who.ID)
	if err != nil || l.ID == 0 || !s.stands(l) {
		return Presence{}, false, err
	}
	blocked, err := s.store.Blocked(ctx, me.ID)
	return s.presence(l, slices.Contains(blocked, l.User)), true, err
}

// presence is what may be seen of a login. The words of somebody who is blocked are not shown to who blocks them.
func (s *Service) presence(l Login, blocked bool) Presence {
	p := Presence{Person: l.User, Since: l.Since, Away: l.Away}
	if blocked && !p.Away.IsEmpty() {
		p.Away = sanitize.Line(JustAway)
	}
	if l.DND.After(s.now()) {
		p.DND = l.DND
	}
	return p
}

// Logins lists everyone who is logged in, by name. A row of this node whose session is gone, because the
// disk was full when it ended, is nobody.
func (s *Service) Logins(ctx context.Context) ([]Login, error) {
	logins, err := s.store.Online(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(logins, func(l Login) bool { return !s.stands(l) }), nil
}

// stands reports whether a login that is stored is a session. That of another node is taken on its
// word.
func (s *Service) stands(l Login) bool {
	if l.Node != s.node {
		return true
	}
	_, held := s.sessions.Held(l.ID)
	return held
}

func (s *Service) online(ctx context.Context) (map[UserID]Login, error) {
	logins, err := s.Logins(ctx)
	if err != nil {
		return nil, err
	}
	m := make(map[UserID]Login, len(logins))
	for _, l := range logins {
		m[l.User.ID] = l
	}
	return m, nil
}

// Profile is what one may know of an account.
type Profile struct {
	Person
	Created     time.Time
	About       sanitize.Text // what they say of themselves
	OnlineSince time.Time     // zero: not online
	Away        sanitize.Text // as in Presence
	DND         time.Time     // as in Presence
	LastLogin   time.Time     // zero: never
	Role        string        // as in User
	Blocked     bool          // by the one who asks
	Self        bool
}

// Lookup finds the account somebody meant by what they typed, unless that is themselves.
func (s *Service) Lookup(ctx context.Context, me Actor, typed string) (Person, error) {
	u, err := s.other(ctx, me.ID, typed, refuseSelf)
	return u.Person, err
}

// WhoIs describes the account somebody meant by what they typed.
func (s *Service) WhoIs(ctx context.Context, me Actor, typed string) (Profile, error) {
	u, err := s.lookup(ctx, typed)
	if err != nil {
		return Profile{}, err
	}
	online, err := s.online(ctx)
	if err != nil {
		return Profile{}, err
	}
	blocked, err := s.store.Blocked(ctx, me.ID)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{
		Person: u.Person, Created: u.CreatedAt, LastLogin: u.LastLogin, Role: u.Role, Self: u.ID == me.ID,
		About: u.About, Blocked: slices.Contains(blocked, u.Person),
	}
	if p.Blocked {
		p.About = sanitize.Text{}
	}
	if l, ok := online[u.ID]; ok {
		seen := s.presence(l, p.Blocked)
		p.OnlineSince, p.Away, p.DND = seen.Since, seen.Away, seen.DND
	}
	return p, nil
}

// Complete lists at most limit names of accounts that begin with what somebody has typed.
func (s *Service) Complete(ctx context.Context, prefix string, limit int) ([]string, error) {
	if len(prefix) > MaxName {
		return nil, nil
	}
	names, err := s.store.Names(ctx, strings.ToLower(prefix), limit)
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	return words, err
}

// The search for a name somebody may have meant looks at nearNames names at most, and takes one that is
// nearDistance edits away at most.
const (
	nearNames    = 1000
	nearDistance = 2
)

// nearest finds the name somebody may have meant, or none. It is a hint: a fault gives none.
func (s *Service) nearest(ctx context.Context, typed string) Name {
	if len(typed) == 0 || len(typed) > MaxName+nearDistance {
		return ""
	}
	if p, err := s.store.LookAlike(ctx, Name(typed).Skeleton()); err == nil {
		return p.Name
	}
	if p, _, err := s.store.Former(ctx, Name(typed).Skeleton()); err == nil {
		return p.Name
	}
	names, err := s.store.Names(ctx, strings.ToLower(typed[:1]), nearNames)
	if err != nil {
		return ""
	}
	return Nearest(Name(typed).Key(), names, Name.Key)
}

// Nearest is the candidate whose key is fewest edits from typed, if those are few for
// its length; else the zero value.
func Nearest[T any](typed string, candidates []T, key func(T) string) (best T) {
	most := min(nearDistance, (len(typed)+1)/3)
	for _, c := range candidates {
		if d := distance(typed, key(c)); d <= most {
			best, most = c, d-1
		}
	}
	return best
}

// distance is that of Damerau and Levenshtein in its restricted form (optimal string alignment):
// insertions, deletions, substitutions and swaps of neighbours.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
