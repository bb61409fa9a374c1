package delivery_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
)

// joins takes somebody into #ops and returns the room.
func (h *house) joins(who chat.Begun) chat.RoomID {
	h.Helper()
	return h.appends(chat.Draft{Login: who.ID, Kind: chat.Join, Sender: who.User.ID, NewName: "ops"}).Room.ID
}

func (h *house) inRoom(k chat.Kind, by chat.Begun, room chat.RoomID, whom chat.UserID, text string) chat.Draft {
	return chat.Draft{Login: by.ID, Kind: k, Sender: by.User.ID, Recipient: whom, Room: room, Body: sanitize.Message(text)}
}

// catchesUp reads the log to its head.
func (h *house) catchesUp(in *delivery.Inbox) (lines []string) {
	h.Helper()
	for in.Behind() {
		b, err := in.Fetch(h.Context())
		if err != nil {
			h.Fatal(err)
		}
		lines = append(lines, shown(in.Accept(b))...)
	}
	return lines
}

func shown(entries []*chat.Entry) (all []string) {
	for _, e := range entries {
		all = append(all, string(e.Kind)+" "+e.Body.String())
	}
	return all
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// Who is in a room, and who is blocked, holds at the place in the log at which it changed, also when all of it
// is taken at once later.
func TestARoomHasItsMembersAtEachPlaceInTheLog(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, bobIn, _ := h.enters("bob")
	_, carolIn, _ := h.enters("carol")
	for _, in := range []*delivery.Inbox{aliceIn, bobIn, carolIn} {
		h.catchesUp(in)
	}
	room := h.joins(alice)
	say := func(text string) { h.appends(h.inRoom(chat.Said, alice, room, 0, text)) }
	say("before")
	h.joins(bob)
	say("with bob")
	h.appends(chat.Draft{Login: bob.ID, Kind: chat.Block, Sender: bob.User.ID, Recipient: alice.User.ID})
	say("hidden")
	h.appends(h.inRoom(chat.Kick, alice, room, bob.User.ID, "enough"))
	say("without bob")
	if _, err := h.store.Append(t.Context(), h.inRoom(chat.Invite, alice, room, bob.User.ID, "")); !errors.Is(err, chat.ErrBlocked) {
		t.Errorf("an invitation to somebody who blocks: %v", err)
	}
	if isIn(bobIn, room) {
		t.Error("bob is in the room before he has taken his join")
	}
	equal(t, "bob", shown(bobIn.Take(100, 0)), "join ", "room with bob", "kick enough")
	if isIn(bobIn, room) {
		t.Error("bob is in the room that he was removed from")
	}
	equal(t, "alice", shown(aliceIn.Take(100, 0)), "join ", "room before", "join ", "room with bob", "room hidden", "kick enough", "room without bob")
	equal(t, "carol", shown(carolIn.Take(100, 0)))
}

// A login finds itself in the rooms that it was in, and one whose mailbox was full as well.
func TestALoginIsInItsRooms(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, _, _ := h.enters("bob")
	room := h.joins(alice)
	h.joins(bob)
	h.hub.Close(bob.ID)
	if err := h.store.EndLogin(t.Context(), chat.Progress{Login: bob.ID, User: bob.User.ID, Delivered: bob.Head}, "logout"); err != nil {
		t.Fatal(err)
	}
	h.appends(h.inRoom(chat.Said, alice, room, 0, "away"))
	bob, err := h.store.BeginLogin(t.Context(), chat.NewLogin{User: bob.User.ID, Slot: chat.Prompt, Node: h.node})
	if err != nil {
		t.Fatal(err)
	}
	h.hub.Open(bob, quiet{make(chan error, 1)})
	in := h.hub.Inbox(bob.ID)
	h.appends(h.inRoom(chat.Said, alice, room, 0, "meanwhile"))
	equal(t, "read", h.catchesUp(in), "room away", "room meanwhile")
	equal(t, "taken", shown(in.Take(10, 0)))
	for range 300 { // more than a mailbox holds
		h.appends(h.inRoom(chat.Said, alice, room, 0, "x"))
	}
	h.appends(h.inRoom(chat.Close, alice, room, 0, ""))
	if n := len(h.catchesUp(in)); n != 300 || isIn(in, room) {
		t.Errorf("%d lines, and in the room: %v", n, isIn(in, room))
	}
	h.catchesUp(aliceIn)
	if isIn(aliceIn, room) {
		t.Error("alice is in the room that she has closed")
	}
}

// A reader gets each line said while it was in the room, whatever raced it: once, in order, none other.
func TestJoiningAndLeavingRaceLines(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	h.catchesUp(in)
	room := h.joins(alice)
	var mu sync.Mutex
	var log []*chat.Entry
	defer h.store.Follow(func(batch []*chat.Entry) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, batch...)
	})()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				h.appends(h.inRoom(chat.Said, alice, room, 0, "x"))
			}
		})
	}
	all.Go(func() {
		for range 10 {
			h.joins(bob)
			h.appends(h.inRoom(chat.Leave, bob, room, 0, ""))
		}
	})
	var got []chat.EntryID
	take := func() {
		for _, e := range append(in.Take(7, 0), in.Take(1000, 0)...) {
			if e.Kind == chat.Said {
				got = append(got, e.ID)
			}
		}
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		take()
	}
	take()
	if in.Behind() {
		t.Fatal("the mailbox was full")
	}
	var want []chat.EntryID
	is := false
	for _, e := range log {
		switch {
		case e.Kind == chat.Join && e.Sender.ID == bob.User.ID:
			is = true
		case e.EndsStay(bob.User.ID):
			is = false
		case e.Kind == chat.Said && is:
			want = append(want, e.ID)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("bob got\n%v\nof\n%v", got, want)
	}
}

