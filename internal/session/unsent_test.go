package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sshd"
)

func TestALineBeingTypedSurvivesALostLink(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("talk bob")
		alice.presses("half a th")
		alice.loses(sshd.ErrGone)
		alice = w.login("alice", terminal(80))
		alice.shows("──  your unsent line from 00:00 is back  ──", "→ bob> half a th")
		alice.presses("ought\r")
		alice.shows("you → bob  half a thought", "→ bob>")
		alice.loses(sshd.ErrGone)
		alice = w.login("alice", terminal(80))
		alice.shows("Welcome, alice", "alice>")
	})
}

func TestALineBeingTypedSurvivesATakeOver(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.signUp("alice", terminal(80))
		first.types("join ops")
		first.presses("deploy is")
		second := w.visit("alice", terminal(80))
		second.types("login --take-over alice", goodPassword)
		second.shows("──  your unsent line from 00:00 is back  ──", "#ops> deploy is")
		first.ends(1)
	})
}

// What was typed where a password is asked for is nobody's line; what stood there before is.
func TestAPasswordIsNoUnsentLine(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.types("passwd")
		alice.presses("hunter22hunter22")
		alice.loses(sshd.ErrGone)
		alice = w.login("alice", terminal(80))
		alice.shows("Welcome, alice", "alice>")
	})
}

func TestWhoeverHasClearedTheLineGetsNoneBack(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.presses("some words\x15")
		alice.loses(errors.New("stopped"))
		alice = w.login("alice", terminal(80))
		alice.shows("Welcome, alice", "alice>")
	})
}

// A script has no input to put a line into: it must not take what waits for a terminal.
func TestAScriptLeavesTheUnsentLineWhereItIs(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("talk bob")
		alice.presses("half a thought")
		alice.loses(sshd.ErrGone)
		script := w.visit("alice")
		script.types("login alice", goodPassword, "unread", "logout")
		script.ends(0)
		alice = w.login("alice", terminal(80))
		alice.shows("──  your unsent line from 00:00 is back  ──", "→ bob> half a thought")
	})
}

// A laptop sleeps with a line in its input, and its owner logs in elsewhere: whoever has the old session end does not wait
// for as long as the proof of what the laptop was shown may take.
func TestAnUnsentLineDoesNotWaitForTheProofOfADeadLink(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("talk bob")
		alice.presses("half a thought")
		alice.goesDeaf()
		bob.types("message alice are you there?")
		ctx, cancel := context.WithTimeout(w.Context(), lastProof/2)
		defer cancel()
		left := alice.session.Evict(ctx, chat.LoginEnded)
		if len(left.Unsent) != 1 || left.Unsent[0].Text.String() != "half a thought" || left.Unsent[0].Aside {
			t.Errorf("what alice had begun is %+v", left.Unsent)
		}
		time.Sleep(lastProof)
		alice.ends(1)
	})
}

// A log that cannot be read keeps nobody from typing, so it must not keep what they had begun from them.
func TestAnUnsentLineComesBackWithoutTheLog(t *testing.T) {
	b := &broken{}
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.presses("half a thought")
		alice.loses(sshd.ErrGone)
		b.read = func() error { return errors.New("disk on fire") }
		alice = w.login("alice", terminal(80))
		alice.shows("──  your unsent line from 00:00 is back  ──", "alice> half a thought")
	}, breaks(b))
}

// What was begun elsewhere outlives the session too, and comes back where it belongs; a logout ends it.
func TestLinesThatAreSetAsideOutliveTheSession(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		bob.types("message alice hello")
		alice.presses("for the room\x1ba")
		alice.presses("for bob")
		alice.loses(sshd.ErrGone)
		alice = w.login("alice", terminal(80))
		alice.shows("──  your unsent line from 00:00 is back  ──",
			"──  a line that you began comes back when you talk to #ops  ──", "→ bob> for bob")
		alice.types("")
		alice.loses(sshd.ErrGone)
		bob.types("kick #ops alice")
		alice = w.login("alice", terminal(80))
		alice.sees("a line that you began comes back when you talk to a room that you have left")
		bob.types("invite #ops alice")
		alice.presses("x\x15")
		alice.types("join ops")
		alice.shows("what you type goes to #ops now; commands need a /, and /talk alone ends it", "#ops> for the room")
		bob.types("message alice once more")
		alice.presses("\x1ba")
		alice.types("/logout")
		alice.ends(0)
		alice = w.login("alice", terminal(80))
		alice.shows("Welcome, alice", "alice>")
	})
}

// With as many lines set aside as there may be, the next one must not stay in the input, where Enter sends it to somebody
// else.
func TestTheSeventeenthBegunLineIsNotSentToAnother(t *testing.T) {
	inWorld(t, func(w *world) {
		var friends []*person
		for i := range 18 {
			friends = append(friends, w.signUp(fmt.Sprintf("friend%d", i)))
		}
		alice := w.signUp("alice", terminal(80))
		alice.types("talk friend0")
		for i := range 17 {
			alice.presses(fmt.Sprintf("for friend%d only", i))
			friends[i+1].types("message alice hello")
			alice.presses("\x1ba")
		}
		alice.shows("you have begun too many lines: dropped the one to friend0: for friend0 only", "→ friend17>")
		alice.types("/talk friend0")
		alice.shows("→ friend0>")
		alice.types("/talk friend1")
		alice.shows("→ friend1> for friend1 only")
	})
}

// A room that one was removed from meanwhile is not gone back to, but the line is not lost.
func TestAnUnsentLineForARoomThatIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		alice.presses("half")
		alice.loses(sshd.ErrGone)
		bob.types("kick #ops alice")
		alice = w.login("alice", terminal(80))
		rows := strings.Join(alice.screen(), "\n")
		if !strings.Contains(rows, "is back") || !strings.HasSuffix(rows, "alice> half") {
			t.Error(rows)
		}
	})
}

// What was meant for one is not sent to another.
func TestABegunLineStaysWithItsConversation(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		bob.types("message alice are you there?")
		alice.presses("for the room\x1ba")
		alice.shows("──  you stopped here: 1 line since  ──", "bob → you  are you there?",
			"what you type goes to bob now; commands need a /, and /talk alone ends it", "→ bob>")
		alice.types("yes")
		bob.sees("alice → you  yes")
		alice.presses("for bob")
		bob.types("join ops", "message #ops @alice and here?")
		alice.presses("\x1ba")
		alice.shows("#ops bob » @alice and here?",
			"what you type goes to #ops now; commands need a /, and /talk alone ends it", "#ops> for the room")
		alice.presses("\x1ba")
		alice.shows("nothing is unread, but perhaps in quiet rooms", "#ops> for the room")
		alice.presses("\x15")
		alice.types("/talk bob")
		alice.shows("→ bob> for bob")
	})
}
