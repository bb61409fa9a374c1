package sshd

import (
	"bytes"
	"encoding/binary"
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

// frames follows a peer's stream from its first byte to the end of its NEWKEYS, by the same rules as
// x/crypto does: lines up to one that starts with "SSH-", then packets in the clear. It says how many
// bytes may be read without going past a packet's end, so that the first encrypted byte is never read
// together with NEWKEYS.
type frames struct {
	version bool // the version line is over
	done    bool
	line    []byte // the start of the present line
	head    []byte // the start of the present packet
	body    int    // bytes of the present packet after its head
}

// wants returns how many bytes may be read at once; 0 when the stream can only be an error.
func (f *frames) wants() int {
	switch {
	case !f.version:
		return 1
	case len(f.head) < headLen:
		return headLen - len(f.head)
	}
	return f.body
}

// feed takes bytes that were read, no more than wants allowed, and reports whether NEWKEYS has ended.
func (f *frames) feed(b []byte) bool {
	if !f.version {
		f.feedLine(b[0])
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

func (f *frames) feedLine(b byte) {
	if b != '\n' {
		if len(f.line) < 4 {
			f.line = append(f.line, b)
		}
		return
	}
	f.version = bytes.HasPrefix(f.line, []byte("SSH-"))
	f.line = f.line[:0]
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
