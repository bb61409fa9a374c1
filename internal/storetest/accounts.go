package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var accounts = []story{
	{"an account is found as it was made", func(w *world) {
		made := w.signUp("Alice")
		w.equal("account", made, chat.User{
			Person: chat.Person{ID: made.ID, Name: "Alice"}, Password: "phc of Alice", CreatedAt: w.clock.Now(),
		})
		found, err := w.st.UserByKey(w.ctx(), "alice")
		w.must(err)
		w.equal("found", found, made)
		_, err = w.st.UserByKey(w.ctx(), "Alice") // not folded
		w.refused(err, chat.ErrNoUser)
		_, err = w.st.UserByKey(w.ctx(), "")
		w.refused(err, chat.ErrNoUser)
	}},
	{"a name is one account's, whatever its case", func(w *world) {
		w.signUp("Alice")
		_, err := w.st.CreateUser(w.ctx(), chat.NewUser{Name: "aLICE"})
		w.refused(err, chat.ErrTaken)
		w.signUp("bob") // the refused one left nothing that is in the way
	}},
	{"a look-alike is refused with the name that it looks like", func(w *world) {
		w.signUp("Paul")
		_, err := w.st.CreateUser(w.ctx(), chat.NewUser{Name: "Pau1"})
		w.equal("looks like", refusal[*chat.LookAlikeError](w, err).Name, chat.Name("Paul"))
		p, err := w.st.LookAlike(w.ctx(), chat.Name("pau1").Skeleton())
		w.must(err)
		w.equal("found", p.Name, chat.Name("Paul"))
		_, err = w.st.LookAlike(w.ctx(), chat.Name("carol").Skeleton())
		w.refused(err, chat.ErrNoUser)
	}},
	{"an account begins at the head of the log", func(w *world) {
		alice := w.signUp("alice")
		e := w.append(broadcast(alice, "before"))
		bob := w.signUp("bob")
		w.equal("created", bob.Created, e.ID)
		w.equal("delivered", w.logIn(bob).Delivered, e.ID)
	}},
	{"names are listed by their beginning, in order, without the banned", func(w *world) {
		for _, n := range []chat.Name{"bob", "Bert", "bertha", "carol", "b-x", "b_y", "b9"} {
			w.signUp(n)
		}
		w.ban(w.signUp("berta2"))
		names := func(prefix string, limit int) []chat.Name {
			all, err := w.st.Names(w.ctx(), prefix, limit)
			w.must(err)
			return all
		}
		w.equal("b", names("b", 10), []chat.Name{"b-x", "b9", "b_y", "Bert", "bertha", "bob"})
		w.equal("bert", names("bert", 10), []chat.Name{"Bert", "bertha"})
		w.equal("two", names("b", 2), []chat.Name{"b-x", "b9"})
		w.equal("all", len(names("", 10)), 7)
		w.equal("none", names("x", 10), []chat.Name(nil))
		w.equal("limit 0", names("", 0), []chat.Name(nil))
		w.equal("no pattern", names("%", 10), []chat.Name(nil))
	}},
	{"accounts are listed page by page", func(w *world) {
		for i := range 5 {
			w.signUp(chat.Name(fmt.Sprintf("User%d", i)))
		}
		var seen []chat.Name
		for after := ""; ; {
			page, err := w.st.Users(w.ctx(), after, 2)
			w.must(err)
			if len(page) == 0 {
				break
			}
			for _, u := range page {
				seen = append(seen, u.Name)
				after = u.Name.Key()
			}
		}
		w.equal("all", seen, []chat.Name{"User0", "User1", "User2", "User3", "User4"})
	}},
	{"a password is replaced by who knew the one before", func(w *world) {
		alice := w.signUp("alice")
		w.must(w.st.SetPassword(w.ctx(), alice.ID, alice.Password, "new"))
		w.refused(w.st.SetPassword(w.ctx(), alice.ID, alice.Password, "newer"), chat.ErrStale)
		w.refused(w.st.SetPassword(w.ctx(), 999, alice.Password, "newer"), chat.ErrStale)
		w.equal("password", w.user(alice).Password, "new")
	}},
	{"a ban holds until it is lifted, and ends logins", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		w.clock.move(time.Minute)
		w.ban(alice)
		w.equal("disabled", w.user(alice).Disabled, w.clock.Now())
		w.refused(w.st.SetDisabled(w.ctx(), alice.ID, true, chat.Audit{}), chat.ErrStale)
		w.equal("ended", w.save(chat.Progress{Login: b.ID, User: alice.ID}), []chat.LoginID{b.ID})
		_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
		w.refused(err, chat.ErrDisabled)

		w.must(w.st.SetDisabled(w.ctx(), alice.ID, false, chat.Audit{}))
		w.refused(w.st.SetDisabled(w.ctx(), alice.ID, false, chat.Audit{}), chat.ErrStale)
		w.equal("enabled", w.user(alice).Disabled, time.Time{})
		w.logIn(alice)
		w.refused(w.st.SetDisabled(w.ctx(), 999, true, chat.Audit{}), chat.ErrNoUser)
	}},
	{"a ban of an account that has run out is over", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		b := chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAccount}, User: alice.ID, Until: w.clock.Now().Add(time.Hour),
			Reason: sanitize.Line("spam"), Actor: "uid 0"}
		login := w.logIn(alice)
		w.must(w.st.Ban(w.ctx(), b, chat.Audit{}))
		w.refused(w.st.Ban(w.ctx(), b, chat.Audit{}), chat.ErrStale)
		w.equal("ended", w.save(chat.Progress{Login: login.ID, User: alice.ID}), []chat.LoginID{login.ID})
		w.equal("why", w.user(alice).DisabledWhy, b.Reason)
		w.refuse(direct(bob, alice, "x"), chat.ErrNoUser)
		w.refuse(r.say(alice, "x"), chat.ErrDisabled)
		during := w.append(r.say(bob, "during"))
		w.clock.move(time.Hour)
		w.equal("disabled", w.user(alice).Disabled, time.Time{})
		names, err := w.st.Names(w.ctx(), "al", 9)
		w.must(err)
		w.equal("names", names, []chat.Name{"alice"})
		w.tell(bob, alice, "x")
		w.logIn(alice)
		after := w.append(r.say(bob, "after"))
		of := func(e *chat.Entry) int {
			lines, err := w.st.Sent(w.ctx(), bob.ID, e.ID, 1)
			w.must(err)
			return lines[0].Of
		}
		w.equal("for nobody during the ban, and for one after it", []int{of(during), of(after)}, []int{0, 1})
		w.must(w.st.Ban(w.ctx(), b, chat.Audit{})) // though it is over at once
		w.refused(w.st.SetDisabled(w.ctx(), alice.ID, false, chat.Audit{}), chat.ErrStale)
		b.User = 999
		w.refused(w.st.Ban(w.ctx(), b, chat.Audit{}), chat.ErrNoUser)
	}},
	{"who is muted says nothing anywhere, and is told", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(joining(bob, "dev"))
		said := w.append(r.say(alice, "before"))
		m := chat.Muting{Until: w.clock.Now().Add(time.Hour), Reason: sanitize.Line("spam"), Actor: "uid 0"}
		tell := sanitize.Line("be silent")
		w.must(w.st.SetMute(w.ctx(), alice.ID, &m, tell, chat.Audit{}))
		w.equal("known", *w.user(alice).Mute, m)
		w.equal("told", w.sees(alice), []string{"before", "be silent"})
		w.equal("waits", w.backlog(alice, 9).Count, 1)
		w.equal("bob", w.sees(bob), []string{"before"})
		invite := r.do(chat.Invite, alice, w.signUp("carol"))
		for _, d := range []chat.Draft{
			direct(alice, bob, "x"), broadcast(alice, "x"), r.say(alice, "x"), editing(said, "x"), invite,
			r.govern(chat.Topic, alice, chat.User{}, "x"), r.govern(chat.Hand, alice, chat.User{}, "x"),
			r.govern(chat.Hand, alice, chat.User{}, ""), r.govern(chat.Kick, alice, bob, "x"), joining(alice, "made"),
			{Kind: chat.Rename, Sender: alice.ID, Room: r.room, NewName: "called"}, {Kind: chat.Pin, Sender: alice.ID, Room: r.room, Ref: said.ID},
		} {
			_, err := w.st.Append(w.ctx(), d)
			w.equal("refused "+string(d.Kind), *refusal[*chat.MutedError](w, err), chat.MutedError{Until: m.Until, Reason: m.Reason})
		}
		w.append(deleting(said))
		w.append(block(alice, bob))
		w.refuse(block(alice, bob), chat.ErrStale)
		w.append(unblock(alice, bob))
		w.append(joining(alice, "dev"))
		w.append(r.govern(chat.Kick, alice, bob, ""))
		w.tell(bob, alice, "you may read")
		w.clock.move(time.Hour)
		w.tell(alice, bob, "again")
		w.equal("known", w.user(alice).Mute, (*chat.Muting)(nil))
		w.refused(w.st.SetMute(w.ctx(), alice.ID, nil, tell, chat.Audit{}), chat.ErrStale)
	}},
	{"a mute without an end holds until it is ended", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		mute := func(m *chat.Muting) error {
			return w.st.SetMute(w.ctx(), alice.ID, m, sanitize.Line("x"), chat.Audit{})
		}
		w.must(mute(&chat.Muting{Until: w.clock.Now().Add(time.Hour)}))
		w.must(mute(&chat.Muting{})) // in place of it
		w.clock.move(1000 * time.Hour)
		_, err := w.st.Append(w.ctx(), direct(alice, bob, "x"))
		w.equal("until", refusal[*chat.MutedError](w, err).Until, time.Time{})
		w.must(mute(nil))
		w.tell(alice, bob, "again")
		w.refused(mute(nil), chat.ErrStale)
		alice.ID = 999
		w.refused(mute(&chat.Muting{}), chat.ErrNoUser)
	}},
	{"what is kept for the whole server is kept until it is forgotten", func(w *world) {
		alice := w.signUp("alice")
		none := sanitize.Text{}
		set := func(name, value string, tell sanitize.Text) error {
			return w.st.SetKept(w.ctx(), name, value, tell, chat.Audit{})
		}
		kept := func() map[string]chat.Kept {
			all, err := w.st.Kept(w.ctx())
			w.must(err)
			return all
		}
		w.equal("nothing", kept(), map[string]chat.Kept{})
		w.refused(set("motd", "", none), chat.ErrStale)
		f := w.follow()
		w.must(set("motd", "hello\nworld", none))
		w.must(set("raid", "on", sanitize.Line("slowly")))
		now := w.clock.Now()
		w.equal("both", kept(), map[string]chat.Kept{"motd": {Value: "hello\nworld", At: now}, "raid": {Value: "on", At: now}})
		w.equal("told", len(f.all()), 1)
		told := f.all()[0]
		w.equal("to whom, by whom, what", []any{told.Kind, told.Recipient.ID, told.Sender.ID, told.Body.String()},
			[]any{chat.Told, chat.UserID(0), chat.UserID(0), "slowly"})
		w.equal("nobody who comes later", len(w.sees(alice)), 0)
		w.must(set("motd", "bye", none))
		w.equal("another has a later time", kept()["motd"], chat.Kept{Value: "bye", At: now.Add(time.Microsecond)})
		w.must(set("motd", "", none))
		w.equal("one is left", len(kept()), 1)
	}},
	{"which message of the day was seen is known at the login", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		w.equal("none", b.MotdSeen, time.Time{})
		seen := w.clock.Now()
		w.must(w.st.SawMotd(w.ctx(), alice.ID, seen))
		w.must(w.st.SawMotd(w.ctx(), alice.ID, seen.Add(-time.Hour))) // of another session, late
		w.logOut(b, chat.Progress{})
		w.equal("one", w.logIn(alice).MotdSeen, seen)
	}},
	{"bans are listed while they hold", func(w *world) {
		alice := w.signUp("alice")
		network := chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAddress, What: "192.0.2.0/24"}, Actor: "uid 0",
			Reason: sanitize.Line("flood"), Until: w.clock.Now().Add(time.Hour)}
		w.must(w.st.Ban(w.ctx(), network, chat.Audit{}))
		w.refused(w.st.Ban(w.ctx(), network, chat.Audit{}), chat.ErrStale)
		network.Since = w.clock.Now()
		w.clock.move(time.Minute)
		w.ban(alice)
		bans := func() []chat.Ban {
			all, err := w.st.Bans(w.ctx())
			w.must(err)
			return all
		}
		ofAlice := chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAccount, What: "alice"}, User: alice.ID, Since: w.clock.Now()}
		w.equal("both", bans(), []chat.Ban{ofAlice, network})
		w.clock.move(time.Hour)
		w.equal("one has run out", bans(), []chat.Ban{ofAlice})
		w.refused(w.st.Unban(w.ctx(), network.BanTarget, chat.Audit{}), chat.ErrStale)
		network.Until = time.Time{}
		w.must(w.st.Ban(w.ctx(), network, chat.Audit{}))
		w.must(w.st.Unban(w.ctx(), network.BanTarget, chat.Audit{}))
		w.refused(w.st.Unban(w.ctx(), network.BanTarget, chat.Audit{}), chat.ErrStale)
	}},
	{"an audit row can be written", func(w *world) {
		w.must(w.st.Audit(w.ctx(), chat.Audit{Actor: "uid 0", Via: "console", Action: "kick", Target: "bob", Detail: "why"}))
	}},
}
