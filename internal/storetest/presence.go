package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// watches has one person watch for another.
func (w *world) watches(watcher, watched chat.User) {
	w.Helper()
	w.must(w.st.SetWatch(w.ctx(), watcher.ID, watched.ID, true))
}

// arrives logs somebody in, and gives the watches that are over with that: who watched for whom.
func (w *world) arrives(u chat.User) (over []string) {
	w.Helper()
	w.logIn(u)
	return w.endWatches(u, func(chat.LoginID) bool { return true })
}

func (w *world) endWatches(u chat.User, held func(chat.LoginID) bool) (over []string) {
	w.Helper()
	all, err := w.st.EndWatches(w.ctx(), u.ID, held)
	w.must(err)
	for _, x := range all {
		over = append(over, fmt.Sprintf("%s for %s", x.Watcher.Name, x.Watched.Name))
	}
	return over
}

func (w *world) watchList(u chat.User) (names []chat.Name) {
	w.Helper()
	all, err := w.st.Watches(w.ctx(), u.ID)
	w.must(err)
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

var presence = []story{
	{"being away ends with the login", func(w *world) {
		alice := w.signUp("alice")
		b := w.logIn(alice)
		away := func() []string {
			all, err := w.st.Online(w.ctx())
			w.must(err)
			var texts []string
			for _, l := range all {
				texts = append(texts, l.Away.String())
			}
			return texts
		}
		w.equal("at first", away(), []string{""})
		w.refused(w.st.SetAway(w.ctx(), b.ID, sanitize.Text{}), chat.ErrStale)
		w.must(w.st.SetAway(w.ctx(), b.ID, sanitize.Line("lunch")))
		w.must(w.st.SetAway(w.ctx(), b.ID, sanitize.Line("dinner")))
		w.equal("away", away(), []string{"dinner"})
		w.must(w.st.SetAway(w.ctx(), b.ID, sanitize.Text{}))
		w.equal("back", away(), []string{""})
		w.must(w.st.SetAway(w.ctx(), b.ID, sanitize.Line("lunch")))
		w.logOut(b, chat.Progress{})
		w.refused(w.st.SetAway(w.ctx(), b.ID, sanitize.Line("gone")), chat.ErrEnded)
		w.logIn(alice)
		w.equal("the next login", away(), []string{""})
	}},
	{"others see who is not to be disturbed, and what somebody says of themselves", func(w *world) {
		alice := w.signUp("alice")
		w.logIn(alice)
		until := w.clock.Now().Add(90*time.Minute + 123*time.Microsecond)
		w.must(w.st.SaveSettings(w.ctx(), alice.ID, chat.Settings{DND: until, About: "runs the printer"}))
		all, err := w.st.Online(w.ctx())
		w.must(err)
		w.equal("until", all[0].DND, until)
		w.equal("about", w.user(alice).About.String(), "runs the printer")
		w.must(w.st.SaveSettings(w.ctx(), alice.ID, chat.Settings{}))
		all, err = w.st.Online(w.ctx())
		w.must(err)
		w.equal("until then", all[0].DND, time.Time{})
		w.equal("nothing", w.user(alice).About.String(), "")
	}},
	{"an account was here until its newest login ended", func(w *world) {
		alice := w.signUp("alice")
		seen := func() time.Time {
			at, err := w.st.LastSeen(w.ctx(), alice.ID)
			w.must(err)
			return at
		}
		w.equal("never", seen(), time.Time{})
		b := w.logIn(alice)
		w.clock.move(time.Hour)
		w.equal("it goes on", seen(), b.Since)
		w.logOut(b, chat.Progress{})
		left := w.clock.Now()
		w.clock.move(time.Hour)
		exec := w.newLogin(alice)
		exec.Slot = "exec"
		_, err := w.st.BeginLogin(w.ctx(), exec)
		w.must(err)
		w.equal("it ended", seen(), left)
	}},
	{"a watch is over when somebody comes whom one watches for", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("Carol")
		w.arrives(alice)
		w.watches(alice, carol)
		w.watches(alice, bob)
		w.watches(carol, bob)
		w.equal("list", w.watchList(alice), []chat.Name{"bob", "Carol"})
		w.equal("bob comes", w.arrives(bob), []string{"alice for bob"})
		w.equal("what is left", w.watchList(alice), []chat.Name{"Carol"})
		w.equal("carol comes", w.arrives(carol), []string{"Carol for bob", "alice for Carol"})
		w.equal("nothing is left", len(w.watchList(alice))+len(w.watchList(carol)), 0)
		w.equal("once", w.endWatches(carol, func(chat.LoginID) bool { return true }), []string(nil))
	}},
	{"whose session is not here is told at their own login", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		b := w.logIn(alice)
		w.watches(alice, bob)
		w.logIn(bob)
		var asked []chat.LoginID
		w.equal("bob comes", w.endWatches(bob, func(id chat.LoginID) bool { asked = append(asked, id); return false }), []string(nil))
		w.equal("asked", asked, []chat.LoginID{b.ID})
		w.equal("alice is there", w.endWatches(alice, func(chat.LoginID) bool { return false }), []string{"alice for bob"})
	}},
	{"a watch is refused for what cannot be waited for", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		set := func(who chat.UserID, on bool) error { return w.st.SetWatch(w.ctx(), alice.ID, who, on) }
		w.refused(set(999, true), chat.ErrNoUser)
		w.refused(set(bob.ID, false), chat.ErrStale)
		w.watches(alice, bob)
		w.refused(set(bob.ID, true), chat.ErrStale)
		w.must(set(bob.ID, false))
		b := w.logIn(bob)
		w.refused(set(bob.ID, true), chat.ErrOnline)
		w.equal("nothing is kept", len(w.watchList(alice)), 0)
		w.start(1) // the server died, and bob with it
		w.must(set(bob.ID, true))
		w.refused(w.st.EndLogin(w.ctx(), chat.Progress{Login: b.ID, User: bob.ID}, "logout"), nil)
	}},
	{"one can watch for so many", func(w *world) {
		alice := w.signUp("alice")
		all := w.signUpMany(chat.MaxWatches + 1)
		for _, u := range all[1:] {
			w.watches(alice, u)
		}
		w.refused(w.st.SetWatch(w.ctx(), alice.ID, all[0].ID, true), chat.ErrManyWatches)
		w.must(w.st.SetWatch(w.ctx(), alice.ID, all[1].ID, false))
		w.watches(alice, all[0])
	}},
	{"nobody is told across a block", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		w.arrives(alice)
		w.append(block(bob, alice))
		w.append(block(alice, carol))
		w.watches(alice, bob)
		w.watches(alice, carol)
		w.equal("bob comes", w.arrives(bob), []string(nil))
		w.equal("carol comes", w.arrives(carol), []string(nil))
		w.equal("alice's login", w.endWatches(alice, func(chat.LoginID) bool { return true }), []string(nil))
		w.append(unblock(bob, alice))
		w.append(unblock(alice, carol))
		w.equal("afterwards", w.endWatches(alice, func(chat.LoginID) bool { return true }), []string{"alice for bob", "alice for carol"})
	}},
}
