package delivery_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
)

// somebody is a session of a hub whose people need no accounts.
type somebody struct {
	begun chat.Begun
	in    *delivery.Inbox
}

// come opens a session that wants to know of whose comings and goings.
func come(h *house, id int, whose string, rooms ...chat.RoomID) somebody {
	b := chat.Begun{Login: chat.Login{ID: chat.LoginID(id), User: chat.Person{ID: chat.UserID(id), Name: chat.Name(fmt.Sprintf("u%03d", id))}}}
	for _, r := range rooms {
		b.Rooms = append(b.Rooms, chat.Stay{Room: chat.Room{ID: r}})
	}
	h.hub.Open(b, quiet{})
	in := h.hub.Inbox(b.ID)
	in.WantPresence(whose)
	return somebody{b, in}
}

func (s somebody) goes(h *house) { h.hub.Close(s.begun.ID) }

// ticks lets so much time pass that whoever has come and gone is told of.
func (h *house) ticks() {
	for range 3 {
		h.hub.Tick()
	}
}

// told is the next that a session is told: +u001 for who came, -u001 for who went.
func told(in *delivery.Inbox) string {
	came, went := in.News()
	var all []string
	for _, p := range came.Named {
		all = append(all, "+"+string(p.Name))
	}
	for _, p := range went.Named {
		all = append(all, "-"+string(p.Name))
	}
	return strings.Join(all, " ")
}

func (h *house) isTold(who string, in *delivery.Inbox, want ...string) {
	h.Helper()
	h.catchesUp(in)
	for _, w := range append(want, "") {
		if got := told(in); got != w {
			h.Errorf("%s is told %q, want %q", who, got, w)
		}
	}
}

func TestWhoComesAndGoesIsToldOnceForSomeSeconds(t *testing.T) {
	h := newHouse(t)
	_, alice, _ := h.enters("alice")
	alice.WantPresence(chat.PresenceAll)
	h.ticks()
	h.isTold("alice of herself", alice)
	bob := come(h, 100, chat.PresenceAll)
	h.hub.Tick()
	come(h, 101, chat.Off)
	h.hub.Tick()
	h.isTold("alice, too early", alice)
	h.hub.Tick()
	h.isTold("alice", alice, "+u100 +u101")
	h.ticks()
	h.isTold("alice, when nobody moves", alice)
	bob.goes(h)
	come(h, 102, chat.Off)
	h.ticks()
	h.isTold("alice", alice, "+u102 -u100")
}

// Two hundred sessions whose link was lost and that are back within the time are no news, and neither is who looks in.
func TestWhoIsBackSoonHasNotGone(t *testing.T) {
	h := newHouse(t)
	_, alice, _ := h.enters("alice")
	alice.WantPresence(chat.PresenceAll)
	var all []somebody
	for i := range 200 {
		all = append(all, come(h, 1000+i, chat.Off))
	}
	h.ticks()
	h.catchesUp(alice)
	if came, _ := alice.News(); came.Count != 200 || len(came.Named) != chat.MostNamed || came.Named[0].Name != "u1000" {
		t.Errorf("alice is told of %+v", came)
	}
	for i, s := range all {
		s.goes(h)
		come(h, 1000+i, chat.Off)
	}
	come(h, 5000, chat.Off).goes(h)
	notified := false
	alice.Notify(func() { notified = true })
	h.ticks()
	h.isTold("alice", alice)
	if notified {
		t.Error("the session is woken for nothing")
	}
}

func TestOneIsToldOfThoseInOnesRooms(t *testing.T) {
	h := newHouse(t)
	alice, in, _ := h.enters("alice")
	room := h.joins(alice)
	in.WantPresence(chat.PresenceRooms)
	h.catchesUp(in)
	other := h.appends(chat.Draft{Login: alice.ID, Kind: chat.Join, Sender: alice.User.ID, NewName: "dev"}).Room.ID
	in.Take(10, 0)
	h.ticks()
	both := come(h, 100, chat.Off, room, other)
	come(h, 101, chat.Off, other)
	come(h, 102, chat.Off, room+other)
	come(h, 103, chat.Off)
	h.ticks()
	h.isTold("alice", in, "+u100 +u101")
	both.goes(h)
	h.ticks()
	h.isTold("alice", in, "-u100")
	in.WantPresence(chat.Off)
	come(h, 104, chat.Off, room)
	h.ticks()
	h.isTold("alice, who does not want to be,", in)
}

func TestOneIsNotToldOfWhomOneBlocks(t *testing.T) {
	h := newHouse(t)
	alice, in, _ := h.enters("alice")
	bob, _, _ := h.enters("bob")
	in.WantPresence(chat.PresenceAll)
	h.ticks()
	h.isTold("alice", in, "+bob")
	h.appends(chat.Draft{Login: alice.ID, Kind: chat.Block, Sender: alice.User.ID, Recipient: bob.User.ID})
	in.Take(10, 0)
	h.hub.Close(bob.ID)
	h.ticks()
	h.isTold("alice", in)
}

// Whoever has just come is not told of what was before, and what is not taken for long is bounded.
func TestNewsOfBeforeAndOfLongAgo(t *testing.T) {
	h := newHouse(t)
	come(h, 100, chat.Off)
	_, alice, _ := h.enters("alice")
	alice.WantPresence(chat.PresenceAll)
	h.ticks()
	h.isTold("alice of who was there", alice)
	var want []string
	for i := range 20 {
		come(h, 200+i, chat.Off)
		h.ticks()
		want = append(want, fmt.Sprintf("+u%d", 200+i))
	}
	h.isTold("alice", alice, want[12:]...)
}

