package delivery_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
)

// reads gives what in would save of how far its person has read, in the order of the places.
func reads(in *delivery.Inbox) (all []string) {
	marks := in.Progress().Reads
	slices.SortFunc(marks, func(a, b chat.ReadMark) int {
		return cmp.Or(cmp.Compare(a.With, b.With), cmp.Compare(a.Room, b.Room))
	})
	for _, m := range marks {
		all = append(all, fmt.Sprintf("with %d in %d: %d", m.With, m.Room, m.Through))
	}
	return all
}

func TestAConversationIsReadWhileOneLooksAtIt(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	h.sends(alice, bob, "1")
	in.Take(10, 0)
	in.Proven(in.Mark())
	equal(t, "nobody looked", reads(in))
	in.Look(chat.Place{With: alice.User.ID})
	equal(t, "what was there", reads(in), "with 1 in 0: 1")
	h.sends(alice, bob, "2")
	in.Take(10, 0)
	equal(t, "what is not proven", reads(in), "with 1 in 0: 1")
	in.Proven(in.Mark())
	equal(t, "what is", reads(in), "with 1 in 0: 2")
	room := h.joins(bob)
	in.Take(10, 0)
	in.Look(chat.Place{Room: room})
	h.sends(alice, bob, "3")
	in.Take(10, 0)
	in.Proven(in.Mark())
	equal(t, "both", reads(in), "with 0 in 1: 4", "with 1 in 0: 3")
	in.Look(chat.Place{})
	h.sends(bob, alice, "an answer")
	in.Take(10, 0)
	equal(t, "whoever answers has read", reads(in), "with 0 in 1: 4", "with 1 in 0: 5")
}

// seen gives lines with what each shows of the line that it is about.
func seen(entries []*chat.Entry) (all []string) {
	for _, e := range entries {
		text := string(e.Kind) + " " + e.Body.String()
		if e.About != nil {
			text += " < " + e.About.Text.String()
		}
		all = append(all, text)
	}
	return all
}

// Nobody hears of a line that they may not see by what is said of it later: not by its edit, not by a quote.
func TestChangesAndQuotesReachWhoMaySeeTheLine(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, bobIn, _ := h.enters("bob")
	carol, carolIn, _ := h.enters("carol")
	for _, in := range []*delivery.Inbox{aliceIn, bobIn, carolIn} {
		h.catchesUp(in)
	}
	about := func(d chat.Draft, e *chat.Entry) chat.Draft { d.Ref = e.ID; return d }
	room := h.joins(alice)
	before := h.appends(h.inRoom(chat.Said, alice, room, 0, "before"))
	h.joins(bob)
	h.joins(carol)
	h.appends(chat.Draft{Login: carol.ID, Kind: chat.Block, Sender: carol.User.ID, Recipient: alice.User.ID})
	blocked := h.appends(h.inRoom(chat.Said, alice, room, 0, "blocked"))
	h.appends(chat.Draft{Login: carol.ID, Kind: chat.Unblock, Sender: carol.User.ID, Recipient: alice.User.ID})
	now := h.appends(h.inRoom(chat.Said, alice, room, 0, "now"))
	for _, in := range []*delivery.Inbox{aliceIn, bobIn, carolIn} {
		in.Take(100, 0)
	}
	for _, e := range []*chat.Entry{before, blocked, now} {
		h.appends(chat.Draft{Login: alice.ID, Kind: chat.Edit, Sender: alice.User.ID, Ref: e.ID, Body: sanitize.Message(e.Body.String() + "!")})
	}
	for _, e := range []*chat.Entry{before, blocked, now} {
		h.appends(about(h.inRoom(chat.Said, bob, room, 0, "re"), e))
	}
	h.appends(chat.Draft{Login: alice.ID, Kind: chat.Delete, Sender: alice.User.ID, Ref: before.ID})
	equal(t, "alice", seen(aliceIn.Take(100, 0)), "edit before! < ", "edit blocked! < ", "edit now! < ",
		"room re < before!", "room re < blocked!", "room re < now!", "delete  < ")
	equal(t, "bob", seen(bobIn.Take(100, 0)), "edit blocked! < ", "edit now! < ", "room re", "room re < blocked!", "room re < now!")
	equal(t, "carol", seen(carolIn.Take(100, 0)), "edit now! < ", "room re", "room re", "room re < now!")
	private := h.sends(alice, bob, "private")
	h.appends(chat.Draft{Login: alice.ID, Kind: chat.Edit, Sender: alice.User.ID, Ref: private.ID, Body: before.Body})
	equal(t, "a stranger", seen(carolIn.Take(100, 0)))
	equal(t, "its recipient", seen(bobIn.Take(100, 0)), "direct private", "edit before < ")
}

// Whoever reads the log up sees a line as it stands, and its change only if they had seen the line before.
func TestAChangeOfALineThatIsStillToComeIsNotShown(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	first := h.sends(alice, bob, "1")
	in.Take(10, 0)
	for range 300 { // more than a mailbox holds
		h.sends(alice, bob, "x")
	}
	second := h.sends(alice, bob, "2")
	for _, e := range []*chat.Entry{first, second} {
		h.appends(chat.Draft{Login: alice.ID, Kind: chat.Edit, Sender: alice.User.ID, Ref: e.ID, Body: sanitize.Message(strings.Repeat(e.Body.String(), 2))})
	}
	lines := h.catchesUp(in)
	equal(t, "the last lines", lines[len(lines)-2:], "direct 22", "edit 11")
}

// A room that was made quiet is quiet as well when its member leaves it and comes back, in this login or in a later one.
func TestHowOneIsToldOfARoomOutlivesAStay(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	room := h.joins(alice)
	h.joins(bob)
	in.Take(10, 0)
	want := chat.Notice{Notify: chat.Off}
	if err := h.store.SetNotice(t.Context(), bob.User.ID, room, want); err != nil {
		t.Fatal(err)
	}
	in.SetNotice(room, want)
	h.appends(h.inRoom(chat.Leave, bob, room, 0, ""))
	h.joins(bob)
	in.Take(10, 0)
	if got := in.Notice(room); got != want {
		t.Errorf("after coming back it is %+v", got)
	}
	h.appends(h.inRoom(chat.Leave, bob, room, 0, ""))
	if err := h.store.EndLogin(t.Context(), in.Progress(), "test"); err != nil {
		t.Fatal(err)
	}
	bob, err := h.store.BeginLogin(t.Context(), chat.NewLogin{User: bob.User.ID, Slot: chat.Prompt, Node: h.node})
	if err != nil {
		t.Fatal(err)
	}
	h.hub.Open(bob, quiet{make(chan error, 1)})
	in = h.hub.Inbox(bob.ID)
	h.catchesUp(in)
	h.joins(bob)
	in.Take(10, 0)
	if got := in.Notice(room); got != want {
		t.Errorf("after another login it is %+v", got)
	}
}

// Of rooms that one is not in, nobody's memory is filled.
func TestTheNoticesOfRoomsOneIsInAreNeverForgotten(t *testing.T) {
	h := newHouse(t)
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	room := h.joins(bob)
	in.Take(10, 0)
	off := chat.Notice{Notify: chat.Off}
	for n := range chat.RoomID(chat.MostNotices + 1) {
		in.SetNotice(room+n, off)
	}
	if in.Notice(room) != off || in.Notice(room+chat.MostNotices) != off || in.Notice(room+1) == off {
		t.Errorf("the room has %+v, the newest %+v, one that was left %+v",
			in.Notice(room), in.Notice(room+chat.MostNotices), in.Notice(room+1))
	}
}
