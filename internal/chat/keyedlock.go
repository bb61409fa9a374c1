package chat

import (
	"context"
	"sync"
)

// keyedLock is a mutex for each key, whose waiters give up with their context: a login may
// wait seconds for another session to prove that it is alive.
type keyedLock[K comparable] struct {
	mu   sync.Mutex
	held map[K]*keyHolder
}

type keyHolder struct {
	free  chan struct{} // holds the one token while nobody has the lock
	users int           // holder and waiters: at 0 the entry goes
}

// lock waits for the lock of key and returns its release, or the cause that ended ctx.
func (k *keyedLock[K]) lock(ctx context.Context, key K) (release func(), err error) {
	h := k.join(key)
	select {
	case <-h.free:
		return func() { h.free <- struct{}{}; k.leave(key, h) }, nil
	case <-ctx.Done():
		k.leave(key, h)
		return nil, context.Cause(ctx)
	}
}

func (k *keyedLock[K]) join(key K) *keyHolder {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.held[key]
	if !ok {
		h = &keyHolder{free: make(chan struct{}, 1)}
		h.free <- struct{}{}
		if k.held == nil {
			k.held = make(map[K]*keyHolder)
		}
		k.held[key] = h
	}
	h.users++
	return h
}

func (k *keyedLock[K]) leave(key K, h *keyHolder) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(k.held, key)
	}
}
