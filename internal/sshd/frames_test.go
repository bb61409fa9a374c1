package sshd

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pires/go-proxyproto"
	gossh "golang.org/x/crypto/ssh"
)

// plainPacket is a packet in the clear.
func plainPacket(payload ...byte) []byte {
	return (&rawClient{}).pack(payload)
}

// follow reads a stream by what frames wants and returns how many bytes were read up to the end of
// NEWKEYS; -1 if it does not come.
func follow(stream []byte) (end int, f frames) {
	for end < len(stream) {
		n := f.wants()
		if n <= 0 {
			return -1, f
		}
		n = min(n, len(stream)-end)
		done := f.feed(stream[end : end+n])
		end += n
		if done {
			return end, f
		}
	}
	return -1, f
}

func TestFramesEndWithNewKeys(t *testing.T) {
	version := []byte("SSH-2.0-x\r\n")
	init := plainPacket(append([]byte{msgKexInit}, make([]byte, 3000)...)...)
	keys := plainPacket(msgNewKeys)
	tests := []struct {
		name   string
		stream []byte
		found  bool
	}{
		{"an exchange", join(version, init, plainPacket(msgKexECDHInit, 1, 2), keys), true},
		{"lines before the version", join([]byte("hello\n"), version, init, keys), false},
		{"a header in text before the version", join([]byte("PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n"), version, init, keys), false},
		{"an almost right version", join([]byte("SSH 2.0\n"), version, init, keys), false},
		{"a 21 inside another packet", join(version, plainPacket(msgKexInit, msgNewKeys, msgNewKeys)), false},
		{"a version without its end", []byte("SSH-2.0-x" + strings.Repeat("y", 500)), false},
		{"no version", []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), false},
		{"a length of 4 GiB", join(version, []byte("\xff\xff\xff\xff\x04\x15")), false},
		{"a length past 256 KiB", join(version, []byte("\x00\x04\x00\x01\x04\x15")), false},
		{"a length of nothing", join(version, []byte("\x00\x00\x00\x00\x00\x15")), false},
		{"padding as long as the packet", join(version, []byte("\x00\x00\x00\x10\x0f\x15"), make([]byte, 20)), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			end, f := follow(append(test.stream, "encrypted"...))
			if (end == len(test.stream)) != test.found || f.done != test.found {
				t.Errorf("end at %d of %d, want found: %v", end, len(test.stream), test.found)
			}
		})
	}
}

func TestWhatIsNoSSHIsNamed(t *testing.T) {
	for stream, want := range map[string]error{
		"SSH-2.0-x\r\n":      nil,
		"SSH":                nil, // more may come
		"\r\n\r\n":           nil,
		"PROX":               nil,
		"GET / HTTP/1.1\r\n": errNoSSH,
		"\nSSH-2.0-x\r\n":    errNoSSH,
		"SSX":                errNoSSH,
		"\r\n\r\n\r\n":       errNoSSH,
		"PROXIMITY":          errNoSSH,
		"PROXY UNKNOWN\r\n":  errHeader,
		string(proxyproto.SIGV2) + "!\x11\x00\x0c": errHeader,
	} {
		if _, f := follow([]byte(stream)); f.err != want {
			t.Errorf("%q: %v, want %v", stream, f.err, want)
		}
	}
}

func TestDisconnectIsAPacket(t *testing.T) {
	for _, words := range []string{"", "x", ErrFull.Error(), ErrAddressFull.Error(), strings.Repeat("w", 100)} {
		p := disconnect(12, words)
		if n := int(binary.BigEndian.Uint32(p)); n != len(p)-4 || len(p)%8 != 0 || p[4] < 4 {
			t.Fatalf("%q: length %d of %d, padding %d", words, n, len(p), p[4])
		}
		var m struct {
			Reason      uint32 `sshtype:"1"`
			Description string
			Language    string
		}
		if err := gossh.Unmarshal(p[5:len(p)-int(p[4])], &m); err != nil || m.Reason != 12 || m.Description != words {
			t.Errorf("%q: %+v, %v", words, m, err)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("SSH-\n\x00\x04\x00\x00\x00\x14"))
	f.Add([]byte("a\nSSH-\n\x00\x04\x00\x00\x00\x14"))
	f.Add([]byte("SSH-2.0\n\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		end, _ := follow(stream)
		if want := newKeysEnd(stream); end != want {
			t.Errorf("end %d, want %d", end, want)
		}
	})
}

// newKeysEnd finds the same as frames do, having the whole stream.
func newKeysEnd(stream []byte) int {
	line, after, ok := strings.Cut(string(stream), "\n")
	if !ok || !strings.HasPrefix(line, "SSH-") {
		return -1
	}
	rest := []byte(after)
	for len(rest) >= 6 {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > maxPacket || n <= int64(rest[4])+1 || n+4 > int64(len(rest)) {
			return -1
		}
		if rest[5] == msgNewKeys {
			return len(stream) - len(rest) + int(n) + 4
		}
		rest = rest[n+4:]
	}
	return -1
}
