package sshd

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The stages of a connection at which a stranger may send what he likes.
const (
	stageVersion  = iota // versions are exchanged
	stageInit            // both have sent KEXINIT
	stageSecret          // the exchange is done but for NEWKEYS
	stageKeyed           // encrypted
	stageService         // authentication is asked for
	stageAuthed          // authenticated
	stageChannel         // a channel is open
	stageTerminal        // with a terminal and a shell on it
	stageReinit          // another exchange has begun
	stageResecret        // and is done but for NEWKEYS
	stages
)

// reach brings a connection to a stage.
func (c *rawClient) reach(stage int) {
	c.t.Helper()
	if stage == stageVersion {
		return
	}
	if stage < stageKeyed {
		c.begin(stage == stageSecret)
		return
	}
	c.exchange()
	if stage >= stageService {
		c.send(serviceRequest())
		c.expect(msgServiceAccept)
	}
	if stage >= stageAuthed {
		c.send(authRequest("keyboard-interactive", str(""), str("")))
		c.expect(msgAuthSuccess)
	}
	if stage >= stageChannel {
		c.open(1000)
	}
	if stage >= stageTerminal {
		c.send(channelRequest(0, "pty-req", true, ptyReq("xterm", 80, 24)))
		c.expect(msgChannelSuccess)
		c.shell(0)
	}
	if stage >= stageReinit {
		c.begin(stage == stageResecret)
	}
}

// begin begins a key exchange and leaves NEWKEYS out.
func (c *rawClient) begin(secret bool) {
	c.t.Helper()
	c.send(c.kexInit("curve25519-sha256"))
	c.theirs = c.expect(msgKexInit)
	if secret {
		c.replyExchange()
	}
}

// abuse connects, reaches a stage, sends packets and goes. A script is a stage and packets: a length,
// then so many bytes; length 255 sends the next packet 40 times, 254 sends it as it is, not as a packet.
func abuse(t testing.TB, l *memListener, script []byte) {
	t.Helper()
	conn := l.dial(memAddr, memRoom)
	defer conn.Close()
	c := newRaw(t, conn)
	c.reach(int(script[0]) % stages)
	go io.Copy(io.Discard, conn)
	times, whole := 1, true
	for rest := script[1:]; len(rest) > 0; {
		n := int(rest[0])
		rest = rest[1:]
		switch n {
		case 255:
			times = 40
			continue
		case 254:
			whole = false
			continue
		}
		n = min(n, len(rest))
		for range times {
			if whole {
				c.trySend(rest[:n])
			} else {
				conn.Write(rest[:n])
			}
		}
		if whole && n > 0 && rest[0] == msgNewKeys && c.next.out != nil {
			c.turnOut()
		}
		rest, times, whole = rest[n:], 1, true
	}
}

// script makes a script for abuse.
func script(stage int, packets ...[]byte) []byte {
	s := []byte{byte(stage)}
	for _, p := range packets {
		s = append(append(s, byte(len(p))), p...)
	}
	return s
}

