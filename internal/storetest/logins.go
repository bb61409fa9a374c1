package storetest

import (
	"net/netip"
	"time"

	"sshchat/internal/chat"
)

var logins = []story{
	{"an account is known where it was", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		was := func(u chat.UserID, addr string) bool {
			is, err := w.st.WasHere(w.ctx(), u, netip.MustParseAddr(addr))
			w.must(err)
			return is
		}
		here, mapped := home.Addr().String(), "::ffff:"+home.Addr().String()
		w.equal("before", was(alice.ID, here), false)
		w.logOut(w.logIn(alice), chat.Progress{})
		w.equal("after", []bool{was(alice.ID, here), was(alice.ID, mapped), was(alice.ID, "192.0.2.99"), was(bob.ID, here), was(0, here)},
			[]bool{true, true, false, false, false})
		elsewhere := w.newLogin(alice)
		elsewhere.Remote = netip.MustParseAddrPort("192.0.2.99:1")
		for range 20 {
			b, err := w.st.BeginLogin(w.ctx(), elsewhere)
			w.must(err)
			w.logOut(b, chat.Progress{})
		}
		w.equal("long ago", was(alice.ID, here), false)
	}},
	{"a login knows how its account likes things", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		w.equal("at first", b.Settings, chat.Settings{})
		likes := chat.Settings{Zone: "Europe/Paris", Bell: chat.BellAll}
		w.must(w.st.SaveSettings(w.ctx(), alice.ID, likes))
		w.logOut(b, chat.Progress{})
		w.equal("then", w.logIn(alice).Settings, likes)
		w.refused(w.st.SaveSettings(w.ctx(), 999, likes), chat.ErrNoUser)
	}},
	{"a login knows where its person was", func(w *world) {
		alice := w.signUp("Alice")
		first := w.logIn(alice)
		w.equal("first", first, chat.Begun{Login: chat.Login{
			ID: first.ID, User: alice.Person, Slot: chat.Prompt, Node: w.node, Remote: home,
			Client: "SSH-2.0-test", Since: w.clock.Now(),
		}})
		w.equal("last login", w.user(alice).LastLogin, w.clock.Now())
		for range 9 {
			w.append(broadcast(alice, "x"))
		}
		w.clock.move(time.Hour)
		gaps := []chat.Stretch{{From: 2, To: 3}, {From: 5, To: 5}}
		w.logOut(first, chat.Progress{Delivered: 8, Gaps: gaps, GapsChanged: true})
		left := w.clock.Now()
		w.clock.move(time.Hour)
		second := w.logIn(alice)
		w.equal("head", second.Head, chat.EntryID(9))
		w.equal("delivered", second.Delivered, chat.EntryID(8))
		w.equal("gaps", second.Gaps, gaps)
		w.equal("away since", second.AwaySince, left)
		w.equal("last login", w.user(alice).LastLogin, w.clock.Now())
		if second.ID <= first.ID {
			w.Errorf("login %d came after login %d", second.ID, first.ID)
		}
	}},
	{"an account has one login in the prompt slot", func(w *world) {
		alice := w.signUp("alice")
		first := w.logIn(alice)
		w.clock.move(time.Minute)
		_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.equal("who is there", refusal[*chat.LoggedInError](w, err).Login, first.Login)
		other := w.newLogin(alice)
		other.Slot = "exec"
		for range 2 {
			_, err := w.st.BeginLogin(w.ctx(), other)
			w.must(err)
		}
		w.logIn(w.signUp("bob"))
		w.logOut(first, chat.Progress{})
		w.logIn(alice)
	}},
	{"a take-over ends the other and keeps what it had shown", func(w *world) {
		alice := w.signUp("alice")
		old := w.logIn(alice)
		for range 3 {
			w.append(broadcast(alice, "x"))
		}
		w.clock.move(time.Minute)
		l := w.newLogin(alice)
		l.Replaces, l.EndedWhy = old.ID, "taken over"
		l.Left = &chat.Progress{Login: old.ID, User: alice.ID, Delivered: 2, GapsChanged: true, Gaps: []chat.Stretch{{From: 1, To: 1}}}
		b, err := w.st.BeginLogin(w.ctx(), l)
		w.must(err)
		w.equal("delivered", b.Delivered, chat.EntryID(2))
		w.equal("gaps", b.Gaps, []chat.Stretch{{From: 1, To: 1}})
		w.equal("away since", b.AwaySince, w.clock.Now())
		w.equal("the old one is over", w.save(chat.Progress{Login: old.ID, User: alice.ID, Delivered: 3}), []chat.LoginID{old.ID})
		w.equal("the new one is not", w.save(chat.Progress{Login: b.ID, User: alice.ID, Delivered: 3}), []chat.LoginID(nil))
	}},
	{"a take-over of another than who is there is refused and changes nothing", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		bobs := w.logIn(bob)
		there := w.logIn(alice)
		w.append(broadcast(bob, "x"))
		for _, replaces := range []chat.LoginID{bobs.ID, 999} {
			l := w.newLogin(alice)
			l.Replaces, l.Left = replaces, &chat.Progress{Login: there.ID, User: alice.ID, Delivered: 1}
			_, err := w.st.BeginLogin(w.ctx(), l)
			w.equal("who is there", refusal[*chat.LoggedInError](w, err).Login.ID, there.ID)
		}
		w.equal("both go on", w.save(chat.Progress{Login: bobs.ID, User: bob.ID}, chat.Progress{Login: there.ID, User: alice.ID}),
			[]chat.LoginID(nil))
		w.logOut(there, chat.Progress{})
		w.equal("nothing moved", w.logIn(alice).Delivered, chat.EntryID(0))
	}},
	{"a take-over of who has just gone is a login", func(w *world) {
		alice := w.signUp("alice")
		old := w.logIn(alice)
		w.append(broadcast(alice, "x"))
		w.logOut(old, chat.Progress{})
		l := w.newLogin(alice)
		l.Replaces, l.Left = old.ID, &chat.Progress{Login: old.ID, User: alice.ID, Delivered: 1}
		b, err := w.st.BeginLogin(w.ctx(), l)
		w.must(err)
		w.equal("an ended login moves no cursor", b.Delivered, chat.EntryID(0))
	}},
	{"who is not there and who is banned cannot log in", func(w *world) {
		alice := w.signUp("alice")
		w.ban(alice)
		_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.refused(err, chat.ErrDisabled)
		_, err = w.st.BeginLogin(w.ctx(), w.newLogin(chat.User{Person: chat.Person{ID: 999}}))
		w.refused(err, chat.ErrNoUser)
	}},
	{"who is online stands in order of name", func(w *world) {
		carol, alice, bob := w.signUp("carol"), w.signUp("Alice"), w.signUp("bob")
		exec := w.newLogin(w.signUp("dave"))
		exec.Slot = "exec"
		_, err := w.st.BeginLogin(w.ctx(), exec)
		w.must(err)
		c, a, b := w.logIn(carol), w.logIn(alice), w.logIn(bob)
		w.logOut(b, chat.Progress{})
		w.equal("online", w.online(), []chat.Login{a.Login, c.Login})
		for _, u := range []struct {
			id   chat.UserID
			want chat.Login
		}{{carol.ID, c.Login}, {alice.ID, a.Login}, {bob.ID, chat.Login{}}, {exec.User, chat.Login{}}, {999, chat.Login{}}} {
			l, err := w.st.OnlineOf(w.ctx(), u.id)
			w.must(err)
			w.equal("the login of one", l, u.want)
		}
	}},
	{"a server that starts again ends what its last run left", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.start(2)
		old := w.logIn(alice)
		l := w.newLogin(bob)
		l.Node = chat.Node{ID: 2, Epoch: 1}
		_, err := w.st.BeginLogin(w.ctx(), l)
		w.must(err)
		w.clock.move(time.Hour)
		again := w.start(1)
		w.equal("epoch", again, chat.Node{ID: 1, Epoch: w.node.Epoch + 1})
		w.equal("only the other node's", len(w.online()), 1)
		w.equal("fenced", w.save(chat.Progress{Login: old.ID, User: alice.ID}), []chat.LoginID{old.ID})
		d := broadcast(alice, "x")
		d.Login = old.ID
		w.refuse(d, chat.ErrEnded)
		_, err = w.st.BeginLogin(w.ctx(), w.newLogin(alice)) // still in the old epoch
		w.refused(err, chat.ErrEnded)
		w.node = again
		w.equal("away since", w.logIn(alice).AwaySince, w.clock.Now())
	}},
	{"an address is stored without what makes it look like two", func(w *world) {
		alice := w.signUp("alice")
		l := w.newLogin(alice)
		l.Remote = netip.MustParseAddrPort("[::ffff:192.0.2.7]:50")
		b, err := w.st.BeginLogin(w.ctx(), l)
		w.must(err)
		w.equal("remote", b.Remote, netip.MustParseAddrPort("192.0.2.7:50"))
		w.equal("online", w.online()[0].Remote, b.Remote)
	}},
	{"a node needs an id", func(w *world) {
		if _, err := w.st.StartNode(w.ctx(), 0); err == nil {
			w.Error("node 0 was started")
		}
	}},
}

