package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
)

// waits lets so much time pass that whoever came and went is told of.
func (w *world) waits() { time.Sleep(4 * time.Second) }

func TestWhoComesAndGoesIsALineOfTheServer(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		plain := w.signUp("paul")
		bob, carol := w.signUp("bob"), w.signUp("carol")
		for _, p := range []*person{alice, plain, bob} {
			p.types("join ops")
		}
		alice.types("/talk")
		w.waits()
		alice.skips()
		plain.skips()
		bob.types("logout")
		carol.types("logout")
		w.waits()
		alice.shows("──  bob left  ──", "alice>")
		alice.types("settings presence all")
		bob = w.login("bob")
		w.login("carol")
		dave := w.signUp("dave")
		w.waits()
		alice.shows("──  bob, carol and dave are here  ──", "alice>")
		dave.types("logout")
		for i := range 7 {
			w.signUp(fmt.Sprintf("eve%d", i))
		}
		w.waits()
		alice.shows("──  eve0, eve1, eve2, eve3, eve4 and 2 more are here; dave left  ──", "alice>")
		alice.skips()
		alice.types("settings presence off")
		bob.types("logout")
		w.waits()
		alice.sawNothingOf("bob left")
		plain.sawNothingOf("left")
	})
}

// Somebody who was away and has not seen yet what waits is told of people after it, and not of those before.
func TestNobodyIsToldOfPeopleBeforeTheirLines(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.types("settings presence all", "logout")
		w.waits()
		bob.types("message alice one", "message alice two")
		bob.types("logout")
		alice = w.login("alice", terminal(80))
		w.signUp("carol")
		w.waits()
		alice.sees("2 messages while you were away", "one", "two", "carol is here")
		alice.sawNothingOf("bob")
	})
}

// What is shown of people is nothing that a client has to prove.
func TestPeopleAreNoPartOfTheLog(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.types("settings presence all")
		bob := w.signUp("bob")
		bob.types("message alice hi")
		w.waits()
		before := alice.session.in.Mark()
		proofs := alice.session.provedAt
		bob.types("logout")
		w.waits()
		alice.sees("bob left")
		if after := alice.session.in.Mark(); fmt.Sprint(after) != fmt.Sprint(before) || alice.session.in.Unproven() {
			t.Errorf("the position was %v and is %v", before, after)
		}
		if !alice.session.provedAt.Equal(proofs) {
			t.Error("a proof was asked for")
		}
	})
}

func TestWhoIsBackAtOnceMakesNoLine(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.types("settings presence all")
		bob := w.signUp("bob")
		w.waits()
		alice.sees("bob is here")
		alice.skips()
		bob.types("logout")
		w.login("bob")
		w.waits()
		alice.sawNothingOf("bob")
	})
}

func TestAWatchRingsOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice", terminal(80)), w.signUp("bob")
		alice.types("settings presence all", "settings notify osc9")
		bob.types("logout")
		alice.types("watch bob")
		alice.sees("you are told once, when bob logs in")
		alice.skips()
		bob = w.login("bob")
		alice.sees("bob is here, whom you watch for  ──", "\a\x1b]9;bob is here\a")
		w.waits()
		alice.sawNothingOf("bob is here")
		bob.types("logout")
		w.waits()
		bob = w.login("bob")
		alice.sees("bob left")
		alice.sawNothingOf("watch for")
		bob.types("logout")
		alice.types("watch bob", "dnd 1h")
		alice.skips()
		w.login("bob")
		alice.sees("bob is here, whom you watch for")
		alice.sawNothingOf("\a")
	})
}

func TestWhomOneWatchesForAtTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		bob.types("logout")
		alice.types("watch bob", "logout")
		w.login("bob")
		alice = w.login("alice")
		alice.sees("bob is here, whom you watch for")
		alice.types("watch")
		alice.sees("you watch for nobody")
	})
}

// Who leaves at once cancels what was looked for: that is no fault.
func TestWhoLeavesAtOnceIsNoFault(t *testing.T) {
	b := &brokenWatches{slow: true}
	inWorld(t, func(w *world) {
		alice := w.signUp("alice")
		alice.types("logout")
		alice.ends(exitDone)
		if log := w.log.String(); strings.Contains(log, "ERROR") {
			t.Errorf("the operator reads\n%s", log)
		}
	}, func(c *chat.Config) { b.Store, c.Store = c.Store, b })
}

// A store that fails there keeps nobody out.
func TestALoginGoesOnWithoutItsWatches(t *testing.T) {
	b := &brokenWatches{}
	inWorld(t, func(w *world) {
		alice := w.signUp("alice")
		alice.types("whoelse")
		alice.sees("nobody else is online")
		if log := w.log.String(); !strings.Contains(log, "end watches") {
			t.Errorf("the operator reads\n%s", log)
		}
	}, func(c *chat.Config) { b.Store, c.Store = c.Store, b })
}

// brokenWatches is a store that cannot end watches, or takes until its caller gives up.
type brokenWatches struct {
	chat.Store
	slow bool
}

func (b *brokenWatches) EndWatches(ctx context.Context, _ chat.UserID, _ func(chat.LoginID) bool) ([]chat.Watch, error) {
	if b.slow {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, errors.New("disk gone")
}
