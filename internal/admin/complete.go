package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

const (
	completeWait = time.Second // for the server's names: somebody waits with a finger on Tab
	mostNames    = 40          // listed at once
)

// completer completes a line at Tab.
type completer struct {
	*run
	ctx    context.Context // of the prompt: term's callback has none
	screen *term.Terminal
}

// complete is a callback of term.Terminal: it is called for every key that has no other meaning.
func (c completer) complete(line string, pos int, key rune) (newLine string, newPos int, ok bool) {
	if key != '\t' {
		return "", 0, false
	}
	head, tail := line[:pos], line[pos:]
	begun := head[strings.LastIndexByte(head, ' ')+1:]
	found := c.candidates(strings.Fields(head[:len(head)-len(begun)]), begun)
	switch more := extend(begun, found); {
	case more != begun:
		head = head[:len(head)-len(begun)] + more
	case len(found) > 1:
		fmt.Fprint(c.screen, c.viewer().Say(strings.Join(found[:min(len(found), mostNames)], "  ")))
	}
	return head + tail, len(head), true
}

// candidates are the words that begun may become, behind the words before it.
func (c completer) candidates(before []string, begun string) []string {
	switch {
	case len(before) == 0:
		return beginning(begun, firstWords())
	case before[0] == "help" && len(before) == 1:
		return beginning(begun, firstWords())
	case before[0] == "help" && len(before) == 2:
		return beginning(begun, behind(before[1]))
	}
	v, given := match(before)
	var found []string
	if len(before) == 1 {
		found = beginning(begun, behind(before[0]))
	}
	switch {
	case v == nil:
		return found
	case strings.HasPrefix(begun, "--"):
		return beginning(begun, v.flags())
	}
	at := v.positionals()
	if len(given) >= len(at) {
		return found
	}
	switch next := at[len(given)]; next.kind {
	case word:
		return append(found, beginning(begun, next.words)...)
	case account:
		return append(found, c.accounts(next.among, begun)...)
	case room:
		return append(found, c.rooms(begun)...)
	}
	return found
}

func (v *verb) flags() (list []string) {
	for _, a := range v.args {
		if a.form == flag || a.form == toggle {
			list = append(list, "--"+a.name)
		}
	}
	return append(list, "--json")
}

// accounts are those of some standing that begin with what is typed. A server that does not answer has none.
func (c completer) accounts(among standing, begun string) []string {
	switch among {
	case isBanned:
		return c.banned(begun)
	case isLocked:
		return c.locked(begun)
	case isMuted:
		return c.those(begun, func(u User) bool { return u.Mute != nil })
	case isDisabled:
		return c.those(begun, func(u User) bool { return !u.DisabledAt.IsZero() })
	}
	var page Users
	c.look("users", starting(begun, mostNames), &page)
	return names(page.Users)
}

func names(users []User) (list []string) {
	for _, u := range users {
		list = append(list, sanitize.Line(u.Name).String())
	}
	return list
}

// mostPages bounds in how many pages of accounts those are looked for that are few.
const mostPages = 4

// those are the accounts for which is holds.
func (c completer) those(begun string, is func(User) bool) (list []string) {
	p := starting(begun, maxUsers)
	for range mostPages {
		var page Users
		c.look("users", p, &page)
		list = append(list, names(slices.DeleteFunc(page.Users, func(u User) bool { return !is(u) }))...)
		if page.Next == "" || len(list) >= mostNames {
			break
		}
		p = p.with(page.rest())
	}
	return list
}

func (c completer) banned(begun string) (list []string) {
	var all Bans
	c.look("bans", Params{}, &all)
	for _, b := range all.Bans {
		list = append(list, chat.BanTarget{Kind: b.Kind, What: b.What}.String())
	}
	return asWords(begun, list)
}

// locked are accounts and addresses: of one that is locked from somewhere both.
func (c completer) locked(begun string) (list []string) {
	var all Lockouts
	c.look("lockouts", Params{}, &all)
	for _, l := range all.Lockouts {
		list = append(list, l.Account, withoutPort(l.Remote))
	}
	return asWords(begun, list)
}

func withoutPort(remote string) string {
	if a, err := netip.ParseAddrPort(remote); err == nil {
		return a.Addr().String()
	}
	return remote
}

// asWords are those of list that begin with what is typed and can be typed: each once, and as one word.
func asWords(begun string, list []string) (words []string) {
	for _, w := range beginning(begun, list) {
		w = sanitize.Line(w).String()
		if w != "" && !strings.Contains(w, " ") {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// starting asks for a page of what begins with prefix.
func starting(prefix string, most int) Params {
	return Params{"prefix": prefix, "limit": strconv.Itoa(most)}
}

// rooms are the rooms that begin with what is typed, with its # or without.
func (c completer) rooms(begun string) (names []string) {
	var page Rooms
	c.look("rooms", starting(begun, mostNames), &page)
	for _, r := range page.Rooms {
		name := sanitize.Line(r.Name).String()
		if begun != "" && begun[0] != '#' {
			name = strings.TrimPrefix(name, "#")
		}
		names = append(names, name)
	}
	return names
}

// look asks for what is there. Where nobody answers page is left as it is.
func (c completer) look(name string, p Params, page any) {
	ctx, cancel := context.WithTimeout(c.ctx, completeWait)
	defer cancel()
	body, err := c.client.call(ctx, findVerb(name), p)
	if err == nil {
		_ = json.Unmarshal(body, page) // of another release
	}
}

func beginning(begun string, words []string) (found []string) {
	for _, w := range words {
		if hasPrefixFold(w, begun) {
			found = append(found, w)
		}
	}
	return found
}

// extend is begun with as much as all candidates agree on, in the case of the first, and with a space if
// there is only one.
func extend(begun string, found []string) string {
	if len(found) == 0 {
		return begun
	}
	if len(found) == 1 {
		return found[0] + " "
	}
	common := found[0]
	for _, w := range found[1:] {
		for !hasPrefixFold(w, common) {
			common = common[:len(common)-1]
		}
	}
	common = strings.ToValidUTF8(common, "") // it may end within a character
	if len(common) <= len(begun) {
		return begun
	}
	return common
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
