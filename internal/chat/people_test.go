package chat_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func names(ps []chat.Presence) (s string) {
	for _, p := range ps {
		s += string(p.Name) + " "
	}
	return s
}

func TestWhoElseIsEveryoneElseOnline(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("Bob")
	w.signUp("carol").logsOut()
	who := func(p *person) string {
		ps, err := w.chat.WhoElse(t.Context(), p.me())
		if err != nil {
			t.Fatal(err)
		}
		return names(ps)
	}
	if got := who(alice); got != "Bob " {
		t.Errorf("alice sees %q", got)
	}
	if got := who(bob); got != "alice " {
		t.Errorf("bob sees %q", got)
	}
	bob.logsOut()
	if got := who(alice); got != "" {
		t.Errorf("after bob's logout alice sees %q", got)
	}
}

func TestWhoLastIsExactToTheSecond(t *testing.T) {
	w := newWorld(t)
	alice, _ := w.signUp("alice"), w.signUp("bob")
	lastHour := func() string {
		ps, err := w.chat.WhoLast(t.Context(), alice.me(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return names(ps)
	}
	w.clock.forward(59*time.Minute + 59*time.Second)
	if got := lastHour(); got != "bob " {
		t.Errorf("after 59:59: %q", got)
	}
	w.clock.forward(2 * time.Second)
	if got := lastHour(); got != "" {
		t.Errorf("after 60:01: %q", got)
	}
}

func TestWhoIs(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.blocks("bob")
	p, err := w.chat.WhoIs(t.Context(), alice.me(), "BOB")
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "bob" || p.OnlineSince.IsZero() || !p.Blocked || p.Self {
		t.Errorf("%+v", p)
	}
	bob.logsOut()
	p, err = w.chat.WhoIs(t.Context(), alice.me(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	if !p.OnlineSince.IsZero() || p.LastLogin.IsZero() {
		t.Errorf("away: %+v", p)
	}
	w.refused(failure(w.chat.WhoIs(t.Context(), alice.me(), "bobby")), chat.NotFound, "did you mean bob?")
}

func TestSignUpRefusesNamesBeforeAnyPassword(t *testing.T) {
	w := newWorld(t)
	w.signUp("Alice")
	for name, c := range map[string]struct {
		reason chat.Reason
		words  string
	}{
		"":                      {chat.Invalid, "a name is a letter from a to z"},
		"x":                     {chat.Invalid, "2 to 20"},
		"1bob":                  {chat.Invalid, "a name is a letter from a to z"},
		"has space":             {chat.Invalid, "a name is a letter from a to z"},
		"аdmin":                 {chat.Invalid, "a name is a letter from a to z"}, // a Cyrillic а
		"abcdefghijklmnopqrstu": {chat.Invalid, "2 to 20"},
		"alice":                 {chat.Taken, "taken"},
		"ALICE":                 {chat.Taken, "taken"},
		"al1ce":                 {chat.Taken, `looks like "Alice"`},
		"a-lice":                {chat.Taken, `looks like "Alice"`},
		"root":                  {chat.Taken, "taken"},
		"Admin":                 {chat.Taken, "reserved"},
		"r00t":                  {chat.Taken, `looks like "root"`},
		"adm1n":                 {chat.Taken, `looks like "admin"`},
		"everyone":              {chat.Taken, "reserved"},
	} {
		_, err := w.chat.CheckSignUp(t.Context(), name, at("192.0.2.1:1").Addr())
		w.refused(err, c.reason, c.words)
	}
	for _, name := range []string{"bo", "ali", "message", "help", "x_y-z", "abcdefghijklmnopqrst"} {
		if _, err := w.chat.CheckSignUp(t.Context(), name, at("192.0.2.1:1").Addr()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignUpRefusesPasswords(t *testing.T) {
	w := newWorld(t)
	w.refused(w.chat.CheckPassword("short", "bob", ""), chat.Invalid, "at least 8")
	w.refused(w.chat.CheckPassword("BarbaraA", "barbaraa", ""), chat.Invalid, "name")
	a := attempt("bob")
	a.Password = "password"
	w.refused(failure(w.trySignUp(a)), chat.Invalid, "common")
	if err := w.chat.CheckPassword("barbaraa-and-more", "barbaraa", ""); err != nil {
		t.Error(err)
	}
}

func TestSignUpsOfOneAddressArePaced(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUps = chat.Pace{Burst: 2, Every: 30 * time.Minute} })
	w.signUp("alice")
	w.signUp("bob")
	_, err := w.trySignUp(attempt("carol"))
	w.refused(err, chat.TooFast, "slow down", "60 min")
	other := attempt("carol")
	other.Remote = at("192.0.2.2:1")
	if _, err := w.trySignUp(other); err != nil {
		t.Errorf("another address: %v", err)
	}
	w.clock.forward(59 * time.Minute)
	w.refused(failure(w.trySignUp(attempt("dave"))), chat.TooFast, "1 min")
	w.clock.forward(time.Minute)
	w.signUp("dave")
}

func TestTwentySignUpsInAnyHour(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUps = chat.Pace{Burst: 20, Every: 3 * time.Minute} })
	signUps := func() (made int) {
		for made < 30 {
			name := fmt.Sprintf("u%dx%d", w.clock.Now().Unix(), made)
			if _, err := w.trySignUp(attempt(name)); err != nil {
				break
			}
			made++
		}
		return made
	}
	w.signUp("first")
	w.clock.forward(59 * time.Minute)
	if n := signUps(); n != 19 {
		t.Errorf("%d more within the hour, want 19", n)
	}
	w.clock.forward(time.Minute)
	if n := signUps(); n != 1 {
		t.Errorf("%d as the first is an hour old, want 1", n)
	}
}

func TestAFullServerMakesNoAccount(t *testing.T) {
	w := newWorld(t)
	full := errors.New("the server is full")
	p := &person{w: w, on: w.node, admit: full}
	if _, err := w.chat.SignUp(t.Context(), attempt("bob"), p); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	w.signUp("bob")
}

func TestClosedSignUp(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUpClosed = true })
	w.refused(failure(w.trySignUp(attempt("bob"))), chat.Busy, "no new accounts")
}

func TestFiftySignUpsForOneNameAreOne(t *testing.T) {
	w := newWorld(t)
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			a := attempt([]string{"bob", "BOB", "b0b", "bo-b"}[i%4])
			_, err := w.trySignUp(a)
			switch r, ok := chat.AsRefusal(err); {
			case err == nil:
				in.Add(1)
			case !ok || r.Reason != chat.Taken:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d accounts were made", in.Load())
	}
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	from := at("192.0.2.1:50000")
	change := func(old, new string) error { return w.chat.ChangePassword(t.Context(), bob.me(), from, old, new) }
	w.refused(change("wrong", "another good one"), chat.Denied)
	w.refused(change(goodPassword, "short"), chat.Invalid, "at least 8")
	if err := change(goodPassword, "another good one"); err != nil {
		t.Fatal(err)
	}
	bob.logsOut()
	a := attempt("bob")
	a.Password = "another good one"
	if _, err := w.tryLogin(w.node, a); err != nil {
		t.Error(err)
	}
}

func TestGuessingAtPasswdIsLockedLikeAtLogin(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	from := at("192.0.2.1:50000")
	for range 2 {
		w.refused(w.chat.Confirm(t.Context(), bob.me(), from, "wrong"), chat.Denied)
	}
	w.refused(w.chat.Confirm(t.Context(), bob.me(), from, "wrong"), chat.Locked, "locked")
	w.refused(w.chat.Confirm(t.Context(), bob.me(), from, goodPassword), chat.Locked, "locked")
}

func TestCompletionListsNamesByPrefix(t *testing.T) {
	w := newWorld(t)
	for _, n := range []string{"bob", "Bobby", "alice"} {
		w.signUp(n)
	}
	got, err := w.chat.Complete(t.Context(), "BO", 10)
	if err != nil || fmt.Sprint(got) != "[bob Bobby]" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPaceOfAPerson(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) {
		r.Messages = chat.Pace{Burst: 10, Every: 500 * time.Millisecond}
		r.Broadcasts = chat.Pace{Burst: 5, Every: time.Minute}
	})
	for i := range 10 {
		if wait := w.chat.PaceMessage(1); wait != 0 {
			t.Fatalf("message %d has to wait %v", i, wait)
		}
	}
	if wait := w.chat.PaceMessage(1); wait != 500*time.Millisecond {
		t.Errorf("the 11th has to wait %v", wait)
	}
	if wait := w.chat.PaceMessage(2); wait != 0 {
		t.Errorf("another person has to wait %v", wait)
	}
	w.clock.forward(500 * time.Millisecond)
	if wait := w.chat.PaceMessage(1); wait != 0 {
		t.Errorf("after half a second: %v", wait)
	}
	for range 5 {
		w.chat.PaceBroadcast(1)
	}
	if wait := w.chat.PaceBroadcast(1); wait != time.Minute {
		t.Errorf("the sixth broadcast has to wait %v", wait)
	}
}

func TestNoPaceIsNoLimit(t *testing.T) {
	w := newWorld(t)
	for range 1000 {
		if wait := w.chat.PaceMessage(1); wait != 0 {
			t.Fatal(wait)
		}
	}
}
