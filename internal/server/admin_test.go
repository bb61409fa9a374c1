package server_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"sshchat/internal/servertest"
)

// promote gives somebody a role, as the owner does on the server's machine.
func promote(srv *servertest.Server, name, role string) {
	srv.Helper()
	db, err := sql.Open("sqlite", filepath.Join(srv.Dir, "sshchat.db"))
	if err != nil {
		srv.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(srv.Context(), `UPDATE users SET role = ? WHERE name = ?`, role, name); err != nil {
		srv.Fatal(err)
	}
}

// A moderator has the harmless part of the console in the chat, and somebody else has no such command.
func TestAdminInTheChat(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	bob.Types("/admin sessions", "/admni sessions")
	bob.Sees(`no command "admin" — help lists them`, `no command "admni" — help lists them`)
	promote(srv, "alice", "moderator")
	alice.Types("/admin sessions")
	alice.Sees("session  account", "alice", "bob")
	alice.Types("admin user bob")
	alice.Sees("account     bob\n", "state       online, session 2\n")
	alice.Types("/admin stats")
	alice.Sees("not done: stats is not for your role — admin help lists what you may do")
	alice.Types("/admin kick bob --reason spam")
	alice.Sees("kicked bob\n")
	bob.Sees("you were logged out by an administrator: spam")
	alice.Types("/admin audit")
	alice.Sees("  alice  chat  kick bob  spam\n")
	promote(srv, "alice", "")
	alice.Types("/admin audit")
	alice.Sees(`no command "admin" — help lists them`)
	if log := srv.Logged.String(); !strings.Contains(log, "event=admin_act actor=alice action=kick target=bob via=chat") {
		t.Errorf("the log does not tell of it:\n%s", log)
	}
}

// What is reported comes to the moderators at once, and to nobody else.
func TestReportsReachTheModerators(t *testing.T) {
	srv := servertest.Start(t)
	alice, bob, carol := srv.SignUp("alice"), srv.SignUp("bob"), srv.SignUp("carol")
	promote(srv, "alice", "moderator")
	bob.Types("message carol buy this")
	carol.Sees("bob → you  buy this")
	carol.Types("report #1 spam, and not the first")
	carol.Sees("passed on to the moderators\n")
	alice.Sees("report 1: carol reports #1 of bob: spam, and not the first (admin reports shows it)")
	bob.Types("report #1 mine", "report #2 none")
	bob.Sees("that is your own line", "there is no line with that number for you to see")
	bob.SawNothingOf("carol reports")
	bob.Types("delete")
	alice.Types("admin reports")
	alice.Sees("carol reports bob\n", "spam, and not the first\n", "#1, direct, ", ": buy this\n")
	alice.Types("admin report close 1 --note warned", "admin reports")
	alice.Sees("closed report 1\n", "there are no reports\n")
}

// How long somebody is silent, and what has gone both ways, is what their channel has carried.
func TestSessionsTellOfTheirTraffic(t *testing.T) {
	srv := servertest.Start(t)
	alice := srv.SignUp("alice")
	promote(srv, "alice", "admin")
	alice.Types("admin sessions --json")
	alice.Sees(`{"sessions":[{"session":1,"account":"alice","remote":"127.0.0.1:`, `"idle_seconds":0,"sent_bytes":`, `"received_bytes":`, `"behind":0}]}`)
	if got := alice.Received(); strings.Contains(got, `"sent_bytes":0,`) || strings.Contains(got, `"received_bytes":0,`) {
		t.Errorf("nothing is counted: %s", got)
	}
}
