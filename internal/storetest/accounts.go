package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
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
	{"an audit row can be written", func(w *world) {
		w.must(w.st.Audit(w.ctx(), chat.Audit{Actor: "uid 0", Via: "console", Action: "kick", Target: "bob", Detail: "why"}))
	}},
}
