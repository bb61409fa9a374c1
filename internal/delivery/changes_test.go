package delivery_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
)

func edit(by chat.Begun, e *chat.Entry, text string) chat.Draft {
	return chat.Draft{Login: by.ID, Kind: chat.Edit, Sender: by.User.ID, Ref: e.ID, Body: sanitize.Message(text)}
}

// What an administrator takes back both sides of a conversation see at once, and at the next login.
func TestBothSeeThatAnAdministratorDeletedALine(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, bobIn, _ := h.enters("bob")
	_, carolIn, _ := h.enters("carol")
	for _, in := range []*delivery.Inbox{aliceIn, bobIn, carolIn} {
		h.catchesUp(in)
	}
	first, second := h.sends(alice, bob, "one"), h.sends(alice, bob, "two")
	aliceIn.Take(10, 0)
	bobIn.Take(10, 0)
	h.appends(chat.Draft{Kind: chat.Delete, Ref: first.ID})
	for name, in := range map[string]*delivery.Inbox{"alice": aliceIn, "bob": bobIn} {
		got := in.Take(10, 0)
		if len(got) != 1 || got[0].Kind != chat.Delete || !got[0].FromServer() || got[0].About.Sender != alice.User {
			t.Errorf("%s is given %v", name, shown(got))
		}
	}
	equal(t, "carol", shown(carolIn.Take(10, 0)))
	h.leaves(alice, aliceIn)
	h.appends(chat.Draft{Kind: chat.Delete, Ref: second.ID})
	equal(t, "alice, back", h.catchesUp(h.returns(alice)), "delete ")
}

// leaves ends a login in order, with all that was taken proven; returns begins another.

func (h *house) leaves(who chat.Begun, in *delivery.Inbox) {
	h.Helper()
	in.Proven(in.Mark())
	if err := h.store.EndLogin(h.Context(), in.Progress(), "logout"); err != nil {
		h.Fatal(err)
	}
	h.hub.Close(who.ID)
}

func (h *house) returns(who chat.Begun) *delivery.Inbox {
	h.Helper()
	b, err := h.store.BeginLogin(h.Context(), chat.NewLogin{User: who.User.ID, Slot: chat.Prompt, Node: h.node, Remote: who.Remote})
	if err != nil {
		h.Fatal(err)
	}
	h.hub.Open(b, quiet{make(chan error, 1)})
	in := h.hub.Inbox(b.ID)
	if _, err := in.Start(h.Context(), false); err != nil {
		h.Fatal(err)
	}
	return in
}

func TestAnEditOfABroadcastFromBeforeTheAccount(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	old := h.appends(chat.Draft{Login: alice.ID, Kind: chat.Broadcast, Sender: alice.User.ID, Body: sanitize.Message("the code is 1234")})
	_, in, _ := h.enters("carol")
	h.catchesUp(aliceIn)
	h.catchesUp(in)
	h.appends(edit(alice, old, "the code is 4321"))
	equal(t, "carol", seen(in.Take(100, 0)))
	equal(t, "alice", seen(aliceIn.Take(100, 0)), "edit the code is 4321 < ")
}

// meanwhile is a store in which something happens right after each reading of the log.
type meanwhile struct {
	chat.Store
	then func()
}

func (m *meanwhile) Read(ctx context.Context, u chat.UserID, s chat.Stretch, limit int) (chat.Page, error) {
	p, err := m.Store.Read(ctx, u, s, limit)
	if m.then != nil {
		m.then()
	}
	return p, err
}

func TestALineThatIsEditedBetweenTwoPages(t *testing.T) {
	h := newHouse(t)
	store := &meanwhile{Store: h.store}
	h.hub = delivery.New(store, slog.New(slog.DiscardHandler))
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	first := h.sends(alice, bob, "meet at five")
	for range 300 { // more than a mailbox holds, and a page
		h.sends(alice, bob, "x")
	}
	store.then = func() {
		store.then = nil
		h.appends(edit(alice, first, "meet at six"))
	}
	lines := strings.Join(append(h.catchesUp(in), shown(in.Take(1000, 0))...), "\n")
	if !strings.Contains(lines, "direct meet at five") || !strings.Contains(lines, "edit meet at six") {
		t.Errorf("bob was shown\n%.200s", lines)
	}
}

// What lies so far back that the login does not show it, more does: the change of a line that was seen, too.
func TestMoreShowsAChangeOfALineFromBeforeTheGap(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	first := h.sends(alice, bob, "meet at five")
	in.Take(10, 0)
	h.leaves(bob, in)
	h.appends(edit(alice, first, "meet at six"))
	inGap := h.sends(alice, bob, "bring cake")
	h.appends(edit(alice, inGap, "bring two cakes"))
	for range 300 {
		h.sends(alice, bob, "x")
	}
	in = h.returns(bob)
	if lines := strings.Join(h.catchesUp(in), "\n"); strings.Contains(lines, "six") || strings.Contains(lines, "cake") {
		t.Fatalf("nothing lies in a gap: %s", lines)
	}
	p, err := in.More(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lines, _ := in.AcceptMore(p)
	equal(t, "the first of more", shown(lines)[:3], "edit meet at six", "direct bring two cakes", "direct x")
}

func TestOfAThousandEditsALoginShowsTheNewest(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	line := h.sends(alice, bob, "hello")
	in.Take(10, 0)
	h.leaves(bob, in)
	for i := range 1000 {
		h.appends(edit(alice, line, fmt.Sprint("hello ", i)))
	}
	equal(t, "bob", h.catchesUp(h.returns(bob)), "edit hello 999")
}

// A line that waits for more says what it does by then: its change is no line of its own before that, nor is it lost if it
// comes while the line is being read.
func TestAChangeOfALineThatWaits(t *testing.T) {
	h := newHouse(t)
	store := &meanwhile{Store: h.store}
	h.hub = delivery.New(store, slog.New(slog.DiscardHandler))
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	h.leaves(bob, in)
	first, second := h.sends(alice, bob, "one"), h.sends(alice, bob, "two")
	for range 300 {
		h.sends(alice, bob, "x")
	}
	in = h.returns(bob)
	h.catchesUp(in)
	h.appends(edit(alice, first, "eins"))
	equal(t, "live", shown(in.Take(10, 0)))
	store.then = func() {
		store.then = nil
		h.appends(edit(alice, second, "zwei"))
	}
	p, err := in.More(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "live, while more is read", shown(in.Take(10, 0)))
	lines, _ := in.AcceptMore(p)
	all := shown(lines)
	equal(t, "more", append(all[:2:2], all[len(all)-1]), "direct eins", "direct two", "edit zwei")
	h.appends(edit(alice, first, "uno"))
	equal(t, "what was shown by now", shown(in.Take(10, 0)), "edit uno")
	in.Proven(in.Mark())
	h.leaves(bob, in)
	h.appends(edit(alice, second, "due"))
	equal(t, "at the next login", h.catchesUp(h.returns(bob)), "edit due")
}
