package chat_test

import (
	"testing"
	"time"

	"sshchat/internal/chat"
)

// Limits that change hold for what is done next, and for those who are in already.
func TestNewRulesHoldAtOnce(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	w.signUp("bob")
	alice.says("bob", "as long as before")
	rules := w.chat.Rules()
	rules.MessageBytes, rules.SignUpClosed = 5, true
	w.chat.SetRules(rules)
	w.refused(alice.sends("bob", "too long"), chat.TooLong, "at most 5")
	_, err := w.trySignUp(attempt("carol"))
	w.refused(err, chat.Busy, "makes no new accounts")
	w.chat.SetRules(defaultRules)
	alice.says("bob", "as long as before")
	w.signUp("carol")
}

// Who has used up a pace begins anew with another, and only then.
func TestAnotherPaceBeginsAnew(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.SignUps = chat.Pace{Burst: 2, Every: time.Hour} })
	w.signUp("alice")
	w.signUp("bob")
	_, err := w.trySignUp(attempt("carol"))
	w.refused(err, chat.TooFast)
	w.chat.SetRules(w.rules)
	_, err = w.trySignUp(attempt("carol"))
	w.refused(err, chat.TooFast)
	more := w.rules
	more.SignUps.Burst = 3
	w.chat.SetRules(more)
	w.signUp("carol")
	_, err = w.trySignUp(attempt("dave"))
	w.refused(err, chat.TooFast)
	more.SignUps.Burst = 1
	w.chat.SetRules(more)
	_, err = w.trySignUp(attempt("dave"))
	w.refused(err, chat.TooFast)
	w.chat.SetRules(defaultRules)
	w.signUp("dave")
}

// A guess that is being judged while the pace changes does not upset the new one.
func TestThePaceOfGuessesChanges(t *testing.T) {
	w := newWorld(t, func(r *chat.Rules) { r.Attempts = chat.Pace{Burst: 1, Every: time.Hour} })
	w.signUp("alice")
	guess := func() error {
		a := attempt("alice")
		a.Password = "wrong"
		_, err := w.tryLogin(w.node, a)
		return err
	}
	w.refused(guess(), chat.Denied)
	w.refused(guess(), chat.Locked)
	rules := w.rules
	rules.Attempts = chat.Pace{Burst: 1, Every: time.Minute}
	w.chat.SetRules(rules)
	w.refused(guess(), chat.Denied)
	w.refused(guess(), chat.Locked)
}

// Before it stops the server lets nobody in; who is in goes on.
func TestNobodyIsLetInBeforeAStop(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.chat.SetClosed(true)
	_, err := w.trySignUp(attempt("carol"))
	w.refused(err, chat.Busy, "shutting down")
	_, err = w.tryLogin(w.node, attempt("bob"))
	w.refused(err, chat.Busy, "shutting down")
	alice.says("bob", "still here")
	bob.sees("alice → bob  still here")
	w.chat.SetClosed(false)
	w.signUp("carol")
}
