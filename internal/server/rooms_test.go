package server_test

import (
	"testing"

	"sshchat/internal/servertest"
)

func TestPeopleMeetInRooms(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob, carol := srv.SignUp("alice"), srv.SignUp("bob"), srv.SignUp("carol")
	alice.Types("join #ops")
	alice.Sees("#ops: you joined")
	bob.Types("join #ops", "message #ops hello")
	bob.Sees("#ops you  hello")
	alice.Sees("#ops: bob joined", "#ops bob  hello")
	carol.SawNothingOf("hello")
	carol.Types("message #ops let me in")
	carol.Sees("not in")
	bob.Leaves()
	alice.Types("message #ops are you there?", "topic #ops deploys")
	alice.Sees("#ops: you set the topic: deploys")
	bob = srv.Login("bob")
	bob.Sees("1 message while you were away", "#ops alice  are you there?")
	alice.Types("sent")
	alice.Sees("→ #ops")
	alice.Types("kick #ops bob sorry")
	bob.Sees("#ops: alice removed you: sorry")
	bob.Types("join #ops")
	bob.Sees("you were removed from #ops")
	bob.Types("history #ops")
	bob.Sees("you are not in #ops")
	bob.Types("history 10")
	bob.Sees("#ops alice  are you there?")
}

func TestTheNumberOfALineOpensNothingToOthers(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob, carol := srv.SignUp("alice"), srv.SignUp("bob"), srv.SignUp("carol")
	alice.Types("message bob one", "message bob two", "message bob three")
	bob.Sees("alice → you  three")
	bob.Types("history alice since 1h")
	bob.Sees("#2 ", "alice → you  two")
	bob.Types("context #2")
	bob.Sees("alice → you  one", "alice → you  two", "alice → you  three")
	carol.Types("context 2")
	carol.Sees("there is no line with that number for you to see")
	carol.Types("history", "history alice")
	carol.Sees("nothing was said there that you can see")
}
