package session

import (
	"testing"

	"sshchat/internal/sanitize"
)

func TestWhatTheServerTellsIsShownToAllWhoAreThere(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, plain := w.signUp("alice", terminal(80)), w.signUp("paul")
		visitor := w.visit("visitor")
		w.hub.TellAll(sanitize.Line("the server stops in 5 min"))
		alice.shows("──  the server stops in 5 min  ──", "alice>")
		plain.sees("the server stops in 5 min")
		visitor.sawNothingOf("stops")
	})
}

// Before a stop nobody is asked for a name or a password that would be of no use.
func TestWhoComesBeforeAStopIsToldAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		early := w.visit("early")
		w.chat.SetClosed(true)
		for _, late := range []*person{w.visit("late"), w.visit("later", terminal(80))} {
			late.sees("the server is shutting down: nobody can log in now")
			late.ends(exitEnded)
		}
		early.types("login bob")
		early.sees("the server is shutting down: nobody can log in now")
		w.chat.SetClosed(false)
		early.types("login bob")
		early.sees("password:")
	})
}
