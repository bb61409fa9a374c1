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

// A guest waits for a turn.
type guest struct {
	rank int
	from string
}

// queue has some wait for the only turn, and returns in which order they got it. Those who were sent away are not
// in it.
func queue(t *testing.T, seats int, guests ...guest) (order []int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		turns := turns{most: 1, seats: seats, wait: time.Hour}
		if err := turns.acquire(context.Background(), 0, ""); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i, g := range guests {
			all.Go(func() {
				if err := turns.acquire(context.Background(), g.rank, g.from); err != nil {
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

func TestTurns(t *testing.T) {
	for name, c := range map[string]struct {
		seats  int
		guests []guest
		want   []int
	}{
		"by rank, then by time":                         {10, []guest{{5, "a"}, {1, "b"}, {9, "c"}, {5, "d"}, {1, "e"}, {9, "f"}}, []int{2, 5, 0, 3, 1, 4}},
		"the lowest rank that came last loses its seat": {3, []guest{{1, "a"}, {1, "b"}, {2, "c"}, {2, "d"}, {0, "e"}, {3, "f"}}, []int{5, 2, 3}},
		"one from each place, then a second":            {10, []guest{{1, "a"}, {1, "a"}, {1, "a"}, {1, "b"}, {1, "b"}, {1, "c"}}, []int{0, 3, 5, 1, 4, 2}},
		"rank goes before place":                        {10, []guest{{1, "a"}, {2, "b"}, {2, "b"}}, []int{1, 2, 0}},
		"of one place by time":                          {10, []guest{{1, "a"}, {1, "a"}, {1, "a"}}, []int{0, 1, 2}},
		"the most of one place lose seats":              {3, []guest{{1, "a"}, {1, "a"}, {1, "a"}, {1, "a"}, {1, "b"}}, []int{0, 4, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := queue(t, c.seats, c.guests...); !slices.Equal(got, c.want) {
				t.Errorf("turns in the order %v, want %v", got, c.want)
			}
		})
	}
}

// Whoever comes while others of the place have had their turns does not overtake those who still wait.
func TestTheNextFromAPlaceWaitsBehindTheOthers(t *testing.T) {
	turns := turns{most: 1, seats: 10, wait: time.Hour}
	turns.sit(0, "x")
	var a []*waiter
	for range 3 {
		a = append(a, turns.sit(1, "a"))
	}
	turns.release()
	a = append(a, turns.sit(1, "a"))
	b := turns.sit(1, "b")
	if got, want := turns.waiting, []*waiter{b, a[1], a[2], a[3]}; !slices.Equal(got, want) {
		t.Errorf("%v wait, want %v", got, want)
	}
}
