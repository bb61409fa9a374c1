package sshd

import (
	"sync"
	"time"
)

// unstartedInput bounds what may be typed ahead on a channel where nothing was started.
const unstartedInput = 64 << 10

// input is what was typed and not yet used.
type input struct {
	mu   sync.Mutex
	buf  []byte
	eof  bool
	full bool // it was too much: what comes is dropped

	taken uint64    // bytes in all
	at    time.Time // when the last of them came, or the channel was opened
}

// Peek returns all that was typed and not discarded yet, and whether nothing will follow it. It does
// not wait. The bytes are the caller's to read, not to change, until the next Discard. What is not
// discarded counts as typed ahead: more than InputQueue of it ends the connection with ErrFlood.
func (ch *Channel) Peek() (p []byte, eof bool) {
	ch.in.mu.Lock()
	defer ch.in.mu.Unlock()
	return ch.in.buf, ch.in.eof
}

// Discard drops the first n bytes of what Peek has returned: they have been used. Since then a flood may
// have emptied it.
func (ch *Channel) Discard(n int) {
	ch.in.mu.Lock()
	defer ch.in.mu.Unlock()
	if ch.in.buf = ch.in.buf[min(n, len(ch.in.buf)):]; len(ch.in.buf) == 0 {
		ch.in.buf = nil
	}
}

// add takes bytes and reports whether they fit.
func (in *input) add(p []byte, limit int) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.taken += uint64(len(p))
	in.at = time.Now()
	if in.full {
		return true
	}
	if over(len(in.buf)+len(p), limit) {
		in.full, in.buf = true, nil
		return false
	}
	in.buf = append(in.buf, p...)
	return true
}

func (in *input) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.eof = true
}

// readInput always reads what is typed, to the channel's end. x/crypto keeps 47 bytes for each packet
// that nobody reads, and takes two million one-byte packets.
func (ch *Channel) readInput() {
	defer ch.notice()
	defer ch.in.end()
	var b [512]byte
	for {
		n, err := ch.raw.Read(b[:])
		if err != nil {
			return
		}
		ch.c.spoke()
		if !ch.in.add(b[:n], ch.inputLimit()) {
			ch.c.hangUp(ErrFlood)
		}
		ch.notice()
	}
}

func (ch *Channel) inputLimit() int {
	if !ch.started.Load() {
		return unstartedInput
	}
	return ch.c.set.InputQueue
}

// readStderr drops what a client sends as its stderr, which no client in order does: unread it would
// pile up as its stdin would.
func (ch *Channel) readStderr() {
	var b [512]byte
	for {
		if _, err := ch.raw.Stderr().Read(b[:]); err != nil {
			return
		}
	}
}

// readAllStderr reads stderr on the channels that are open, and on those to come.
func (c *conn) readAllStderr() {
	c.bulky.Store(true)
	c.mu.Lock()
	var unread []*Channel
	for _, ch := range c.channels {
		if ch.raw != nil && !ch.stderr {
			ch.stderr = true
			unread = append(unread, ch)
		}
	}
	c.mu.Unlock()
	for _, ch := range unread {
		c.spawn(ch.readStderr)
	}
}
