package chat

import (
	"sync"
	"time"
)

// quota lets each key do something pace.Burst times in any time of pace.Burst times pace.Every. A bucket of
// that pace lets a key that has been quiet do it nearly twice as often.
type quota struct {
	mu   sync.Mutex
	pace Pace
	keys map[string][]time.Time // when it was done, as often as counts; oldest first
}

// setPace changes the pace. What was done before it counts as if it had always been this one.
func (q *quota) setPace(p Pace) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pace = p
	for key, times := range q.keys {
		q.keys[key] = times[max(0, len(times)-q.most()):]
	}
}

// take does it once. It returns 0, or, having done nothing, how long it cannot be done.
func (q *quota) take(key string, now time.Time) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	if left := q.wait(key, now); left > 0 {
		return left
	}
	if q.pace.Every <= 0 {
		return 0
	}
	if q.keys == nil {
		q.keys = make(map[string][]time.Time)
	}
	if len(q.keys) >= maxBuckets {
		q.forget(now)
	}
	times := append(q.keys[key], now)
	q.keys[key] = times[max(0, len(times)-q.most()):]
	return 0
}

// left is what take would return, and does nothing.
func (q *quota) left(key string, now time.Time) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wait(key, now)
}

func (q *quota) most() int { return max(1, q.pace.Burst) }

func (q *quota) window() time.Duration { return time.Duration(q.most()) * q.pace.Every }

func (q *quota) wait(key string, now time.Time) time.Duration {
	times := q.keys[key]
	if q.pace.Every <= 0 || len(times) < q.most() {
		return 0
	}
	return max(0, times[0].Add(q.window()).Sub(now))
}

// forget drops the keys of which nothing counts any more, and if that is not a tenth of them, others; see
// buckets.
func (q *quota) forget(now time.Time) {
	for key, times := range q.keys {
		if !times[len(times)-1].Add(q.window()).After(now) {
			delete(q.keys, key)
		}
	}
	for key := range q.keys {
		if len(q.keys) <= maxBuckets-maxBuckets/10 {
			return
		}
		delete(q.keys, key)
	}
}
