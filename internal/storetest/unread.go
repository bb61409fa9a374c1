package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// unread gives what somebody has not read, as name:lines.
func (w *world) unread(u chat.User) (all []string) {
	w.Helper()
	list, err := w.st.Unread(w.ctx(), u.ID)
	w.must(err)
	for _, x := range list {
		if x.Count > 0 {
			all = append(all, fmt.Sprintf("%s:%d", x.Conversation, x.Count))
		}
	}
	return all
}

var none []string

var unread = []story{
	{"what others say is unread until it is read, by conversation", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		w.equal("nothing", w.unread(alice), none)
		r := w.roomOf(bob, alice)
		w.tell(bob, alice, "1")
		w.tell(bob, alice, "2")
		w.tell(carol, alice, "3")
		w.tell(alice, bob, "own")
		w.append(r.say(bob, "4"))
		w.append(r.say(alice, "own"))
		w.append(broadcast(bob, "to all"))
		w.equal("alice", w.unread(alice), []string{"bob:2", "carol:1", "#ops:1"})
		w.equal("bob", w.unread(bob), []string{"alice:1", "#ops:1"})
		w.must(w.st.MarkRead(w.ctx(), alice.ID, chat.Place{With: bob.ID}))
		w.equal("but bob's", w.unread(alice), []string{"carol:1", "#ops:1"})
		w.must(w.st.MarkRead(w.ctx(), alice.ID, chat.Place{Room: r.room}))
		w.equal("but the room's", w.unread(alice), []string{"carol:1"})
		w.tell(bob, alice, "5")
		w.equal("again", w.unread(alice), []string{"bob:1", "carol:1"})
		w.must(w.st.MarkRead(w.ctx(), alice.ID, chat.Place{}))
		w.equal("all is read", w.unread(alice), none)
		w.append(r.say(bob, "6"))
		w.equal("and again", w.unread(alice), []string{"#ops:1"})
		w.equal("of bob's nothing has changed", w.unread(bob), []string{"alice:1", "#ops:1"})
	}},
	{"nothing is unread from before one came, after one went, or during a block", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		w.append(r.say(alice, "before"))
		w.append(joining(bob, "ops"))
		w.equal("before", w.unread(bob), none)
		w.append(r.say(alice, "while"))
		w.append(block(bob, alice))
		w.append(r.say(alice, "hidden"))
		w.append(unblock(bob, alice))
		w.equal("while", w.unread(bob), []string{"#ops:1"})
		w.append(r.leave(bob))
		w.equal("after", w.unread(bob), none)
	}},
	{"a session's marks move forward only", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		l := w.logIn(bob)
		first, second := w.tell(alice, bob, "1"), w.tell(alice, bob, "2")
		mark := func(through chat.EntryID) {
			_, err := w.st.SaveProgress(w.ctx(), []chat.Progress{{Login: l.ID, User: bob.ID,
				Reads: []chat.ReadMark{{Place: chat.Place{With: alice.ID}, Through: through}}}})
			w.must(err)
		}
		mark(first.ID)
		w.equal("one is read", w.unread(bob), []string{"alice:1"})
		mark(second.ID)
		mark(first.ID)
		w.equal("both are", w.unread(bob), none)
		mark(second.ID + 100)
		w.tell(alice, bob, "3")
		w.equal("nothing is read that was not said", w.unread(bob), []string{"alice:1"})
	}},
	{"very many lines are counted so far", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		var ds []chat.Draft
		for range chat.MostUnread + 5 {
			ds = append(ds, r.say(alice, "x"))
		}
		for _, o := range w.st.AppendAll(w.ctx(), ds) {
			w.must(o.Err)
		}
		w.equal("count", w.unread(bob), []string{fmt.Sprint("#ops:", chat.MostUnread)})
	}},
	{"how one wants to be told of a room is kept", func(w *world) {
		alice := w.signUp("alice")
		r := w.roomOf(alice)
		n := chat.Notice{Notify: chat.BellMention, QuietUntil: w.clock.Now().Add(time.Hour)}
		w.must(w.st.SetNotice(w.ctx(), alice.ID, r.room, n))
		w.must(w.st.MarkRead(w.ctx(), alice.ID, chat.Place{Room: r.room}))
		l := w.logIn(alice)
		w.equal("at login", l.Notices, map[chat.RoomID]chat.Notice{r.room: n})
		w.must(w.st.EndLogin(w.ctx(), chat.Progress{Login: l.ID, User: alice.ID}, "logout"))
		w.equal("of the room", w.room(alice, "ops").Notice, n)
		list, err := w.st.Unread(w.ctx(), alice.ID)
		w.must(err)
		w.equal("with what is unread", list[0].Notice, n)
		w.append(r.leave(alice))
		l = w.logIn(alice)
		w.equal("of a room that was left", l.Notices, map[chat.RoomID]chat.Notice{r.room: n})
		w.append(joining(alice, "ops"))
		w.must(w.st.EndLogin(w.ctx(), chat.Progress{Login: l.ID, User: alice.ID}, "logout"))
		w.must(w.st.SetNotice(w.ctx(), alice.ID, r.room, chat.Notice{}))
		w.equal("nothing at login", len(w.logIn(alice).Notices), 0)
		w.equal("taken away", w.room(alice, "ops").Notice, chat.Notice{})
	}},
	{"unsent lines come back once, the oldest first", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(bob, alice)
		in := r.talk()
		in.Room.Name = "ops"
		aside := chat.Unsent{In: in, Aside: true, At: w.clock.Now(), Text: sanitize.Message("for the room")}
		w.clock.move(time.Minute)
		lines := []chat.Unsent{aside, {In: chat.Conversation{With: bob.Person}, At: w.clock.Now(), Text: sanitize.Message("half\na th")}}
		leaves := func(l chat.Begun, lines ...chat.Unsent) {
			w.must(w.st.EndLogin(w.ctx(), chat.Progress{Login: l.ID, User: alice.ID, Unsent: lines}, "link lost"))
		}
		leaves(w.logIn(alice), lines[1], lines[0])
		l := w.logIn(alice)
		w.equal("they are back", l.Unsent, lines)
		leaves(l)
		l = w.logIn(alice)
		w.equal("once", len(l.Unsent), 0)
		b, err := w.st.BeginLogin(w.ctx(), chat.NewLogin{User: alice.ID, Slot: chat.Prompt, Node: w.node, Replaces: l.ID,
			Left: &chat.Progress{Login: l.ID, User: alice.ID, Unsent: lines}})
		w.must(err)
		w.equal("over a take-over", b.Unsent, lines)
		leaves(b, lines...)
		w.clock.move(7*24*time.Hour - time.Second)
		l = w.logIn(alice)
		w.equal("each for a week", l.Unsent, lines[1:])
		leaves(l)
	}},
	{"an unsent line for a room does not tell its name to whoever is not in it", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(bob, alice)
		in := r.talk()
		in.Room.Name = "ops"
		line := []chat.Unsent{{In: in, At: w.clock.Now(), Text: sanitize.Message("half")}}
		l := w.logIn(alice)
		w.append(r.leave(alice))
		w.must(w.st.EndLogin(w.ctx(), chat.Progress{Login: l.ID, User: alice.ID, Unsent: line}, "link lost"))
		l = w.logIn(alice)
		w.equal("outside", l.Unsent[0].In, r.talk())
		w.must(w.st.EndLogin(w.ctx(), chat.Progress{Login: l.ID, User: alice.ID, Unsent: l.Unsent}, "link lost"))
		w.append(joining(alice, "ops"))
		w.equal("inside again", w.logIn(alice).Unsent, line)
	}},
}
