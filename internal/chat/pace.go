package chat

import (
	"maps"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast something may be done: Burst at once, then one each Every. Every 0 is no limit,
// whatever the burst.
type Pace struct {
	Burst int
	Every time.Duration
}

// maxBuckets bounds how many keys a pace remembers. Past it those that are full again, which
// remember nothing, are dropped, and then any.
const maxBuckets = 20_000

// buckets is a token bucket for each key.
type buckets struct {
	mu   sync.Mutex
	pace Pace
	keys map[string]*bucket
}

// setPace changes the pace. Buckets of another are of no use: all are full again.
func (b *buckets) setPace(p Pace) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p != b.pace {
		b.pace, b.keys = p, nil
	}
}

type bucket struct {
	*rate.Limiter
	held int // tokens that are taken, and may come back
}

// take takes a token of key's. It returns 0, or, having taken nothing, how long there is none.
func (b *buckets) take(key string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pace.Every <= 0 {
		return 0
	}
	r := b.bucket(key, now).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// hold takes a token of key's until settle, and reports whether there was one.
func (b *buckets) hold(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pace.Every <= 0 {
		return true
	}
	k := b.bucket(key, now)
	if !k.AllowN(now, 1) {
		return false
	}
	k.held++
	return true
}

// settle ends a hold: the token is used up, or comes back.
func (b *buckets) settle(key string, now time.Time, used bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pace.Every <= 0 {
		return
	}
	k := b.bucket(key, now)
	k.held = max(0, k.held-1) // 0 already if it was forgotten meanwhile
	if !used {
		k.AllowN(now, -1) // gives one back; what is above the burst is lost
	}
}

// tokens is how many key has, those that are held counted as if they were there.
func (b *buckets) tokens(key string, now time.Time) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pace.Every <= 0 {
		return 0
	}
	k := b.bucket(key, now)
	return min(int(k.TokensAt(now))+k.held, k.Burst()) // it fills up while some are held
}

// left is how long key has no token, those that are held counted as if they were there.
func (b *buckets) left(key string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pace.Every <= 0 {
		return 0
	}
	k := b.bucket(key, now)
	missing := 1 - k.TokensAt(now) - float64(k.held)
	return time.Duration(math.Ceil(max(0, missing) * float64(b.pace.Every)))
}

// empty lists the keys that have no token, each with how long it has none.
func (b *buckets) empty(now time.Time) map[string]time.Duration {
	b.mu.Lock()
	keys := slices.Collect(maps.Keys(b.keys))
	b.mu.Unlock()
	waits := make(map[string]time.Duration)
	for _, key := range keys {
		if left := b.left(key, now); left > 0 {
			waits[key] = left
		}
	}
	return waits
}

// drop forgets the keys that match, and returns how many of them had no token.
func (b *buckets) drop(now time.Time, match func(key string) bool) (empty int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, k := range b.keys {
		if !match(key) {
			continue
		}
		if k.TokensAt(now)+float64(k.held) < 1 {
			empty++
		}
		delete(b.keys, key)
	}
	return empty
}

func (b *buckets) bucket(key string, now time.Time) *bucket {
	if k, ok := b.keys[key]; ok {
		return k
	}
	if b.keys == nil {
		b.keys = make(map[string]*bucket)
	}
	if len(b.keys) >= maxBuckets {
		b.forget(now)
	}
	k := &bucket{Limiter: rate.NewLimiter(rate.Every(b.pace.Every), max(1, b.pace.Burst))}
	b.keys[key] = k
	return k
}

// forget drops the full buckets, and if that is not a tenth of them, others: whoever fills the
// map has as many addresses and is not stopped by this pace anyway.
func (b *buckets) forget(now time.Time) {
	for key, k := range b.keys {
		if k.TokensAt(now) >= float64(k.Burst()) {
			delete(b.keys, key)
		}
	}
	for key := range b.keys {
		if len(b.keys) <= maxBuckets-maxBuckets/10 {
			return
		}
		delete(b.keys, key)
	}
}

func userKey(id UserID) string { return strconv.FormatInt(int64(id), 36) }

// addressKey is what stands for one customer of an internet provider: an IPv4 address, or a /64 of
// IPv6, of which everyone has 2^64 addresses.
func addressKey(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err == nil {
			a = p.Addr()
		}
	}
	return a.String()
}
