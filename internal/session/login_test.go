package session

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sshd"
)

const denied = "wrong name or password — login NAME tries again, signup NAME makes an account"

func TestThreeStrikesInWords(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		p := w.visit("eve")
		p.types("login bob", "wrong")
		p.seesOnly("password:", denied)
		p.types("login bob", "wrong", "login bob", "wrong")
		p.seesOnly("password:", denied, "password:", "wrong name or password",
			`  "bob" is locked here after too many wrong attempts: 60 s left — try again then`)
		p.types("login bob")
		p.seesOnly(`"bob" is locked here after too many wrong attempts: 60 s left — try again then`)
		if !strings.Contains(w.log.String(), "event=login_refused") {
			t.Errorf("the operator is not told:\n%s", w.log)
		}
		time.Sleep(time.Minute)
		p.types("login bob", goodPassword)
		p.sees("Welcome, bob")
	})
}

func TestOneLoginAnAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.signUp("bob")
		second := w.visit("bob")
		second.types("login bob", goodPassword)
		second.seesOnly("password:",
			"already logged in from 192.0.2.1 since Sat 00:00 — log out there, or: login --take-over bob")
		if _, _, inside := second.counts(); inside != 0 {
			t.Error("it keeps a place among those logged in")
		}
		first.skips()
		second.types("login --take-over bob", goodPassword)
		second.seesOnly("password:", "Welcome, bob")
		first.seesOnly("──  this login was taken over from 192.0.2.1 — if that was not you: log in and change it with passwd  ──")
		first.ends(1)
		second.types("whoelse", "login bob")
		second.seesOnly("nobody else is online", "you are logged in as bob — logout first")
	})
}

func TestATakeOverProvesWhatTheOldOneHasShown(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.signUp("bob")
		w.signUp("alice")
		w.sends(w.actor("alice"), "bob", "one")
		w.sends(w.actor("alice"), "bob", "two")
		second := w.visit("bob")
		second.types("login --take-over bob", goodPassword)
		first.ends(1)
		second.seesOnly("password:", "Welcome, bob")
	})
}

// However much the dead link still holds that was written and never proven, or never even written.
func TestALoginWhoseLinkIsDeadIsReplacedWithin5Seconds(t *testing.T) {
	for _, test := range []struct {
		name    string
		stalled bool
		lines   int
	}{
		{"nothing missed", false, 0},
		{"a line unproven", false, 1},
		{"a line unwritten", true, 1},
		{"more than the queue takes", true, 600},
	} {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.signUp("alice")
				first := w.signUp("bob")
				first.goesDeaf()
				first.stalls(test.stalled)
				pad := strings.Repeat(" and so on", 30)
				for _, text := range numbered(1, test.lines) {
					w.sends(w.actor("alice"), "bob", text+pad)
				}
				second := w.visit("bob")
				second.types("login bob", goodPassword)
				second.sawNothingOf("Welcome")
				time.Sleep(5 * time.Second)
				second.sees("Welcome, bob")
				if test.lines > 0 {
					second.sees(numbered(test.lines, test.lines)...)
				}
				first.ends(1)
			})
		})
	}
}

// Somebody whose screen has stopped, in a pager or by ^S, is there all the same.
func TestAClientThatTakesNothingKeepsItsPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		first, alice := w.signUp("bob"), w.signUp("alice")
		first.stalls(true)
		alice.types("message bob hi")
		second := w.visit("bob")
		second.types("login bob", goodPassword)
		time.Sleep(10 * time.Second)
		second.sees("already logged in")
		first.stalls(false)
		first.sees("alice → you  hi")
		first.goesOn()
	})
}

func TestAnInterruptCancelsALoginThatWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.signUp("bob")
		first.goesDeaf()
		second := w.visit("bob", terminal(80))
		second.types("login bob", goodPassword)
		second.presses("typed ahead" + ctrlC + "kept")
		second.shows("> login bob", "cancelled", "> kept")
		if _, _, inside := second.counts(); inside != 0 {
			t.Error("it keeps a place among those logged in")
		}
		time.Sleep(7 * time.Second)
		second.sawNothingOf("Welcome")
	})
}

