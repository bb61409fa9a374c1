package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
)

func (w *world) lines(u chat.User, q chat.LogQuery) []string {
	w.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	lines, err := w.st.Lines(w.ctx(), u.ID, q)
	w.must(err)
	return texts(lines)
}

func with(u chat.User) chat.Conversation { return chat.Conversation{With: u.Person} }

func (i in) talk() chat.Conversation { return chat.Conversation{Room: chat.Room{ID: i.room}} }

var history = []story{
	{"a conversation is what two have said to each other", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		w.tell(alice, bob, "1")
		w.tell(bob, alice, "2")
		w.tell(alice, carol, "to carol")
		w.tell(carol, bob, "carol's")
		w.append(r.say(bob, "in the room"))
		w.append(broadcast(bob, "to all"))
		w.equal("alice and bob", w.lines(alice, chat.LogQuery{In: with(bob)}), []string{"1", "2"})
		w.equal("bob and alice", w.lines(bob, chat.LogQuery{In: with(alice)}), []string{"1", "2"})
		w.equal("the room", w.lines(alice, chat.LogQuery{In: r.talk()}), []string{"in the room"})
		w.equal("all of alice's", w.lines(alice, chat.LogQuery{}), []string{"1", "2", "to carol", "in the room", "to all"})
		w.equal("all of carol's", w.lines(carol, chat.LogQuery{}), []string{"to carol", "carol's", "to all"})
	}},
	{"the newest or the oldest, in order", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		for i := range 9 {
			w.tell(alice, bob, fmt.Sprint(i))
		}
		w.equal("newest", w.lines(bob, chat.LogQuery{In: with(alice), Newest: true, Limit: 3}), []string{"6", "7", "8"})
		w.equal("oldest", w.lines(bob, chat.LogQuery{In: with(alice), Limit: 3}), []string{"0", "1", "2"})
		w.equal("of a stretch", w.lines(bob, chat.LogQuery{Stretch: chat.Stretch{From: 3, To: 6}, Newest: true, Limit: 2}), []string{"4", "5"})
		w.equal("past the head", len(w.lines(bob, chat.LogQuery{Stretch: chat.Stretch{From: 99}})), 0)
	}},
	{"nothing older than some time", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		start := w.clock.Now()
		w.equal("an empty log", len(w.lines(bob, chat.LogQuery{Since: start})), 0)
		for i := range 5 {
			w.tell(alice, bob, fmt.Sprint(i))
			w.clock.move(time.Minute)
		}
		w.equal("all", len(w.lines(bob, chat.LogQuery{Since: start.Add(-time.Hour)})), 5)
		w.equal("from the minute", w.lines(bob, chat.LogQuery{Since: start.Add(3 * time.Minute)}), []string{"3", "4"})
		w.equal("from between", w.lines(bob, chat.LogQuery{Since: start.Add(3*time.Minute + time.Second)}), []string{"4"})
		w.equal("none", len(w.lines(bob, chat.LogQuery{Since: start.Add(time.Hour)})), 0)
	}},
	{"a room's owner can open what was said before", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, carol)
		w.append(r.say(alice, "before"))
		w.append(joining(bob, "ops"))
		w.append(r.say(alice, "since"))
		w.append(r.say(bob, "own"))
		w.equal("closed", w.lines(bob, chat.LogQuery{In: r.talk()}), []string{"since", "own"})
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.HistoryAll))
		w.equal("open", w.lines(bob, chat.LogQuery{In: r.talk()}), []string{"before", "since", "own"})
		w.equal("but it does not wait", w.backlog(bob, 1).Count, 1)
		w.append(r.leave(bob))
		w.append(r.say(alice, "after"))
		w.equal("to members only", w.lines(bob, chat.LogQuery{In: r.talk()}), []string{"since", "own"})
		w.append(block(carol, alice))
		w.append(r.say(alice, "hidden"))
		w.equal("and not what a block hides", w.lines(carol, chat.LogQuery{In: r.talk()}), []string{"before", "since", "own", "after"})
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.HistoryJoined))
		w.append(joining(bob, "ops"))
		w.equal("closed again", w.lines(bob, chat.LogQuery{In: r.talk()}), []string{"since", "own"})
	}},
	{"the number of a line opens it to those alone who may see it", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		w.append(block(carol, alice))
		lines := map[string]*chat.Entry{
			"private":         w.tell(alice, bob, "x"),
			"to all":          w.append(broadcast(bob, "x")),
			"of the blocked":  w.append(broadcast(alice, "x")),
			"in the room":     w.append(r.say(alice, "x")),
			"bob's":           w.append(r.say(bob, "x")),
			"no line":         w.append(r.govern(chat.Topic, alice, chat.User{}, "x")),
			"no line either":  w.append(block(bob, carol)),
			"an invitation":   w.append(r.do(chat.Invite, alice, w.signUp("erin"))),
			"after bob left":  w.append(r.leave(bob)),
			"without bob":     w.append(r.say(alice, "x")),
			"before dave was": w.append(broadcast(bob, "x")),
		}
		dave := w.signUp("dave")
		w.append(joining(dave, "ops"))
		for name, may := range map[string][]chat.User{
			"private": {alice, bob}, "to all": {alice, bob, carol}, "of the blocked": {alice, bob}, "in the room": {alice, bob},
			"bob's": {alice, bob}, "no line": {}, "no line either": {}, "an invitation": {}, "after bob left": {},
			"without bob": {alice}, "before dave was": {alice, bob, carol},
		} {
			for _, u := range []chat.User{alice, bob, carol, dave} {
				e, err := w.st.Entry(w.ctx(), u.ID, lines[name].ID)
				is := false
				for _, m := range may {
					is = is || m.ID == u.ID
				}
				if is {
					w.must(err)
					w.equal(name, e.ID, lines[name].ID)
					continue
				}
				if e != nil {
					w.Errorf("%s sees what is %s", u.Name, name)
				}
				w.refused(err, chat.ErrNoEntry)
			}
		}
		for _, id := range []chat.EntryID{0, -1, 999, 1 << 62} {
			_, err := w.st.Entry(w.ctx(), alice.ID, id)
			w.refused(err, chat.ErrNoEntry)
		}
	}},
}
