package sshd

import (
	"context"
	"slices"
	"sync"
)

// piece is how much goes into one packet: with its overhead it fits the 4,096 bytes that x/crypto
// collects for one system call. Larger packets would make x/crypto keep their buffers for as long as
// the channel lives.
const piece = 4000

// output is what waits to be written to a channel. A worker writes while there is something, so an idle
// channel has neither goroutine nor buffer.
type output struct {
	ch  *Channel
	job func() // write; made once

	mu       sync.Mutex
	waiting  *buffer // nil when nothing waits
	queued   int     // bytes waiting or on their way
	accepted uint64  // bytes taken in all
	written  uint64  // bytes that x/crypto has taken over in all
	busy     bool    // a worker writes, or is about to
	awaited  bool    // somebody is to be told once the queue is empty
	err      error   // nothing can be written any more
	waits    []wait
}

// A buffer holds bytes for both streams, in the order of the writes.
type buffer struct {
	bytes []byte
	cuts  []cut
}

// A cut is where a run of bytes for one stream ends.
type cut struct {
	end    int
	stderr bool
}

// A wait is for somebody who waits until mark bytes were written.
type wait struct {
	mark uint64
	done chan struct{}
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// keptBuffer is the largest buffer that is kept for others.
const keptBuffer = 64 << 10

func (o *output) init(ch *Channel) {
	o.ch, o.job = ch, o.write
}

// Write queues p for the client's stdout, whole or not at all. It never blocks. All that is queued
// while a write is under way leaves together. The error is ErrQueueFull if p does not fit into what
// OutputQueue allows, else why the channel has ended.
func (ch *Channel) Write(p []byte) (int, error) { return ch.out.add(p, false) }

// WriteError queues p for the client's stderr; otherwise it is as Write. Both share one queue and
// leave in order. SSH keeps that order, but a client may show them in another.
func (ch *Channel) WriteError(p []byte) (int, error) { return ch.out.add(p, true) }

// Queued returns how many bytes wait to be written or are being written.
func (ch *Channel) Queued() int {
	ch.out.mu.Lock()
	defer ch.out.mu.Unlock()
	return ch.out.queued
}

// NotifyDrained has the function of Notify called once the queue is empty, also if it is so already.
func (ch *Channel) NotifyDrained() {
	o := &ch.out
	o.mu.Lock()
	o.awaited = o.busy
	empty := !o.busy
	o.mu.Unlock()
	if empty {
		ch.notice()
	}
}

// Drain waits until all that was queued before the call is on its way. ctx bounds the wait. The error
// is why that will never be, or the cause of the end of ctx.
func (ch *Channel) Drain(ctx context.Context) error { return ch.out.sent(ctx) }

func (o *output) add(p []byte, stderr bool) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.err != nil:
		return 0, o.err
	case len(p) == 0:
		return 0, nil
	case over(o.queued+len(p), o.ch.c.set.OutputQueue):
		return 0, ErrQueueFull
	}
	if o.waiting == nil {
		o.waiting = buffers.Get().(*buffer)
	}
	o.waiting.add(p, stderr)
	o.queued += len(p)
	o.accepted += uint64(len(p))
	if !o.busy {
		if o.busy = o.ch.c.work(o.job); !o.busy {
			o.fail(ErrGone)
			return 0, ErrGone
		}
	}
	return len(p), nil
}

func (b *buffer) add(p []byte, stderr bool) {
	b.bytes = append(b.bytes, p...)
	if last := len(b.cuts) - 1; last >= 0 && b.cuts[last].stderr == stderr {
		b.cuts[last].end = len(b.bytes)
		return
	}
	b.cuts = append(b.cuts, cut{len(b.bytes), stderr})
}

// write writes until nothing waits. It is run by conn.work.
func (o *output) write() {
	defer o.ch.c.wg.Done()
	defer o.ch.c.contain()
	for b := o.take(); b != nil; b = o.take() {
		o.writeBuffer(b)
		if cap(b.bytes) <= keptBuffer {
			b.bytes, b.cuts = b.bytes[:0], b.cuts[:0]
			buffers.Put(b)
		}
	}
}

// take returns all that waits; nil ends the job.
func (o *output) take() *buffer {
	o.mu.Lock()
	b := o.waiting
	o.waiting = nil
	o.busy = b != nil
	tell := !o.busy && o.awaited
	o.awaited = o.awaited && o.busy
	o.mu.Unlock()
	if tell {
		o.ch.notice()
	}
	return b
}

func (o *output) writeBuffer(b *buffer) {
	from := 0
	for _, c := range b.cuts {
		for from < c.end {
			p := b.bytes[from:min(from+piece, c.end)]
			if err := o.writePiece(p, c.stderr); err != nil {
				return
			}
			from += len(p)
		}
	}
}

func (o *output) writePiece(p []byte, stderr bool) (err error) {
	if stderr {
		_, err = o.ch.raw.Stderr().Write(p)
	} else {
		_, err = o.ch.raw.Write(p)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.fail(ErrGone)
		return err
	}
	o.queued -= len(p)
	o.written += uint64(len(p))
	o.wake()
	return nil
}

// fail ends the queue: what waits is dropped and whoever waits is told. mu is held.
func (o *output) fail(err error) {
	if o.err == nil {
		o.err = err
	}
	o.waiting, o.queued = nil, 0
	o.wake()
}

// wake lets those go on whose bytes were written, or never will be; mu is held.
func (o *output) wake() {
	kept := o.waits[:0]
	for _, w := range o.waits {
		if o.err != nil || o.written >= w.mark {
			close(w.done)
		} else {
			kept = append(kept, w)
		}
	}
	if o.waits = kept; len(kept) == 0 {
		o.waits = nil
	}
}

// close takes nothing more.
func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fail(ErrGone)
}

// sent waits until x/crypto has taken over all that was queued before the call.
func (o *output) sent(ctx context.Context) error {
	o.mu.Lock()
	if o.err != nil || o.written == o.accepted {
		defer o.mu.Unlock()
		return o.err
	}
	w := wait{o.accepted, make(chan struct{})}
	o.waits = append(o.waits, w)
	o.mu.Unlock()
	select {
	case <-w.done:
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.written >= w.mark {
			return nil
		}
		return o.err
	case <-ctx.Done():
		o.forget(w)
		return context.Cause(ctx)
	}
}

func (o *output) forget(w wait) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waits = slices.DeleteFunc(o.waits, func(other wait) bool { return other == w })
}
