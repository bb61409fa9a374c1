package admin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/render"
	"sshchat/internal/sanitize"
)

// desk is the console in the chat, as one person uses it.
type desk struct {
	*world
	*Server
	me   chat.Actor
	role string
}

// desk gives the console to somebody who logs in with a role.
func (w *world) desk(name, role string) *desk {
	w.Helper()
	p := w.signUp(name)
	w.sql(fmt.Sprintf(`UPDATE users SET role = '%s' WHERE name = '%s'`, role, name))
	return &desk{w, w.server, p.begun.Actor(), role}
}

var plainly80 = render.Viewer{Plain: true, Zone: time.UTC}

func (d *desk) reads(typed string, lines ...string) {
	d.world.Helper()
	got, err := d.Do(d.Context(), d.me, d.role, typed, plainly80)
	want := strings.Join(lines, "\n") + "\n"
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		d.Errorf("%s: %v (-want +got):\n%s", typed, err, diff)
	}
}

func (d *desk) isRefused(typed, want string) {
	d.world.Helper()
	_, err := d.Do(d.Context(), d.me, d.role, typed, plainly80)
	r, ok := chat.AsRefusal(err)
	if !ok || r.Error() != want {
		d.Errorf("%s: %v, want %s", typed, err, want)
	}
}

// Who has a role and is muted acts without a word.
func TestAModeratorWhoIsMuted(t *testing.T) {
	w := newWorld(t)
	admin := w.desk("alice", chat.Admin)
	for _, name := range []string{"bob", "carol", "dave"} {
		w.signUp(name)
	}
	w.types("mute", "alice", "--reason", "be calm")
	for _, typed := range []string{"announce x", "motd set x", "kick bob --reason x", "ban bob --reason x", "mute bob --reason x",
		"report close 1 --note x"} {
		admin.isRefused(typed, "not sent: you are muted by an administrator: be calm")
	}
	for _, typed := range []string{"mute bob", "kick carol", "ban dave", "audit --actor x", "raid on"} {
		if _, err := admin.Do(t.Context(), admin.me, admin.role, typed, plainly80); err != nil {
			t.Errorf("%s: %v", typed, err)
		}
	}
	w.types("unmute", "alice")
	admin.reads("motd set x", "x")
}

func TestAModeratorInTheChat(t *testing.T) {
	w := newWorld(t)
	alice := w.desk("alice", chat.Moderator)
	bob := w.signUp("bob")
	// Where people are is not for moderators.
	alice.reads("sessions",
		"session  account  address  since             idle       sent    received  behind  client",
		"1        alice             2026-11-25 12:00  1 min 5 s  1.5 kB  70 B      0       SSH-2.0-OpenSSH_9.2",
		"2        bob               2026-11-25 12:00  1 min 5 s  1.5 kB  70 B      0       SSH-2.0-OpenSSH_9.2")
	w.strikes("carol")
	for _, typed := range []string{"sessions --json", "lockouts --json", "lockouts", "user bob", "user bob --json"} {
		if got, err := alice.Do(t.Context(), alice.me, alice.role, typed, plainly80); err != nil || strings.Contains(got, "192.0.2.7") {
			t.Errorf("%s: %v\n%s", typed, err, got)
		}
	}
	alice.reads("kick 2 --reason too  noisy", "kicked bob")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "administrator: too  noisy") {
		t.Errorf("bob was told %v", bob.cause)
	}
	alice.isRefused("ban bob", "not done: ban is not for your role — admin help lists what you may do")
	alice.isRefused("events", "not done: events is done on the server's machine only — admin help lists what you may do")
	alice.isRefused("kcik bob", `no command "kcik" — did you mean kick?`)
	alice.isRefused("xyzzy", `no command "xyzzy" — admin help lists what you may do`)
	alice.isRefused("kick", "kick: USER|SESSION is missing — usage: kick USER|SESSION [--reason TEXT]")
	alice.isRefused("kick zed", `no user "zed"`)
	if want := []string{"alice|chat|kick|bob|too  noisy"}; cmp.Diff(want, w.audited()) != "" {
		t.Errorf("audited otherwise")
	}
	if log := w.log.String(); !strings.Contains(log, "event=admin_act actor=alice action=kick target=bob via=chat") {
		t.Errorf("the log tells\n%s", log)
	}
}

