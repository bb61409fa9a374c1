package sshd

import (
	"encoding/binary"
	"strings"

	"github.com/pires/go-proxyproto"
)

const (
	msgDisconnect = 1
	msgNewKeys    = 21

	// maxPacket is the longest packet that x/crypto takes.
	maxPacket = 256 << 10
	// headLen is what must be seen of a packet to know its length and its type: length, padding
	// length, first byte of the payload (RFC 4253 section 6).
	headLen = 6
)

// frames follows a client's stream from its first byte to the end of its NEWKEYS: the version line, then
// packets in the clear, by the same rules as x/crypto does. It says how many bytes may be read without going
// past a packet's end, so that the first encrypted byte is never read together with NEWKEYS.
type frames struct {
	start   []byte // the first bytes, until they tell what is spoken
	begun   bool   // it is SSH
	err     error  // it is not: why
	version bool   // the version line is over
	done    bool
	head    []byte // the start of the present packet
	body    int    // bytes of the present packet after its head
}

// openings are what a stream may begin with. x/crypto would take any lines before the version, but those
// are for servers to send (RFC 4253 section 4.2): after a header in text from anywhere, SSH would go on as if
// the header had not been.
var openings = []struct {
	text string
	err  error
}{
	{"SSH-", nil},
	{"PROXY ", errHeader},
	{string(proxyproto.SIGV2), errHeader},
}

// wants returns how many bytes may be read at once; 0 when the stream can only be an error.
func (f *frames) wants() int {
	switch {
	case f.err != nil:
		return 0
	case !f.version:
		return 1
	case len(f.head) < headLen:
		return headLen - len(f.head)
	}
	return f.body
}

// feed takes bytes that were read, no more than wants allowed, and reports whether NEWKEYS has ended.
func (f *frames) feed(b []byte) bool {
	switch {
	case !f.begun:
		f.begin(b[0])
		return false
	case !f.version:
		f.version = b[0] == '\n'
		return false
	}
	if len(f.head) < headLen {
		f.head = append(f.head, b...)
		if len(f.head) < headLen {
			return false
		}
		f.body = f.rest()
	} else {
		f.body -= len(b)
	}
	if f.body > 0 {
		return false
	}
	f.done = f.body == 0 && f.head[5] == msgNewKeys
	if f.body == 0 {
		f.head = f.head[:0]
	}
	return f.done
}

// rest returns how much of the packet follows its head; less than 0 if it cannot be a packet.
func (f *frames) rest() int {
	length := binary.BigEndian.Uint32(f.head)
	if length > maxPacket || length <= uint32(f.head[4])+1 {
		return -1
	}
	return 4 + int(length) - headLen
}

// begin takes the next of the first bytes.
func (f *frames) begin(b byte) {
	f.start = append(f.start, b)
	for _, o := range openings {
		if strings.HasPrefix(o.text, string(f.start)) {
			if len(f.start) == len(o.text) {
				f.begun, f.err = o.err == nil, o.err
			}
			return
		}
	}
	f.err = errNoSSH
}

// disconnect is SSH_MSG_DISCONNECT (RFC 4253 section 11.1) as a packet in the clear. OpenSSH shows
// its description to the person.
func disconnect(reason uint32, words string) []byte {
	p := []byte{0, 0, 0, 0, 0, msgDisconnect}
	p = binary.BigEndian.AppendUint32(p, reason)
	p = binary.BigEndian.AppendUint32(p, uint32(len(words)))
	p = append(p, words...)
	p = binary.BigEndian.AppendUint32(p, 0)
	padding := 8 - len(p)%8
	if padding < 4 {
		padding += 8
	}
	p = append(p, make([]byte, padding)...)
	binary.BigEndian.PutUint32(p, uint32(len(p)-4))
	p[4] = byte(padding)
	return p
}
