package store

import (
	"log/slog"
	"slices"
	"sync"

	"sshchat/internal/chat"
	"sshchat/internal/panics"
)

// feed hands committed entries to those who follow the log.
type feed struct {
	log *slog.Logger

	// mu is held while followers run, so that none runs after its stop has returned.
	mu        sync.Mutex
	followers []*func([]*chat.Entry)
}

// Follow hands every batch of entries that is committed from now on to fn; see [chat.Store]. fn must
// not call stop. What a follower has not been handed when Follow returns, Read finds: an entry is
// committed before it is handed on.
func (s *Store) Follow(fn func([]*chat.Entry)) (stop func()) {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.followers = append(f.followers, &fn)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if i := slices.Index(f.followers, &fn); i >= 0 {
			f.followers = slices.Delete(f.followers, i, i+1)
		}
	}
}

func (f *feed) hand(batch []*chat.Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fn := range f.followers {
		f.call(*fn, batch)
	}
}

// call contains a follower that panics: the entries are committed, and their senders and the other
// followers must hear of them.
func (f *feed) call(fn func([]*chat.Entry), batch []*chat.Entry) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("a follower of the log panicked", "event", "panic", "from", batch[0].ID, panics.Attr(p))
		}
	}()
	fn(batch)
}
