package chat

import (
	"math"
	"sync"
	"time"
)

const (
	// usageFades is the time in which what was used counts for a third of what it did.
	usageFades = time.Minute
	// maxUsers bounds who is remembered, at some 100 bytes each.
	maxUsers = 1 << 16
)

// usage counts who has had how much of something lately.
type usage struct {
	mu sync.Mutex
	of map[string]used
}

type used struct {
	n  float64
	at time.Time
}

// faded is what is left of u.
func (u used) faded(now time.Time) float64 {
	return u.n * math.Exp(-max(0, now.Sub(u.at)).Seconds()/usageFades.Seconds())
}

func (u *usage) add(key string, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = make(map[string]used)
	}
	if len(u.of) >= maxUsers {
		u.forget(now)
	}
	u.of[key] = used{u.of[key].faded(now) + 1, now}
}

// lately is how much key has had, rounded down.
func (u *usage) lately(key string, now time.Time) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return int(u.of[key].faded(now))
}

// forget drops those of whom less than one is left, and others until a tenth is free.
func (u *usage) forget(now time.Time) {
	for key, x := range u.of {
		if x.faded(now) < 1 {
			delete(u.of, key)
		}
	}
	for key := range u.of {
		if len(u.of) <= maxUsers-maxUsers/10 {
			return
		}
		delete(u.of, key)
	}
}
