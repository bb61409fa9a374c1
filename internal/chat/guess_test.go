package chat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/password"
)

// gated judges passwords only when told.
type gated struct {
	plainly
	arrived chan struct{}
	gate    chan struct{} // closed: now
	ranks   atomic.Int64  // that of the newest
}

func (g *gated) Verify(ctx context.Context, rank int, from, stored, password string) (ok, outdated bool, err error) {
	g.ranks.Store(int64(rank))
	g.arrived <- struct{}{}
	select {
	case <-g.gate:
		return g.plainly.Verify(ctx, rank, from, stored, password)
	case <-ctx.Done():
		return false, false, ctx.Err()
	}
}

// gates has the world's service judge passwords only once the gate is open.
func (w *world) gates() *gated {
	w.Helper()
	g := &gated{arrived: make(chan struct{}, 100), gate: make(chan struct{})}
	n, err := w.store.StartNode(w.Context(), 1)
	if err != nil {
		w.Fatal(err)
	}
	w.node = &node{hub: w.hub, passwords: &g.plainly, chat: chat.New(chat.Config{
		Store: w.store, Sessions: w.hub, Passwords: g, Weakness: password.Weakness,
		Node: n, Rules: w.rules, Now: w.clock.Now,
	})}
	return g
}

// logInTogether makes all attempts at once and gives what came of each.
func (w *world) logInTogether(attempts []chat.Attempt) []error {
	errs := make([]error, len(attempts))
	var all sync.WaitGroup
	for i, a := range attempts {
		all.Go(func() { _, errs[i] = w.tryLogin(w.node, a) })
	}
	all.Wait()
	return errs
}

func wrongAt(name, from string) chat.Attempt {
	a := attempt(name)
	a.Password, a.Remote = "wrong", at(from)
	return a
}

// Whoever has guessed wrong stands behind those who have not.
func TestAWrongPasswordLowersTheRank(t *testing.T) {
	w := newWorld(t)
	w.rules.Attempts = chat.Pace{Burst: 30, Every: 10 * time.Second}
	g := w.gates()
	close(g.gate)
	rank := func(from string) int64 {
		w.tryLogin(w.node, wrongAt("nobody", from))
		<-g.arrived
		return g.ranks.Load()
	}
	first, second, other := rank("192.0.2.1:1"), rank("192.0.2.1:2"), rank("192.0.2.2:1")
	if second >= first || other != first {
		t.Errorf("ranks %d, then %d, of another address %d", first, second, other)
	}
}

// Whoever comes from where the account was before goes first, and no other account from there does.
func TestOneIsKnownWhereOneWas(t *testing.T) {
	w := newWorld(t)
	w.rules.Attempts = chat.Pace{Burst: 30, Every: 10 * time.Second}
	w.signUp("alice") // from 192.0.2.1
	g := w.gates()
	close(g.gate)
	rank := func(a chat.Attempt) int64 {
		w.tryLogin(w.node, a)
		<-g.arrived
		return g.ranks.Load()
	}
	elsewhere := attempt("alice")
	elsewhere.Remote = at("192.0.2.7:1")
	home, away, other := rank(attempt("alice")), rank(elsewhere), rank(wrongAt("nobody", "192.0.2.1:2"))
	if home <= away || other != away {
		t.Errorf("rank %d at home, %d elsewhere, of another account %d", home, away, other)
	}
}

// Many who log in from one address at once are hashed for in the order in which they came.
func TestLoginsUnderWayDoNotLowerTheRank(t *testing.T) {
	w := newWorld(t)
	w.rules.Attempts = chat.Pace{Burst: 30, Every: 10 * time.Second}
	g := w.gates()
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() { w.tryLogin(w.node, wrongAt(fmt.Sprintf("nobody%d", i), "192.0.2.1:1")) })
		<-g.arrived
		if i == 5 {
			w.clock.forward(time.Minute) // attempts come back, though none was used up
		}
		if got := g.ranks.Load(); got != 30 {
			t.Errorf("login %d of those at once has rank %d, want %d", i, got, 30)
		}
	}
	close(g.gate)
	all.Wait()
}

func TestParallelGuessesAreJudgedUpToTheLimit(t *testing.T) {
	for _, c := range []struct {
		limit int
		from  string
	}{{3, "192.0.2.1:7"}, {9, "192.0.2.1:%d"}, {9, "[2001:db8::%x]:7"}} {
		w := newWorld(t)
		w.signUp("bob").logsOut()
		var guesses []chat.Attempt
		for i := range 30 {
			from := c.from
			if strings.Contains(from, "%") {
				from = fmt.Sprintf(from, i+1)
			}
			guesses = append(guesses, wrongAt("bob", from))
		}
		before := w.passwords.verified.Load()
		judged := 0
		for _, err := range w.logInTogether(guesses) {
			if strings.Contains(err.Error(), "wrong name or password") {
				judged++
				continue
			}
			w.refused(err, chat.Locked, "locked")
		}
		if n := int(w.passwords.verified.Load() - before); judged != c.limit || n != c.limit {
			t.Errorf("from %s %d guesses were judged and %d answered, want %d", c.from, n, judged, c.limit)
		}
	}
}

