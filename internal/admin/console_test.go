package admin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// at is how the console shows a time here.
func at(t time.Time) string { return t.Local().Format(dayForm) }

func TestStatus(t *testing.T) {
	w := newWorld(t)
	w.types("status").says(
		"version    1.2.3",
		"pid        812",
		"data       "+w.dir,
		"listening  [::]:2222",
		"up         2 d 1 h, since "+at(noon.Add(-49*time.Hour)),
		"online     7",
		"memory     12.3 MB",
		"database   0.0 MB")
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	w.types("sessions").says("nobody is logged in")
	bob := w.signUp("bob")
	w.signUp("Alice")
	w.tells(bob, "Alice", "hi") // whose client is not proven to have it
	w.types("sessions").says(
		"session  account  address         "+pad("since")+"  idle       sent    received  behind  client",
		"2        Alice    192.0.2.7:4711  "+at(noon)+"  1 min 5 s  1.5 kB  70 B      1       SSH-2.0-OpenSSH_9.2",
		"1        bob      192.0.2.7:4711  "+at(noon)+"  1 min 5 s  1.5 kB  70 B      0       SSH-2.0-OpenSSH_9.2")
	w.leaves(bob)
	if out := w.types("sessions").out; strings.Contains(out, "bob") {
		t.Errorf("bob has left:\n%s", out)
	}
}

func pad(s string) string { return fmt.Sprintf("%-*s", len(dayForm), s) }

func TestUsersShowWhoIsBanned(t *testing.T) {
	w := newWorld(t)
	w.types("users").says("there are no accounts yet")
	w.signUp("carol")
	w.signUp("bob")
	w.types("ban", "carol").says("banned carol")
	w.types("users").says(
		"account               "+pad("created")+"  "+pad("last login")+"  state",
		"bob                   "+at(noon)+"  "+at(noon),
		"carol                 "+at(noon)+"  "+at(noon)+"  banned since "+at(noon))
}

// A list of more than one page is shown whole, in order, with one head.
func TestUsersOverSeveralPages(t *testing.T) {
	w := newWorld(t)
	const n = 2*maxUsers + 1
	for i := range n {
		_, err := w.store.CreateUser(t.Context(), chat.NewUser{Name: chat.Name(fmt.Sprintf("u%s", letters(i)))})
		if err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSuffix(w.types("users").out, "\n"), "\n")
	if len(lines) != 1+n || !strings.HasPrefix(lines[0], "account ") {
		t.Fatalf("%d lines, the first %q", len(lines), lines[0])
	}
	for i, l := range lines[1:] {
		if want := "u" + letters(i) + " "; !strings.HasPrefix(l, want) {
			t.Fatalf("line %d is %q, want %q", i, l, want)
		}
	}
}

// letters spells i so that no two are look-alikes.
func letters(i int) string {
	s := ""
	for range 4 {
		s = string(rune('a'+i%6)) + s
		i /= 6
	}
	return s
}

func TestLockouts(t *testing.T) {
	w := newWorld(t)
	w.types("lockouts").says("nobody is locked out")
	w.signUp("bob")
	w.strikes("bob")
	w.types("lockouts").says(
		"account  from            until",
		"bob      192.0.2.7:4711  "+noon.Add(time.Minute).Local().Format(timeForm))
}

func TestKickEndsALoginOnly(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.types("kick", "BOB", "--reason", "far too", "noisy").says("kicked bob")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "administrator: far too noisy") {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.types("kick", "bob").fails(1, "bob is not online", "") // 67 is for no such account
	again := &person{}
	if _, err := w.chat.Login(t.Context(), chat.Attempt{Name: "bob", Password: "secret", Remote: remote}, again); err != nil {
		t.Errorf("bob cannot come back: %v", err)
	}
}

func TestBanAndUnban(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.types("ban", "bob", "--reason=spam").says("banned bob")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "banned by an administrator: spam") {
		t.Errorf("bob was told %v", bob.cause)
	}
	login := func() error {
		_, err := w.chat.Login(t.Context(), chat.Attempt{Name: "bob", Password: "secret", Remote: remote}, &person{})
		return err
	}
	if err := login(); err == nil {
		t.Error("bob came in while banned")
	}
	w.types("ban", "bob").fails(1, "bob is banned already", "")
	w.types("unban", "bob").says("unbanned bob")
	w.types("unban", "bob").fails(1, "bob is not banned", "")
	if err := login(); err != nil {
		t.Errorf("bob cannot come back: %v", err)
	}
}

