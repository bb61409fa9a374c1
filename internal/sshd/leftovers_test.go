package sshd

import (
	"context"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// many returns n copies of a packet.
func many(n int, p []byte) [][]byte { return slices.Repeat([][]byte{p}, n) }

// x/crypto's readLoop blocks for ever when the mux stops at a bad packet with 17 more behind it.
func TestBadPacketWithManyBehindItLeaksNothing(t *testing.T) {
	bad := []byte{msgChannelData, 0, 0, 0, 99}
	srv := start(t, nil)
	for range 5 {
		c := srv.authed()
		c.send(slices.Concat([][]byte{bad}, many(40, []byte{msgPing, 0, 0, 0, 0}))...)
		c.closes()
	}
	srv.lives()
}

func TestBadAuthRequestWithManyBehindItLeaksNothing(t *testing.T) {
	srv := start(t, nil)
	for range 5 {
		c := srv.keyed()
		c.send(serviceRequest())
		c.expect(msgServiceAccept)
		c.send(many(60, []byte{msgGlobalRequest})...)
		c.closes()
	}
	srv.lives()
}

// Before authentication nobody holds x/crypto's connection, so its queue must not overflow at all.
func TestBadServiceRequestWithManyBehindItLeaksNothing(t *testing.T) {
	srv := start(t, nil)
	for range 5 {
		c := srv.keyed()
		c.send(many(60, []byte{msgGlobalRequest})...)
		c.closes()
	}
	srv.lives()
}

// x/crypto keeps a channel's requests to itself when the channel cannot be confirmed, and its loop for
// the connection then waits for ever for somebody who takes them.
func TestChannelThatCannotBeConfirmedLeaksNothing(t *testing.T) {
	srv := startMem(t, nil)
	conn := srv.l.dial(memAddr, 16<<10)
	c := newRaw(t, conn)
	c.exchange()
	c.login()
	// Answers that nobody reads fill the line, so that the confirmation cannot leave.
	for n := conn.r.waiting(); n < conn.r.room; n = conn.r.waiting() {
		c.send(globalRequest("x", true))
		eventually(t, "an answer", func() bool { return conn.r.waiting() > n })
	}
	c.send(channelOpen(0, 1000))
	eventually(t, "the confirmation", func() bool { return strings.Contains(stacks(), "ssh.(*channel).writePacket(") })
	c.send(many(40, channelRequest(0, "env", true, str("A"), str("B")))...)
	eventually(t, "the mux to block", func() bool { return strings.Contains(stacks(), "ssh.(*channel).handlePacket(") })
	conn.Close()
}

func TestLeftoversAreFound(t *testing.T) {
	found := make(chan [2]bool, 1)
	srv := start(t, func(s *Server) {
		s.Handler = func(_ context.Context, ch *Channel) {
			_, packets := packetQueue(ch.c.inner)
			_, requests := requestQueue(ch.raw.(gossh.NewChannel))
			found <- [2]bool{packets, requests}
		}
	})
	srv.shell(srv.dial())
	if got := <-found; got != [2]bool{true, true} {
		t.Errorf("queues found in x/crypto: packets %v, requests %v; see leftovers.go", got[0], got[1])
	}
}