func TestParallelGuessesAtManyNamesAreThirty(t *testing.T) {
	w := newWorld(t)
	g := w.gates()
	for round, want := range []int{30, 1, 1} {
		g.gate = make(chan struct{})
		var guessing sync.WaitGroup
		answers := make(chan error, 60)
		for i := range 60 {
			a := wrongAt(fmt.Sprintf("user%d-%d", round, i), "192.0.2.1:1")
			guessing.Go(func() { answers <- failure(w.tryLogin(w.node, a)) })
		}
		judged := 0
		for range 60 { // each is refused or about to be judged
			select {
			case err := <-answers:
				w.refused(err, chat.Busy, "try again")
			case <-g.arrived:
				judged++
			}
		}
		if judged != want {
			t.Errorf("round %d: %d guesses are judged, want %d", round, judged, want)
		}
		close(g.gate)
		guessing.Wait()
		w.clock.forward(10 * time.Second)
	}
}

func TestManyRightPasswordsAtOnceLockNobodyOut(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Attempts = chat.Pace{Burst: 2, Every: time.Hour} })
	for i := range 4 {
		w.signUp(fmt.Sprintf("user%d", i)).logsOut()
	}
	g := w.gates()
	var waiting sync.WaitGroup
	for i := range 2 {
		waiting.Go(func() {
			if _, err := w.tryLogin(w.node, attempt(fmt.Sprintf("user%d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	<-g.arrived
	<-g.arrived
	if err := w.check("user2", "192.0.2.1:1"); err != nil {
		t.Errorf("while two are judged: %v", err)
	}
	w.refused(failure(w.tryLogin(w.node, attempt("user2"))), chat.Busy, "try again")
	close(g.gate)
	waiting.Wait()
	w.login("user2")
	w.login("user3")
}

func TestAnUnjudgedPasswordUsesNothingUp(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Attempts = chat.Pace{Burst: 1, Every: time.Hour} })
	w.signUp("bob").logsOut()
	g := w.gates()
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := w.chat.Login(ctx, attempt("bob"), &person{w: w, on: w.node}); err == nil {
		t.Fatal("logged in")
	}
	close(g.gate)
	w.login("bob")
}

func TestALockThatWasThereTellsNothingOfThePassword(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	g := w.gates()
	right, wrong := attempt("bob"), attempt("bob")
	wrong.Password = "wrong"
	for name, a := range map[string]chat.Attempt{"right": right, "wrong": wrong} {
		g.gate = make(chan struct{})
		answer := make(chan error)
		go func() { answer <- failure(w.tryLogin(w.node, a)) }()
		<-g.arrived
		for range 3 { // on another node
			if _, err := w.store.Fail(t.Context(), chat.Failure{Key: "bob", Remote: a.Remote}, w.rules.Locks); err != nil {
				t.Fatal(err)
			}
		}
		close(g.gate)
		err := <-answer
		w.refused(err, chat.Locked, "60 s")
		if strings.Contains(err.Error(), "password") {
			t.Errorf("a %s password is answered %q", name, err)
		}
		w.clock.forward(time.Minute)
	}
}

// A right password ends the row of strikes whatever then keeps the person out.
func TestARightPasswordClearsTheStrikesAlsoIfTheLoginIsRefused(t *testing.T) {
	here := "192.0.2.1:7"
	right := attempt("bob")
	right.Remote = at(here)
	for name, out := range map[string]func(*world) func() error{
		"logged in already": func(w *world) func() error {
			w.signUp("bob")
			return func() error { return failure(w.tryLogin(w.node, right)) }
		},
		"banned": func(w *world) func() error {
			w.signUp("bob").logsOut()
			w.bans("bob")
			return func() error { return failure(w.tryLogin(w.node, right)) }
		},
		"no room": func(w *world) func() error {
			w.signUp("bob").logsOut()
			full := &person{w: w, on: w.node, admit: errors.New("the server is full")}
			return func() error { return failure(w.chat.Login(t.Context(), right, full)) }
		},
		"at passwd": func(w *world) func() error {
			bob := w.signUp("bob")
			return func() error {
				return errors.Join(errors.New("not refused"), w.chat.Confirm(t.Context(), bob.me(), at(here), goodPassword))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			enter := out(w)
			for range 3 {
				w.refused(w.guess("bob", here), chat.Denied)
				w.refused(w.guess("bob", here), chat.Denied)
				if err := enter(); err == nil || strings.Contains(err.Error(), "locked") {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestAnyNineFailuresInTenMinutesLockTheAddress(t *testing.T) {
	w := newWorld(t)
	w.guess("bob", "192.0.2.1:1")
	w.clock.forward(10*time.Minute - 2*time.Second)
	for i := range 7 {
		w.refused(w.guess("bob", fmt.Sprintf("192.0.2.1:%d", i+2)), chat.Denied)
	}
	w.clock.forward(3 * time.Second)
	w.refused(w.guess("bob", "192.0.2.1:10"), chat.Denied)
	w.refused(w.guess("bob", "192.0.2.1:11"), chat.Locked)
}
