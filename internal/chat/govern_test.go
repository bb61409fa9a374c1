package chat_test

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var act = chat.Audit{Actor: "uid 0", Via: "console", Action: "test"}

func (w *world) enrol(names ...string) error {
	w.Helper()
	var list []chat.Newcomer
	for _, n := range names {
		list = append(list, chat.Newcomer{Name: n})
	}
	made, err := w.chat.Enrol(w.Context(), list, act)
	for i, e := range made {
		if string(e.Name) != names[i] || e.Password != oneTime {
			w.Errorf("made %+v for %s", e, names[i])
		}
	}
	return err
}

// anew logs in with the password that chance has made, and chooses another.
func (w *world) anew(name, old, new string) (*person, error) {
	a := attempt(name)
	a.Password = old
	p := &person{w: w, on: w.node}
	return p.begin(w.chat.LoginAnew(w.Context(), a, new, p))
}

func TestAnEnrolledAccountHasToChooseItsPassword(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUpClosed = true })
	if err := w.enrol("alice"); err != nil {
		t.Fatal(err)
	}
	a := attempt("alice")
	_, err := w.tryLogin(w.node, a)
	w.refused(err, chat.Denied, "wrong name or password")
	a.Password = oneTime
	for range 2 {
		_, err = w.tryLogin(w.node, a)
		w.refused(err, chat.MustChange, "choose one of your own")
	}
	_, err = w.anew("alice", "wrong", goodPassword)
	w.refused(err, chat.Denied, "wrong name or password")
	_, err = w.anew("alice", oneTime, oneTime)
	w.refused(err, chat.Invalid, "your present password")
	_, err = w.anew("alice", oneTime, "short")
	w.refused(err, chat.Invalid, "at least 8")
	p, err := w.anew("alice", oneTime, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	p.isTold()
	p.logsOut()
	w.login("alice")
	_, err = w.tryLogin(w.node, a)
	w.refused(err, chat.Denied)
}

func TestEnrolSaysWhichOneIsWrong(t *testing.T) {
	w := newWorld(t)
	w.signUp("carol")
	for _, c := range []struct {
		names []string
		nth   int
		words string
	}{
		{[]string{"alice", "x"}, 1, `"x" is no name`},
		{[]string{"admin"}, 0, "reserved"},
		{[]string{"alice", "bob", "Carol"}, 2, `"Carol" is taken`},
		{[]string{"alice", "bob", "b0b"}, 2, `it looks like "bob"`},
	} {
		err := w.enrol(c.names...)
		nth, ok := err.(*chat.NthError)
		if !ok || nth.Nth != c.nth || !strings.Contains(nth.Err.Error(), c.words) || strings.Contains(err.Error(), "login") {
			t.Errorf("%v: %v", c.names, err)
		}
	}
	if err := w.enrol("alice", "bob"); err != nil {
		t.Error(err)
	}
}

// A ban is told, and not a question that leads to nothing.
func TestABannedAccountIsNotAskedForAPassword(t *testing.T) {
	w := newWorld(t)
	if err := w.enrol("alice"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.chat.Ban(t.Context(), chat.BanTarget{Kind: chat.BanAccount, What: "alice"}, 0, sanitize.Text{}, act); err != nil {
		t.Fatal(err)
	}
	a := attempt("alice")
	a.Password = oneTime
	_, err := w.tryLogin(w.node, a)
	w.refused(err, chat.Banned, "banned")
}

func TestPasswordsAreReset(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	_, err := w.chat.ResetPassword(t.Context(), "alice", "short", false, act)
	w.refused(err, chat.Invalid, "at least 8")
	if _, err := w.chat.ResetPassword(t.Context(), "alice", "another horse", false, act); err != nil {
		t.Fatal(err)
	}
	if err := alice.send(chat.Line{Audience: chat.ToAll, Text: sanitize.Message("still here")}); err != nil {
		t.Errorf("her login has not gone on: %v", err)
	}
	alice.logsOut()
	a := attempt("alice")
	a.Password = "another horse"
	if _, err := w.tryLogin(w.node, a); err != nil {
		t.Fatal(err)
	}
	made, err := w.chat.RandomPassword(t.Context(), "alice", true, act)
	if err != nil || made.Password != oneTime || made.Name != "alice" {
		t.Fatalf("%+v, %v", made, err)
	}
	a.Password, a.TakeOver = oneTime, true
	_, err = w.tryLogin(w.node, a)
	w.refused(err, chat.MustChange)
	_, err = w.chat.RandomPassword(t.Context(), "alcie", true, act)
	w.refused(err, chat.NotFound, "alice")
}

func TestADisabledAccountIsClosedAndNotBanned(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	if _, err := w.chat.Disable(t.Context(), "alice", sanitize.Line("left the lab"), act); err != nil {
		t.Fatal(err)
	}
	if got := alice.evicted.Error(); got != "this account was closed by an administrator: left the lab" {
		t.Errorf("alice was told %q", got)
	}
	_, err := w.tryLogin(w.node, attempt("alice"))
	w.refused(err, chat.Banned, "this account is closed")
	w.refused(bob.sends("alice", "hi"), chat.NotFound)
	_, err = w.chat.Disable(t.Context(), "alice", sanitize.Text{}, act)
	w.refused(err, chat.Invalid, "alice is disabled already")
	_, err = w.chat.Unban(t.Context(), chat.BanTarget{Kind: chat.BanAccount, What: "alice"}, act)
	w.refused(err, chat.Invalid, "alice is not banned")
	if _, err := w.chat.Enable(t.Context(), "alice", act); err != nil {
		t.Fatal(err)
	}
	w.login("alice")
	_, err = w.chat.Enable(t.Context(), "alice", act)
	w.refused(err, chat.Invalid, "alice is not disabled")
}

func TestARenamedAccountIsFoundByItsNewNameOnly(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.says("alice", "before")
	was, is, err := w.chat.Rename(t.Context(), "ALICE", "carol", act)
	if err != nil || was.Name != "alice" || is.Name != "carol" || was.ID != is.ID {
		t.Fatalf("%v is %v, %v", was, is, err)
	}
	w.refused(alice.evicted, chat.LoggedOut, "you are carol now", "login carol")
	w.refused(bob.sends("alice", "still there?"), chat.NotFound, "did you mean carol?")
	bob.says("carol", "after")
	carol := w.login("carol")
	bob.isTold()
	bob.sees("bob → carol  before", "bob → carol  after")
	_, err = w.tryLogin(w.node, attempt("alice"))
	w.refused(err, chat.Denied)

	_, err = w.trySignUp(attempt("Alice"))
	w.refused(err, chat.Taken, `"Alice" is taken`)
	_, err = w.trySignUp(attempt("al1ce"))
	w.refused(err, chat.Taken, `it looks like "alice"`)
	w.clock.forward(chat.NameKept)
	w.signUp("alice")
	carol.says("alice", "you are another")

	for to, words := range map[string]string{"bob": "is taken", "b0b": "looks like", "x": "no name", "carol": "called already"} {
		_, _, err := w.chat.Rename(t.Context(), "carol", to, act)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("carol to %s: %v", to, err)
		}
	}
}

