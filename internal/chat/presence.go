package chat

import (
	"context"
	"errors"
	"time"

	"sshchat/internal/sanitize"
)

// A Crowd is people of whom the first few are named.
type Crowd struct {
	Named []Person // at most MostNamed
	Count int      // of all
}

// MostNamed is how many people of a Crowd are named.
const MostNamed = 5

// Add puts somebody more into c.
func (c *Crowd) Add(p Person) {
	if c.Count++; c.Count <= MostNamed {
		c.Named = append(c.Named, p)
	}
}

// maxAway is the longest that somebody says of being away, in bytes.
const maxAway = 100

// JustAway is kept of somebody who does not say why they are away.
const JustAway = "away"

// SetAway has others see that me is away, and what they say of it, until Back or the end of the login.
func (s *Service) SetAway(ctx context.Context, me Actor, text sanitize.Text) error {
	why := JustAway
	if !isBlank(text) {
		var ok bool
		if why, ok = oneLine(text.String(), maxAway); !ok {
			return refuseAway
		}
		if err := s.MayBeHeard(ctx, me); err != nil {
			return err
		}
	}
	return acting(s.store.SetAway(ctx, me.Login, sanitize.Line(why)))
}

// Back ends SetAway.
func (s *Service) Back(ctx context.Context, me Actor) error {
	err := s.store.SetAway(ctx, me.Login, sanitize.Text{})
	if errors.Is(err, ErrStale) {
		return refuseNotAway
	}
	return acting(err)
}

// maxDND is how long at most one can ask not to be disturbed.
const maxDND = 30 * 24 * time.Hour

// SetDND has nothing ring for me until a time; the zero time ends that. likes are how me likes things; it returns how
// they do from now on.
func (s *Service) SetDND(ctx context.Context, me Actor, likes Settings, until time.Time) (Settings, error) {
	if until.Sub(s.now()) > maxDND {
		return likes, refuseLongDND
	}
	likes.DND = until.Round(0).UTC()
	return likes, s.SaveSettings(ctx, me, likes)
}

// A Sighting is when somebody was here last.
type Sighting struct {
	Person
	Since time.Time // they are online since then; zero: they are not
	Until time.Time // they were until then; zero: they are, or were never here
}

// Seen says when somebody was here last, by what was typed for their name.
func (s *Service) Seen(ctx context.Context, me Actor, typed string) (Sighting, error) {
	u, err := s.other(ctx, me.ID, typed, refuseSelf)
	if err != nil {
		return Sighting{}, err
	}
	online, err := s.online(ctx)
	if err != nil {
		return Sighting{}, err
	}
	if l, ok := online[u.ID]; ok {
		return Sighting{Person: u.Person, Since: l.Since}, nil
	}
	until, err := s.store.LastSeen(ctx, u.ID)
	return Sighting{Person: u.Person, Until: until}, err
}

// A Watch is somebody's wish to be told when somebody else comes.
type Watch struct{ Watcher, Watched Person }

// MaxWatches is how many people one can watch for.
const MaxWatches = 100

// Watch has me told, once, when somebody logs in, or else at me's next login if they are online then. If they are
// online already it refuses, as there is nothing to wait for. A block between the two, whosever it is, keeps me from
// being told for as long as it holds.
func (s *Service) Watch(ctx context.Context, me Actor, typed string) (Person, error) {
	return s.setWatch(ctx, me, typed, true, refuseWatched)
}

// Unwatch ends Watch.
func (s *Service) Unwatch(ctx context.Context, me Actor, typed string) (Person, error) {
	return s.setWatch(ctx, me, typed, false, refuseNotWatched)
}

func (s *Service) setWatch(ctx context.Context, me Actor, typed string, on bool, already func(Name) Refusal) (Person, error) {
	u, err := s.other(ctx, me.ID, typed, refuseSelf)
	if err != nil {
		return Person{}, err
	}
	switch err := s.store.SetWatch(ctx, me.ID, u.ID, on); {
	case errors.Is(err, ErrStale):
		return u.Person, already(u.Name)
	case errors.Is(err, ErrOnline):
		return u.Person, refuseOnline(u.Name)
	case errors.Is(err, ErrManyWatches):
		return u.Person, refuseManyWatches
	default:
		return u.Person, refusedBy(u.Person, err)
	}
}

// Watches lists whom me watches for, by name.
func (s *Service) Watches(ctx context.Context, me Actor) ([]Person, error) {
	return s.store.Watches(ctx, me.ID)
}

// Arrive ends the watches that me's login fulfils: it tells those on this node who have watched for me, and returns
// those whom me has watched for. It is called once the session of the login is open. (Who watches from another
// node is told at their own next login.)
func (s *Service) Arrive(ctx context.Context, me Actor) (here []Person, err error) {
	over, err := s.store.EndWatches(ctx, me.ID, func(id LoginID) bool {
		_, held := s.sessions.Held(id)
		return held
	})
	for _, w := range over {
		if w.Watcher.ID == me.ID {
			here = append(here, w.Watched)
		} else {
			s.sessions.Arrived(w.Watcher.ID, w.Watched)
		}
	}
	return here, err
}