func (w *world) online() []chat.Login {
	w.Helper()
	all, err := w.st.Online(w.ctx())
	w.must(err)
	return all
}

var progress = []story{
	{"a cursor only moves forward, and not past the head", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		for range 5 {
			w.append(broadcast(alice, "x"))
		}
		for _, c := range []struct{ to, want chat.EntryID }{{3, 3}, {2, 3}, {0, 3}, {4, 4}, {99, 5}} {
			w.equal("ended", w.save(chat.Progress{Login: b.ID, User: alice.ID, Delivered: c.to}), []chat.LoginID(nil))
			w.equal("delivered", w.delivered(&b), c.want)
		}
	}},
	{"gaps are replaced when they changed, and else left", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		p := chat.Progress{Login: b.ID, User: alice.ID, GapsChanged: true, Gaps: []chat.Stretch{{From: 1, To: 9}, {From: 20, To: 29}}}
		w.save(p)
		w.save(chat.Progress{Login: b.ID, User: alice.ID, Gaps: []chat.Stretch{{From: 5, To: 5}}})
		w.delivered(&b)
		w.equal("left alone", b.Gaps, p.Gaps)
		w.save(chat.Progress{Login: b.ID, User: alice.ID, GapsChanged: true, Gaps: []chat.Stretch{{From: 21, To: 29}, {From: 9, To: 8}}})
		w.delivered(&b)
		w.equal("replaced, without the empty", b.Gaps, []chat.Stretch{{From: 21, To: 29}})
		w.save(chat.Progress{Login: b.ID, User: alice.ID, GapsChanged: true})
		w.delivered(&b)
		w.equal("none", b.Gaps, []chat.Stretch(nil))
	}},
	{"those who have ended are told apart from the others", func(w *world) {
		users := w.signUpMany(3)
		var all []chat.Begun
		for _, u := range users {
			all = append(all, w.logIn(u))
		}
		w.append(broadcast(users[0], "x"))
		w.logOut(all[1], chat.Progress{})
		var ps []chat.Progress
		for _, b := range all {
			ps = append(ps, chat.Progress{Login: b.ID, User: b.User.ID, Delivered: 1, GapsChanged: true, Gaps: []chat.Stretch{{From: 1, To: 1}}})
		}
		ps = append(ps, chat.Progress{Login: all[0].ID, User: users[2].ID, Delivered: 1}) // another's login
		w.equal("ended", w.save(ps...), []chat.LoginID{all[1].ID, all[0].ID})
		b := w.logIn(users[1])
		w.equal("nothing moved", b.Delivered, chat.EntryID(0))
		w.equal("no gaps", b.Gaps, []chat.Stretch(nil))
		w.equal("the others moved", w.delivered(&all[2]), chat.EntryID(1))
	}},
	{"a login ends once", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		w.append(broadcast(alice, "x"))
		w.clock.move(time.Minute)
		w.logOut(b, chat.Progress{})
		left := w.clock.Now()
		w.clock.move(time.Minute)
		w.logOut(b, chat.Progress{Delivered: 1})
		again := w.logIn(alice)
		w.equal("away since", again.AwaySince, left)
		w.equal("delivered", again.Delivered, chat.EntryID(0))
	}},
	{"nothing to save is nothing", func(w *world) {
		w.equal("ended", w.save(), []chat.LoginID(nil))
	}},
}

// delivered logs the person of b out and in again, and gives their cursor.
func (w *world) delivered(b *chat.Begun) chat.EntryID {
	w.Helper()
	w.logOut(*b, chat.Progress{})
	*b = w.logIn(chat.User{Person: b.User})
	return b.Delivered
}
