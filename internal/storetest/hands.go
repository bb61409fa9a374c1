package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
)

func (i in) raise(who chat.User, text string) chat.Draft {
	return i.govern(chat.Hand, who, chat.User{}, text)
}

func (i in) lower(who chat.User) chat.Draft { return i.do(chat.Lower, who, chat.User{}) }

func (i in) next(by chat.User) chat.Draft { return i.do(chat.Turn, by, chat.User{}) }

// hands is the queue as somebody sees it: names and texts.
func (w *world) hands(r in, u chat.User) (all []string) {
	w.Helper()
	hands, err := w.st.Hands(w.ctx(), u.ID, r.room)
	w.must(err)
	for _, h := range hands {
		all = append(all, fmt.Sprintf("%s %s", h.Name, h.Text))
	}
	return all
}

// nobodyWaits ends the test unless the call is refused because so many are away.
func (w *world) nobodyWaits(d chat.Draft, away int) {
	w.Helper()
	_, err := w.st.Append(w.ctx(), d)
	w.equal("away", refusal[*chat.NobodyError](w, err).Away, away)
}

var hands = []story{
	{"hands wait in the order in which they were raised", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.refuse(r.lower(bob), chat.ErrStale)
		w.append(r.raise(carol, "my code does not compile"))
		since := w.clock.Now()
		w.logIn(carol)
		w.clock.move(time.Minute)
		w.append(r.raise(bob, ""))
		w.refuse(r.raise(carol, "again"), chat.ErrStale)
		hands, err := w.st.Hands(w.ctx(), bob.ID, r.room)
		w.must(err)
		w.equal("first", hands[0], chat.RaisedHand{Person: carol.Person, Since: since, Text: hands[0].Text, Online: true})
		w.equal("second", hands[1], chat.RaisedHand{Person: bob.Person, Since: since.Add(time.Minute)})
		w.append(r.lower(carol))
		w.append(r.raise(carol, "again"))
		w.equal("behind the others", w.hands(r, alice), []string{"bob ", "carol again"})
	}},
	{"a hand is for those who are in the room", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		w.refuse(r.raise(bob, ""), chat.ErrNotIn)
		w.refuse(r.lower(bob), chat.ErrNotIn)
		w.refuse(r.next(bob), chat.ErrNotIn)
		w.append(r.raise(alice, "x"))
		w.equal("bob sees", len(w.hands(r, bob)), 0)
	}},
	{"it is the turn of whoever has waited longest and is online", func(w *world) {
		alice, bob, carol, dave := w.signUp("alice"), w.signUp("bob"), w.signUp("carol"), w.signUp("dave")
		r := w.roomOf(alice, bob, carol, dave)
		w.nobodyWaits(r.next(alice), 0)
		for _, who := range []chat.User{bob, carol, dave} {
			w.append(r.raise(who, ""))
		}
		w.nobodyWaits(r.next(alice), 3)
		elsewhere := w.newLogin(bob)
		elsewhere.Slot = "exec"
		_, err := w.st.BeginLogin(w.ctx(), elsewhere)
		w.must(err)
		w.nobodyWaits(r.next(alice), 3) // to run a command is not to be there
		carols := w.logIn(carol)
		w.logIn(dave)
		w.needsRole(r.next(dave), chat.Operator)
		w.equal("first", w.append(r.next(alice)).Recipient, carol.Person)
		w.equal("second", w.append(r.next(alice)).Recipient, dave.Person)
		w.nobodyWaits(r.next(alice), 1)
		w.equal("bob keeps his place", w.hands(r, alice), []string{"bob "})
		w.logOut(carols, chat.Progress{})
		w.append(r.raise(carol, ""))
		w.logIn(bob)
		w.equal("third", w.append(r.next(alice)).Recipient, bob.Person)
		w.nobodyWaits(r.next(alice), 1)
	}},
	{"nobody calls themselves", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.do(chat.Promote, alice, bob))
		w.logIn(alice)
		w.append(r.raise(alice, ""))
		w.nobodyWaits(r.next(alice), 0)
		w.equal("another operator does", w.append(r.next(bob)).Recipient, alice.Person)
	}},
	{"the turn waits for whoever has just lost the link, block or not", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.append(block(bob, alice))
		w.append(r.raise(bob, ""))
		w.logIn(bob)
		e := w.append(r.next(alice))
		w.equal("waits for bob", w.backlog(bob, 1).From, e.ID)
		w.equal("not for carol", w.backlog(carol, 1).Count, 0)
		seen := w.read(bob, chat.Stretch{From: e.ID}, 9).Entries
		w.equal("bob is told", len(seen), 1)
		w.equal("by whom", seen[0].Sender, alice.Person)
		_, err := w.st.Entry(w.ctx(), bob.ID, e.ID)
		w.must(err)
		_, err = w.st.Entry(w.ctx(), carol.ID, e.ID)
		w.refused(err, chat.ErrNoEntry)
	}},
	{"whoever goes, or is removed, does not wait any more", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.append(r.raise(bob, ""))
		w.append(r.raise(carol, ""))
		w.append(r.leave(bob))
		w.append(joining(bob, "ops"))
		w.equal("bob has gone", w.hands(r, alice), []string{"carol "})
		w.append(r.do(chat.Kick, alice, carol))
		w.equal("carol too", len(w.hands(r, alice)), 0)
		w.append(r.raise(bob, "again"))
		w.append(r.do(chat.Close, alice, chat.User{}))
		w.equal("nobody waits in a room that is closed", len(w.logIn(bob).Queued), 0)
	}},
	{"a login knows where its person waits", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		dev := in{w.append(joining(bob, "dev")).Room.ID}
		w.append(r.raise(alice, ""))
		w.append(r.raise(bob, ""))
		w.append(dev.raise(bob, ""))
		b := w.logIn(bob)
		w.equal("places", b.Queued, []chat.Queued{
			{Room: chat.Room{ID: dev.room, Name: "dev"}, Position: 1}, {Room: chat.Room{ID: r.room, Name: "ops"}, Position: 2}})
		w.logOut(b, chat.Progress{})
		w.append(r.lower(alice))
		w.append(dev.lower(bob))
		w.equal("later", w.logIn(bob).Queued, []chat.Queued{{Room: chat.Room{ID: r.room, Name: "ops"}, Position: 1}})
	}},
	{"a hand is no way round a mute, nor round the pace of a room", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.govern(chat.Mute, alice, bob, "1m"))
		w.waits(r.raise(bob, "x"), true, time.Minute)
		w.append(r.govern(chat.Mute, alice, bob, "0s"))
		w.append(r.govern(chat.Slow, alice, chat.User{}, "10s"))
		w.append(r.raise(bob, "x"))
		w.append(r.lower(bob))
		w.waits(r.raise(bob, "y"), false, 10*time.Second)
		w.waits(r.say(bob, "y"), false, 10*time.Second)
		w.clock.move(10 * time.Second)
		w.append(r.raise(bob, "y"))
		w.append(r.raise(alice, "x"))
		w.append(r.lower(alice))
		w.append(r.raise(alice, "an operator's own"))
	}},
	{"where only operators speak, a hand asks to", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.govern(chat.Post, alice, chat.User{}, string(chat.PostOps)))
		w.append(r.raise(bob, "may I?"))
		w.equal("waits", w.hands(r, alice), []string{"bob may I?"})
	}},
	{"a block hides what a hand says, and not that it is up", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.append(block(carol, bob))
		w.append(r.raise(bob, "hello carol"))
		w.append(unblock(carol, bob))
		w.equal("carol", w.hands(r, carol), []string{"bob "})
		w.equal("alice", w.hands(r, alice), []string{"bob hello carol"})
	}},
	{"two who call at once call two", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.do(chat.Promote, alice, bob))
		const waiting = racers / 2
		users := w.signUpMany(waiting)
		var want []chat.UserID
		for _, u := range users {
			w.append(joining(u, "ops"))
			w.append(r.raise(u, ""))
			w.logIn(u)
			want = append(want, u.ID)
		}
		var mu sync.Mutex
		var called []chat.UserID
		var refused atomic.Int32
		together(racers, func(i int) {
			e, err := w.st.Append(w.ctx(), r.next([]chat.User{alice, bob}[i%2]))
			var nobody *chat.NobodyError
			switch {
			case err == nil:
				mu.Lock()
				called = append(called, e.Recipient.ID)
				mu.Unlock()
			case errors.As(err, &nobody) && nobody.Away == 0:
				refused.Add(1)
			default:
				w.Error(err)
			}
		})
		slices.Sort(called)
		w.equal("each was called once", called, want)
		w.equal("refused", int(refused.Load()), racers-waiting)
	}},
}
