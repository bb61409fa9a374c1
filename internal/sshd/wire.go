package sshd

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxPlain bounds what a peer sends before its NEWKEYS. A full exchange needs about 4 KiB.
	maxPlain = 64 << 10
	// maxAuth bounds what it sends from there until it is authenticated: 32 keys with signatures,
	// the largest of them certificates of some 8 KiB.
	maxAuth = 1 << 20
	// maxUnread bounds what it sends while it takes nothing of what is sent to it. x/crypto keeps
	// up to 16 packets of 256 KiB in front of whoever cannot answer; no client in order sends much
	// before it reads.
	maxUnread = 256 << 10
	// unreadWait is how long it may then take nothing. It is no flood yet: while the system lets our
	// write wait for its turn, a fast client sends more than that.
	unreadWait = 2 * time.Second
	// maxBlind is how many bytes pass between NEWKEYS and authentication: less than 17 of the
	// smallest packets (26 bytes), so that x/crypto's queue of 16 cannot overflow there. See
	// leftovers.go for why that matters.
	maxBlind = 16 * 26
	// blindWait is how long x/crypto may take from there.
	blindWait = time.Second
)

// A phase is how far a connection has come; each has its own bound.
type phase int32

const (
	plain  phase = iota // version and first key exchange, in the clear
	blind               // encrypted; x/crypto has not asked for authentication yet
	auth                // authentication
	opened              // authenticated
)

// A wire is the byte stream under a connection. It bounds what a peer may send in each phase and
// notes when it was last heard.
//
// gliderlabs sets a deadline (none) before every read and write, which would undo any other, so a
// wire has no deadlines: whoever wants to end a read closes the wire.
type wire struct {
	net.Conn
	phase  atomic.Int32
	frames frames // finds NEWKEYS; used by the reader only
	line   []byte // the version line, without its end; used by the reader only
	spent  int    // bytes read in this phase; used by the reader only
	spentP phase  // the phase that spent belongs to

	total   atomic.Int64  // bytes read
	heard   atomic.Int64  // when, as UnixNano
	writing atomic.Int64  // total when the write in progress began, plus 1; 0 when none is
	waits   atomic.Bool   // the reader waits for taken
	taken   chan struct{} // capacity 1: a write has ended
	noted   bool          // onBulk was called; used by the reader only

	onFlood func() // the peer went over a bound
	onBulk  func() // the peer has sent so much that its stderr must be read (see Channel.readStderr)
	// onVersion is called by the reader with the version that the peer gives, before anything else was written
	// than ours. It is untrusted.
	onVersion func(version string)

	ready  chan struct{} // closed when authentication begins
	closed chan struct{}
	once   sync.Once
}

func newWire(c net.Conn) *wire {
	w := &wire{Conn: c, ready: make(chan struct{}), closed: make(chan struct{}), taken: make(chan struct{}, 1)}
	w.heard.Store(time.Now().UnixNano())
	return w
}

// Read reads no more than the present phase lets the peer send.
func (w *wire) Read(b []byte) (int, error) {
	room, err := w.room()
	if err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(b[:min(len(b), room)])
	if n > 0 {
		w.note(b[:n])
	}
	return n, err
}

// room returns how many bytes may be read now. It waits in the phase in which x/crypto could not
// take more.
func (w *wire) room() (int, error) {
	p := phase(w.phase.Load())
	if p != w.spentP {
		w.spentP, w.spent = p, 0
	}
	switch p {
	case plain:
		if err := w.frames.err; err != nil {
			return 0, err
		}
		return w.bounded(min(maxPlain-w.spent, w.frames.wants()))
	case blind:
		if w.spent >= maxBlind {
			return w.waitReady()
		}
		return maxBlind - w.spent, nil
	case auth:
		return w.bounded(maxAuth - w.spent)
	}
	if w.unread() {
		return w.waitTaken()
	}
	return maxUnread, nil
}

// unread reports whether the peer has sent too much since the write in progress began.
func (w *wire) unread() bool {
	at := w.writing.Load()
	return at != 0 && w.total.Load()-at >= maxUnread
}

// waitTaken waits for the peer to take what is being written to it.
func (w *wire) waitTaken() (int, error) {
	w.waits.Store(true)
	defer w.waits.Store(false)
	late := time.NewTimer(unreadWait)
	defer late.Stop()
	for w.unread() {
		select {
		case <-w.taken:
		case <-late.C:
			return w.bounded(0)
		case <-w.closed:
			return 0, net.ErrClosed
		}
	}
	return maxUnread, nil
}

func (w *wire) bounded(room int) (int, error) {
	if room <= 0 {
		w.onFlood()
		return 0, net.ErrClosed
	}
	return room, nil
}

// waitReady waits for x/crypto to take what it was given. It has enough to get on; if it does not, the
// peer has filled its packets with what nobody needs.
func (w *wire) waitReady() (int, error) {
	late := time.NewTimer(blindWait)
	defer late.Stop()
	select {
	case <-w.ready:
		return w.room()
	case <-late.C:
		return w.bounded(0)
	case <-w.closed:
		return 0, net.ErrClosed
	}
}

// note takes account of bytes that were read.
func (w *wire) note(b []byte) {
	w.spent += len(b)
	total := w.total.Add(int64(len(b)))
	w.heard.Store(time.Now().UnixNano())
	if w.spentP == plain {
		named := w.frames.version
		if w.frames.feed(b) {
			w.phase.CompareAndSwap(int32(plain), int32(blind))
		}
		if !named {
			w.noteLine(b[0])
		}
	}
	if total > bulk && !w.noted {
		w.noted = true
		w.onBulk()
	}
}

// maxLine is the longest version line that x/crypto takes.
const maxLine = 255

// noteLine takes the next byte of the lines up to the version.
func (w *wire) noteLine(b byte) {
	switch {
	case w.frames.version:
		line := w.line
		w.line = nil
		w.onVersion(strings.TrimSuffix(string(line), "\r"))
	case b == '\n':
		w.line = w.line[:0]
	case len(w.line) < maxLine:
		w.line = append(w.line, b)
	}
}

// authenticating tells that x/crypto takes authentication requests from now on.
func (w *wire) authenticating() {
	w.phase.Store(int32(auth))
	close(w.ready)
}

// authenticated tells that the peer is in.
func (w *wire) authenticated() { w.phase.Store(int32(opened)) }

// Write writes. x/crypto never writes twice at once.
func (w *wire) Write(b []byte) (int, error) {
	w.writing.Store(w.total.Load() + 1)
	defer w.written()
	return w.Conn.Write(b)
}

func (w *wire) written() {
	w.writing.Store(0)
	if !w.waits.Load() {
		return
	}
	select {
	case w.taken <- struct{}{}:
	default:
	}
}

// silence is how long nothing has been heard from the peer.
func (w *wire) silence() time.Duration {
	return time.Duration(time.Now().UnixNano() - w.heard.Load())
}

func (w *wire) Close() error {
	err := net.ErrClosed
	w.once.Do(func() {
		close(w.closed)
		err = w.Conn.Close()
	})
	return err
}

func (*wire) SetDeadline(time.Time) error      { return nil }
func (*wire) SetReadDeadline(time.Time) error  { return nil }
func (*wire) SetWriteDeadline(time.Time) error { return nil }
