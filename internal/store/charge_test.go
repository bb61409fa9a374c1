package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// waiting is what is left to the command more, as text.
func (h *house) waiting(b chat.Begun) string {
	h.t.Helper()
	var all []string
	for _, g := range b.Gaps {
		p, err := h.Read(h.t.Context(), b.User.ID, g, 500)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, e := range p.Entries {
			all = append(all, strings.TrimSpace(string(e.Kind)+" "+e.Body.String()))
		}
	}
	return strings.Join(all, ", ")
}

func (h *house) mutes(who chat.Name, tell string) {
	h.t.Helper()
	m := &chat.Muting{Actor: "uid 0"}
	if err := h.SetMute(h.t.Context(), h.users[who].ID, m, sanitize.Line(tell), chat.Audit{Actor: "uid 0", Action: "mute"}); err != nil {
		h.t.Fatal(err)
	}
}

// Among the lines that go stand entries for one person that do not: those still wait, and are not counted with what went.
func TestWhatIsNoLineStillWaits(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.users["alice"].ID, h.users["bob"].ID
	lab, ops := h.room("lab", "alice", "bob"), h.room("ops", "alice")
	h.comes("bob")
	h.goes("bob")
	h.said("alice", "bob", "an old line")
	h.appends(chat.Draft{Kind: chat.Invite, Sender: alice, Recipient: bob, Room: ops})
	h.mutes("bob", "you are muted")
	h.said("alice", "", "another")
	h.appends(chat.Draft{Kind: chat.Kick, Sender: alice, Recipient: bob, Room: lab, Body: sanitize.Line("noise")})
	h.passes(10)
	h.expires(5)
	h.expires(5) // nor does the next run take them
	b := h.comes("bob")
	if got, want := h.waiting(b), "invite, told you are muted, kick"; got != want {
		t.Errorf("for bob wait %q, want %q", got, want)
	}
	if b.Expired != 2 || len(b.Gaps) != 2 {
		t.Errorf("bob is told of %d, gaps %v", b.Expired, b.Gaps)
	}
}

// What is for somebody who is logged in, or has part of it left to more, waits as before.
func TestWhatIsNoLineWaitsInAGap(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	first := h.said("alice", "bob", "one")
	h.mutes("bob", "you are muted")
	h.passes(10)
	last := h.said("alice", "bob", "two")
	h.goes("bob", chat.Stretch{From: first, To: last})
	h.expires(5)
	b := h.comes("bob")
	if want := []chat.Stretch{{From: first + 1, To: first + 1}, {From: last, To: last}}; !slices.Equal(b.Gaps, want) || b.Expired != 1 {
		t.Errorf("told of %d, gaps %v, want %v", b.Expired, b.Gaps, want)
	}
	h.expires(5)
	if got := h.waiting(b); got != "told you are muted, direct two" {
		t.Errorf("for bob, who is logged in, wait %q", got)
	}
}

// However much waits for somebody who stays away, it takes few rows.
func TestTheGapsOfWhoStaysAwayAreBounded(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	h.goes("bob")
	for i := range 3 * mostTold {
		h.mutes("bob", fmt.Sprint("notice ", i))
		h.said("alice", "", "between")
	}
	h.passes(10)
	h.expires(5)
	h.expires(5)
	b := h.comes("bob")
	if n := strings.Count(h.waiting(b), "told"); len(b.Gaps) != mostTold || n != 3*mostTold {
		t.Errorf("%d notices wait in %d gaps", n, len(b.Gaps))
	}
	if b.Expired != 3*mostTold {
		t.Errorf("bob is told of %d", b.Expired)
	}
}

// Whose link is cut before they can be told is told the next time: nothing of the count is lost.
func TestTheCountOfWhatExpiredIsKeptUntilItWasTold(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	first := h.said("alice", "bob", "one")
	h.said("alice", "bob", "two")
	h.passes(10)
	last := h.said("alice", "bob", "three")
	h.goes("bob", chat.Stretch{From: first, To: last})
	h.expires(5)
	cut := func() chat.Begun {
		t.Helper()
		b := h.comes("bob")
		if err := h.EndLogin(t.Context(), chat.Progress{Login: b.ID, User: b.User.ID}, "link lost"); err != nil {
			t.Fatal(err)
		}
		return b
	}
	for range 2 {
		if b := cut(); b.Expired != 2 {
			t.Errorf("bob is told of %d, want 2", b.Expired)
		}
	}
	b := h.comes("bob")
	h.passes(10)
	h.expires(5) // while he is there, a third of what is left to more
	if _, err := h.SaveProgress(t.Context(), []chat.Progress{{Login: b.ID, User: b.User.ID, Expired: b.Expired}}); err != nil {
		t.Fatal(err)
	}
	b.Expired = 0 // that is saved
	h.on["bob"] = b
	h.goes("bob")
	if b := h.comes("bob"); b.Expired != 1 {
		t.Errorf("bob is told of %d, want what came to it since: 1", b.Expired)
	}
	h.goes("bob")
	if n := h.word(t, `SELECT count(*) FROM expired`); n != "0" {
		t.Errorf("%s rows are left", n)
	}
}

// A login that was ended by somebody else says nothing of what was told.
func TestWhoseLoginHasEndedWasToldNothing(t *testing.T) {
	h := newHouse(t)
	h.said("alice", "bob", "one")
	h.passes(10)
	h.expires(5)
	b := h.comes("bob")
	p := chat.Progress{Login: b.ID, User: b.User.ID}
	if err := h.EndLogin(t.Context(), p, "test"); err != nil {
		t.Fatal(err)
	}
	p.Expired = b.Expired
	if ended, err := h.SaveProgress(t.Context(), []chat.Progress{p}); err != nil || len(ended) != 1 {
		t.Fatalf("ended %v, %v", ended, err)
	}
	if b := h.comes("bob"); b.Expired != 1 {
		t.Errorf("bob is told of %d", b.Expired)
	}
}

// While a run is cut between counting and deleting, what was counted waits no more, and what stays does.
func TestWhoComesWhileARunIsCut(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	h.goes("bob")
	h.said("alice", "bob", "one")
	h.mutes("bob", "you are muted")
	h.said("alice", "bob", "two")
	h.passes(10)
	last, err := h.lastBefore(t.Context(), h.now.AddDate(0, 0, -5))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.charge(t.Context(), last); err != nil {
			t.Fatal(err)
		}
	}
	b := h.comes("bob")
	if got := h.waiting(b); got != "told you are muted" || b.Expired != 2 || b.Delivered != last {
		t.Errorf("told of %d, cursor %d of %d, and there wait %q", b.Expired, b.Delivered, last, got)
	}
}