func isIn(in *delivery.Inbox, room chat.RoomID) bool {
	_, ok := in.Room(chat.Room{ID: room})
	return ok
}

// A block hides what somebody says, and not what they do to one.
func TestWhatABlockDoesNotHide(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, _, _ := h.enters("bob")
	h.catchesUp(aliceIn)
	room := h.joins(bob)
	h.joins(alice)
	h.appends(chat.Draft{Login: alice.ID, Kind: chat.Block, Sender: alice.User.ID, Recipient: bob.User.ID})
	said := h.appends(h.inRoom(chat.Said, bob, room, 0, "x"))
	aliceIn.Take(100, 0)
	for _, d := range []chat.Draft{
		h.inRoom(chat.Hand, bob, room, 0, "x"), h.inRoom(chat.Lower, bob, room, 0, ""),
		{Login: bob.ID, Kind: chat.Pin, Sender: bob.User.ID, Room: room, Ref: said.ID},
		{Login: bob.ID, Kind: chat.Unpin, Sender: bob.User.ID, Room: room, Ref: said.ID},
		h.inRoom(chat.Hand, alice, room, 0, "mine"), h.inRoom(chat.Turn, bob, room, 0, ""),
		h.inRoom(chat.Said, bob, room, 0, "x"), h.inRoom(chat.Acted, bob, room, 0, "x"), h.inRoom(chat.Topic, bob, room, 0, "x"),
		h.inRoom(chat.Mute, bob, room, alice.User.ID, "1m"), h.inRoom(chat.Promote, bob, room, alice.User.ID, ""),
		h.inRoom(chat.Post, bob, room, 0, "ops"), {Login: bob.ID, Kind: chat.Rename, Sender: bob.User.ID, Room: room, NewName: "dev"},
		h.inRoom(chat.Leave, bob, room, 0, ""), {Login: bob.ID, Kind: chat.Join, Sender: bob.User.ID, NewName: "dev"},
		h.inRoom(chat.Leave, bob, room, 0, ""),
	} {
		h.appends(d)
	}
	equal(t, "alice", shown(aliceIn.Take(100, 0)), "hand mine", "turn ", "mute 1m", "op ", "post ops", "rename ops", "leave ")
	if r, ok := aliceIn.Room(chat.Room{ID: room, Name: "ops"}); !ok || r.Name != "dev" {
		t.Errorf("alice is in %v, %v", r, ok)
	}
}

// A line tells the members of a pin; what is pinned only those who may see it.
func TestAPinIsToldAndWhatItPinsToThoseWhoMaySeeIt(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	bob, bobIn, _ := h.enters("bob")
	h.catchesUp(aliceIn)
	h.catchesUp(bobIn)
	room := h.joins(alice)
	early := h.appends(h.inRoom(chat.Said, alice, room, 0, "early"))
	h.joins(bob)
	late := h.appends(h.inRoom(chat.Said, alice, room, 0, "late"))
	for _, line := range []*chat.Entry{early, late} {
		h.appends(chat.Draft{Login: alice.ID, Kind: chat.Pin, Sender: alice.User.ID, Room: room, Ref: line.ID})
	}
	pins := func(in *delivery.Inbox) (all []string) {
		for _, e := range in.Take(100, 0) {
			switch {
			case e.Kind != chat.Pin:
			case e.About == nil:
				all = append(all, "unseen")
			default:
				all = append(all, e.About.Text.String())
			}
		}
		return all
	}
	equal(t, "alice", pins(aliceIn), "early", "late")
	equal(t, "bob", pins(bobIn), "unseen", "late")
}