// A search waits until another is done; whoever does not want to wait is not made to.
func TestAnInterruptStopsASearch(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("message bob needle")
		other := make(chan struct{})
		q := chat.LogQuery{Newest: true, Limit: 1, Keep: func(*chat.Entry) bool { <-other; return true }}
		q.Search.Terms = []chat.Term{{Words: []string{"needle"}}}
		ended := make(chan error)
		go func() { // ended is read below
			_, err := w.store.Search(w.Context(), w.actor("alice").ID, q)
			ended <- err
		}()
		synctest.Wait()
		alice.types("search needle")
		alice.presses(ctrlC)
		alice.shows("alice> search needle", "cancelled", "alice>")
		close(other)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		alice.types("search needle")
		alice.sees("#1 ", "needle")
	})
}

// An end mark that pasted text may hold must not cancel anything.
func TestAnInterruptInAPasteIsNoKey(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.signUp("bob")
		first.goesDeaf()
		second := w.visit("bob", terminal(80))
		second.types("login bob", goodPassword)
		second.presses("\x1b[200~x" + ctrlC + "y\x1b[201~")
		time.Sleep(7 * time.Second)
		second.shows("Welcome, bob", "bob> xy")
	})
}

func TestAFullServerSaysSo(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		p := w.visit("bob", func(c *wire) { c.full = sshd.ErrFull })
		p.types("login bob", goodPassword)
		p.seesOnly("password:", "the server is full — try again later")
		p.goesOn()
	})
}

func TestAFullServerMakesNoAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("bob", func(c *wire) { c.full = sshd.ErrFull })
		p.types("signup bob", goodPassword, goodPassword)
		p.seesOnly("password:", "password again:", "the server is full — try again later")
		w.signUp("bob")
	})
}

// rival makes an account of the same name while the password is hashed.
type rival struct {
	plainly
	store chat.Store
}

func (r *rival) Hash(ctx context.Context, rank int, from, password string) (string, error) {
	if _, err := r.store.CreateUser(ctx, chat.NewUser{Name: "bob", Password: "x"}); err != nil {
		return "", err
	}
	return r.plainly.Hash(ctx, rank, from, password)
}

func TestASignupThatComesToNothingGivesItsPlaceBack(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("bob")
		p.types("signup bob", goodPassword, goodPassword)
		p.sees("is taken")
		if _, _, inside := p.counts(); inside != 0 {
			t.Error("it is still counted as logged in")
		}
	}, func(c *chat.Config) { c.Passwords = &rival{store: c.Store} })
}

// A second session comes in its way just when a login has begun, before its own session knows of it.
func TestALoginThatIsEvictedAtItsBirthEndsInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		var evicted sync.WaitGroup
		var got chat.Progress
		w.opened = func(b chat.Begun, s chat.Session) {
			evicted.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				got = s.Evict(ctx, errors.New("enough"))
			})
			time.Sleep(time.Millisecond) // it is there first
		}
		p := w.visit("bob")
		p.types("login bob", goodPassword)
		time.Sleep(time.Millisecond)
		p.sees("Welcome", "──  enough  ──")
		p.ends(1)
		evicted.Wait()
		if got.Login == 0 {
			t.Error("nobody knows what was evicted")
		}
	})
}

func TestALoginThatBeginsWhileTheLinkIsLostIsEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		p := w.visit("bob")
		w.opened = func(chat.Begun, chat.Session) { p.hang(sshd.ErrGone); time.Sleep(time.Second) }
		p.types("login bob", goodPassword)
		time.Sleep(time.Second)
		p.ends(1)
		w.opened = nil
		logins, err := w.store.Online(context.Background())
		if err != nil || len(logins) != 0 {
			t.Errorf("still online: %v, %v", logins, err)
		}
	})
}

// Whoever wants the place of a session that does not answer waits no longer than they said, and cuts its link.
func TestALoopThatIsStuckHoldsUpNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		stuck := make(chan struct{})
		first := w.signUp("bob", func(c *wire) { c.stuck = stuck })
		first.getsStuck()
		first.types("whoelse")
		second := w.visit("bob")
		second.types("login --take-over bob", goodPassword)
		time.Sleep(2 * time.Second)
		second.sees("Welcome, bob")
		if !first.wasKilled() {
			t.Error("its link still stands")
		}
		close(stuck)
	})
}

func TestPasswd(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice")
		p.skips()
		p.types("passwd", "wrong")
		p.seesOnly("present password:", "that is not your present password — passwd tries again")
		p.types("passwd", goodPassword, "short", "another horse", "another hrose", "another horse", "another horse")
		p.seesOnly("present password:", "new password:", "a password has at least 8 characters",
			"new password:", "new password again:", "the two are not the same", "new password:",
			"new password again:", "your password is changed")
		p.types("logout")
		p = w.visit("alice")
		p.types("login alice", goodPassword, "login alice", "another horse")
		p.seesOnly("password:", denied, "password:", "Welcome, alice")
	})
}

