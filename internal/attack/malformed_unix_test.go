//go:build unix

package attack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
)

// stages are how far a connection comes before anything may follow.
var stages = []func(c *client) error{
	func(c *client) error { return nil },
	(*client).begin,
	func(c *client) error { return errors.Join(c.begin(), c.agree()) },
	(*client).exchange,
	func(c *client) error { return errors.Join(c.exchange(), c.requestService()) },
	func(c *client) error { return errors.Join(c.exchange(), c.authenticate()) },
	func(c *client) error { return errors.Join(c.exchange(), c.authenticate(), c.open(1000)) },
	func(c *client) error { return errors.Join(c.exchange(), c.authenticate(), c.open(1000), c.shell("")) },
	func(c *client) error {
		return errors.Join(c.exchange(), c.authenticate(), c.open(1000), c.shell("xterm"))
	},
	func(c *client) error {
		return errors.Join(c.exchange(), c.authenticate(), c.open(1000), c.shell(""), c.begin())
	},
	func(c *client) error {
		return errors.Join(c.exchange(), c.authenticate(), c.open(1000), c.shell(""), c.begin(), c.agree())
	},
}

// malformed sends, from each of f.n seeds and for the attack's time, packets that are damaged or out of place,
// at every stage of a connection. Each connection is let come to its stage: the ones before it have
// ended nothing but themselves.
func malformed(f *field) (string, error) {
	var sent, connections atomic.Int64
	messages := messages()
	err := f.each(func(seed int) error {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		for turn := 0; turn < len(stages) || f.going(); turn++ {
			c, err := f.speak(address(seed*10 + turn%10))
			if err != nil {
				return err
			}
			if err := stages[turn%len(stages)](c); err != nil {
				return fmt.Errorf("seed %d, connection %d: %w", seed, turn, err)
			}
			f.discards(c)
			connections.Add(1)
			sent.Add(c.babble(random, messages))
			c.Close()
		}
		return nil
	})
	return fmt.Sprintf("%d packets on %d connections", sent.Load(), connections.Load()), err
}

// babble sends up to 30 packets, or as many as the server takes, and now and then bytes that are none.
func (c *client) babble(random *rand.Rand, messages [][]byte) (sent int64) {
	for range random.IntN(30) {
		p := messages[random.IntN(len(messages))]
		for range random.IntN(3) {
			p = damage(random, p)
		}
		times := 1
		if random.IntN(8) == 0 {
			times = 20
		}
		for range times {
			if c.send(p) != nil {
				return sent
			}
			sent++
		}
		if p[0] == msgNewKeys && c.next.out != nil {
			c.out = c.next.out
		}
	}
	if random.IntN(4) == 0 {
		c.Write(join(u32(random.Uint32()), messages[random.IntN(len(messages))]))
	}
	return sent
}

// damage cuts a message off, sets four bytes of it to a number at an edge, changes one, or adds some. Its
// kind stays.
func damage(random *rand.Rand, p []byte) []byte {
	p = append([]byte(nil), p...)
	edges := []uint32{0, 1, 1<<15 + 1, 1<<31 - 1, 1 << 31, 1<<32 - 5, 1<<32 - 2, 1<<32 - 1}
	switch at := 1 + random.IntN(len(p)); {
	case random.IntN(4) == 0:
		return p[:at]
	case random.IntN(3) == 0 || at+4 > len(p):
		return append(p, u32(edges[random.IntN(len(edges))])...)
	case random.IntN(2) == 0:
		p[at] = byte(random.Uint32())
	default:
		binary.BigEndian.PutUint32(p[at:], edges[random.IntN(len(edges))])
	}
	return p
}

