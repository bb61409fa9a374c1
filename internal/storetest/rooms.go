package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// in makes drafts for a room.
type in struct{ room chat.RoomID }

func (i in) say(by chat.User, text string) chat.Draft {
	return chat.Draft{Kind: chat.Said, Sender: by.ID, Room: i.room, Body: sanitize.Message(text)}
}

func (i in) govern(k chat.Kind, by, whom chat.User, value string) chat.Draft {
	return chat.Draft{Kind: k, Sender: by.ID, Recipient: whom.ID, Room: i.room, Body: sanitize.Message(value)}
}

func (i in) do(k chat.Kind, by, whom chat.User) chat.Draft { return i.govern(k, by, whom, "") }

func (i in) leave(who chat.User) chat.Draft { return i.do(chat.Leave, who, chat.User{}) }

func joining(who chat.User, name chat.RoomName) chat.Draft {
	return chat.Draft{Kind: chat.Join, Sender: who.ID, NewName: name}
}

// roomOf has people join #ops: the first of them owns it.
func (w *world) roomOf(people ...chat.User) in {
	w.Helper()
	var r in
	for _, u := range people {
		r.room = w.append(joining(u, "ops")).Room.ID
	}
	return r
}

func (w *world) room(u chat.User, name chat.RoomName) chat.RoomInfo {
	w.Helper()
	r, err := w.st.Room(w.ctx(), u.ID, name)
	w.must(err)
	return r
}

// members gives names and roles.
func (w *world) members(r in) (all []string) {
	w.Helper()
	ms, err := w.st.Members(w.ctx(), r.room)
	w.must(err)
	for _, m := range ms {
		all = append(all, string(m.Name)+string(":"+m.Role))
	}
	return all
}

// needsRole ends the test unless the draft is refused for want of a role.
func (w *world) needsRole(d chat.Draft, role chat.Role) {
	w.Helper()
	_, err := w.st.Append(w.ctx(), d)
	w.equal("needs", refusal[*chat.RoleError](w, err).Needs, role)
}

// waits ends the test unless the draft is refused until a time.
func (w *world) waits(d chat.Draft, muted bool, left time.Duration) {
	w.Helper()
	_, err := w.st.Append(w.ctx(), d)
	e := refusal[*chat.WaitError](w, err)
	w.equal("muted", e.Muted, muted)
	w.equal("left", e.Until.Sub(w.clock.Now()), left)
}

