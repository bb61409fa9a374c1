package chat_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func (w *world) guess(name, from string) error {
	w.Helper()
	a := attempt(name)
	a.Password, a.Remote = "wrong", at(from)
	_, err := w.tryLogin(w.node, a)
	if err == nil {
		w.Fatalf("a wrong password for %s let somebody in", name)
	}
	return err
}

func (w *world) check(name, from string) error {
	return w.chat.CheckLogin(w.Context(), name, at(from))
}

func TestThreeStrikesLockThatPortFor60Seconds(t *testing.T) {
	for _, name := range []string{"bob", "nobody-of-that-name", "!!"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.signUp("bob").logsOut()
			w.refused(w.guess(name, "192.0.2.1:1"), chat.Denied, "wrong name or password")
			w.refused(w.guess(name, "192.0.2.1:1"), chat.Denied, "wrong name or password")
			w.refused(w.guess(name, "192.0.2.1:1"), chat.Locked, "wrong name or password", "locked", "60 s")

			w.clock.forward(1500 * time.Millisecond)
			err := w.check(name, "192.0.2.1:1")
			w.refused(err, chat.Locked, "locked", "59 s")
			if strings.Contains(err.Error(), "password") {
				t.Errorf("%q would be taken for the question", err)
			}
			if err := w.check(name, "192.0.2.1:2"); err != nil {
				t.Errorf("another port of the address is locked too: %v", err)
			}
			w.clock.forward(58500*time.Millisecond - time.Microsecond)
			w.refused(w.check(name, "192.0.2.1:1"), chat.Locked, "1 s")
			w.clock.forward(time.Millisecond)
			if err := w.check(name, "192.0.2.1:1"); err != nil {
				t.Errorf("still locked after 60 s: %v", err)
			}
		})
	}
}

func TestALockedNameIsRefusedWithTheRightPasswordAndHashesNothing(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	for range 3 {
		w.guess("bob", "192.0.2.1:50000")
	}
	before := w.passwords.verified.Load()
	_, err := w.tryLogin(w.node, attempt("BOB"))
	w.refused(err, chat.Locked, "locked")
	if w.passwords.verified.Load() != before {
		t.Error("a password was checked for a name that is locked")
	}
	w.clock.forward(time.Minute)
	w.login("bob")
}

func TestStrikesAreConsecutive(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	for range 3 {
		w.guess("bob", "192.0.2.1:50000")
		w.guess("bob", "192.0.2.1:50000")
		w.login("bob").logsOut()
	}
}

func TestStrikesOfOneAccountAreNotAnothers(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.guess("bob", "192.0.2.1:1")
	}
	if err := w.check("carol", "192.0.2.1:1"); err != nil {
		t.Error(err)
	}
}

func TestNewPortsDoNotHelpPastNineFailures(t *testing.T) {
	w := newWorld(t)
	for i := range 8 {
		w.guess("bob", fmt.Sprintf("192.0.2.1:%d", i+1))
	}
	if err := w.check("bob", "192.0.2.1:99"); err != nil {
		t.Fatalf("locked after 8 failures: %v", err)
	}
	w.refused(w.guess("bob", "192.0.2.1:9"), chat.Locked, "60 s")
	w.refused(w.check("bob", "192.0.2.1:99"), chat.Locked, "60 s")
	if err := w.check("bob", "192.0.2.2:99"); err != nil {
		t.Errorf("a stranger locked the account for another address: %v", err)
	}
	w.clock.forward(time.Minute)
	for i := range 9 {
		w.guess("bob", fmt.Sprintf("192.0.2.1:%d", 100+i))
	}
	w.refused(w.check("bob", "192.0.2.1:99"), chat.Locked, "120 s")
}

func TestFailuresAreForgottenAfterTheWindow(t *testing.T) {
	w := newWorld(t)
	for i := range 8 {
		w.guess("bob", fmt.Sprintf("192.0.2.1:%d", i+1))
	}
	w.clock.forward(10*time.Minute + time.Second)
	w.refused(w.guess("bob", "192.0.2.1:9"), chat.Denied)
}

func TestAnIPv6CustomerIsOneAddress(t *testing.T) {
	w := newWorld(t)
	for i := range 9 {
		w.guess("bob", fmt.Sprintf("[2001:db8::%d]:7", i+1))
	}
	w.refused(w.check("bob", "[2001:db8::ffff]:8"), chat.Locked)
	if err := w.check("bob", "[2001:db8:0:1::1]:8"); err != nil {
		t.Errorf("another /64 is locked: %v", err)
	}
}

