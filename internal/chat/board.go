package chat

import (
	"context"
	"errors"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// Kept is something that holds for the whole server, and outlives a restart.
type Kept struct {
	Value string
	At    time.Time // when it was kept
}

// The names of what is kept.
const (
	keptRaid   = "raid"
	keptMotd   = "motd"
	keptBanner = "banner"
)

// Raid is what holds while the server is flooded by strangers: no accounts are made, and everybody speaks slowly in
// rooms and to all.
type Raid struct {
	Since time.Time
	Until time.Time // zero: until somebody ends it
}

// raidPace is how fast one person may speak then.
var raidPace = Pace{Burst: 1, Every: 10 * time.Second}

// Posted is a text of whoever runs the server. The zero value is none.
type Posted struct {
	Text sanitize.Text
	At   time.Time
}

// A board is what the service has in memory of what is kept. It never changes: a new one takes its place.
type board struct {
	raid         *Raid // nil: none
	motd, banner Posted
}

// endless is the value of a raid that somebody has to end.
const endless = "on"

func newBoard(kept map[string]Kept) *board {
	b := &board{motd: postedOf(kept[keptMotd]), banner: postedOf(kept[keptBanner])}
	if k, ok := kept[keptRaid]; ok {
		b.raid = &Raid{Since: k.At}
		b.raid.Until, _ = time.Parse(time.RFC3339Nano, k.Value) // of what is no time: endless
	}
	return b
}

func postedOf(k Kept) Posted { return Posted{sanitize.Message(k.Value), k.At} }

func (s *Service) loadBoard(ctx context.Context) error {
	s.loading.Lock() // else an older one could come last
	defer s.loading.Unlock()
	kept, err := s.store.Kept(ctx)
	if err == nil {
		s.board.Store(newBoard(kept))
	}
	return err
}

// keep keeps a value, or with "" forgets it, and takes it over.
func (s *Service) keep(ctx context.Context, name, value string, tell sanitize.Text, a Audit) error {
	if err := s.store.SetKept(ctx, name, value, tell, a); err != nil {
		return err
	}
	return s.loadBoard(ctx)
}

// Raid is the raid mode that holds now; false if none does.
func (s *Service) Raid() (Raid, bool) {
	r := s.board.Load().raid
	if r == nil || !r.Until.IsZero() && !r.Until.After(s.now()) {
		return Raid{}, false
	}
	return *r, true
}

// BeginRaid has no accounts be made, and everybody speak slowly, for some time, or if length is 0 until EndRaid; whoever
// is online is told. It may hold already: then it holds for that long from now.
func (s *Service) BeginRaid(ctx context.Context, length time.Duration, a Audit) (Raid, error) {
	s.raiding.Lock()
	defer s.raiding.Unlock()
	defer s.noteRaid()
	value := endless
	if length > 0 {
		value = s.now().Add(length).UTC().Format(time.RFC3339Nano)
	}
	err := s.keep(ctx, keptRaid, value, raidText(length), a)
	r, _ := s.Raid()
	return r, err
}

// EndRaid ends what BeginRaid began, and tells whoever is online.
func (s *Service) EndRaid(ctx context.Context, a Audit) error {
	s.raiding.Lock()
	defer s.raiding.Unlock()
	defer s.noteRaid()
	if _, on := s.Raid(); !on {
		return refuseNoRaid
	}
	return s.keep(ctx, keptRaid, "", raidOverText, a)
}

// noteRaid has Run look at the raid.
func (s *Service) noteRaid() {
	select {
	case s.raidNoted <- struct{}{}:
	default: // it will look anyway
	}
}

// byTime is who ends what has run out.
var byTime = Audit{Actor: "server", Via: "timer", Action: "raid off"}

// retryRaid is how long the end of a raid waits that could not be stored.
const retryRaid = 10 * time.Second

// Run ends a raid when its time is over, until ctx ends. It comes after Load.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		var over <-chan time.Time
		left := s.raidLeft(ctx)
		timer := time.NewTimer(left)
		if left > 0 {
			over = timer.C
		}
		select {
		case <-over:
		case <-s.raidNoted:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// raidLeft is how long it takes until there is something to be done about the raid; 0: there is nothing to wait for. A
// raid whose time is over it ends.
func (s *Service) raidLeft(ctx context.Context) time.Duration {
	s.raiding.Lock()
	defer s.raiding.Unlock()
	r := s.board.Load().raid
	if r == nil || r.Until.IsZero() {
		return 0
	}
	if left := r.Until.Sub(s.now()); left > 0 {
		return left
	}
	if err := s.keep(ctx, keptRaid, "", raidOverText, byTime); err != nil {
		return retryRaid
	}
	return 0
}

// slowed refuses what somebody says to many in a raid, if it is too soon.
func (s *Service) slowed(who UserID, k Kind) error {
	if _, on := s.Raid(); !on || k != Broadcast && k != Said && k != Acted {
		return nil
	}
	if left := s.slow.take(userKey(who), s.now()); left > 0 {
		return refuseRaidPace(left)
	}
	return nil
}

// Motd is what everybody with a terminal is shown once after they have logged in, Banner what is shown before that.
func (s *Service) Motd() Posted   { return s.board.Load().motd }
func (s *Service) Banner() Posted { return s.board.Load().banner }

// SetMotd posts another Motd, or with an empty text takes it down.
func (s *Service) SetMotd(ctx context.Context, text sanitize.Text, a Audit) (Posted, error) {
	err := s.post(ctx, keptMotd, text, a)
	return s.Motd(), err
}

// SetBanner posts another Banner, or with an empty text takes it down.
func (s *Service) SetBanner(ctx context.Context, text sanitize.Text, a Audit) (Posted, error) {
	lower := strings.ToLower(text.String())
	for _, word := range awaited {
		if strings.Contains(lower, word) {
			return Posted{}, refuseBannerWord(word)
		}
	}
	err := s.post(ctx, keptBanner, text, a)
	return s.Banner(), err
}

// awaited are the words that programs wait for before somebody is logged in.
var awaited = []string{"welcome", "password"}

func (s *Service) post(ctx context.Context, name string, text sanitize.Text, a Audit) error {
	if !text.IsEmpty() {
		if err := s.fits(text); err != nil {
			return err
		}
	}
	err := s.keep(ctx, name, text.String(), sanitize.Text{}, a)
	if errors.Is(err, ErrStale) {
		return refuseNothingPosted
	}
	return err
}

// SawMotd notes that me has been shown p.
func (s *Service) SawMotd(ctx context.Context, me Actor, p Posted) error {
	return s.store.SawMotd(ctx, me.ID, p.At)
}