// Somebody whose coming is an arrival is not told of again, but their going is.
func TestAnArrivalIsNoNews(t *testing.T) {
	h := newHouse(t)
	_, alice, _ := h.enters("alice")
	alice.WantPresence(chat.PresenceAll)
	bob := come(h, 100, chat.Off)
	h.hub.Arrived(1, bob.begun.User)
	come(h, 101, chat.Off)
	h.ticks()
	h.isTold("alice", alice, "+u101")
	bob.goes(h)
	h.ticks()
	come(h, 100, chat.Off)
	h.ticks()
	h.isTold("alice", alice, "-u100", "+u100")
}

func TestAnArrivalIsForTheOneWhoWatches(t *testing.T) {
	h := newHouse(t)
	alice, in, _ := h.enters("alice")
	_, other, _ := h.enters("carol")
	notified := 0
	in.Notify(func() { notified++ })
	bob := chat.Person{ID: 9, Name: "bob"}
	h.hub.Arrived(alice.User.ID, bob)
	h.hub.Arrived(999, bob)
	if got := in.Arrivals(); !slices.Equal(got, []chat.Person{bob}) || notified != 1 {
		t.Errorf("%v, notified %d times", got, notified)
	}
	if again := append(in.Arrivals(), other.Arrivals()...); len(again) != 0 {
		t.Errorf("then %v", again)
	}
	for range 2 * chat.MaxWatches {
		h.hub.Arrived(alice.User.ID, bob)
	}
	if n := len(in.Arrivals()); n != chat.MaxWatches {
		t.Errorf("%d wait", n)
	}
}

// 200 of 1,000 sessions in one room are replaced at once, and everyone is told.
func BenchmarkNewsToEveryone(b *testing.B) {
	for _, whose := range []string{chat.PresenceRooms, chat.PresenceAll} {
		b.Run(whose, func(b *testing.B) {
			h := newHouse(b)
			var all []somebody
			for i := range 1000 {
				all = append(all, come(h, i+1, whose, 7))
			}
			for _, s := range all {
				s.in.CatchUp(7)
			}
			h.ticks()
			next := 1001
			for b.Loop() {
				b.StopTimer()
				for i := range 100 {
					all[i].goes(h)
					all[i] = come(h, next, whose, 7)
					next++
				}
				b.StartTimer()
				h.ticks()
				for _, s := range all[100:] {
					s.in.News()
				}
			}
		})
	}
}

// When nobody comes or goes.
func BenchmarkNoNews(b *testing.B) {
	h := newHouse(b)
	for i := range 1000 {
		come(h, i+1, chat.PresenceAll, 7)
	}
	h.ticks()
	for b.Loop() {
		h.hub.Tick()
	}
}

// Who has joined or spoken in a room since they came is known there to be here.
func TestWhoWasHeardIsNoNewsWhereTheyWere(t *testing.T) {
	h := newHouse(t)
	alice, aliceIn, _ := h.enters("alice")
	_, carolIn, _ := h.enters("carol")
	aliceIn.WantPresence(chat.PresenceRooms)
	carolIn.WantPresence(chat.PresenceAll)
	h.joins(alice)
	h.ticks()
	h.isTold("carol of who was there before", carolIn)
	h.isTold("alice of nobody yet", aliceIn)
	bob, _, _ := h.enters("bob")
	h.joins(bob)
	h.ticks()
	h.isTold("alice, who has seen bob join", aliceIn)
	h.isTold("carol, who has not", carolIn, "+bob")
}

// What the server tells somebody alone is for their sessions, in order, and bounded; it is no part of the log.
func TestToldByTheServer(t *testing.T) {
	h := newHouse(t)
	alice, in, _ := h.enters("alice")
	_, other, _ := h.enters("carol")
	notified := 0
	in.Notify(func() { notified++ })
	for i := range 100 {
		h.hub.Tell(alice.User.ID, sanitize.Line(fmt.Sprint(i)))
	}
	h.hub.Tell(999, sanitize.Line("nobody"))
	told := in.Told()
	if len(told) != 8 || told[0].String() != "92" || told[7].String() != "99" || notified != 100 {
		t.Errorf("told %v, notified %d times", told, notified)
	}
	if rest := append(in.Told(), other.Told()...); len(rest) != 0 {
		t.Errorf("then %v", rest)
	}
	if got := in.Take(10, 0); len(got) != 0 {
		t.Errorf("it is in the log: %v", got)
	}
}

// A client lags until it is proven to have all that was for it.
func TestLag(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	if _, lags := in.Lag(); !lags {
		t.Error("it is not known before the log is read")
	}
	batch, err := in.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Accept(batch)
	in.Proven(in.Mark())
	if at, lags := in.Lag(); lags || at != batch.Head() {
		t.Errorf("all is read: %d, %v", at, lags)
	}
	e := h.sends(alice, bob, "hi")
	if at, lags := in.Lag(); !lags || at >= e.ID {
		t.Errorf("a line waits: %d, %v", at, lags)
	}
	in.Take(10, 0)
	if _, lags := in.Lag(); !lags {
		t.Error("a line is taken, and not proven")
	}
	in.Proven(in.Mark())
	if at, lags := in.Lag(); lags || at != e.ID {
		t.Errorf("it is proven: %d, %v", at, lags)
	}
}
