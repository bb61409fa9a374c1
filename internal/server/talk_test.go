package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// Every command of the mission, from a pipe.

func TestPeopleTalk(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	alice.Types("message bob are we still on  for three?")
	alice.Sees("you → bob  are we still on  for three?\n")
	bob.Sees("alice → you  are we still on  for three?\n")
	bob.Types("reply yes")
	alice.Sees("bob → you  yes\n")
	alice.Types("broadcast the printer works")
	bob.Sees("alice → all  the printer works\n")
	alice.Sees("you → all  the printer works\n")
	bob.SawNothingOf("you → all")
}

func TestWhoIsThere(t *testing.T) {
	srv := servertest.Start(t)
	alice := srv.SignUp("alice")
	alice.Types("whoelse")
	alice.Sees("nobody else is online")
	alice.Types("wholasthr")
	alice.Sees("nobody else")
	bob := srv.SignUp("bob")
	for _, command := range []string{"whoelse", "who", "wholasthr", "wholast 5m", "/whoelse", "WHOELSE"} {
		alice.Types(command)
		alice.Sees("bob")
	}
	alice.Types("whois bob")
	alice.Sees("bob", "online")
	bob.Leaves()
	alice.Types("whoelse")
	alice.Sees("nobody else is online")
}

func TestWhoIsAwayMissesNothing(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	bob.Leaves()
	alice.Types("message bob one", "broadcast two", "message bob three")
	alice.Sees("you → bob  three")
	alice.Types("sent")
	alice.Sees("bob: away, waiting")
	bob = srv.Login("bob")
	bob.Sees("3 messages while you were away", "alice → you  one", "alice → all  two", "alice → you  three")
	bob.Leaves()
	bob = srv.Login("bob")
	bob.SawNothingOf("alice")
	alice.Types("sent")
	alice.Sees("bob: got it")
}

func TestAQuietLoginLeavesThemToMore(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	bob.Leaves()
	alice.Types("message bob one", "message bob two")
	alice.Sees("you → bob  two")
	bob = srv.Login("bob", "--quiet")
	bob.SawNothingOf("alice → you")
	bob.Types("more")
	bob.Sees("alice → you  one", "alice → you  two")
	bob.Leaves()
	bob = srv.Login("bob")
	bob.Types("more")
	bob.Sees("no earlier lines wait")
}

func TestBlocking(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	bob.Types("blocked")
	bob.Sees("nobody")
	bob.Types("block alice")
	bob.Sees("alice")
	alice.Types("message bob hello")
	alice.Sees("blocked")
	alice.Types("broadcast the printer works")
	alice.Sees("you → all")
	bob.SawNothingOf("printer")
	bob.Types("blocked")
	bob.Sees("alice")
	bob.Types("unblock alice")
	bob.SawNothingOf("printer")
	alice.Types("message bob hello again")
	bob.Sees("alice → you  hello again")
}

func TestEveryBadInputIsAnswered(t *testing.T) {
	srv := servertest.Start(t)
	visitor := srv.Visit("somebody")
	for _, c := range []struct{ types, sees string }{
		{"message bob hi", "log in or sign up first"},
		{"whoelse", "log in or sign up first"},
		{"wat", "that is no command here — log in first"},
		{"signup root", "taken"},
		{"signup 1", "a name is a letter from a to z"},
		{"signup r00t", "looks like"},
	} {
		visitor.Types(c.types)
		visitor.Sees(c.sees)
	}
	srv.SignUp("bob")
	alice := srv.SignUp("alice")
	for _, c := range []struct{ types, sees string }{
		{"", ""},
		{"mesage bob hi", "did you mean message?"},
		{"message", "usage: message WHO TEXT"},
		{"message bob", "usage:"},
		{"message bobb hi", "did you mean bob?"},
		{"message zed hi", `no user "zed"`},
		{"message alice hi", "yourself"},
		{"block alice", "yourself"},
		{"block", "usage:"},
		{"unblock bob", "not blocked"},
		{"wholast", "usage:"},
		{"wholast xyz", "wholast"},
		{"signup carol", "logged in"},
		{"login bob", "logged in"},
		{"sent 99999", "no line"},
		{"reply hi", "nobody has written to you"},
		{"help nosuch", "nosuch"},
		{"help message", "message WHO TEXT"},
		{"message bob " + strings.Repeat("x", 4001), "4001 bytes"},
		{"\xff\xfe\x1b[31m", "no command"},
	} {
		alice.Types(c.types)
		alice.Sees(c.sees)
	}
	if strings.Contains(alice.Received(), "\x1b") {
		t.Errorf("an escape byte in plain mode:\n%q", alice.Received())
	}
}

func TestWrongPasswordsAndTheLock(t *testing.T) {
	srv := servertest.Start(t)
	srv.SignUp("bob").Leaves()
	visitor := srv.Visit("bob")
	for range 2 {
		visitor.Types("login bob", "not this one")
		visitor.Sees("password", "wrong name or password")
	}
	visitor.Types("login bob", "not this one")
	visitor.Sees("locked", " s ")
	visitor.Types("login bob")
	visitor.Sees("locked", " s ")
	visitor.Types("login nosuch", "whatever it is")
	visitor.Sees("wrong name or password")
	srv.Login("bob").Leaves() // from another port
}

