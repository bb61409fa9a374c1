package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"sshchat/internal/config"
	"sshchat/internal/server"
	"sshchat/internal/sshd"
)

// healthWait is how long a server may take for a handshake. One that is well takes milliseconds, and container
// runtimes give up after 30 s.
const healthWait = 10 * time.Second

func (p *program) healthCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "healthcheck [--address HOST:PORT] [--config FILE]",
		Short: "Ask a running server whether it is well, by a real SSH handshake",
		Long: `Ask a running server whether it is well, by a real SSH handshake. Exit code 0: it is, also when it
has no room for more people. 69: it is not. Without --address it is the server of this machine, where the
configuration says that it listens.`,
		Example: `  sshchat healthcheck
  sshchat healthcheck --address chat.example.org:2222`,
		Args:                  noArgs,
		DisableFlagsInUseLine: true,
	}
	address := c.Flags().String("address", "", "`HOST:PORT` of the server")
	file := c.Flags().String("config", "", configUsage)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := refuseNoFile(c, *file); err != nil {
			return err
		}
		var proxies []netip.Prefix
		if !c.Flags().Changed("address") {
			cfg, err := config.Load(*file, p.env, config.Flags{})
			if err != nil {
				return err
			}
			if *address, err = listensAt(cfg.Server.Listen); err != nil {
				return err
			}
			proxies = cfg.Server.ProxyFrom
		}
		return p.healthcheck(c.Context(), *address, proxies)
	}
	return c
}

func (p *program) healthcheck(ctx context.Context, address string, proxies []netip.Prefix) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return &failure{fmt.Sprintf("--address %q is no HOST:PORT", clip(address)), "an example: localhost:2222", exitUsage}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, healthWait, fmt.Errorf("it took longer than %s", healthWait))
	defer cancel()
	if err := sshd.Probe(ctx, address, proxies...); err != nil {
		return unwell(address, err)
	}
	return p.print(fmt.Sprintf("ok: %s answers\n", address))
}

// unwell words what Probe found.
func unwell(address string, err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		err = op.Err // the text names the address already
	}
	return &failure{fmt.Sprintf("no server is well at %s: %v", address, err),
		"start one with sshchat serve, or name another with --address", server.ExitUnavailable}
}

// listensAt is where a server of this machine can be reached that listens at listen.
func listensAt(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", err
	}
	if port == "0" {
		return "", &failure{"the configuration leaves the port to the system (port 0)",
			"name it with --address HOST:PORT", server.ExitConfig}
	}
	// Who listens on every interface is there on the loopback one. A listener on [::] takes IPv4 too.
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