func TestAnAdminInTheChat(t *testing.T) {
	w := newWorld(t)
	alice := w.desk("alice", chat.Admin)
	w.signUp("bob")
	alice.reads("ban bob --reason spam", "banned bob")
	alice.reads("unban bob", "unbanned bob")
	alice.reads("announce the server  stops", "announced to every account")
	alice.reads("kick --help", "kick USER|SESSION [--reason TEXT]  end somebody's login; they may log in again")
	alice.isRefused("events --follow", "not done: events is done on the server's machine only — admin help lists what you may do")
	got, err := alice.Do(t.Context(), alice.me, alice.role, "sessions", plainly80)
	if err != nil || !strings.Contains(got, "192.0.2.7:4711") {
		t.Errorf("%v\n%s", err, got)
	}
}

// What is listed is what one may do.
func TestHelpInTheChat(t *testing.T) {
	w := newWorld(t)
	alice := w.desk("alice", chat.Moderator)
	for _, typed := range []string{"", "help", " help "} {
		got, err := alice.Do(t.Context(), alice.me, alice.role, typed, plainly80)
		if err != nil {
			t.Fatal(err)
		}
		for i := range verbs {
			v := &verbs[i]
			if listed := strings.Contains(got, v.usage()+" "); listed != v.may(moderators) {
				t.Errorf("%q: %s is listed: %v", typed, v.name, listed)
			}
		}
	}
	alice.reads("help report", "report close N [--note TEXT]  close a report, with a note of what came of it")
	alice.isRefused("help ban", `no command "ban" — admin help lists what you may do`)
}

const spareKey = "SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8"

// Nobody acts on those who have as much to say, whether they are named or their session is.
func TestRolesProtect(t *testing.T) {
	w := newWorld(t)
	moderator, admin := w.desk("alice", chat.Moderator), w.desk("bob", chat.Admin)
	w.desk("carol", chat.Moderator)
	w.desk("dave", chat.Admin)
	const from = " — who has that role can be acted on from above it only, or on the server's machine"
	moderator.isRefused("kick carol", "not done: carol is a moderator"+from)
	moderator.isRefused("kick 4", "not done: dave is an admin"+from)
	moderator.isRefused("kick 99", "no session 99 — sessions lists them")
	admin.isRefused("ban DAVE", "not done: dave is an admin"+from)
	admin.reads("kick carol", "kicked carol")
	// Nor by what is theirs: where they are, their program, their key, what they have said.
	w.sql(`UPDATE logins SET remote = '198.51.100.9' WHERE user_id = 4`)
	admin.isRefused("ban 198.51.100.0/24", "not done: dave is an admin"+from)
	admin.isRefused("ban client=*openssh*", "not done: bob is an admin"+from)
	w.sql(`INSERT INTO keys (fingerprint, user_id, public_key, label, added_at) VALUES ('` + spareKey + `', 4, '', '', 0)`)
	admin.isRefused("ban key="+spareKey, "not done: dave is an admin"+from)
	admin.reads("ban 203.0.113.1", "banned 203.0.113.1")
	admin.reads("ban client=*bot*", "banned client=*bot*")
	said := w.chat.Send(t.Context(), admin.me, []chat.Line{{Audience: chat.ToAll, Text: sanitize.Line("hello")}})[0]
	if said.Err != nil {
		t.Fatal(said.Err)
	}
	moderator.isRefused(fmt.Sprint("message delete ", said.Entry.ID), "not done: bob is an admin"+from)
	moderator.isRefused("message delete x", "the number of a line is as history and events show it: #123")
	w.types("kick", "dave").says("kicked dave")
	(&desk{w, w.server, moderator.me, "emperor"}).isRefused("kick carol", `not done: "emperor" is no role that may use the console`)
}

