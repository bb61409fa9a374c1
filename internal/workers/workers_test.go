package workers

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestJobsAreBegunInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		p.most, p.procs = 1, 1
		var got, want []int
		for i := range 1000 {
			want = append(want, i)
			p.Run(func() { got = append(got, i) })
		}
		p.Stop()
		if !slices.Equal(got, want) {
			t.Errorf("jobs in the order %v", got)
		}
	})
}

func TestFewAreAtWorkHoweverManyJobsThereAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		for range 1000 {
			p.Run(func() {})
		}
		synctest.Wait()
		if p.idle == 0 || p.idle > p.procs {
			t.Errorf("%d workers, want 1 to %d", p.idle, p.procs)
		}
		p.Stop()
	})
}

func TestWorkersAreUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		for range 10 {
			p.Run(func() {})
			synctest.Wait()
		}
		if p.idle != 1 {
			t.Errorf("%d workers for jobs one after the other, want 1", p.idle)
		}
		p.Stop()
	})
}

// A client that takes nothing makes the job stuck that writes to it.
func TestStuckJobsHoldUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		release := make(chan struct{})
		for range 2 * keptIdle {
			p.Run(func() { <-release })
		}
		var others sync.WaitGroup
		for range 100 {
			others.Add(1)
			p.Run(others.Done)
		}
		others.Wait()
		close(release)
		p.Stop()
	})
}

func TestTheyAreFewAgainWhenNothingIsStuckAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		release := make(chan struct{})
		for range 100 {
			p.Run(func() { <-release })
		}
		var last sync.WaitGroup
		last.Add(1)
		p.Run(last.Done)
		last.Wait()
		close(release)
		synctest.Wait()
		stuck := make(chan struct{})
		for range 100 {
			p.Run(func() { <-stuck })
		}
		p.mu.Lock()
		if p.atWork != p.procs {
			t.Errorf("%d at work, want %d", p.atWork, p.procs)
		}
		p.mu.Unlock()
		close(stuck)
		p.Stop()
	})
}

func TestNoMoreIdleWorkersThanAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		release := make(chan struct{})
		var begun sync.WaitGroup
		for range 2 * keptIdle {
			begun.Add(1)
			p.Run(func() { begun.Done(); <-release })
		}
		begun.Wait()
		close(release)
		synctest.Wait()
		if p.idle != keptIdle {
			t.Errorf("%d workers idle, want %d", p.idle, keptIdle)
		}
		p.Stop()
	})
}

func TestStopWaitsForTheJobs(t *testing.T) {
	p := New()
	var done atomic.Int32
	for range 50 {
		p.Run(func() { done.Add(1) })
	}
	p.Stop()
	if done.Load() != 50 {
		t.Errorf("%d jobs were done, want 50", done.Load())
	}
}

// The workers that are told to stop meanwhile must not be those that are counted on.
func TestJobsThatAreRunWhileOthersEnd(t *testing.T) {
	for range 200 {
		p := New()
		var done atomic.Int32
		for range 20 {
			p.Run(func() { done.Add(1) })
		}
		p.Stop()
		if done.Load() != 20 {
			t.Fatalf("%d jobs were done, want 20", done.Load())
		}
	}
}
