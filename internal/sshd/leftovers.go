package sshd

import (
	"reflect"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// x/crypto/ssh v0.58.0 leaves goroutines behind that nobody outside can reach, each holding up to 17
// packets of 256 KiB:
//
//   - handshakeTransport.readLoop hands packets to a queue of 16. When the reader of that queue has
//     given up (authentication failed, or mux.loop met a packet it does not like), one more packet
//     than fits blocks readLoop for ever, closing the connection does not free it, and kexLoop and
//     mux.loop wait for it. So any stranger who sends one bad packet and 17 more leaks them, as often
//     as he likes.
//   - mux.loop hands a channel's requests to a queue of 16. When Accept fails because the confirmation
//     cannot be written, it does not return that queue, and 17 requests block mux.loop in the same way.
//
// What is missing is somebody who empties those queues. They are unexported fields, so they are found
// by name, and by type, and left alone when either is not as expected; TestLeftoversAreFound fails
// when an update of x/crypto changes them.

// dropLeftovers empties the packet queue of a connection that is closed, until x/crypto closes it.
// conn may be nil: authentication has not begun then, and wire's phase "blind" has kept the queue from
// overflowing.
func dropLeftovers(conn gossh.ServerPreAuthConn) {
	if queue, ok := packetQueue(conn); ok {
		for range queue {
		}
	}
}

func packetQueue(conn gossh.ServerPreAuthConn) (queue chan []byte, ok bool) {
	return queue, field(conn, &queue, "transport", "incoming")
}

// requestQueue is the queue of a channel's requests, which Accept keeps to itself when it fails.
func requestQueue(ch gossh.NewChannel) (queue chan *gossh.Request, ok bool) {
	return queue, field(ch, &queue, "incomingRequests")
}

// field follows names from the struct that from points to, copies the last field to what to points
// to, and reports whether all of it was there and of that type.
func field[T any](from any, to *T, names ...string) bool {
	v := reflect.ValueOf(from)
	for _, name := range names {
		for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return false
		}
		if v = v.FieldByName(name); !v.IsValid() {
			return false
		}
	}
	if v.Type() != reflect.TypeFor[T]() || !v.CanAddr() {
		return false
	}
	*to = *(*T)(unsafe.Pointer(v.UnsafeAddr()))
	return true
}
