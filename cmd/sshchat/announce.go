package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/server"
	"sshchat/internal/shell"
)

// announcement is what the operator is told of a server that has started, with lines to paste.
type announcement struct {
	server.Started
	port      string
	everyone  bool   // it listens on every interface
	join      string // a line for whoever sits here
	elsewhere string // one for others; empty if they cannot come, or nobody knows by which address
	console   string
}

// announcementOf words the entrances of a server. outward finds the address that other machines know
// this one by.
func announcementOf(s server.Started, env []string, outward func() netip.Addr) announcement {
	at := netip.MustParseAddrPort(s.Addr.String())
	a := announcement{Started: s, port: strconv.Itoa(int(at.Port())), everyone: at.Addr().IsUnspecified()}
	host := at.Addr().Unmap().String()
	if a.everyone || host == "127.0.0.1" || host == "::1" {
		host = "localhost"
	}
	a.join = sshLine(a.port, userName(env), host)
	if out := outward(); a.everyone && out.IsValid() {
		a.elsewhere = sshLine(a.port, "NAME", out.String())
	}
	// With the folder, as the second terminal may be anywhere.
	a.console = "sshchat admin --data " + shell.Quote(s.Data)
	return a
}

func sshLine(port, name, host string) string {
	line := "ssh "
	if port != "22" {
		line += "-p " + port + " "
	}
	if name != "" {
		line += name + "@"
	}
	return line + host
}

// userName is the name by which the operator is likely to sign up, or nothing if no account can have it.
func userName(env []string) string {
	for _, v := range env {
		if name, ok := strings.CutPrefix(v, "USER="); ok {
			if n, err := chat.ParseName(name); err == nil {
				return string(n)
			}
		}
	}
	return ""
}

// outward is the address of this machine on the way to others. No packet is sent: to connect a UDP socket only
// asks the system for the route. The targets are the documentation's own, RFC 5737 and 3849.
func outward() netip.Addr {
	for _, target := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		c, err := net.Dial("udp", target)
		if err != nil {
			continue
		}
		at, err := netip.ParseAddrPort(c.LocalAddr().String())
		c.Close()
		if err == nil && !at.Addr().IsLoopback() {
			return at.Addr().Unmap()
		}
	}
	return netip.Addr{}
}

// print is for whoever reads it at a terminal.
func (a announcement) print(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "sshchat %s\n", version())
	fmt.Fprintf(&b, "  data      %s%s\n", a.Data, a.created())
	for _, k := range a.HostKeys {
		fmt.Fprintf(&b, "  host key  %s %-9s    %s\n", k.Fingerprint, "("+k.Type+")", a.file(k))
	}
	fmt.Fprintf(&b, "  listening %s%s\n", a.Addr, a.reach())
	if a.Metrics != nil {
		fmt.Fprintf(&b, "  metrics   http://%s/metrics\n", a.Metrics)
	}
	for _, n := range a.Notes {
		fmt.Fprintf(&b, "  note      %s\n", n)
	}
	fmt.Fprintf(&b, "Join now:          %s\n", a.join)
	if a.elsewhere != "" {
		fmt.Fprintf(&b, "From elsewhere:    %s\n", a.elsewhere)
	}
	fmt.Fprintf(&b, "Console:           %s\n", a.console)
	io.WriteString(w, sanitize.Message(b.String()).String())
}

func (a announcement) created() string {
	if a.DataCreated {
		return "    created, mode 0700"
	}
	return ""
}

// file is where a host key is, in the data folder.
func (a announcement) file(k server.HostKey) string {
	path := k.Path
	if rel, err := filepath.Rel(a.Data, path); err == nil {
		path = rel
	}
	if k.Created {
		return "created: " + path
	}
	return path
}

func (a announcement) reach() string {
	switch {
	case a.Passed:
		return "  (passed by systemd)"
	case !a.everyone:
		return ""
	}
	return fmt.Sprintf("  (every interface; --listen 127.0.0.1:%s for this machine only)", a.port)
}

// log says the same in records.
func (a announcement) log(log *slog.Logger) {
	for _, k := range a.HostKeys {
		log.Info("host key", "event", "host_key", "fingerprint", k.Fingerprint, "type", k.Type,
			"path", k.Path, "created", k.Created)
	}
	for _, n := range a.Notes {
		log.Warn(n, "event", "note")
	}
	if a.Metrics != nil {
		log.Info("metrics", "event", "metrics_started", "listen", a.Metrics.String())
	}
	log.Info("serving", "event", "server_started", "version", version(),
		"data", a.Data, "data_created", a.DataCreated, "listen", a.Addr.String(),
		"join", a.join, "elsewhere", a.elsewhere, "console", a.console)
}