// oddPackets are messages of every kind that x/crypto reads, whole and with every number at its edges.
func oddPackets() [][]byte {
	huge := "\xff\xff\xff\xff"
	all := [][]byte{
		{},
		{msgDisconnect}, join([]byte{msgDisconnect}, u32(2), str("\x1b[2J"), str("")), join([]byte{msgDisconnect}, []byte(huge)),
		{msgIgnore}, join([]byte{msgIgnore}, str("x")), {3}, {msgDebug}, join([]byte{msgDebug, 1}, str("x"), str("")),
		{msgServiceRequest}, serviceRequest(), join([]byte{msgServiceRequest}, str("ssh-connection")),
		{msgServiceAccept}, {msgExtInfo}, join([]byte{msgExtInfo}, u32(1<<31)), {msgKexInit},
		join([]byte{msgKexInit}, make([]byte, 16), []byte(huge)), (&rawClient{}).kexInit("none"), (&rawClient{}).kexInit(",,,"),
		(&rawClient{}).kexInit("curve25519-sha256"), (&rawClient{}).kexInit("ecdh-sha2-nistp256"),
		(&rawClient{}).kexInit("mlkem768x25519-sha256"), {msgNewKeys}, {msgNewKeys, 0},
		{msgKexECDHInit}, join([]byte{msgKexECDHInit}, str("")), join([]byte{msgKexECDHInit}, str(strings.Repeat("\x00", 32))),
		join([]byte{msgKexECDHInit}, str(strings.Repeat("\xff", 32))), join([]byte{msgKexECDHInit}, str("\x04"+strings.Repeat("\x00", 64))),
		join([]byte{msgKexECDHInit}, str("\x00")), join([]byte{msgKexECDHInit}, []byte(huge)), {msgKexECDHReply},
		join([]byte{msgKexECDHInit}, str("\x80")), {32}, {33}, {34}, join([]byte{34}, u32(0), u32(0), u32(1<<31)),
		{msgAuthRequest}, authRequest("none"), authRequest("password", []byte{0}, str("x")), authRequest("hostbased"),
		authRequest("publickey"), authRequest("publickey", []byte{1}, str("ssh-ed25519"), str("x"), str("")),
		authRequest("publickey", []byte{0}, str("ssh-ed25519"), str("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x00")),
		authRequest("publickey", []byte{0}, str("rsa-sha2-256"), join(str(string(join(str("ssh-rsa"), str("\x80"), str("\x00")))))),
		authRequest("publickey", []byte{1}, str("ecdsa-sha2-nistp256"), str(string(join(str("ecdsa-sha2-nistp256"), str("nistp256"), str("\x04")))), str(string(join(str("ecdsa-sha2-nistp256"), str("\x80\x80"))))),
		authRequest("publickey", []byte{1}, str("sk-ssh-ed25519@openssh.com"), str(string(join(str("sk-ssh-ed25519@openssh.com"), str(strings.Repeat("k", 32)), str("ssh:")))), str("\x00\x00\x00\x00")),
		authRequest("publickey", []byte{0}, str("ssh-ed25519-cert-v01@openssh.com"), str(string(join(str("ssh-ed25519-cert-v01@openssh.com"), str(""), str(""))))),
		authRequest("gssapi-with-mic", u32(1<<31)), authRequest("keyboard-interactive"), {51}, {msgAuthSuccess}, {msgAuthSuccess, 1}, {53}, {msgAuthPubKeyOK},
		{61}, join([]byte{61}, u32(1<<31)), {63}, {64}, {65}, {66},
		{msgGlobalRequest}, globalRequest("", true), globalRequest("keepalive@openssh.com", true), globalRequest("tcpip-forward", true),
		join([]byte{msgGlobalRequest}, []byte(huge)), {81}, {81, 1}, {msgGlobalFailure}, {msgGlobalFailure, 9, 9},
		{msgChannelOpen}, channelOpen(0, 0), channelOpen(1<<31, 1<<31), join([]byte{msgChannelOpen}, []byte(huge)),
		join([]byte{msgChannelOpen}, str("session"), u32(0), u32(1), u32(0)), join([]byte{msgChannelOpen}, str("session"), u32(0), u32(1), u32(9)),
		join([]byte{msgChannelOpen}, str("session"), u32(0), u32(1), u32(1<<32-1)), join([]byte{msgChannelOpen}, str("direct-tcpip"), u32(0), u32(1), u32(1<<15), []byte(huge)),
		{200}, {255}, {0}, {msgPing}, join([]byte{msgPing}, str("")), join([]byte{msgPing}, []byte(huge)), {193}, join([]byte{193}, str("x")),
	}
	for _, id := range []uint32{0, 1, 1<<32 - 1} {
		for kind := byte(msgChannelConfirm); kind <= msgChannelFailure; kind++ {
			head := join([]byte{kind}, u32(id))
			all = append(all, head[:4], head, join(head, u32(0)), join(head, []byte(huge)), join(head, u32(1), str("x")),
				join(head, u32(1), u32(1), u32(1)), join(head, u32(1<<31), u32(1<<31), u32(1<<31)))
		}
		all = append(all, channelData(id, "x"), channelData(id, ""), join([]byte{msgChannelData}, u32(id), u32(1<<15+1)),
			channelRequest(id, "shell", true), channelRequest(id, "", true), channelRequest(id, "exec", false, []byte(huge)),
			channelRequest(id, "exit-status", true, u32(0)), channelRequest(id, "pty-req", true, []byte(huge), []byte(huge)),
			channelRequest(id, "window-change", true, []byte(huge)))
	}
	return all
}

