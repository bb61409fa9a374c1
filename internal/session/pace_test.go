package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func TestLinesOverThePaceWaitInOrderWhileTheScreenStaysLive(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		for i := range 5 {
			alice.types(fmt.Sprintf("message bob %d", i))
		}
		bob.sees("alice → you  0", "alice → you  1")
		bob.sawNothingOf("alice → you  2")
		alice.shows("you → bob  1", "alice (3 wait)>")
		alice.types("blocked")
		alice.presses("half")
		bob.types("message alice hi")
		alice.shows("you block nobody", "bob → you  hi", "alice (3 wait)> half")
		time.Sleep(time.Second)
		alice.shows("you → bob  2", "alice (2 wait)> half")
		time.Sleep(2 * time.Second)
		alice.shows("you → bob  3", "you → bob  4", "alice> half")
		bob.sees("alice → you  2", "alice → you  3", "alice → you  4")
	}, paced(2, time.Second))
}

// To count what is unread costs as much as a message: by Alt-A too, which may be held down.
func TestGoingOnToWhatIsUnreadIsPaced(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		for _, name := range []string{"bob", "carol", "dave"} {
			w.signUp(name).types("message alice hello")
		}
		alice.presses("half" + strings.Repeat("\x1ba", 3))
		alice.shows("what you type goes to bob now; commands need a /, and /talk alone ends it", "→ bob>")
		time.Sleep(time.Second)
		alice.shows("what you type goes to carol now; commands need a /, and /talk alone ends it", "→ carol>")
		time.Sleep(time.Second)
		alice.shows("what you type goes to dave now; commands need a /, and /talk alone ends it", "→ dave>")
		alice.presses("\x1ba")
		time.Sleep(time.Second)
		alice.shows("nothing is unread, but perhaps in quiet rooms", "→ dave>")
		alice.types("/talk")
		alice.shows("alice> half")
	}, paced(1, time.Second))
}

// Alt-A comes behind the lines that were typed before it.
func TestGoingOnToWhatIsUnreadWaitsForWhatWasTypedBefore(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, carol := w.signUp("bob"), w.signUp("carol")
		alice := w.signUp("alice", terminal(80))
		alice.types("/talk bob")
		carol.types("message alice hello")
		alice.presses("to bob\r\x1ba")
		alice.shows("you → bob  to bob", "──  you stopped here: 1 line since  ──", "carol → you  hello",
			"what you type goes to carol now; commands need a /, and /talk alone ends it", "→ carol>")
		bob.sees("alice → you  to bob")
		carol.sawNothingOf("to bob")
	})
}

func TestWhatReadsMuchIsPaced(t *testing.T) {
	for _, line := range []string{"unread", "context #1", "export", "next"} {
		inWorld(t, func(w *world) {
			w.signUp("bob")
			alice := w.signUp("alice")
			alice.types("message bob one", line, "blocked")
			alice.sawNothingOf("you block nobody")
			time.Sleep(time.Second)
			alice.sees("you block nobody")
		}, paced(1, time.Second))
	}
}

func TestAnInterruptDropsWhatWaitsAndSaysSo(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		for i := range 4 {
			alice.types(fmt.Sprintf("message bob %d", i))
		}
		alice.presses("not yet" + ctrlC)
		alice.shows("alice (3 wait)>")
		alice.presses(ctrlC)
		alice.shows("3 lines that waited to be sent: dropped", "alice>")
		time.Sleep(time.Minute)
		bob.sees("alice → you  0")
		bob.sawNothingOf("alice → you  1")
	}, paced(1, time.Second))
}

func TestPastItsBoundEachLineIsToldToSlowDown(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice")
		alice.skips()
		alice.presses(strings.Repeat("message bob x\n", 1+mostWaiting+2))
		alice.seesOnly("you → bob  x",
			"not sent, slow down: 64 lines of yours wait already",
			"not sent, slow down: 64 lines of yours wait already")
		time.Sleep((mostWaiting + 1) * time.Second)
		if got := strings.Count(bob.came(), "alice → you"); got != 1+mostWaiting {
			t.Errorf("bob has %d lines, want %d", got, 1+mostWaiting)
		}
	}, paced(1, time.Second))
}

func TestWhatWaitsIsBoundedInBytes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice")
		alice.skips()
		big := "message bob " + strings.Repeat("x", 3900)
		alice.presses(strings.Repeat(big+"\n", 20))
		if got := strings.Count(alice.came(), "slow down"); got != 3 {
			t.Errorf("%d lines are refused, want those past 64 KiB: 3", got)
		}
		alice.skips()
		time.Sleep(5 * time.Second)
		alice.presses(strings.Repeat(big+"\n", 5))
		alice.sawNothingOf("slow down")
	}, paced(1, time.Second))
}

