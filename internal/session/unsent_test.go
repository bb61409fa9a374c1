package session

import (
	"errors"
	"strings"
	"testing"

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

func TestWhoeverHasLeftOrClearedTheLineGetsNoneBack(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		alice.presses("some words\x15")
		alice.loses(errors.New("stopped"))
		alice = w.login("alice", terminal(80))
		alice.presses("more words")
		alice.loses(sshd.ErrGone)
		alice = w.visit("alice") // without a terminal there is no line to put it into
		alice.types("login alice", goodPassword, "logout")
		alice.ends(0)
		alice = w.login("alice", terminal(80))
		alice.shows("Welcome, alice", "alice>")
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
