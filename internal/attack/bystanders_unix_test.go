//go:build unix

package attack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// pause is between two lines of the bystanders: four people, each a little under the 2 lines a second
// that anybody may send.
const pause = 140 * time.Millisecond

// bystanders are people who chat in a ring, one line after the other, each waited for until it is on the
// next one's screen.
type bystanders struct {
	f      field
	people []*client
	cancel context.CancelFunc
	chat   sync.WaitGroup

	mu     sync.Mutex
	took   []time.Duration
	err    error
	change chan struct{} // closed and replaced when one of the two changes
}

// chat has people sign up and chat until they leave.
func chat(t *testing.T, addr string) *bystanders {
	t.Helper()
	b := &bystanders{change: make(chan struct{})}
	b.f.ctx, b.cancel = context.WithCancel(t.Context())
	b.f.addr = addr
	for _, name := range []string{"alice", "bob", "carol", "dave"} {
		v, err := b.f.signUp(home, name)
		if err != nil {
			b.leave()
			t.Fatal(err)
		}
		b.people = append(b.people, v)
	}
	b.chat.Go(b.talk)
	return b
}

func (b *bystanders) talk() {
	for line := 0; b.f.ctx.Err() == nil; line++ {
		took, err := b.exchange(line)
		b.note(took, err)
		if err != nil {
			return
		}
		select {
		case <-time.After(pause):
		case <-b.f.ctx.Done():
		}
	}
}

// exchange has one of them write a line to the next.
func (b *bystanders) exchange(line int) (time.Duration, error) {
	from, to := b.people[line%len(b.people)], b.people[(line+1)%len(b.people)]
	text := fmt.Sprintf("is the printer free yet %d?", line)
	start := time.Now()
	err := from.types("message " + to.name + " " + text)
	if err == nil {
		_, err = to.sees(text)
	}
	if err != nil {
		return 0, fmt.Errorf("%s wrote to %s: %w", from.name, to.name, err)
	}
	return time.Since(start), nil
}

func (b *bystanders) note(took time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.err = err
	} else {
		b.took = append(b.took, took)
	}
	close(b.change)
	b.change = make(chan struct{})
}

// waits tells how long lines took since it was asked last. It waits until there are a few.
func (b *bystanders) waits(t *testing.T) waits {
	t.Helper()
	enough := 3
	if *full {
		enough = 20
	}
	for {
		b.mu.Lock()
		if b.err != nil {
			b.mu.Unlock()
			t.Fatalf("a bystander's line does not arrive: %v", b.err)
		}
		if len(b.took) >= enough {
			w := waitsOf(b.took)
			b.took = nil
			b.mu.Unlock()
			return w
		}
		change := b.change
		b.mu.Unlock()
		<-change // a line that does not come is an error after patience
	}
}

// leave ends it.
func (b *bystanders) leave() {
	b.cancel()
	b.f.cut()
	b.chat.Wait()
}

// waits are how long lines took, from Enter to the other's screen.
type waits struct{ median, worst time.Duration }

func waitsOf(all []time.Duration) waits {
	all = slices.Sorted(slices.Values(all))
	return waits{median: all[len(all)/2], worst: all[len(all)-1]}
}