func TestAnnounceReachesEveryone(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	inbox := w.inbox(bob)
	w.types("announce", "down", "at  noon", "--really").says("announced to every account")
	got := inbox.Take(10, 0)
	if len(got) != 1 || !got[0].FromServer() || got[0].Body.String() != "down at  noon --really" {
		t.Errorf("bob got %v", got)
	}
	w.types("announce", strings.Repeat("x", 401)).fails(1,
		"not sent: 401 bytes, and a message has at most 400", "shorten it, or send it in parts")
	w.types("announce", "  ").fails(64, "not sent: there is no text", "type it behind the command")
}

// Every act is in the audit table, by the user whom the system names; what only looks, and what was
// refused, is not.
func TestActsAreAudited(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.types("sessions")
	w.types("users")
	w.types("kick", "bob", "--reason", "too\x1b[31m noisy")
	w.types("kick", "nobody-here")
	w.types("ban", "bob", "--reason", "spam")
	w.types("ban", "bob")
	w.types("unban", "bob")
	w.types("announce", "hello")
	want := []string{
		me() + "|console|kick|bob|too[31m noisy",
		me() + "|console|ban|bob|spam",
		me() + "|console|unban|bob|",
		me() + "|console|announce||hello",
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
	if log := w.log.String(); strings.Contains(log, "hello") || !strings.Contains(log, "action=announce") {
		t.Errorf("the log tells of acts, and not what was said:\n%s", log)
	}
}

func TestMisspelt(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	const kick = "usage: kick USER|SESSION [--reason TEXT]"
	for _, c := range []struct {
		args       []string
		exit       int
		text, hint string
	}{
		{[]string{"kcik", "bob"}, 64, `no command "kcik"`, "did you mean kick?"},
		{[]string{"hlep"}, 64, `no command "hlep"`, "did you mean help?"},
		{[]string{"xyzzy"}, 64, `no command "xyzzy"`, "help lists the commands"},
		{[]string{""}, 64, `no command ""`, "help lists the commands"},
		{[]string{"help", "sesions"}, 64, `no command "sesions"`, "did you mean sessions?"},
		{[]string{"kick"}, 64, "kick: USER|SESSION is missing", kick},
		{[]string{"kick", "bob", "carol"}, 64, `kick: "carol" is too much`, kick},
		{[]string{"kick", "bob", "--why", "x"}, 64, "kick: no flag --why", kick},
		{[]string{"kick", "bob", "--reason"}, 64, "kick: --reason needs a value", kick},
		{[]string{"status", "now"}, 64, `status: "now" is too much`, "usage: status"},
		{[]string{"announce"}, 64, "announce: TEXT is missing", "usage: announce TEXT"},
		{[]string{"kick", "bobb"}, 67, `no user "bobb"`, "did you mean bob?"},
		{[]string{"unban", "zed"}, 67, `no user "zed"`, ""},
		{[]string{"kick", "bob", "--reason", strings.Repeat("x", maxReason+1)}, 1, "the reason is too long: at most 400 bytes", ""},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			r := w.types(c.args...)
			r.t = t
			r.fails(c.exit, c.text, c.hint)
			if r.out != "" {
				t.Errorf("stdout: %q", r.out)
			}
		})
	}
}

func TestHelpNeedsNoServer(t *testing.T) {
	dir := t.TempDir()
	all := console(t, dir, "", "help")
	all.says(strings.TrimSuffix(Help(), "\n"))
	for i := range verbs {
		if !strings.Contains(all.out, verbs[i].usage()+" ") {
			t.Errorf("help does not know %s:\n%s", verbs[i].name, all.out)
		}
	}
	const kick = "kick USER|SESSION [--reason TEXT]  end somebody's login; they may log in again"
	console(t, dir, "", "help", "kick").says(kick)
	console(t, dir, "", "kick", "--help").says(kick)
	console(t, dir, "", "quit").says()
	console(t, dir, "", "exit").says()
}

func TestNoServerRuns(t *testing.T) {
	dir := t.TempDir()
	const hint = "start one with `sshchat serve`, or name the folder of another with --data"
	console(t, dir, "", "status").fails(69, "no server runs on "+dir, hint)
	console(t, dir, "status\n").fails(69, "no server runs on "+dir, hint)
	console(t, dir+"/missing", "", "users").fails(69, "no server runs on "+dir+"/missing", hint)
}

// What a hostile client has named itself never controls the operator's terminal.
func TestTheAnswerIsCleaned(t *testing.T) {
	w := newWorld(t)
	p := &person{}
	var err error
	p.begun, err = w.chat.SignUp(t.Context(), chat.Attempt{Name: "mallory", Password: "secret",
		Remote: remote, Client: "SSH-2.0-\x1b]0;owned\a\nroot"}, p)
	if err != nil {
		t.Fatal(err)
	}
	out := w.types("sessions").out
	if strings.ContainsAny(out, "\x1b\a") || strings.Count(out, "\n") != 2 {
		t.Errorf("shown raw: %q", out)
	}
}
