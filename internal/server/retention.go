package server

import (
	"context"
	"sync"
	"time"

	"sshchat/internal/store"
)

const (
	// firstExpiry is how long after its start the server first looks for what is too old: people come back then.
	firstExpiry = 5 * time.Minute
	// expireEvery is how often it does so.
	expireEvery = 24 * time.Hour
)

// retention deletes what is older than the configuration says.
type retention struct {
	store *store.Store
	now   func() time.Time
	keep  func() time.Duration // 0: for ever
	busy  sync.Mutex           // one run at a time
}

// daily runs once a day until ctx ends.
func (r *retention) daily(ctx context.Context, failed func(error)) {
	ring := time.NewTimer(firstExpiry)
	defer ring.Stop()
	for {
		select {
		case <-ring.C:
		case <-ctx.Done():
			return
		}
		if _, err := r.run(ctx, r.keep()); err != nil && ctx.Err() == nil {
			failed(err)
		}
		ring.Reset(expireEvery)
	}
}

// run deletes what is older than keep now; nothing where all is kept.
func (r *retention) run(ctx context.Context, keep time.Duration) (store.Expiry, error) {
	r.busy.Lock()
	defer r.busy.Unlock()
	if keep == 0 {
		return store.Expiry{}, nil
	}
	return r.store.Expire(ctx, r.now().Add(-keep))
}

// Retention is how long what people say is kept; 0: for ever.
func (s *Server) Retention() time.Duration {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	return s.config.Storage.Retention
}

// Expire deletes what is older than keep, at once and not when its time of the day comes.
func (s *Server) Expire(ctx context.Context, keep time.Duration) (store.Expiry, error) {
	return s.retention.run(ctx, keep)
}

func (s *Server) expiryFailed(err error) {
	s.log.Error("delete what is too old", "event", "store_error", "err", err)
}
