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

func TestWhoWritesToSomebodyAwayIsToldOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob, carol := w.signUp("alice", terminal(80)), w.signUp("bob"), w.signUp("carol")
		bob.types("away lunch")
		alice.presses("\x0c")
		alice.types("message bob hi", "message bob still there?", "message carol hi")
		alice.shows("you → bob  hi", "bob is away: lunch", "you → bob  still there?", "you → carol  hi", "alice>")
		alice.skips()
		bob.types("away", "message alice later")
		alice.types("reply when?")
		alice.sees("  when?") // it was looked for bob just now
		time.Sleep(lookPause)
		alice.types("reply take your time")
		alice.sees("  take your time", "bob is away\r\n")
		bob.types("back", "message alice here")
		alice.skips()
		alice.types("talk bob", "good")
		alice.sawNothingOf("away")
		bob.types("away lunch")
		alice.types("have a good one")
		alice.sawNothingOf("away")
		carol.sawNothingOf("away")
	})
}

func TestWhoWritesToSomebodyWhoIsNotHereIsToldOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice, plain := w.signUp("alice", terminal(80)), w.signUp("paul")
		alice.presses("\x0c")
		alice.types("message bob hi", "message bob again", "broadcast to all of you")
		alice.shows("you → bob  hi", "bob is not here: they read it at their next login", "you → bob  again",
			"you → all  to all of you", "alice>")
		plain.types("message bob hi")
		plain.sees("you → bob  hi")
		plain.sawNothingOf("not here")
		alice.types("logout")
		alice = w.login("alice", terminal(80))
		alice.types("message bob once more")
		alice.sees("  once more", "bob is not here")
	})
}

// Who blocks bob is not shown his words, and whom he blocks learns only that.
func TestABlockKeepsTheWordsOfWhoIsAway(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob, carol := w.signUp("alice", terminal(80)), w.signUp("bob"), w.signUp("carol", terminal(80))
		bob.types("away lunch", "block carol")
		alice.types("block bob", "message bob hi")
		alice.sees("  hi", "bob is away\r\n")
		alice.sawNothingOf("lunch")
		carol.types("message bob hi")
		carol.sees("not sent: bob has blocked you")
		carol.sawNothingOf("away")
	})
}

// Of lines that were pasted at once each is shown first.
func TestWhoIsAwayIsSaidBehindAllThatWasSent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		w.signUp("carol").types("logout")
		alice := w.signUp("alice", terminal(80))
		alice.presses("message bob one\rmessage carol two\rmessage bob three\r")
		alice.sees("one", "two", "three", "bob is not here", "carol is not here")
	})
}

func TestWhatIsRememberedOfWhoIsAwayIsBounded(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.signUp("alice", terminal(80)).session
		for i := range 3 * mostAbsent {
			s.showAbsences(sending{looked: []chat.UserID{chat.UserID(i)}, absent: []string{fmt.Sprint("somebody is away: ", i)}})
		}
		if len(s.looked) != mostAbsent || len(s.absent) != mostAbsent || !strings.HasSuffix(s.absent[0], fmt.Sprint(" ", 2*mostAbsent)) {
			t.Errorf("%d and %d are remembered, from %q", len(s.looked), len(s.absent), s.absent[0])
		}
	})
}

// blindStore cannot tell who is online.
type blindStore struct{ chat.Store }

func (blindStore) OnlineOf(context.Context, chat.UserID) (chat.Login, error) {
	return chat.Login{}, errors.New("disk gone")
}

func TestAMessageIsSentWhoeverCannotBeFound(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice := w.signUp("alice", terminal(80))
		alice.types("message bob hi")
		alice.sees("  hi")
		alice.sawNothingOf("not here")
		alice.goesOn()
		if !strings.Contains(w.log.String(), "disk gone") {
			t.Errorf("the operator is not told:\n%s", w.log)
		}
	}, func(c *chat.Config) { c.Store = blindStore{c.Store} })
}
