package chat

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// A banTable finds the ban that somebody falls under. It never changes: a new one takes its place. Of networks it tries each
// width that there is, 129 at most, and not each network: an accept takes 1.4 µs with 10,000 of them.
type banTable struct {
	networks map[netip.Prefix]*Ban
	widths   []int // of the networks, in bits, each once
	keys     map[string]*Ban
	clients  []*Ban
}

func newBanTable(all []Ban) *banTable {
	t := &banTable{networks: make(map[netip.Prefix]*Ban), keys: make(map[string]*Ban)}
	for i := range all {
		switch b := &all[i]; b.Kind {
		case BanAddress:
			if p, err := parseNetwork(b.What); err == nil {
				t.networks[p] = b
				t.widths = append(t.widths, p.Bits())
			}
		case BanKey:
			t.keys[b.What] = b
		case BanClient:
			t.clients = append(t.clients, b)
		}
	}
	slices.Sort(t.widths)
	t.widths = slices.Compact(t.widths)
	return t
}

// from, key and client give the ban that holds; nil if there is none.

func (t *banTable) from(addr netip.Addr, now time.Time) *Ban {
	addr = plainAddr(addr)
	for _, bits := range t.widths {
		network, err := addr.Prefix(bits)
		if err != nil {
			break // this and all that follow are of IPv6, or there is no address
		}
		if b := t.networks[network]; b != nil && b.holds(now) {
			return b
		}
	}
	return nil
}

func (t *banTable) key(fingerprint string, now time.Time) *Ban {
	if b := t.keys[fingerprint]; b != nil && b.holds(now) {
		return b
	}
	return nil
}

func (t *banTable) client(version string, now time.Time) *Ban {
	for _, b := range t.clients {
		if b.holds(now) && matches(b.What, version) {
			return b
		}
	}
	return nil
}

func (b *Ban) why() string {
	if b == nil {
		return ""
	}
	return isBanned(*b).Text
}

// matches reports whether a pattern is for the whole of s, in any case of ASCII. It takes len(pattern)*len(s) steps at
// most: only the last * ever has to take more than it did.
func matches(pattern, s string) bool {
	pattern, s = strings.ToLower(pattern), strings.ToLower(s)
	p, star, from := 0, -1, 0
	for i := 0; i < len(s); {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