// messages are all that a server reads: those of transport and authentication, each kind of channel message, and
// each request that a session has (RFC 4253, 4252, 4254 section 6), in order but for the odd text.
func messages() [][]byte {
	escapes := str("\x1b[2J\x07")
	key := func(parts ...[]byte) []byte { return str(string(join(parts...))) }
	all := [][]byte{
		join([]byte{msgDisconnect}, u32(2), escapes, str("")), join([]byte{msgIgnore}, str("x")),
		join([]byte{3}, u32(1)), join([]byte{msgDebug, 1}, escapes, str("")), serviceRequest(),
		join([]byte{msgServiceRequest}, str("ssh-connection")), join([]byte{msgServiceAccept}, str("ssh-userauth")),
		join([]byte{msgExtInfo}, u32(1), str("server-sig-algs"), str("x")), {msgNewKeys},
		kexInit("curve25519-sha256"), kexInit("ecdh-sha2-nistp256"), kexInit("mlkem768x25519-sha256"), kexInit("none"),
		kexInit(strings.Repeat("a,", 500)), join([]byte{msgKexECDHReply}, str("x"), str("y"), str("z")),
		join([]byte{34}, u32(1024), u32(2048), u32(1<<31)), {19}, {49}, {79}, {89}, {191}, {255}, join([]byte{193}, str("x")),
		join([]byte{msgPing}, str("x")), {msgGlobalSuccess}, {msgGlobalFailure},
		globalRequest("keepalive@openssh.com"), globalRequest("tcpip-forward"), globalRequest("\x1b[2J"),
		authRequest("mallory", "none"), authRequest("mallory", "password", []byte{0}, escapes), authRequest("mallory", "password", []byte{1}, str("x"), str("y")),
		authRequest("mallory", "hostbased", str("ssh-rsa"), str("x"), str("y"), str("z"), str("")), authRequest("mallory", "gssapi-with-mic", u32(1), str("x")),
		authRequest("mallory", "keyboard-interactive", escapes, escapes), join([]byte{msgAuthInfo}, u32(1), str("x")), {msgAuthSuccess},
		authRequest("mallory", "publickey", []byte{0}, str("ssh-ed25519"), key(str("ssh-ed25519"), str(strings.Repeat("k", 32)))),
		authRequest("mallory", "publickey", []byte{1}, str("rsa-sha2-256"), key(str("ssh-rsa"), str("\x03"), str("\x80")), key(str("rsa-sha2-256"), str("x"))),
		authRequest("mallory", "publickey", []byte{1}, str("ecdsa-sha2-nistp256"), key(str("ecdsa-sha2-nistp256"), str("nistp256"), str("\x04"+strings.Repeat("\x00", 64))), key(str("ecdsa-sha2-nistp256"), str("\x80"))),
		authRequest("mallory", "publickey", []byte{0}, str("sk-ssh-ed25519@openssh.com"), key(str("sk-ssh-ed25519@openssh.com"), str(strings.Repeat("k", 32)), str("ssh:"))),
		authRequest("mallory", "publickey", []byte{0}, str("ssh-ed25519-cert-v01@openssh.com"), key(str("ssh-ed25519-cert-v01@openssh.com"), str("n"), str(strings.Repeat("k", 32)), u32(0), u32(1))),
		join([]byte{msgChannelOpen}, str("direct-tcpip"), u32(0), u32(1), u32(1<<15), str("h"), u32(1), str("o"), u32(2)),
	}
	for _, half := range []string{"", strings.Repeat("\x00", 32), strings.Repeat("\xff", 32), "\x04" + strings.Repeat("\x00", 64), strings.Repeat("m", 1216)} {
		all = append(all, join([]byte{msgKexECDHInit}, str(half)))
	}
	for _, id := range []uint32{0, 1, 1<<32 - 1} {
		all = append(all, channelOpen(id, 1000), channelData(id, "\x1b[2J\r"), join([]byte{msgChannelStderr}, u32(id), u32(1), str("x")),
			join([]byte{msgChannelConfirm}, u32(id), u32(0), u32(1000), u32(1000)), join([]byte{msgChannelRefusal}, u32(id), u32(1), escapes, str("")),
			join([]byte{msgWindowAdjust}, u32(id), u32(1<<31)), join([]byte{msgChannelEOF}, u32(id)), join([]byte{msgChannelClose}, u32(id)),
			join([]byte{msgChannelSuccess}, u32(id)), join([]byte{msgChannelFailure}, u32(id)))
		for _, reply := range []bool{true, false} {
			all = append(all, requests(id, reply)...)
		}
	}
	return all
}

func requests(id uint32, reply bool) [][]byte {
	text, size := str("\x1b[2J"), join(u32(80), u32(24), u32(0), u32(0))
	of := func(kind string, rest ...[]byte) []byte { return channelRequest(id, kind, reply, rest...) }
	return [][]byte{
		of("pty-req", text, size, str("\x01\x00\x00\x00\x01\x00")), of("window-change", size), of("env", text, text),
		of("shell"), of("exec", str("message bob \x1b[2J")), of("subsystem", text), of("signal", str("KILL")),
		of("x11-req", []byte{1}, text, text, u32(0)), of("xon-xoff", []byte{1}), of("break", u32(1<<31)),
		of("exit-status", u32(1)), of("exit-signal", str("TERM"), []byte{1}, text, str("")),
		of("auth-agent-req@openssh.com"), of("\x1b[2J", text),
	}
}
