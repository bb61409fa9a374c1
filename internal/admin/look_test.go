package admin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// joins takes p into a room, which p owns if it is new.
func (w *world) joins(p *person, room string) chat.RoomInfo {
	w.Helper()
	r, _, err := w.chat.Join(w.Context(), p.begun.Actor(), room)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// says has p say something in a room, and gives its number.
func (w *world) says(p *person, r chat.RoomInfo, text string) chat.EntryID {
	w.Helper()
	line := chat.Line{Audience: chat.ToRoom, Room: r.Room, Text: sanitize.Line(text)}
	o := w.chat.Send(w.Context(), p.begun.Actor(), []chat.Line{line})
	if o[0].Err != nil {
		w.Fatal(o[0].Err)
	}
	return o[0].Entry.ID
}

// sql changes the database as somebody does who is not the server.
func (w *world) sql(statement string) {
	w.Helper()
	execSQL(w.T, w.dir, statement)
}

func TestUsersWhoAreOnline(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.signUp("Alice")
	carol := w.signUp("carol")
	w.leaves(bob)
	w.types("users", "--online", "--json").says(`{"users":[` +
		`{"name":"Alice","created_at":"2026-11-25T12:00:00Z","last_login_at":"2026-11-25T12:00:00Z"},` +
		`{"name":"carol","created_at":"2026-11-25T12:00:00Z","last_login_at":"2026-11-25T12:00:00Z"}]}`)
	_, page := w.send("GET", "/v1/users?online=yes&limit=1", "")
	if !strings.Contains(page, `"next":"alice"`) {
		t.Errorf("the first page is %s", page)
	}
	w.leaves(carol)
	_, page = w.send("GET", "/v1/users?online=yes&after=alice", "")
	if page != `{"users":[]}`+"\n" {
		t.Errorf("behind alice are %s", page)
	}
}

// The next page asks for what the first asked for.
func TestPagesKeepTheirParameters(t *testing.T) {
	got := Params{"online": yes, "after": "a"}.with(Params{"after": "b"})
	if got["online"] != yes || got["after"] != "b" || Params(got).with(nil) != nil {
		t.Errorf("got %v", got)
	}
}

func TestUser(t *testing.T) {
	w := newWorld(t)
	bob, carol := w.signUp("bob"), w.signUp("carol")
	w.joins(bob, "ops")
	w.joins(carol, "ops")
	w.joins(bob, "cats")
	if _, err := w.chat.Block(t.Context(), carol.begun.Actor(), "bob"); err != nil {
		t.Fatal(err)
	}
	if err := w.chat.SaveSettings(t.Context(), bob.begun.Actor(), chat.Settings{Bell: chat.BellAll}); err != nil {
		t.Fatal(err)
	}
	w.types("user", "BOB").says(
		"account     bob",
		"created     "+at(noon),
		"last login  "+at(noon),
		"role        none",
		"state       online, session 1",
		"settings    bell all",
		"rooms       #cats (owner), #ops (owner)",
		"keys        none",
		"blocks      0",
		"blocked by  1",
		"seen with   carol (192.0.2.7)")
	w.types("user", "carol", "--json").says(`{"name":"carol","created_at":"2026-11-25T12:00:00Z","last_login_at":"2026-11-25T12:00:00Z",` +
		`"online":[{"session":2,"account":"carol","remote":"192.0.2.7:4711","client":"SSH-2.0-OpenSSH_9.2","since":"2026-11-25T12:00:00Z",` +
		`"idle_seconds":65,"sent_bytes":1500,"received_bytes":70,"behind":0}],` +
		`"rooms":[{"name":"#ops"}],"keys":[],"blocks":1,"blocked_by":0,"seen_with":[{"name":"bob","remote":"192.0.2.7"}]}`)
	w.types("user", "bobb").fails(67, `no user "bobb"`, "did you mean bob?")
	w.types("ban", "carol")
	if out := w.types("user", "carol").out; !strings.Contains(out, "state       banned since ") {
		t.Errorf("carol is banned:\n%s", out)
	}
}

func TestUserWithKeysAndARole(t *testing.T) {
	w := newWorld(t)
	w.leaves(w.signUp("bob"))
	w.sql(`UPDATE users SET role = 'moderator'`)
	w.sql(fmt.Sprintf(`INSERT INTO keys (fingerprint, user_id, public_key, label, added_at) VALUES ('SHA256:abc', 1, '', 'laptop', %d)`,
		noon.UnixMicro()))
	out := w.types("user", "bob").out
	for _, want := range []string{"role        moderator\n", "state       not online\n", "keys        SHA256:abc laptop\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out := w.types("user", "bob", "--json").out; !strings.Contains(out,
		`"keys":[{"fingerprint":"SHA256:abc","label":"laptop","added_at":"2026-11-25T12:00:00Z"}]`) {
		t.Errorf("got %s", out)
	}
}

func TestRooms(t *testing.T) {
	w := newWorld(t)
	w.types("rooms").says("there are no rooms")
	bob, carol := w.signUp("bob"), w.signUp("carol")
	ops := w.joins(bob, "ops")
	w.joins(carol, "ops")
	w.says(bob, ops, "hello")
	cats := w.joins(carol, "cats")
	if _, err := w.chat.Govern(t.Context(), carol.begun.Actor(), cats, chat.Access, "", sanitize.Line(chat.AccessInvited)); err != nil {
		t.Fatal(err)
	}
	w.leaves(carol)
	w.types("rooms").says(
		"room                       owner                 members  online  lines    access  posting",
		"#cats                      carol                 1        0       0        invite  all",
		"#ops                       bob                   2        1       1        open    all")
	w.types("rooms", "--json").says(`{"rooms":[` +
		`{"name":"#cats","owner":"carol","members":1,"online":0,"lines":0,"access":"invite","posting":"all"},` +
		`{"name":"#ops","owner":"bob","members":2,"online":1,"lines":1,"access":"open","posting":"all"}]}`)
	for query, want := range map[string]string{
		"limit=1":               `"next":"cats"`,
		"limit=1&after=%23cats": `"#ops"`,
		"prefix=%23O":           `{"rooms":[{"name":"#ops"`,
		"prefix=x":              `{"rooms":[]}`,
	} {
		if _, got := w.send("GET", "/v1/rooms?"+query, ""); !strings.Contains(got, want) {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// What is pinned, and what a hand is up for, are somebody's words: the console does not repeat them.
func TestRoom(t *testing.T) {
	w := newWorld(t)
	bob, carol := w.signUp("bob"), w.signUp("carol")
	ops := w.joins(bob, "ops")
	w.joins(carol, "ops")
	me := bob.begun.Actor()
	id := w.says(bob, ops, "the secret rule")
	if _, err := w.chat.Pin(t.Context(), me, id); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.chat.Raise(t.Context(), carol.begun.Actor(), ops, sanitize.Line("my secret")); err != nil {
		t.Fatal(err)
	}
	for kind, value := range map[chat.Kind]string{chat.Topic: "on call", chat.Slow: "10s", chat.Access: chat.HistoryAll, chat.Post: "ops"} {
		if _, err := w.chat.Govern(t.Context(), me, ops, kind, "", sanitize.Line(value)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.chat.Govern(t.Context(), me, ops, chat.Mute, "carol", sanitize.Line("1h")); err != nil {
		t.Fatal(err)
	}
	w.types("room", "#OPS").says(
		"room     #ops",
		"topic    on call",
		"access   open",
		"posting  ops",
		"slow     10 s",
		"history  all",
		"lines    1",
		"members  bob (owner; online), carol (online; muted until "+at(noon.Add(time.Hour))+")",
		fmt.Sprintf("pins     #%d bob (%s)", id, at(noon)),
		"hands    carol ("+at(noon)+")")
	out := w.types("room", "ops", "--json").out
	for _, want := range []string{`"name":"#ops","owner":"bob"`, `"topic":"on call","slow_seconds":10,"history":"all"`,
		`"people":[{"name":"bob","role":"owner","online":true},{"name":"carol","online":true,"muted_until":"2026-11-25T13:00:00Z"}]`,
		fmt.Sprintf(`"pins":[{"id":%d,"sender":"bob","at":"2026-11-25T12:00:00Z"}]`, id), `"hands":[{"id":`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	if strings.Contains(out, "secret") {
		t.Errorf("it repeats what was said: %s", out)
	}
	w.types("room", "#nowhere").fails(67, "no room #nowhere", "rooms lists them")
}

func TestAudit(t *testing.T) {
	w := newWorld(t)
	w.types("audit").says("nothing was done")
	w.signUp("bob")
	w.types("ban", "bob", "--reason", "far too noisy")
	w.types("unban", "bob")
	w.sql(fmt.Sprintf(`UPDATE audit SET at = %d, actor = 'carol', via = 'chat' WHERE id = 1`, noon.Add(-49*time.Hour).UnixMicro()))
	w.types("audit").says(
		at(noon.Add(-49*time.Hour))+"  carol  chat     ban bob    far too noisy",
		at(noon)+"  "+me()+"  console  unban bob")
	w.types("audit", "--json", "--since", "2d").says(
		`{"audit":[{"id":2,"at":"2026-11-25T12:00:00Z","actor":"` + me() + `","via":"console","action":"unban","target":"bob"}]}`)
	for _, filter := range [][]string{{"--actor", "carol"}, {"--action", "ban"}, {"--since", "3d", "--action", "ban"}} {
		if out := w.types(append([]string{"audit"}, filter...)...).out; !strings.Contains(out, "noisy") || strings.Contains(out, "unban") {
			t.Errorf("%v: %s", filter, out)
		}
	}
	w.types("audit", "--since", "soon").fails(64, "--since takes how long, such as 30m, 2h or 7d", "")
	w.types("audit", "--action", "nothing").says("nothing was done")
}

// All since some time is shown, by pages; to who does not say since when the newest are.
func TestAuditOverSeveralPages(t *testing.T) {
	w := newWorld(t)
	const n = 2*maxUsers + 1
	w.sql(fmt.Sprintf(`WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
		INSERT INTO audit (at, actor, via, action, detail) SELECT %d, 'x', 'console', 'kick', 'act ' || n FROM i`, n, noon.UnixMicro()))
	for _, c := range []struct {
		args  []string
		lines int
	}{{[]string{"audit", "--since", "1h"}, n}, {[]string{"audit"}, usualAudit}} {
		lines := strings.Split(strings.TrimSuffix(w.types(c.args...).out, "\n"), "\n")
		if len(lines) != c.lines || !strings.HasSuffix(lines[len(lines)-1], fmt.Sprintf("act %d", n)) {
			t.Errorf("%v: %d lines, the last %q", c.args, len(lines), lines[len(lines)-1])
		}
	}
}

func TestStats(t *testing.T) {
	w := newWorld(t)
	bob, carol := w.signUp("bob"), w.signUp("carol")
	ops := w.joins(bob, "ops")
	w.says(bob, ops, "hi")
	w.tells(bob, "carol", "hi")
	w.types("announce", "hi")
	w.leaves(carol)
	w.types("ban", "carol")
	w.strikes("bob")
	out := w.types("stats").out
	for _, want := range []string{
		"accounts  2 (1 banned)\n", "online    1 (2 logins today)\n", "rooms     1\n", "locks     1\n", "reports   0 open\n",
		"process   12.3 MB of memory, ", "day         direct  broadcasts  in rooms\n",
		noon.Format(time.DateOnly) + "  1       1           1\n", noon.AddDate(0, 0, -6).Format(time.DateOnly) + "  0       0           0\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	out = w.types("stats", "--json").out
	for _, want := range []string{`{"accounts":2,"banned":1,"online":1,"logins_today":2,"rooms":1,"locks":1,"open_reports":0,"database_bytes":`,
		`,"direct":1,"broadcasts":1,"room":1}],"process":{"pid":812,"since":"2026-11-23T11:00:00Z","memory_bytes":12300000,"heap_bytes":`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

func TestKickByTheNumberOfASession(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.types("kick", fmt.Sprint(bob.begun.ID), "--reason", "spam").says("kicked bob")
	if bob.cause == nil {
		t.Error("bob is still there")
	}
	w.types("kick", fmt.Sprint(bob.begun.ID)).fails(1, "no session 1", "sessions lists them")
	w.types("kick", "99").fails(1, "no session 99", "sessions lists them")
	want := me() + "|console|kick|bob|spam"
	if got := w.audited(); len(got) != 1 || got[0] != want {
		t.Errorf("audited %q", got)
	}
	if !strings.Contains(w.log.String(), "target=bob") {
		t.Errorf("the log does not say who: %s", &w.log)
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_900: "999.9 kB", 1_000_000: "1.0 MB"} {
		if got := size(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