// goroutines counts all that run but the workers that wait for something to write.
func goroutines() int {
	return runtime.NumGoroutine() - strings.Count(stacks(), "]:\nsshchat/internal/workers.(*Pool).work(")
}

// settles waits until no more goroutines run than did before.
func settles(t testing.TB, before int) {
	t.Helper()
	for end := time.Now().Add(patience()); goroutines() > before; time.Sleep(100 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before:\n%s", goroutines(), before, stacks())
		}
	}
}

func quickEcho(s *Server) {
	s.Handler = func(ctx context.Context, ch *Channel) { echo(ctx, ch) }
	s.Settings.Startups, s.Settings.StartupsPerAddress = NoLimit, NoLimit
}

// Every odd packet at every stage, alone and in a crowd: none ends more than its connection, and none
// leaves anything behind.
func TestOddPacketsAtEveryStage(t *testing.T) {
	if raceDetector {
		t.Skip("x/crypto's own data race when a key exchange follows the first at once")
	}
	srv := startMem(t, quickEcho)
	before := goroutines()
	for stage := range stages {
		for i, p := range oddPackets() {
			if testing.Short() && i%10 != stage {
				continue
			}
			if i%3 == stage%3 {
				abuse(t, srv.l, script(stage, p, []byte{msgPing, 0, 0, 0, 0}))
				continue
			}
			abuse(t, srv.l, append(script(stage, p), script(255, p)...))
		}
	}
	settles(t, before)
	srv.lives()
}

// Odd packets in any order.
func TestOddPacketsShuffled(t *testing.T) {
	if raceDetector {
		t.Skip("x/crypto's own data race when a key exchange follows the first at once")
	}
	srv := startMem(t, quickEcho)
	before := goroutines()
	odd := oddPackets()
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var packets [][]byte
		for range random.IntN(30) {
			packets = append(packets, odd[random.IntN(len(odd))])
		}
		abuse(t, srv.l, script(random.IntN(stages), packets...))
	}
	settles(t, before)
	srv.lives()
}

// lives checks that others can still chat.
func (s *memServer) lives() {
	s.t.Helper()
	p := s.shell(s.client(s.l.dial(memAddr, memRoom)))
	p.says("still here")
	p.sees("still here")
	p.in.Close()
	p.ends()
}

// FuzzPackets sends anything at any stage.
func FuzzPackets(f *testing.F) {
	if raceDetector {
		f.Skip("it is a data race of x/crypto's")
	}
	for stage := range stages {
		f.Add(script(stage, []byte{msgPing, 0, 0, 0, 0}))
		f.Add(script(stage, (&rawClient{}).kexInit("none"), []byte{msgNewKeys}))
	}
	for i, p := range oddPackets() {
		f.Add(script(i, p))
	}
	f.Add(append(script(stageAuthed, []byte{msgChannelData, 0, 0, 0, 99}, []byte{}), 255, 5, msgPing, 0, 0, 0, 0))
	f.Add(append(script(stageVersion), 254, 6, 0xff, 0xff, 0xff, 0xff, 0, 21))
	srv := startMem(f, quickEcho)
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) == 0 {
			return
		}
		before := goroutines()
		abuse(t, srv.l, script)
		settles(t, before)
	})
}

var _ net.Listener = (*memListener)(nil)
