package storetest

import (
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// act is the audit row of what whoever runs the server does.
var act = chat.Audit{Actor: "uid 0", Via: "console", Action: "test"}

// keyOf is a public key, as far as a store looks at one.
func keyOf(who string) chat.Key {
	return chat.Key{Fingerprint: "SHA256:" + who, Public: "ssh-ed25519 " + who, Label: who + "@home"}
}

var governing = []story{
	{"many accounts are made at once", func(w *world) {
		made, err := w.st.CreateUsers(w.ctx(), []chat.NewUser{
			{Name: "Alice", Password: "a", MustChange: true, Key: keyOf("alice")}, {Name: "bob", Password: "b"},
		}, act)
		w.must(err)
		w.equal("how many", len(made), 2)
		w.equal("alice", w.user(made[0]), made[0])
		w.equal("she must change it", w.user(made[0]).MustChange, true)
		w.equal("bob need not", w.user(made[1]).MustChange, false)
		w.logIn(made[1])
	}},
	{"of many accounts all are made or none", func(w *world) {
		w.signUp("carol")
		for _, c := range []struct {
			last chat.NewUser
			want error
		}{
			{chat.NewUser{Name: "CAROL"}, chat.ErrTaken},
			{chat.NewUser{Name: "aLice"}, chat.ErrTaken}, // by another of them
			{chat.NewUser{Name: "dave", Key: keyOf("alice")}, chat.ErrKeyTaken},
		} {
			_, err := w.st.CreateUsers(w.ctx(), []chat.NewUser{{Name: "alice", Key: keyOf("alice")}, {Name: "bob"}, c.last}, act)
			w.equal("which", refusal[*chat.NthError](w, err).Nth, 2)
			w.refused(err, c.want)
		}
		_, err := w.st.CreateUsers(w.ctx(), []chat.NewUser{{Name: "b0b"}, {Name: "bob"}}, act)
		w.equal("looks like", refusal[*chat.LookAlikeError](w, err).Name, chat.Name("b0b"))
		all, err := w.st.Users(w.ctx(), "", 9)
		w.must(err)
		w.equal("accounts", len(all), 1)
		_, err = w.st.CreateUsers(w.ctx(), []chat.NewUser{{Name: "alice", Key: keyOf("alice")}}, act) // nor was the key kept
		w.must(err)
	}},
	{"a password is reset, and then chosen", func(w *world) {
		alice := w.signUp("alice")
		w.must(w.st.ResetPassword(w.ctx(), alice.ID, "one-time", true, act))
		now := w.user(alice)
		w.equal("password", now.Password, "one-time")
		w.equal("must change", now.MustChange, true)
		w.must(w.st.SetPassword(w.ctx(), alice.ID, "one-time", "own"))
		w.equal("must change", w.user(alice).MustChange, false)
		w.refused(w.st.ResetPassword(w.ctx(), 999, "x", true, act), chat.ErrNoUser)
	}},
	{"a role is given and taken, and the account told so", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.must(w.st.SetDisabled(w.ctx(), alice.ID, true, act)) // it is told when it is back
		w.refused(w.st.SetRole(w.ctx(), alice.ID, "", sanitize.Line("other"), act), chat.ErrStale)
		w.must(w.st.SetRole(w.ctx(), alice.ID, chat.Moderator, sanitize.Line("other"), act))
		w.refused(w.st.SetRole(w.ctx(), alice.ID, chat.Moderator, sanitize.Line("other"), act), chat.ErrStale)
		w.must(w.st.SetRole(w.ctx(), alice.ID, chat.Admin, sanitize.Line("other"), act))
		w.equal("role", w.user(alice).Role, chat.Admin)
		w.must(w.st.SetRole(w.ctx(), alice.ID, "", sanitize.Line("other"), act))
		w.equal("role", w.user(alice).Role, "")
		w.equal("told", w.sees(alice), []string{"other", "other", "other"})
		w.equal("wait", w.backlog(alice, 9).Count, 3)
		w.equal("bob is told", len(w.sees(bob)), 0)
		w.refused(w.st.SetRole(w.ctx(), 999, chat.Admin, sanitize.Line("other"), act), chat.ErrNoUser)
	}},
	{"an account that is closed is not banned, and the other way round", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		b := w.logIn(alice)
		w.must(w.st.SetClosed(w.ctx(), alice.ID, true, act))
		w.equal("closed", w.user(alice).Closed, true)
		w.equal("since", w.user(alice).Disabled, w.clock.Now())
		w.equal("ended", w.save(chat.Progress{Login: b.ID, User: alice.ID}), []chat.LoginID{b.ID})
		_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.refused(err, chat.ErrClosed)
		w.refuse(direct(bob, alice, "hi"), chat.ErrNoUser)
		w.refused(w.st.SetClosed(w.ctx(), alice.ID, true, act), chat.ErrStale)
		w.refused(w.st.SetDisabled(w.ctx(), alice.ID, false, act), chat.ErrStale)
		w.must(w.st.SetClosed(w.ctx(), alice.ID, false, act))
		w.equal("open", w.user(alice).Closed, false)
		w.logIn(alice)

		w.ban(bob)
		w.refused(w.st.SetClosed(w.ctx(), bob.ID, false, act), chat.ErrStale)
		w.refused(w.st.SetClosed(w.ctx(), 999, true, act), chat.ErrNoUser)
	}},
	{"a renamed account is the same, with its lines", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.tell(alice, bob, "before")
		w.must(w.st.Rename(w.ctx(), alice.ID, "Alicia", act))
		now, err := w.st.UserByKey(w.ctx(), "alicia")
		w.must(err)
		w.equal("id", now.ID, alice.ID)
		_, err = w.st.UserByKey(w.ctx(), "alice")
		w.refused(err, chat.ErrNoUser)
		w.equal("the new line is by", w.tell(alice, bob, "after").Sender.Name, chat.Name("Alicia"))
		for _, e := range w.read(bob, chat.Stretch{}, 9).Entries {
			w.equal(e.Body.String()+" is by", e.Sender.Name, chat.Name("Alicia"))
		}
		w.refused(w.st.Rename(w.ctx(), alice.ID, "Alicia", act), chat.ErrStale)
		w.refused(w.st.Rename(w.ctx(), 999, "dave", act), chat.ErrNoUser)
	}},
	{"a renamed account keeps the name that it had for a month", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.refused(w.st.Rename(w.ctx(), alice.ID, "BOB", act), chat.ErrTaken)
		w.equal("looks like", refusal[*chat.LookAlikeError](w, w.st.Rename(w.ctx(), alice.ID, "b0b", act)).Name, chat.Name("bob"))
		w.must(w.st.Rename(w.ctx(), alice.ID, "carol", act))
		w.refused(w.st.Rename(w.ctx(), bob.ID, "Alice", act), chat.ErrTaken)
		_, err := w.st.CreateUser(w.ctx(), chat.NewUser{Name: "al1ce"})
		w.equal("looks like", refusal[*chat.LookAlikeError](w, err).Name, chat.Name("alice"))
		is, was, err := w.st.Former(w.ctx(), chat.Name("alice").Skeleton())
		w.must(err)
		w.equal("was", was, chat.Name("alice"))
		w.equal("is", is, chat.Person{ID: alice.ID, Name: "carol"})

		w.must(w.st.Rename(w.ctx(), alice.ID, "alice", act)) // it is still hers
		w.must(w.st.Rename(w.ctx(), alice.ID, "dave", act))
		w.clock.move(chat.NameKept)
		_, _, err = w.st.Former(w.ctx(), chat.Name("alice").Skeleton())
		w.refused(err, chat.ErrNoUser)
		w.must(w.st.Rename(w.ctx(), bob.ID, "alice", act))
	}},
	{"a name that differs in its case alone is no other", func(w *world) {
		alice := w.signUp("alice")
		w.must(w.st.Rename(w.ctx(), alice.ID, "ALICE", act))
		w.equal("name", w.user(alice).Name, chat.Name("ALICE"))
		w.clock.move(time.Second)
		w.must(w.st.Rename(w.ctx(), alice.ID, "Alice", act))
	}},
	{"an erased account is nobody, and its id is never another's", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.logIn(alice)
		w.must(w.st.Erase(w.ctx(), alice.ID, false, act))
		_, err := w.st.UserByKey(w.ctx(), "alice")
		w.refused(err, chat.ErrNoUser)
		all, err := w.st.Users(w.ctx(), "", 9)
		w.must(err)
		w.equal("accounts", len(all), 1)
		online, err := w.st.Online(w.ctx())
		w.must(err)
		w.equal("online", len(online), 0)
		_, err = w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.equal("a login is refused", err != nil, true)
		w.refuse(direct(bob, alice, "hi"), chat.ErrNoUser)
		w.refused(w.st.Erase(w.ctx(), alice.ID, false, act), chat.ErrNoUser)
		w.refused(w.st.Erase(w.ctx(), alice.ID, true, act), chat.ErrNoUser)
		again := w.signUp("alice")
		w.equal("another id", again.ID != alice.ID && again.ID > bob.ID, true)
		w.must(w.st.Erase(w.ctx(), again.ID, true, act)) // two of them have one name
	}},
	{"the rooms of an erased account have another owner, or are closed", func(w *world) {
		alice, bob, carol, dave := w.signUp("alice"), w.signUp("bob"), w.signUp("carol"), w.signUp("dave")
		join := func(u chat.User, name chat.RoomName) *chat.Entry {
			return w.append(chat.Draft{Kind: chat.Join, Sender: u.ID, NewName: name})
		}
		ops, plain, alone := join(alice, "ops").Room, join(alice, "plain").Room, join(alice, "alone").Room
		join(bob, "ops")
		join(carol, "ops")
		w.append(chat.Draft{Kind: chat.Promote, Sender: alice.ID, Recipient: carol.ID, Room: ops.ID})
		join(dave, "plain")
		join(bob, "plain")
		f := w.follow()
		w.must(w.st.Erase(w.ctx(), alice.ID, false, act))
		for _, e := range f.all() {
			w.equal("who is told to have left", e.Sender.Name, chat.Deleted)
		}
		w.equal("told", len(f.all()), 3)
		owner := func(r chat.Room) chat.Name {
			all, err := w.st.Members(w.ctx(), r.ID)
			w.must(err)
			if len(all) == 0 {
				return ""
			}
			return all[0].Name
		}
		w.equal("the operator", owner(ops), chat.Name("carol"))
		w.equal("the oldest member", owner(plain), chat.Name("dave"))
		w.equal("nobody", owner(alone), chat.Name(""))
		_, err := w.st.Room(w.ctx(), bob.ID, "alone")
		w.refused(err, chat.ErrNoSuchRoom)
	}},
	{"an account that is banned is erased as well", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.append(chat.Draft{Kind: chat.Join, Sender: alice.ID, NewName: "lab"})
		w.append(chat.Draft{Kind: chat.Join, Sender: bob.ID, NewName: "lab"})
		w.ban(alice)
		w.must(w.st.Erase(w.ctx(), alice.ID, true, act))
		_, err := w.st.UserByKey(w.ctx(), "alice")
		w.refused(err, chat.ErrNoUser)
	}},
	{"whom one has blocked and who was erased is not on the list", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.tell(alice, bob, "seen")
		w.append(block(bob, alice))
		w.append(broadcast(alice, "hidden"))
		w.must(w.st.Erase(w.ctx(), alice.ID, false, act))
		list, err := w.st.Blocked(w.ctx(), bob.ID)
		w.must(err)
		w.equal("blocked", len(list), 0)
		w.equal("bob sees", w.sees(bob), []string{"seen", "block"})
	}},
	{"a dossier has all there is, and no more", func(w *world) {
		made, err := w.st.CreateUsers(w.ctx(), []chat.NewUser{{Name: "alice", Key: keyOf("alice")}, {Name: "bob", Key: keyOf("bob")}}, act)
		w.must(err)
		alice, bob := made[0], made[1]
		w.must(w.st.SaveSettings(w.ctx(), alice.ID, chat.Settings{About: "me"}))
		b := w.logIn(alice)
		w.logIn(bob)
		w.append(chat.Draft{Kind: chat.Join, Sender: alice.ID, NewName: "lab"})
		w.append(block(alice, bob))
		w.append(block(bob, alice))
		w.clock.move(time.Minute)
		w.logOut(b, chat.Progress{})
		d, err := w.st.Dossier(w.ctx(), alice.ID)
		w.must(err)
		w.equal("name", d.User.Name, chat.Name("alice"))
		w.equal("settings", d.Settings.About, "me")
		w.equal("keys", d.Keys, []chat.HeldKey{{Key: keyOf("alice"), Added: alice.CreatedAt}})
		w.equal("logins", d.Logins, []chat.PastLogin{{Since: b.Since, Until: w.clock.Now(), Why: "logout", Remote: home, Client: "SSH-2.0-test"}})
		w.equal("rooms", d.Rooms, []chat.Membership{{Room: "lab", Role: chat.Owner, Holds: true}})
		w.equal("blocks", d.Blocks, []chat.PastBlock{{Name: "bob", Holds: true}})
		w.equal("blocked by", d.BlockedBy, []chat.PastBlock{{Holds: true}})
		w.equal("audit rows", len(d.Audit), 1)
		w.equal("audit", d.Audit[0].Target, "alice")
		_, err = w.st.Dossier(w.ctx(), 999)
		w.refused(err, chat.ErrNoUser)
	}},
	{"an invite lets in as many as it is for", func(w *world) {
		id, err := w.st.CreateInvite(w.ctx(), chat.NewInvite{Code: "two", Uses: 2}, act)
		w.must(err)
		w.signUp("taken")
		_, err = w.st.CreateUser(w.ctx(), chat.NewUser{Name: "alice", Invite: "another"})
		w.refused(err, chat.ErrNoInvite)
		_, err = w.st.CreateUser(w.ctx(), chat.NewUser{Name: "taken", Invite: "two"})
		w.refused(err, chat.ErrTaken) // and no use of it is gone
		for _, n := range []chat.Name{"alice", "bob"} {
			_, err = w.st.CreateUser(w.ctx(), chat.NewUser{Name: n, Invite: "two"})
			w.must(err)
		}
		_, err = w.st.CreateUser(w.ctx(), chat.NewUser{Name: "carol", Invite: "two"})
		w.refused(err, chat.ErrNoInvite)
		_, err = w.st.RevokeInvite(w.ctx(), id, "", act)
		w.refused(err, chat.ErrNoInvite)
	}},
	{"invites are listed until they end, or are taken back", func(w *world) {
		until := w.clock.Now().Add(time.Hour)
		first, err := w.st.CreateInvite(w.ctx(), chat.NewInvite{Code: "hour", Uses: 1, Until: until}, act)
		w.must(err)
		second, err := w.st.CreateInvite(w.ctx(), chat.NewInvite{Code: "ever", Uses: 3}, act)
		w.must(err)
		list := func() []chat.Invited {
			all, err := w.st.Invites(w.ctx())
			w.must(err)
			return all
		}
		w.equal("invites", list(), []chat.Invited{{ID: first, Uses: 1, Made: w.clock.Now(), Until: until}, {ID: second, Uses: 3, Made: w.clock.Now()}})
		has, err := w.st.HasInvite(w.ctx(), "hour")
		w.must(err)
		w.equal("it can be used", has, true)
		w.clock.move(time.Hour)
		w.equal("invites", len(list()), 1)
		has, err = w.st.HasInvite(w.ctx(), "hour")
		w.must(err)
		w.equal("it can be used", has, false)
		_, err = w.st.CreateUser(w.ctx(), chat.NewUser{Name: "alice", Invite: "hour"})
		w.refused(err, chat.ErrNoInvite)
		id, err := w.st.RevokeInvite(w.ctx(), 0, "ever", act)
		w.must(err)
		w.equal("revoked", id, second)
		w.equal("invites", len(list()), 0)
	}},
}
