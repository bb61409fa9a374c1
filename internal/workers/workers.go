// Package workers runs short jobs on few goroutines, one job after the other.
//
// Waking a goroutine for each of a thousand sessions costs more than what there is to do in it: that
// is why a line to everyone is not rendered and written by as many goroutines as there are sessions.
// A job may still wait for long, as writing to a client does that takes nothing: then others
// take the place of those that are held up.
package workers

import (
	"runtime"
	"sync"
	"time"
)

const (
	// Those at work count as held up if, while others wait, they do fewer jobs than fewest in a pulse.
	// On a busy machine that can be an error, which costs a few goroutines.
	pulse  = time.Millisecond
	fewest = 16
	// keptIdle is how many idle workers are kept.
	keptIdle = 256
)

// A Pool runs jobs. Its methods may be called from any goroutine, but for Stop.
type Pool struct {
	calls chan int // to an idle worker: the shift that it is to work in
	quit  chan struct{}
	wg    sync.WaitGroup
	procs int

	mu     sync.Mutex
	jobs   fifo
	shift  int // who has begun in an earlier one counts as held up
	most   int // how many may be at work in a shift
	atWork int // how many of this shift are
	idle   int
	done   int         // jobs since the last pulse
	pulses *time.Timer // it beats while jobs wait
	beats  bool
}

// New makes a Pool, which has no goroutine until there is a job.
func New() *Pool {
	p := &Pool{calls: make(chan int, keptIdle), quit: make(chan struct{}), procs: runtime.GOMAXPROCS(0)}
	p.most = p.procs
	return p
}

// Run has a worker do job soon; it does not wait. Jobs are begun in the order of the calls. After Stop
// has begun nothing may be run.
func (p *Pool) Run(job func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jobs.push(job)
	p.hire()
	if !p.beats {
		p.beats = true
		p.nextPulse()
	}
}

// hire has one more at work, unless enough are; mu is held.
func (p *Pool) hire() {
	if p.atWork >= p.most {
		return
	}
	p.atWork++
	if p.idle > 0 {
		p.idle--
		p.calls <- p.shift
		return
	}
	shift := p.shift
	p.wg.Go(func() { p.work(shift) })
}

// work is a worker's life.
func (p *Pool) work(shift int) {
	for p.workOff(shift) {
		select {
		case shift = <-p.calls:
			continue
		case <-p.quit:
		}
		select {
		case shift = <-p.calls: // it is counted on
		default:
			return
		}
	}
}

// workOff does jobs until none waits, or there are others to do them, and reports whether the worker
// is to stay.
func (p *Pool) workOff(shift int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.jobs.len() > 0 && shift == p.shift {
		job := p.jobs.pop()
		p.mu.Unlock()
		job()
		p.mu.Lock()
		p.done++
	}
	if shift == p.shift {
		p.atWork--
		p.most = p.procs
	}
	if p.idle >= keptIdle {
		return false
	}
	p.idle++
	return true
}

// beat begins a new shift if those at work are held up. Each that is held up as well is twice as large,
// so that many clients that take nothing cost the others no more than some milliseconds.
func (p *Pool) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.beats = p.jobs.len() > 0; !p.beats {
		return
	}
	if p.done < fewest {
		p.shift++
		p.atWork, p.most = 0, max(p.procs, min(2*p.most, p.jobs.len()))
		for range p.jobs.len() {
			p.hire()
		}
	}
	p.nextPulse()
}

// nextPulse has the pulse beat once more; mu is held.
func (p *Pool) nextPulse() {
	p.done = 0
	if p.pulses == nil {
		p.pulses = time.AfterFunc(pulse, p.beat)
		return
	}
	p.pulses.Reset(pulse)
}

// Stop ends all workers, once all jobs are done, and waits for them.
func (p *Pool) Stop() {
	close(p.quit)
	p.wg.Wait()
	if p.pulses != nil {
		p.pulses.Stop()
	}
}

// A fifo is a queue of jobs.
type fifo struct {
	in, out []func()
	next    int
}

func (q *fifo) len() int { return len(q.in) + len(q.out) - q.next }

func (q *fifo) push(job func()) { q.in = append(q.in, job) }

func (q *fifo) pop() func() {
	if q.next == len(q.out) {
		q.in, q.out, q.next = q.out[:0], q.in, 0
	}
	job := q.out[q.next]
	q.out[q.next] = nil
	q.next++
	return job
}