func TestAddressMayFailThirtyTimesThenOnceEvery10Seconds(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	for i := range 30 {
		w.guess(fmt.Sprintf("user%d", i), "192.0.2.1:1")
	}
	w.refused(w.check("bob", "192.0.2.1:2"), chat.Locked, "locked", "10 s")
	if err := w.check("bob", "192.0.2.2:2"); err != nil {
		t.Errorf("another address: %v", err)
	}
	w.clock.forward(10 * time.Second)
	a := attempt("bob")
	if _, err := w.tryLogin(w.node, a); err != nil {
		t.Errorf("a right password after 10 s: %v", err)
	}
	if err := w.check("bob", "192.0.2.1:2"); err != nil {
		t.Errorf("a right password counted as a failure: %v", err)
	}
}

func TestExemptNetworksHaveNoPaceOfTheirOwn(t *testing.T) {
	for remote, exempt := range map[string]string{
		"192.0.2.1:1": "192.0.2.0/24", "[2001:db8::1]:1": "2001:db8::/32", "[fe80::1%eth0]:1": "fe80::/10",
	} {
		w := newWorld(t, func(r *chat.Rules) { r.Exempt = []netip.Prefix{netip.MustParsePrefix(exempt)} })
		for i := range 40 {
			w.guess(fmt.Sprintf("user%d", i), remote)
		}
		if err := w.check("bob", remote); err != nil {
			t.Errorf("%s: %v", remote, err)
		}
	}
}

// Guesses at one account stay bounded, whatever network they come from.
func TestExemptNetworksAreLockedOutOfAnAccount(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Exempt = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	for i := range 9 {
		w.guess("bob", fmt.Sprintf("192.0.2.1:%d", i+1))
	}
	w.refused(w.check("bob", "192.0.2.1:99"), chat.Locked)
}

func TestUnknownNamesCostAHashLikeKnownOnes(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	for _, name := range []string{"bob", "carol", "not a name"} {
		before := w.passwords.verified.Load()
		w.guess(name, "192.0.2.7:1")
		if n := w.passwords.verified.Load() - before; n != 1 {
			t.Errorf("%s: %d passwords checked, want 1", name, n)
		}
	}
}

func TestAnOutdatedHashIsReplacedAtLogin(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	u, err := w.store.UserByKey(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.SetPassword(t.Context(), u.ID, u.Password, "old:"+goodPassword); err != nil {
		t.Fatal(err)
	}
	w.login("bob")
	u, err = w.store.UserByKey(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	if u.Password != "plain:"+goodPassword {
		t.Errorf("stored %q", u.Password)
	}
}

func TestSecondLoginIsRefusedWithWhereAndSince(t *testing.T) {
	w := newWorld(t)
	first := w.signUp("bob")
	_, err := w.tryLogin(w.node, attempt("bob"))
	w.refused(err, chat.Occupied, "already logged in", "192.0.2.1", "--take-over")
	if first.evicted != nil {
		t.Errorf("the first session was ended: %v", first.evicted)
	}
}

func TestSecondLoginIsNotBetrayedToAWrongPassword(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.refused(w.guess("bob", "192.0.2.9:1"), chat.Denied, "wrong name or password")
}

func TestADeadLinkMakesWay(t *testing.T) {
	w := newWorld(t)
	first := w.signUp("bob")
	first.dead = true
	second := w.login("bob")
	if first.evicted == nil {
		t.Error("the dead session was left standing")
	}
	first.isCutOff() // its own end, which comes late
	w.signUp("alice").says("bob", "hi")
	second.sees("alice → bob  hi")
}

// Whoever gives up while the other session is being asked must not end it: the question was not answered
// because nobody waited for the answer.
func TestGivingUpWhileTheOtherIsAskedEndsNobody(t *testing.T) {
	w := newWorld(t)
	first := w.signUp("bob")
	ctx, giveUp := context.WithCancel(t.Context())
	first.dead, first.asked = true, giveUp
	p := &person{w: w, on: w.node}
	if _, err := w.chat.Login(ctx, attempt("bob"), p); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if first.evicted != nil {
		t.Errorf("the first session was ended: %v", first.evicted)
	}
}

func TestTakeOverSavesWhatTheOldSessionHadProven(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "one")
	bob.sees("alice → bob  one")
	a := attempt("bob")
	a.TakeOver = true
	second, err := w.tryLogin(w.node, a)
	if err != nil {
		t.Fatal(err)
	}
	w.refused(bob.evicted, chat.Occupied, "taken over from 192.0.2.1")
	second.isTold()
	alice.says("bob", "two")
	second.sees("alice → bob  two")

	bob.isCutOff() // must not end the second login
	w.refused(bob.sends("alice", "late"), chat.LoggedOut, "ended")
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Occupied)
}