func TestWrongRepeatAsksAgain(t *testing.T) {
	srv := servertest.Start(t)
	visitor := srv.Visit("bob")
	visitor.Types("signup bob", "short")
	visitor.Sees("at least 8")
	visitor.Types(servertest.Password, "something else")
	visitor.Sees("again")
	visitor.Types(servertest.Password, servertest.Password)
	visitor.Sees("Welcome")
}

func TestOneLoginAnAccount(t *testing.T) {
	srv := servertest.Start(t)
	first := srv.SignUp("bob")
	visitor := srv.Visit("bob")
	visitor.Types("login bob", servertest.Password)
	visitor.Sees("already logged in from 127.0.0.1")
	second := srv.Login("bob", "--take-over")
	first.Sees("taken over")
	first.Ends()
	second.Types("whoelse")
	second.Sees("nobody else is online")
}

func TestPasswd(t *testing.T) {
	srv := servertest.Start(t)
	bob := srv.SignUp("bob")
	bob.Types("passwd", "wrong one")
	bob.Sees("password", "not your present password")
	bob.Types("passwd", servertest.Password, "another good one", "another good one")
	bob.Sees("changed")
	bob.Leaves()
	bob = srv.Visit("bob")
	bob.Types("login bob", "another good one")
	bob.Sees("Welcome")
}

func TestEndOfInputWaitsForWhatWasTyped(t *testing.T) {
	srv := servertest.Start(t, func(o *server.Options) {
		o.Config.Limits.MessageBurst, o.Config.Limits.MessageRate = 2, 20
	})
	alice := srv.SignUp("alice")
	srv.SignUp("bob").Leaves()
	carol := srv.Visit("carol")
	lines := []string{"signup carol", servertest.Password, servertest.Password}
	for i := range 12 {
		lines = append(lines, fmt.Sprintf("message alice %d", i))
	}
	carol.Types(lines...)
	carol.EndsInput()
	for i := range 12 {
		alice.Sees(fmt.Sprintf("carol → you  %d\n", i))
		carol.Sees(fmt.Sprintf("you → alice  %d\n", i))
	}
	if status := carol.Ends(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}

func TestPastThePaceIsRefusedNotDropped(t *testing.T) {
	srv := servertest.Start(t, func(o *server.Options) {
		o.Config.Limits.MessageBurst, o.Config.Limits.MessageRate = 1, 0.001
	})
	srv.SignUp("bob")
	alice := srv.SignUp("alice")
	for i := range 70 {
		alice.Types(fmt.Sprintf("message bob %d", i))
	}
	alice.Sees("slow down")
	alice.Types("whoelse")
	alice.Sees("bob")
}

func TestExecAndSubsystemAreRefusedInWords(t *testing.T) {
	srv := servertest.Start(t)
	session, err := srv.Dial("bob").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, err := session.CombinedOutput("message bob hi")
	if err == nil || len(out) == 0 || !strings.Contains(string(out), "hint:") {
		t.Errorf("exec: %v, %q", err, out)
	}
}

func TestAFullServerSaysSo(t *testing.T) {
	srv := servertest.Start(t, func(o *server.Options) { o.Config.Server.MaxSessions = 1 })
	srv.SignUp("alice").Leaves()
	bob := srv.SignUp("bob")
	visitor := srv.Visit("alice")
	visitor.Types("login alice", servertest.Password)
	visitor.Sees("the server is full")
	bob.Leaves()
}

func TestTheServerStopsInOrder(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	alice.Types("message bob before")
	bob.Sees("alice → you  before")
	srv.Restart()
	alice.Sees("shutting down")
	bob.Sees("shutting down")
	bob = srv.Login("bob")
	bob.SawNothingOf("before")
	alice = srv.Login("alice")
	alice.Types("message bob after")
	bob.Sees("alice → you  after")
}

// A link that went silent without a FIN: what the client's ssh had not proven comes again, in order and
// once; what it had does not; the own line that never came back is marked.
func TestACutLinkLosesNothing(t *testing.T) {
	srv := servertest.Start(t)
	alice := srv.SignUp("alice")
	srv.SignUp("bob").Leaves()
	link := srv.Link()
	bob := srv.LoginTo(link.Addr, "bob")
	alice.Types("message bob proven")
	bob.Sees("alice → you  proven")
	alice.IsTold("bob: got it")
	link.GoesSilent()
	alice.Types("message bob lost one", "message bob lost two")
	alice.Sees("you → bob  lost two")
	second := srv.Login("bob", "--take-over")
	second.Sees("alice → you  lost one", "alice → you  lost two")
	second.SawNothingOf("lost")
	if strings.Contains(second.Transcript(), "proven") {
		t.Errorf("a proven line came again:\n%s", second.Transcript())
	}
}

func TestADeadLinkIsFoundWhenSomebodyWaits(t *testing.T) {
	srv := servertest.Start(t)
	srv.SignUp("bob").Leaves()
	link := srv.Link()
	srv.LoginTo(link.Addr, "bob")
	link.GoesSilent()
	start := time.Now()
	srv.Login("bob")
	t.Logf("found dead after %v", time.Since(start))
}
