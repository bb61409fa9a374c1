package sshd

import (
	"context"
	"fmt"
	"net"

	gossh "golang.org/x/crypto/ssh"
)

// Probe makes a whole SSH handshake with the server at addr, authentication included, and hangs up.
// It does not check the host key: it asks whether a server is well, not which one it is.
func Probe(ctx context.Context, addr string) error {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.Close() })()
	c, channels, requests, err := gossh.NewClientConn(raw, addr, &gossh.ClientConfig{
		User:            "healthcheck",
		ClientVersion:   "SSH-2.0-sshchat-healthcheck",
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth:            []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)},
	})
	if err != nil {
		if ctx.Err() != nil {
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

func answerNothing(_, _ string, questions []string, _ []bool) ([]string, error) {
	return make([]string, len(questions)), nil
}

func refuseChannels(channels <-chan gossh.NewChannel) {
	for ch := range channels {
		ch.Reject(gossh.Prohibited, "not served here")
	}
}
