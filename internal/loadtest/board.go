package loadtest

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"time"
)

// mark is in each line once, and in nothing else that a server shows.
const mark = '~'

// inFlight is how many lines may be under way at once.
const inFlight = 1024

// A board tells when a line has come to all screens. A server shows every line to everyone, in one
// order and once, so the n-th line on each screen is the same; a line too many is an error.
type board struct {
	left   [inFlight]atomic.Int32 // screens that have not shown the line yet
	whole  chan arrival           // holds inFlight
	broken chan error             // the first thing that went wrong
	bytes  atomic.Int64           // that all screens got
}

// An arrival is the moment at which a line came to the last screen.
type arrival struct {
	line int
	at   time.Time
}

func newBoard() *board {
	return &board{whole: make(chan arrival, inFlight), broken: make(chan error, 1)}
}

// expects prepares for a line, before it is sent.
func (b *board) expects(line, screens int) { b.left[line%inFlight].Store(int32(screens)) }

// sees takes what came to one screen, the next line of which is number next, and returns the one after.
func (b *board) sees(p []byte, next int) int {
	b.bytes.Add(int64(len(p)))
	for range bytes.Count(p, []byte{mark}) {
		switch left := b.left[next%inFlight].Add(-1); {
		case left == 0:
			b.whole <- arrival{next, time.Now()}
		case left < 0:
			b.fail(fmt.Errorf("a line came that nobody sent, or twice: number %d", next))
			return next
		}
		next++
	}
	return next
}

func (b *board) fail(err error) {
	select {
	case b.broken <- err:
	default:
	}
}

// wait returns the next line that all have. It fails after patience, or if a session has ended.
func (b *board) wait() (arrival, error) {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case a := <-b.whole:
		return a, nil
	case err := <-b.broken:
		return arrival{}, err
	case <-late.C:
		return arrival{}, fmt.Errorf("a line did not come to all within %v", patience)
	}
}
