package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
)

var sent = []story{
	{"a message waits, and is reached by the cursor", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		login := w.logIn(bob)
		e := w.tell(alice, bob, "hi")
		w.equal("waiting", w.reach(alice, e), "0 of 1")
		w.save(chat.Progress{Login: login.ID, User: bob.ID, Delivered: e.ID})
		w.equal("reached", w.reach(alice, e), "1 of 1")
	}},
	{"a line in a gap is not reached", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		login := w.logIn(bob)
		var lines []*chat.Entry
		for range 4 {
			lines = append(lines, w.append(broadcast(alice, "x")))
		}
		w.save(chat.Progress{Login: login.ID, User: bob.ID, Delivered: 4, GapsChanged: true, Gaps: []chat.Stretch{{From: 2, To: 3}}})
		for i, want := range []string{"1 of 1", "0 of 1", "0 of 1", "1 of 1"} {
			w.equal(fmt.Sprint("line ", i+1), w.reach(alice, lines[i]), want)
		}
	}},
	{"a broadcast counts the accounts that it is for", func(w *world) {
		users := w.signUpMany(5)
		alice := users[0]
		w.ban(users[4])
		w.clock.move(time.Second)
		e := w.append(broadcast(alice, "x"))
		w.clock.move(time.Second)
		late := w.signUp("late")
		w.ban(users[3]) // it was for them
		w.equal("at first", w.reach(alice, e), "0 of 3")
		w.reached(users[1], e)
		w.reached(late, e)
		w.reached(alice, e)
		w.equal("then", w.reach(alice, e), "1 of 3")
	}},
	{"it tells nothing of a block, then or now", func(w *world) {
		users := w.signUpMany(4)
		alice, then, now := users[0], users[1], users[2]
		w.append(block(then, alice))
		e := w.append(broadcast(alice, "x"))
		w.append(unblock(then, alice))
		w.equal("who blocked then", w.reach(alice, e), "0 of 2")
		w.append(block(now, alice))
		w.equal("and who does now", w.reach(alice, e), "0 of 1")
		w.reached(now, e)
		w.reached(then, e)
		w.equal("whatever they have", w.reach(alice, e), "0 of 1")
		w.reached(users[3], e)
		w.equal("the other", w.reach(alice, e), "1 of 1")

		before := w.tell(alice, users[3], "y")
		w.append(block(users[3], alice))
		w.equal("a message", w.reach(alice, before), "0 of 0")
		w.append(unblock(users[3], alice))
		w.equal("a block since is over", w.reach(alice, before), "0 of 1")
	}},
	{"own lines come newest first, and nothing else", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.tell(alice, bob, "1")
		w.tell(bob, alice, "2")
		w.append(broadcast(alice, "3"))
		w.append(block(alice, bob))
		w.append(broadcast(bob, "5"))
		lines := func(limit int) (all []string) {
			sent, err := w.st.Sent(w.ctx(), alice.ID, 0, limit)
			w.must(err)
			for _, l := range sent {
				all = append(all, l.Body.String())
			}
			return all
		}
		w.equal("all", lines(10), []string{"3", "1"})
		w.equal("one", lines(1), []string{"3"})
	}},
	{"only an own line can be asked for", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.tell(bob, alice, "bob's")
		own := w.append(block(alice, bob))
		for _, id := range []chat.EntryID{1, own.ID, 99, -1} {
			_, err := w.st.Sent(w.ctx(), alice.ID, id, 10)
			w.refused(err, chat.ErrNoEntry)
		}
		none, err := w.st.Sent(w.ctx(), alice.ID, 0, 10)
		w.must(err)
		w.equal("nothing sent", len(none), 0)
	}},
}

// reach gives what became of one of a person's lines.
func (w *world) reach(u chat.User, e *chat.Entry) string {
	w.Helper()
	lines, err := w.st.Sent(w.ctx(), u.ID, e.ID, 1)
	w.must(err)
	w.equal("the line", lines[0].Entry, e)
	return fmt.Sprintf("%d of %d", lines[0].Reached, lines[0].Of)
}

// reached lets a person have everything up to a line.
func (w *world) reached(u chat.User, e *chat.Entry) {
	w.Helper()
	w.logOut(w.logIn(u), chat.Progress{Delivered: e.ID})
}
