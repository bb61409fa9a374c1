package sshd

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/pires/go-proxyproto"
	gossh "golang.org/x/crypto/ssh"
)

// Probe makes a whole SSH handshake with the server at addr, authentication included, and hangs up.
// It does not check the host key: it asks whether a server is well, not which one it is. A server that has
// no room for one connection more, and says so as ours does, is well. Proxies are those of the server's
// settings: it may take this machine for one.
func Probe(ctx context.Context, addr string, proxies ...netip.Prefix) error {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.Close() })()
	if contains(proxies, addrPort(raw.LocalAddr()).Addr()) {
		self := proxyproto.Header{Version: 2, Command: proxyproto.LOCAL}
		if _, err := self.WriteTo(raw); err != nil {
			return err
		}
	}
	c, channels, requests, err := gossh.NewClientConn(raw, addr, &gossh.ClientConfig{
		User:            "healthcheck",
		ClientVersion:   "SSH-2.0-sshchat-healthcheck",
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth:            []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)},
	})
	if err != nil {
		switch {
		case saysFull(err):
			return nil
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		}
		return fmt.Errorf("handshake with %s: %w", addr, err)
	}
	go gossh.DiscardRequests(requests)
	go refuseChannels(channels)
	c.Close()
	c.Wait()
	return nil
}

// saysFull reports whether err is what sayNo makes of the other end. x/crypto has no type for a
// disconnect message, only words.
func saysFull(err error) bool {
	for _, full := range []error{ErrFull, ErrAddressFull} {
		if strings.HasSuffix(err.Error(), fmt.Sprintf("disconnect, reason %d: %q", tooManyConnections, full.Error())) {
			return true
		}
	}
	return false
}

func answerNothing(_, _ string, questions []string, _ []bool) ([]string, error) {
	return make([]string, len(questions)), nil
}

func refuseChannels(channels <-chan gossh.NewChannel) {
	for ch := range channels {
		ch.Reject(gossh.Prohibited, "not served here")
	}
}
