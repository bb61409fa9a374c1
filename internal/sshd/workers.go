package sshd

import "sync"

// keptWorkers is how many idle workers are kept. One keeps the stack that x/crypto's writing needs, 8 KiB.
const keptWorkers = 256

// workers are the goroutines that write. A channel has none of its own while nothing waits for it; but
// a new goroutine for each line would grow its stack each time, which took an eighth of the CPU time of
// a delivered line.
type workers struct {
	jobs chan func() // to a worker that is idle
	quit chan struct{}
	wg   sync.WaitGroup

	mu   sync.Mutex
	idle int
}

func newWorkers() *workers {
	return &workers{jobs: make(chan func()), quit: make(chan struct{})}
}

// run has a worker do job, at once. After stop has begun nothing may be run.
func (w *workers) run(job func()) {
	select {
	case w.jobs <- job:
	default:
		w.wg.Go(func() { w.work(job) })
	}
}

// work does a job, then those that come, as long as idle workers are kept.
func (w *workers) work(job func()) {
	for {
		job()
		if !w.stay() {
			return
		}
		select {
		case job = <-w.jobs:
			w.leave()
		case <-w.quit:
			return
		}
	}
}

func (w *workers) stay() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.idle >= keptWorkers {
		return false
	}
	w.idle++
	return true
}

func (w *workers) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle--
}

// stop ends all workers, once the jobs that run are done, and waits for them.
func (w *workers) stop() {
	close(w.quit)
	w.wg.Wait()
}