// What others say of a moderator is not the moderator's to read, or to close.
func TestNobodySeesReportsAboutThemselves(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.desk("alice", chat.Moderator), w.desk("bob", chat.Admin)
	carol, dave := w.signUp("carol"), w.desk("dave", chat.Moderator)
	for _, name := range []string{"alice", "carol", "alice"} {
		if err := w.chat.ReportUser(t.Context(), dave.me, name, sanitize.Line("rude")); err != nil {
			t.Fatal(err)
		}
	}
	about := func(id int, who string) []string {
		return []string{fmt.Sprint(id, "  2026-11-25 12:00  dave reports ", who), "  rude"}
	}
	all := slices.Concat(about(1, "alice"), about(2, "carol"), about(3, "alice"))
	alice.reads("reports", about(2, "carol")...)
	bob.reads("reports", all...)
	w.types("reports").says(all...)
	for _, id := range []int{1, 9} { // nor is it told from one that there never was
		alice.isRefused(fmt.Sprint("report close ", id), fmt.Sprintf("no report %d — reports lists them", id))
	}
	alice.reads("report close 2", "closed report 2")
	bob.reads("report close 1", "closed report 1")
	alice.reads("reports", "there are no reports")
	alice.reads("reports --all", append(about(2, "carol"), "  closed 2026-11-25 12:00 by alice")...)
	w.types("report", "close", "3").says("closed report 3")
	if got := fmt.Sprint(w.hub.Inbox(carol.begun.ID).Told()); got != "[]" {
		t.Errorf("carol is told %s", got)
	}
}

// Whoever has reported is told that it was seen to, and nothing of what the moderators think of it, also if they have
// blocked the one it is about, and at their next login if they are away.
func TestTheReporterIsToldThatItWasSeenTo(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.desk("alice", chat.Moderator), w.signUp("bob"), w.signUp("carol")
	me := carol.begun.Actor()
	for range 2 {
		if err := w.chat.ReportUser(t.Context(), me, "bob", sanitize.Line("rude")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.chat.Block(t.Context(), me, "bob"); err != nil {
		t.Fatal(err)
	}
	alice.reads("report close 1 --note a known troll", "closed report 1")
	w.types("report", "close", "2", "--note", "again").says("closed report 2")
	told := func(who *person) (texts []string) {
		page, err := w.store.Read(t.Context(), who.begun.User.ID, chat.Stretch{}, 99)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.Kind == chat.Told {
				texts = append(texts, e.Body.String())
			}
		}
		return texts
	}
	const seen = "a moderator has looked at your report of bob"
	if diff := cmp.Diff([]string{seen, seen}, told(carol)); diff != "" {
		t.Errorf("carol (-want +got):\n%s", diff)
	}
	if got := told(bob); got != nil {
		t.Errorf("bob is told %q", got)
	}
}

// Of what would fill the screen of somebody in the chat the beginning is shown.
func TestLongAnswersInTheChat(t *testing.T) {
	w := newWorld(t)
	alice := w.desk("alice", chat.Moderator)
	w.sql(`WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < 2000)
		INSERT INTO users (name, name_key, skeleton, password, created, created_at)
		SELECT 'u' || n, 'u' || n, 'u' || n, '', 0, 0 FROM i`)
	got, err := alice.Do(t.Context(), alice.me, alice.role, "users", plainly80)
	if err != nil || len(got) > mostShown+200 || !strings.HasSuffix(got, moreOnMachine+"\n") {
		t.Errorf("%v, %d bytes, %q", err, len(got), got[max(0, len(got)-100):])
	}
	rows := strings.Repeat(strings.Repeat("x", 99)+"\n", mostShown/100+9)
	if got := clipRows(view{Viewer: plainly80}, rows); len(got) > mostShown+200 || !strings.HasSuffix(got, "x\n"+moreOnMachine+"\n") {
		t.Errorf("%d bytes, %q", len(got), got[max(0, len(got)-100):])
	}
}