var rooms = []story{
	{"the first to join makes a room and owns it", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		_, err := w.st.Room(w.ctx(), alice.ID, "ops")
		w.refused(err, chat.ErrNoSuchRoom)
		r := w.roomOf(alice, bob)
		w.equal("members", w.members(r), []string{"alice:owner", "bob:"})
		w.logIn(bob)
		w.equal("as bob sees it", w.room(bob, "ops"), chat.RoomInfo{
			Room: chat.Room{ID: r.room, Name: "ops"}, Posting: chat.PostAll, Members: 2, Online: 1, IsMember: true})
		w.refuse(joining(bob, "ops"), chat.ErrStale)
	}},
	{"a name that looks like another's is taken", func(w *world) {
		alice := w.signUp("alice")
		w.append(joining(alice, "hello"))
		w.refuse(joining(alice, "he11o"), chat.ErrTaken)
	}},
	{"a login knows its rooms, and so does a page", func(w *world) {
		alice := w.signUp("alice")
		r := w.roomOf(alice)
		w.append(joining(alice, "gone"))
		w.append(in{w.room(alice, "gone").ID}.leave(alice))
		stay := chat.Stay{Room: chat.Room{ID: r.room, Name: "ops"}, From: 2}
		w.equal("login", w.logIn(alice).Rooms, []chat.Stay{stay})
		w.equal("page", w.read(alice, chat.Stretch{}, 10).Rooms, []chat.Stay{stay})
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.HistoryAll))
		stay.From = 0
		w.equal("with the history open", w.read(alice, chat.Stretch{}, 10).Rooms, []chat.Stay{stay})
	}},
	{"one sees what was said while one was in it, and nothing else", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice)
		w.append(r.say(alice, "before bob"))
		w.append(joining(bob, "ops"))
		w.append(r.say(alice, "with bob"))
		w.tell(alice, bob, "to bob")
		w.append(r.say(bob, "bob's"))
		w.append(r.leave(bob))
		w.append(r.say(alice, "without bob"))
		w.append(joining(bob, "ops"))
		w.append(r.say(alice, "with bob again"))
		w.equal("bob", w.sees(bob), []string{"with bob", "to bob", "bob's", "with bob again"})
		w.equal("bob waits for", w.backlog(bob, 1), chat.Backlog{Count: 3, Direct: 1, From: 10, Head: 10})
		w.equal("a stretch", texts(w.read(bob, chat.Stretch{From: 5, To: 9}, 10).Entries), []string{"to bob", "bob's"})
		w.equal("carol", len(w.sees(carol)), 0)
		w.equal("and waits for", w.backlog(carol, 1).Count, 0)
	}},
	{"many rooms are read in order, in pages", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		var rooms []in
		for i := range 7 {
			name := chat.RoomName(fmt.Sprintf("room%c", 'a'+i))
			w.append(joining(alice, name))
			rooms = append(rooms, in{w.append(joining(bob, name)).Room.ID})
		}
		var want []string
		for i := range 40 {
			want = append(want, fmt.Sprint(i))
			w.append(rooms[i*5%7].say(alice, fmt.Sprint(i)))
		}
		var got []string
		for from := chat.EntryID(1); ; {
			p := w.read(bob, chat.Stretch{From: from}, 9)
			got = append(got, texts(p.Entries)...)
			if from = p.Through + 1; p.Through >= p.Head {
				break
			}
		}
		w.equal("bob", got, want)
		w.equal("the newest 10", w.backlog(bob, 10).From, w.read(bob, chat.Stretch{}, 100).Entries[30].ID)
	}},
	{"hundreds of stays are read as few are", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		const stays = 450
		for i := range stays {
			w.append(joining(bob, "ops"))
			w.append(r.say(alice, fmt.Sprint(i)))
			w.append(r.leave(bob))
			w.append(r.say(alice, "without bob"))
		}
		w.equal("waiting", w.backlog(bob, 1).Count, stays)
		w.equal("lines", len(w.sees(bob)), stays)
		w.equal("past", len(w.lines(bob, chat.LogQuery{In: r.talk(), Limit: 1000})), stays)
	}},
	{"and those in hundreds of rooms", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		const rooms = 410
		for i := range rooms {
			const letters = "abdefhkp" // no two look alike
			name := chat.RoomName([]byte{letters[i/64], letters[i/8%8], letters[i%8]})
			r := in{w.append(joining(alice, name)).Room.ID}
			w.append(joining(bob, name))
			w.append(r.say(alice, fmt.Sprint(i)))
			w.append(r.leave(bob))
			w.append(r.say(alice, "without bob"))
		}
		w.equal("waiting", w.backlog(bob, 1).Count, rooms)
		w.equal("lines", len(w.sees(bob)), rooms)
	}},
	{"blocks hold in rooms", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(block(bob, alice))
		w.append(r.say(alice, "hidden"))
		w.append(unblock(bob, alice))
		w.append(r.say(alice, "seen"))
		w.equal("bob", w.sees(bob), []string{"block", "unblock", "seen"})
		w.equal("alice", w.sees(alice), []string{"hidden", "seen"})
	}},
	{"only members speak", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		w.refuse(r.say(bob, "x"), chat.ErrNotIn)
		w.refuse(in{99}.say(bob, "x"), chat.ErrNotIn)
		w.append(joining(bob, "ops"))
		w.append(r.say(bob, "x"))
		w.append(r.leave(bob))
		w.refuse(r.say(bob, "x"), chat.ErrNotIn)
	}},
	{"an invitation opens a room for one person, once", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, carol)
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.AccessInvited))
		w.refuse(r.govern(chat.Access, alice, chat.User{}, chat.AccessInvited), chat.ErrStale)
		w.refuse(joining(bob, "ops"), chat.ErrInviteOnly)
		_, err := w.st.Room(w.ctx(), bob.ID, "ops")
		w.refused(err, chat.ErrNoSuchRoom)
		w.needsRole(r.do(chat.Invite, carol, bob), chat.Operator)
		w.append(r.do(chat.Invite, alice, bob))
		w.refuse(r.do(chat.Invite, alice, bob), chat.ErrStale)
		w.equal("bob is told", texts(w.read(bob, chat.Stretch{}, 10).Entries), []string{""})
		w.equal("when he comes", w.backlog(bob, 1).Count, 1)
		w.equal("knows it", w.room(bob, "ops").InviteOnly, true)
		w.append(joining(bob, "ops"))
		w.refuse(r.do(chat.Invite, alice, bob), chat.ErrStale)
		w.append(r.leave(bob))
		w.refuse(joining(bob, "ops"), chat.ErrInviteOnly)
	}},
	{"whoever blocks somebody is not invited by them", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		w.append(block(bob, alice))
		w.refuse(r.do(chat.Invite, alice, bob), chat.ErrBlocked)
	}},
	{"who is banned or closed out is not invited", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice)
		w.ban(bob)
		w.must(w.st.SetClosed(w.ctx(), carol.ID, true, chat.Audit{}))
		for _, u := range []chat.User{bob, carol} {
			w.refuse(direct(alice, u, "x"), chat.ErrNoUser)
			w.refuse(r.do(chat.Invite, alice, u), chat.ErrNoUser)
		}
		w.must(w.st.SetClosed(w.ctx(), carol.ID, false, chat.Audit{}))
		w.append(r.do(chat.Invite, alice, carol))
	}},
	{"the removed come back if they are invited", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.needsRole(r.do(chat.Kick, bob, carol), chat.Operator)
		w.append(block(bob, alice))
		w.append(r.govern(chat.Kick, alice, bob, "spam"))
		w.append(r.say(alice, "without bob"))
		w.equal("bob is told, block or not", w.sees(bob), []string{"block", "spam"})
		w.append(unblock(bob, alice))
		w.refuse(r.do(chat.Kick, alice, bob), chat.ErrNotMember)
		w.refuse(joining(bob, "ops"), chat.ErrKicked)
		w.needsRole(r.do(chat.Invite, carol, bob), chat.Operator)
		w.append(r.do(chat.Invite, alice, bob))
		w.append(joining(bob, "ops"))
		w.equal("members", w.members(r), []string{"alice:owner", "bob:", "carol:"})
	}},
	{"the owner makes operators, who stand above members", func(w *world) {
		alice, bob, carol, dave := w.signUp("alice"), w.signUp("bob"), w.signUp("carol"), w.signUp("dave")
		r := w.roomOf(alice, bob, carol, dave)
		w.needsRole(r.do(chat.Promote, bob, carol), chat.Owner)
		w.append(r.do(chat.Promote, alice, bob))
		w.refuse(r.do(chat.Promote, alice, bob), chat.ErrStale)
		w.append(r.do(chat.Promote, alice, carol))
		w.needsRole(r.do(chat.Promote, bob, dave), chat.Owner)
		w.refuse(r.do(chat.Kick, bob, carol), chat.ErrOverRole)
		w.refuse(r.do(chat.Kick, bob, alice), chat.ErrOverRole)
		w.append(r.do(chat.Kick, bob, dave))
		w.append(r.do(chat.Demote, alice, carol))
		w.refuse(r.do(chat.Demote, alice, carol), chat.ErrStale)
		w.equal("members", w.members(r), []string{"alice:owner", "bob:op", "carol:"})
		w.needsRole(r.govern(chat.Topic, carol, chat.User{}, "x"), chat.Operator)
		w.append(r.govern(chat.Topic, bob, chat.User{}, "deploys"))
		w.equal("topic", w.room(carol, "ops").Topic.String(), "deploys")
	}},
	{"a room can be given away", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.needsRole(r.do(chat.Give, bob, alice), chat.Owner)
		w.append(r.do(chat.Give, alice, bob))
		w.equal("members", w.members(r), []string{"bob:owner", "alice:op"})
	}},
	{"whom a room falls to when its owner goes", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.append(r.do(chat.Promote, alice, carol))
		w.equal("an operator", w.append(r.leave(alice)).Recipient, carol.Person)
		w.equal("a member", w.append(r.leave(carol)).Recipient, bob.Person)
		w.equal("nobody", w.append(r.leave(bob)).Recipient, chat.Person{})
		w.refuse(r.leave(bob), chat.ErrNotIn)
		again := w.roomOf(bob)
		w.equal("the name is free, for another room", again.room != r.room, true)
		w.equal("what was said in the other is still bob's alone", len(w.sees(bob)), 0)
	}},
	{"a room does not fall to the banned, nor to the muted for good", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.ban(bob)
		w.append(r.govern(chat.Mute, alice, carol, "720h"))
		w.equal("carol", w.append(r.leave(alice)).Recipient, carol.Person)
		w.append(r.say(carol, "free"))
		w.append(r.leave(carol))
		w.equal("with the banned alone it is closed", w.roomOf(alice).room != r.room, true)
	}},
	{"who may come into a room for the invited is asked anew", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		w.append(r.do(chat.Invite, bob, carol))
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.AccessInvited))
		w.refuse(joining(carol, "ops"), chat.ErrInviteOnly)
	}},
	{"a closed room is over for all", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.say(alice, "x"))
		w.needsRole(r.do(chat.Close, bob, chat.User{}), chat.Owner)
		w.append(r.do(chat.Close, alice, chat.User{}))
		w.refuse(r.say(alice, "y"), chat.ErrNotIn)
		w.equal("rooms", len(w.logIn(bob).Rooms), 0)
		w.equal("what was said waits still", w.backlog(bob, 1).Count, 1)
		w.roomOf(bob)
	}},
	{"a room is renamed to a name that is free", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(joining(bob, "taken"))
		rename := func(by chat.User, to chat.RoomName) chat.Draft {
			return chat.Draft{Kind: chat.Rename, Sender: by.ID, Room: r.room, NewName: to}
		}
		w.needsRole(rename(bob, "dev"), chat.Owner)
		w.refuse(rename(alice, "taken"), chat.ErrTaken)
		w.refuse(rename(alice, "ops"), chat.ErrStale)
		w.equal("a line before", w.append(r.say(alice, "x")).Room.Name, chat.RoomName("ops"))
		e := w.append(rename(alice, "dev"))
		w.equal("new and old", []string{string(e.Room.Name), e.Body.String()}, []string{"dev", "ops"})
		w.equal("a line after", w.append(r.say(alice, "x")).Room.Name, chat.RoomName("dev"))
		w.append(rename(alice, "dev-")) // looks like itself only
		w.append(joining(bob, "ops"))
	}},
	{"what a refused entry would have named is forgotten", func(w *world) {
		alice := w.signUp("alice")
		begun := w.logIn(alice)
		w.logOut(begun, chat.Progress{})
		d := joining(alice, "ghost")
		d.Login = begun.ID
		w.refuse(d, chat.ErrEnded)
		w.equal("the next room", w.append(joining(alice, "real")).Room.Name, chat.RoomName("real"))
		_, err := w.st.Room(w.ctx(), alice.ID, "ghost")
		w.refused(err, chat.ErrNoSuchRoom)
	}},
	{"the muted wait, also outside", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.needsRole(r.govern(chat.Mute, bob, alice, "1m"), chat.Operator)
		w.refuse(r.govern(chat.Mute, alice, bob, "0s"), chat.ErrStale)
		w.append(r.govern(chat.Mute, alice, bob, "1m"))
		w.waits(r.say(bob, "x"), true, time.Minute)
		w.append(r.leave(bob))
		w.append(joining(bob, "ops"))
		w.clock.move(20 * time.Second)
		w.waits(r.say(bob, "x"), true, 40*time.Second)
		w.append(r.govern(chat.Mute, alice, bob, "0s"))
		w.append(r.say(bob, "x"))
		w.append(r.govern(chat.Mute, alice, bob, "1m"))
		w.clock.move(time.Minute)
		w.append(r.say(bob, "y"))
	}},
	{"who may speak can be narrowed", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		w.append(r.do(chat.Promote, alice, bob))
		w.needsRole(r.govern(chat.Post, bob, chat.User{}, "ops"), chat.Owner)
		refusedAs := func(d chat.Draft, p chat.Posting) {
			_, err := w.st.Append(w.ctx(), d)
			w.equal("posting", refusal[*chat.PostError](w, err).Posting, p)
		}
		w.append(r.govern(chat.Post, alice, chat.User{}, "ops"))
		refusedAs(r.say(carol, "x"), chat.PostOps)
		w.append(r.say(bob, "x"))
		w.append(r.say(alice, "x"))
		w.append(r.govern(chat.Post, alice, chat.User{}, "owners"))
		refusedAs(r.say(bob, "x"), chat.PostOwners)
		w.append(r.say(alice, "x"))
		w.append(r.govern(chat.Post, alice, chat.User{}, "all"))
		w.append(r.say(carol, "x"))
	}},
	{"a slow room makes members wait, and no operators", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.say(bob, "before"))
		w.append(r.govern(chat.Slow, alice, chat.User{}, "10s"))
		w.append(r.say(bob, "x"))
		w.waits(r.say(bob, "x"), false, 10*time.Second)
		w.append(r.leave(bob))
		w.append(joining(bob, "ops"))
		w.clock.move(4 * time.Second)
		w.append(r.say(alice, "x"))
		w.append(r.say(alice, "y"))
		w.waits(r.say(bob, "x"), false, 6*time.Second)
		w.clock.move(6 * time.Second)
		w.append(r.say(bob, "x"))
		w.waits(r.say(bob, "y"), false, 10*time.Second)
		w.append(r.govern(chat.Slow, alice, chat.User{}, "0s"))
		w.append(r.say(bob, "y"))
		w.equal("slow", w.room(bob, "ops").Slow, time.Duration(0))
	}},
	{"one can be in so many rooms", func(w *world) {
		alice := w.signUp("alice")
		d := joining(alice, "one")
		d.MostRooms = 2
		first := in{w.append(d).Room.ID}
		d.NewName = "two"
		w.append(d)
		d.NewName = "three"
		w.refuse(d, chat.ErrManyRooms)
		w.append(first.leave(alice))
		w.append(d)
	}},
	{"rooms lists one's own, then the open ones", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		for _, name := range []chat.RoomName{"open", "hidden", "both"} {
			w.append(joining(alice, name))
		}
		w.append(joining(bob, "bobs"))
		w.append(joining(bob, "both"))
		w.append(in{w.room(alice, "hidden").ID}.govern(chat.Access, alice, chat.User{}, chat.AccessInvited))
		names := func(u chat.User) (all []string) {
			rooms, err := w.st.Rooms(w.ctx(), u.ID)
			w.must(err)
			for _, r := range rooms {
				all = append(all, string(r.Name))
			}
			return all
		}
		w.equal("bob", names(bob), []string{"bobs", "both", "open"})
		w.equal("alice", names(alice), []string{"both", "hidden", "open", "bobs"})
	}},
	{"what became of a line in a room", func(w *world) {
		alice, bob, carol, dave := w.signUp("alice"), w.signUp("bob"), w.signUp("carol"), w.signUp("dave")
		r := w.roomOf(alice, bob, carol)
		w.append(block(carol, alice))
		e := w.append(r.say(alice, "x"))
		w.append(joining(dave, "ops"))
		w.equal("nobody has it", w.reach(alice, e), "0 of 1")
		sent, err := w.st.Sent(w.ctx(), alice.ID, e.ID, 1)
		w.must(err)
		w.equal("who waits", sent[0].Waiting, []chat.Name{"bob"})
		w.append(r.leave(bob))
		w.reached(bob, e)
		w.equal("bob has", w.reach(alice, e), "1 of 1")
		sent, err = w.st.Sent(w.ctx(), alice.ID, 0, 9)
		w.must(err)
		w.equal("nobody waits", len(sent[0].Waiting), 0)
	}},
	{"a join, a kick and a block racing lines: each sees what was said in its stay", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		f := w.follow()
		var said atomic.Int32
		together(racers, func(i int) {
			switch {
			case i == 0:
				w.append(joining(bob, "ops"))
				w.append(block(bob, alice))
				w.append(unblock(bob, alice))
				w.append(r.do(chat.Kick, alice, bob))
				w.append(r.do(chat.Invite, alice, bob))
				w.append(joining(bob, "ops"))
			case i%2 == 0:
				for range 10 {
					w.append(r.say(alice, "x"))
					said.Add(1)
				}
			default:
				for range 10 {
					if _, err := w.st.Append(w.ctx(), r.say(bob, "y")); err != nil && !errors.Is(err, chat.ErrNotIn) {
						w.Error(err)
					}
				}
			}
		})
		var want []chat.EntryID
		var in, blocked bool
		for _, e := range f.all() {
			switch {
			case e.Kind == chat.Join && e.Sender.ID == bob.ID:
				in = true
			case e.EndsStay(bob.ID):
				in = false
				want = append(want, e.ID)
			case e.Kind == chat.Invite:
				want = append(want, e.ID)
			case e.Kind == chat.Block || e.Kind == chat.Unblock:
				blocked = e.Kind == chat.Block
				want = append(want, e.ID)
			case e.Kind == chat.Said && e.Sender.ID == bob.ID && !in:
				w.Errorf("line %d was taken from somebody who is not in", e.ID)
			case e.Kind == chat.Said && in && (!blocked || e.Sender.ID == bob.ID):
				want = append(want, e.ID)
			}
		}
		var got []chat.EntryID
		for _, e := range w.read(bob, chat.Stretch{}, 10_000).Entries {
			got = append(got, e.ID)
		}
		w.equal("bob sees", got, want)
	}},
}