func TestALoginWhoseSessionIsGoneIsReplaced(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.hub.Close(bob.begun.ID) // as when the disk was full at its end
	if ps, err := w.chat.WhoElse(t.Context(), chat.Actor{}); err != nil || len(ps) != 0 {
		t.Errorf("a ghost is online: %v, %v", ps, err)
	}
	w.login("bob")
}

func TestAFullServerRefusesAfterTheRightPasswordOnly(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	full := errors.New("the server is full")
	p := &person{w: w, on: w.node, admit: full}
	if _, err := w.chat.Login(t.Context(), attempt("bob"), p); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	w.login("bob")
}

func TestFiftyLoginsAtOnceAreOne(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	var in, refused atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			_, err := w.tryLogin(w.node, attempt("bob"))
			if r, ok := chat.AsRefusal(err); ok && r.Reason == chat.Occupied {
				refused.Add(1)
			} else if err == nil {
				in.Add(1)
			} else {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 || refused.Load() != 49 {
		t.Errorf("%d are in and %d refused, want 1 and 49", in.Load(), refused.Load())
	}
}

func TestARestartEndsTheLoginsBeforeIt(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.node = w.start(1)
	w.login("bob")
}

func TestBannedAccountsStayOut(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	audit := w.bans("BOB")
	w.refused(bob.evicted, chat.Banned, "banned", "spam")
	bob.isCutOff()
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned, "banned")
	w.refused(w.guess("bob", "192.0.2.1:2"), chat.Denied)
	if _, err := w.chat.Ban(t.Context(), account("bob"), 0, line(""), audit); err == nil {
		t.Error("banned twice")
	}
	alice := w.signUp("alice")
	w.refused(alice.sends("bob", "hi"), chat.NotFound, "no user")
	w.refused(failure(w.chat.Block(t.Context(), alice.me(), "bob")), chat.NotFound, "no user")
	if _, err := w.chat.Unban(t.Context(), account("bob"), audit); err != nil {
		t.Fatal(err)
	}
	w.login("bob")
}

// bans bans an account, for spam.
func (w *world) bans(name string) chat.Audit {
	w.Helper()
	audit := chat.Audit{Actor: "uid 0", Via: "console", Action: "ban"}
	if _, err := w.chat.Ban(w.Context(), account(name), 0, line("spam"), audit); err != nil {
		w.Fatal(err)
	}
	return audit
}

func TestABanSavesWhatWasProven(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "one")
	bob.sees("alice → bob  one")
	audit := w.bans("bob")
	if _, err := w.chat.Unban(t.Context(), account("bob"), audit); err != nil {
		t.Fatal(err)
	}
	w.login("bob").sees()
}

// A login that begins while the one before it is ended is ended by the ban too.
func TestABanEndsWhoSlipsIn(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	var second *person
	bob.leaving = func() {
		bob.isCutOff()
		second = w.login("bob")
	}
	w.bans("bob")
	w.refused(second.evicted, chat.Banned, "spam")
	second.isCutOff()
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned)
}

func TestAKickEndsTheLoginAndNothingElse(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	audit := chat.Audit{Actor: "uid 0", Via: "console", Action: "kick"}
	if _, err := w.chat.Kick(t.Context(), "bob", line("too loud"), audit); err != nil {
		t.Fatal(err)
	}
	w.refused(bob.evicted, chat.Denied, "too loud")
	w.refused(failure(w.chat.Kick(t.Context(), "bob", line(""), audit)), chat.Invalid, "not online")
	w.refused(failure(w.chat.Kick(t.Context(), "bobb", line(""), audit)), chat.NotFound, "no user", "did you mean bob?")
	w.login("bob")
}

// Somebody types their password where the name is asked for.
func TestWhatCannotBeANameIsNotKept(t *testing.T) {
	w := newWorld(t)
	const slip = "my secret pass phrase"
	for range 3 {
		w.guess(slip, "192.0.2.1:1")
	}
	err := w.check(slip, "192.0.2.1:1")
	w.refused(err, chat.Locked, "that name is locked")
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the answer %q goes into the log", err)
	}
	locks, err := w.chat.Locks(t.Context())
	if err != nil || len(locks) != 1 {
		t.Fatal(locks, err)
	}
	if strings.Contains(locks[0].Key, "secret") {
		t.Errorf("%q is stored", locks[0].Key)
	}
}
