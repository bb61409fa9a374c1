package sshd

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestWorkersAreUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkers()
		for range 10 {
			w.run(func() {})
			synctest.Wait()
		}
		if w.idle != 1 {
			t.Errorf("%d workers for jobs one after the other, want 1", w.idle)
		}
		w.stop()
	})
}

// A job never waits for another: one that is stuck, as a client that takes nothing makes it, holds up nobody.
func TestAStuckJobHoldsUpNoOther(t *testing.T) {
	w := newWorkers()
	release := make(chan struct{})
	var others sync.WaitGroup
	for range 2 * keptWorkers {
		w.run(func() { <-release })
	}
	for range 100 {
		others.Add(1)
		w.run(others.Done)
	}
	others.Wait()
	close(release)
	w.stop()
}

func TestNoMoreIdleWorkersThanAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkers()
		release := make(chan struct{})
		for range 2 * keptWorkers {
			w.run(func() { <-release })
		}
		close(release)
		synctest.Wait()
		if w.idle != keptWorkers {
			t.Errorf("%d workers idle, want %d", w.idle, keptWorkers)
		}
		w.stop()
	})
}

func TestStopWaitsForTheJobs(t *testing.T) {
	w := newWorkers()
	var done atomic.Int32
	for range 50 {
		w.run(func() { done.Add(1) })
	}
	w.stop()
	if done.Load() != 50 {
		t.Errorf("%d jobs were done, want 50", done.Load())
	}
}
