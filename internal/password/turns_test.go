package password

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// queue has some of the ranks given wait for the only turn, and returns in which order they got it.
// Those who were sent away are not in it.
func queue(t *testing.T, seats int, ranks ...int) (order []int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		turns := turns{most: 1, seats: seats, wait: time.Hour}
		if err := turns.acquire(context.Background(), 0); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i, rank := range ranks {
			all.Go(func() {
				if err := turns.acquire(context.Background(), rank); err != nil {
					if !errors.Is(err, ErrBusy) {
						t.Error(err)
					}
					return
				}
				order = append(order, i)
				turns.release()
			})
			synctest.Wait()
		}
		turns.release()
		all.Wait()
		if turns.taken != 0 || len(turns.waiting) != 0 {
			t.Errorf("%d turns and %d seats are kept", turns.taken, len(turns.waiting))
		}
	})
	return order
}

func TestTurnsGoByRankThenByTime(t *testing.T) {
	if got, want := queue(t, 10, 5, 1, 9, 5, 1, 9), []int{2, 5, 0, 3, 1, 4}; !slices.Equal(got, want) {
		t.Errorf("turns in the order %v, want %v", got, want)
	}
}

func TestTheLowestRankThatCameLastLosesItsSeat(t *testing.T) {
	if got, want := queue(t, 3, 1, 1, 2, 2, 0, 3), []int{5, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("turns in the order %v, want %v", got, want)
	}
}
