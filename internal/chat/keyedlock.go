package chat

import (
	"context"
	"sync"
)

// keyedLock is a mutex for each account, whose waiters give up with their context: a login may
// wait seconds for another session to prove that it is alive.
type keyedLock struct {
	mu   sync.Mutex
	held map[UserID]*keyHolder
}

type keyHolder struct {
	free  chan struct{} // holds the one token while nobody has the lock
	users int           // holder and waiters: at 0 the entry goes
}

// lock waits for the lock of id and returns its release, or the cause that ended ctx.
func (k *keyedLock) lock(ctx context.Context, id UserID) (release func(), err error) {
	h := k.join(id)
	select {
	case <-h.free:
		return func() { h.free <- struct{}{}; k.leave(id, h) }, nil
	case <-ctx.Done():
		k.leave(id, h)
		return nil, context.Cause(ctx)
	}
}

func (k *keyedLock) join(id UserID) *keyHolder {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.held[id]
	if !ok {
		h = &keyHolder{free: make(chan struct{}, 1)}
		h.free <- struct{}{}
		if k.held == nil {
			k.held = make(map[UserID]*keyHolder)
		}
		k.held[id] = h
	}
	h.users++
	return h
}

func (k *keyedLock) leave(id UserID, h *keyHolder) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(k.held, id)
	}
}
