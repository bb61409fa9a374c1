package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// address is where to listen. Its host is not looked up: the network may not be there yet.
func address(field func(*Config) *string) rule {
	const wants = `HOST:PORT, such as ":2222" or "127.0.0.1:2222"`
	return rule{wants, aString, func(c *Config, text string) error {
		host, port, err := net.SplitHostPort(text)
		if err != nil || !isPort(port) || !isHost(host) {
			return &misfit{wants, quote(text), didYouMean(addressMeant(text))}
		}
		*field(c) = text
		return nil
	}}
}

// orNothing is a rule that also takes nothing at all, which turns off what field is for.
func orNothing(r rule, field func(*Config) *string) rule {
	set := r.set
	r.set = func(c *Config, text string) error {
		if text == "" {
			*field(c) = ""
			return nil
		}
		return set(c, text)
	}
	return r
}

// isPort takes numbers alone: a service's name would mean what the machine's table says.
func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// isHost takes nothing (every interface), an IP address, or what may be a name.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// addressMeant returns the address that a lone port, IPv6 address or host was meant to be, or "".
func addressMeant(text string) string {
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	switch {
	case isPort(text):
		return ":" + text
	case err == nil:
		return net.JoinHostPort(ip.String(), "2222")
	case text != "" && isHost(text):
		return text + ":2222"
	}
	return ""
}

// prefixes is a list of networks; a plain address is the network of itself alone.
func prefixes(field func(*Config) *[]netip.Prefix) rule {
	const wants = `networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7"`
	return rule{wants, aList, func(c *Config, text string) error {
		var all []netip.Prefix
		for _, item := range splitList(text) {
			p, meant := parsePrefix(item)
			if !p.IsValid() {
				return &misfit{wants, quote(item), didYouMean(meant)}
			}
			all = append(all, p)
		}
		*field(c) = all
		return nil
	}}
}

// parsePrefix reads one network. If bits are set behind the mask, either half may be the mistake:
// it then returns no network, but the one that was probably meant.
func parsePrefix(s string) (p netip.Prefix, meant string) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), ""
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, ""
	}
	if p != p.Masked() {
		return netip.Prefix{}, p.Masked().String()
	}
	const mapped = 96 // bits of ::ffff:0:0/96; addresses are compared unmapped
	if p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	return p, ""
}

// folder is a path, which need not exist.
func folder(field func(*Config) *string) rule {
	const wants = "the path of a folder"
	return rule{wants, aString, func(c *Config, text string) error {
		switch {
		case text == "" || strings.ContainsFunc(text, unicode.IsControl):
			return &misfit{wants, quote(text), ""}
		case text == "~" || strings.HasPrefix(text, "~/"):
			// Only a shell knows ~, and not after "--data=": a folder of that name would be made.
			return &misfit{wants, quote(text), "write the home folder out; ~ means nothing here"}
		}
		*field(c) = text
		return nil
	}}
}