func TestALineThatIsTooLongDoesNotWaitToBeRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice")
		alice.skips()
		alice.types("message bob 1", "message bob 2", "message bob "+strings.Repeat("x", 4001))
		alice.sees("you → bob  1", "not sent: 4001 bytes")
	}, paced(1, time.Hour))
}

func TestAnOpenQuestionHoldsUpWhatWaitsAndNothingSpins(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice")
		alice.types("message bob 1", "message bob 2", "passwd")
		time.Sleep(time.Minute)
		bob.sees("alice → you  1")
		bob.sawNothingOf("alice → you  2")
		alice.types("wrong")
		bob.sees("alice → you  2")
	}, paced(1, time.Second))
}

func TestALogoutAsksOnceWhenLinesWait(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("message bob 0", "message bob 1", "message bob 2", "logout")
		alice.sees("2 lines still to be sent — logout again drops them, or wait")
		alice.types("blocked")
		alice.presses(ctrlD)
		alice.goesOn() // the answer was to an old question
		time.Sleep(time.Hour)
		bob.sees("alice → you  1")
		alice.presses(ctrlD)
		alice.sees("1 line that waited to be sent: dropped", "goodbye")
		alice.ends(0)
		bob.sawNothingOf("alice → you  2")
	}, paced(1, time.Hour))
}

func TestLinesTypedAheadAreSentAtOnceAndEverythingIsAnsweredInItsPlace(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice")
		alice.skips()
		alice.presses("message bob 1\nbroadcast 2\nmessage nobody 3\nmessage bob 4\nnonsense\nmessage bob 5\nlogout\n")
		alice.seesOnly("you → bob  1", "you → all  2", `no user "nobody"`,
			"you → bob  4", `no command "nonsense" — help lists them`, "you → bob  5", "──  goodbye, alice  ──")
		bob.sees("alice → you  1", "alice → all  2", "alice → you  4", "alice → you  5")
		if !slices.Equal(b.sizes, []int{3, 1}) {
			t.Errorf("lines were appended in batches of %v, want 3 and 1", b.sizes)
		}
	}, breaks(b))
}

// What is typed ahead of a running command is bounded in bytes, not in lines, and nothing of it is refused.
func TestNothingTypedAheadIsRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice")
		alice.presses(strings.Repeat("message bob "+strings.Repeat("x", 500)+"\n", 3*mostWaiting))
		alice.sawNothingOf("slow down")
		if got := strings.Count(bob.came(), "alice → you"); got != 3*mostWaiting {
			t.Errorf("bob has %d lines, want %d", got, 3*mostWaiting)
		}
	})
}

func TestAFaultOfTheStoreIsToldForEachLine(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice")
		b.append = func() error { return errors.New("disk on fire") }
		alice.presses("message bob 1\nmessage bob 2\n")
		if got := strings.Count(alice.came(), "something went wrong"); got != 2 {
			t.Errorf("alice is told of %d faults, want 2", got)
		}
		alice.goesOn()
	}, breaks(b))
}

// A reply that waits goes to whoever had written when it was typed, not to whoever has since.
func TestAReplyThatWaitsKeepsItsRecipient(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		bob.types("message alice our secret?")
		alice.types("reply what", "reply yes, that")
		carol.types("message alice hi")
		carol.skips()
		time.Sleep(time.Second)
		bob.sees("alice → you  what", "alice → you  yes, that")
		carol.seesOnly()
		alice.types("r and you?")
		time.Sleep(time.Second)
		carol.seesOnly("alice → you  and you?")
	}, paced(1, time.Second))
}

func TestMessagesAndBroadcastsHaveTheirOwnPaceAndOneOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		bob, alice := w.signUp("bob"), w.signUp("alice")
		bob.skips()
		alice.types("broadcast 1", "message bob 1", "broadcast 2", "message bob 2")
		bob.seesOnly("alice → all  1", "alice → you  1")
		time.Sleep(time.Minute)
		bob.seesOnly("alice → all  2", "alice → you  2")
	}, func(c *chat.Config) { c.Rules.Broadcasts = chat.Pace{Burst: 1, Every: time.Minute} })
}

func TestWhatWaitsIsNotDroppedWithoutAWordWhenTheServerStops(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice")
		alice.types("message bob 0", "message bob 1")
		alice.loses(errStopped)
		alice.sees("1 line that waited to be sent: dropped", "the server is shutting down")
		alice.ends(1)
	}, paced(1, time.Second))
}