// Whoever got a password from somebody else is in once they have chosen one, and not before.
func TestAPasswordThatMustBeChanged(t *testing.T) {
	inWorld(t, func(w *world) {
		_, err := w.chat.Enrol(w.Context(), []chat.Newcomer{{Name: "alice"}}, chat.Audit{})
		if err != nil {
			t.Fatal(err)
		}
		p := w.visit("alice", terminal(80))
		p.types("login alice", oneTime)
		p.presses(ctrlC)
		p.shows("> login alice", "the one that you were given lets you in once: choose one of your own", "cancelled", ">")
		p.types("whoelse")
		p.shows("> whoelse", "log in or sign up first — login NAME, or signup NAME", ">")
		p = w.visit("alice")
		p.types("login ALICE", oneTime, oneTime, "short", goodPassword, "other", goodPassword, goodPassword)
		p.seesOnly("password:", "the one that you were given lets you in once: choose one of your own",
			"new password:", "that is your present password",
			"new password:", "a password has at least 8 characters",
			"new password:", "new password again:", "the two are not the same",
			"new password:", "new password again:", "Welcome, alice")
		p.types("logout")
		p = w.visit("alice")
		p.types("login alice", oneTime, "login alice", goodPassword)
		p.seesOnly("password:", denied, "password:", "Welcome, alice")
	})
}

func TestAccountClose(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		p := w.signUp("alice")
		p.types("message bob remember me")
		p.skips()
		p.types("account", "account open", "account close", goodPassword, "another horse", "account close", "wrong", "wrong")
		const note = "this erases your account for ever; what you have said stays, as of \"deleted account\""
		p.seesOnly("usage: account close — erase your account, for ever", "usage: account close — erase your account, for ever",
			note, "password:", "password again:", "the two are not the same",
			note, "password:", "password again:", "that is not your password — account close tries again")
		p.types("account close", goodPassword, goodPassword)
		p.sees("your account is erased")
		p.ends(0)
		bob.skips()
		bob.types("message alice hi", "history")
		bob.sees(`no user "alice"`, "deleted account → you  remember me")
		if p = w.signUp("alice"); p.session.login.User.ID < 3 {
			t.Error("the next alice is the one before")
		}
	})
}

func TestSignupWithAnInvite(t *testing.T) {
	inWorld(t, func(w *world) {
		_, code, err := w.chat.CreateInvite(w.Context(), 1, 0, chat.Audit{})
		if err != nil {
			t.Fatal(err)
		}
		p := w.visit("alice")
		p.types("signup alice", "guess", "signup alice", code, goodPassword, goodPassword)
		p.seesOnly("invite code:", "no account can be made with that code — signup NAME tries again; ask whoever runs this server for one",
			"invite code:", "password:", "password again:", "Welcome, alice: the account is yours. help lists what you can do")
		if strings.Contains(p.came(), code) {
			t.Error("the code is shown")
		}
		p = w.visit("bob")
		p.types("signup bob", code)
		p.seesOnly("invite code:", "no account can be made with that code — signup NAME tries again; ask whoever runs this server for one")
	}, func(c *chat.Config) { c.Rules.SignUpInvited = true })
}

func TestSignupAsksAgainButNotForEver(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.visit("alice")
		p.types("signup r00t", "signup alice", "alice", "password", "short", "12345678", "blocked")
		p.seesOnly(`"r00t" is taken: it looks like "root" — choose another name`,
			"password:", "a password has at least 8 characters",
			"password:", "that is among the 10,000 most common passwords",
			"password:", "a password has at least 8 characters",
			"password:", "that is among the 10,000 most common passwords — type signup to start again",
			"log in or sign up first — login NAME, or signup NAME")
	})
}

func TestANameIsAskedForAndTheSSHUserSuggested(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		p := w.visit("bob")
		p.types("login", "", goodPassword)
		p.seesOnly("name [bob]:", "password:", "Welcome, bob")
		p = w.visit("root")
		p.types("login", "bob", "wrong", "signup", "")
		p.seesOnly("name:", "password:", denied,
			"name:", "usage: signup [NAME] — make an account and log in")
	})
}