func TestWhoIsGivenARoleIsToldSo(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	gets := func(role string) {
		t.Helper()
		if _, err := w.chat.SetRole(t.Context(), "ALICE", role, act); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ role, words string }{
		{chat.Moderator, "an administrator has made you a moderator — /admin help lists what you may do"},
		{chat.Admin, "an administrator has made you an admin — /admin help lists what you may do"},
		{"", "you are not an admin any more"},
	} {
		gets(c.role)
		alice.isToldByTheServer(c.words)
	}
	alice.proves()
	alice.logsOut()
	gets(chat.Moderator)
	gets("")
	alice = w.login("alice")
	alice.isTold()
	alice.sees(" → all  an administrator has made you a moderator — /admin help lists what you may do", " → all  you are not a moderator any more")
}

func TestARoleShowsInWhoIs(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	_, err := w.chat.SetRole(t.Context(), "alice", "king", act)
	w.refused(err, chat.Usage, "moderator or admin")
	if _, err := w.chat.SetRole(t.Context(), "alice", chat.Moderator, act); err != nil {
		t.Fatal(err)
	}
	if p, err := w.chat.WhoIs(t.Context(), alice.me(), "alice"); err != nil || p.Role != chat.Moderator {
		t.Errorf("%+v, %v", p, err)
	}
	_, err = w.chat.SetRole(t.Context(), "alice", chat.Moderator, act)
	w.refused(err, chat.Invalid, "alice is moderator already")
	if _, err := w.chat.SetRole(t.Context(), "alice", "", act); err != nil {
		t.Fatal(err)
	}
	_, err = w.chat.SetRole(t.Context(), "alice", "", act)
	w.refused(err, chat.Invalid, "neither moderator nor admin")
}

func (p *person) tryBroadcast(text string) error {
	return p.send(chat.Line{Audience: chat.ToAll, Text: sanitize.Message(text)})
}

func TestOnlyModeratorsBroadcast(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Broadcast.Moderators = true })
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.refused(alice.tryBroadcast("hi"), chat.NotAllowed, "only moderators and admins", "message WHO")
	for _, role := range []string{chat.Moderator, chat.Admin} {
		if _, err := w.chat.SetRole(t.Context(), "alice", role, act); err != nil {
			t.Fatal(err)
		}
		alice.broadcasts("as " + role)
	}
	bob.isTold()
	bob.sees("alice → all  as moderator", "alice → all  as admin")
	if _, err := w.chat.SetRole(t.Context(), "alice", "", act); err != nil {
		t.Fatal(err)
	}
	w.refused(alice.tryBroadcast("again"), chat.NotAllowed)
	last, err := w.chat.LastOwn(t.Context(), alice.me(), chat.Conversation{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.chat.Edit(t.Context(), alice.me(), last.ID, sanitize.Message("said all the same"))
	w.refused(err, chat.NotAllowed, "only moderators")
	if _, err := w.chat.Delete(t.Context(), alice.me(), last.ID); err != nil {
		t.Errorf("she cannot take it back: %v", err)
	}
}

func TestAccountsBroadcastOnceTheyAreOldEnough(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Broadcast.Age = 72 * time.Hour })
	alice := w.signUp("alice")
	w.refused(alice.tryBroadcast("hi"), chat.NotAllowed, "once they are 3 d old; yours will be in 3 d")
	w.clock.forward(72*time.Hour - 90*time.Second)
	w.refused(alice.tryBroadcast("hi"), chat.NotAllowed, "yours will be in 90 s")
	w.clock.forward(90 * time.Second)
	alice.broadcasts("hi")
	young := w.signUp("bob")
	if _, err := w.chat.SetRole(t.Context(), "bob", chat.Moderator, act); err != nil {
		t.Fatal(err)
	}
	young.broadcasts("a moderator may")
}
