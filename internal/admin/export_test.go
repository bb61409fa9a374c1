package admin

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Why something that is stored of an account is not in its export.
const (
	secret   = "is nobody's to read"
	derived  = "follows from what is there, or only finds it again"
	progress = "is how far lines have come, of no meaning outside this server"
	others   = "is somebody else's, who is not to be known by it"
	acts     = "is who did it: so is the audit table, which has it"
	tries    = "is of whoever tried a password, and need not be the account's doing"
	bodies   = "is what happened to rooms and lines, without words; what is said is there as it stands"
)

// inExport says of every column that is about an account where an export has it, as record.field, or why it does not. The tables
// without a word about any account are in aboutNobody.
var inExport = map[string]map[string]string{
	"users": {
		"id": derived, "name": "account.name", "name_key": derived, "skeleton": derived, "password": secret, "role": "account.role",
		"created": progress, "created_at": "account.created_at", "last_login_at": "account.last_login_at",
		"disabled_at": "account.disabled_at", "settings": "settings.about", "disabled_until": "ban.until", "disabled_why": "ban.reason",
		"disabled_by": "ban.by", "motd_seen": "account.motd_seen", "must_change": "account.must_change", "closed": derived, "erased": derived,
	},
	"former_names":  {"name_key": derived, "skeleton": derived, "name": "former_name.name", "user_id": "former_name.record", "until": "former_name.kept_until"},
	"keys":          {"fingerprint": "key.fingerprint", "user_id": "key.record", "public_key": "key.public", "label": "key.label", "verified_at": derived, "added_at": "key.added_at", "last_used_at": "key.last_used_at"},
	"bans":          {"kind": "ban.kind", "what": "ban.what", "since": "ban.since", "until": "ban.until", "reason": "ban.reason", "actor": "ban.by"},
	"mutes":         {"user_id": "mute.record", "since": "mute.since", "until": "mute.until", "reason": "mute.reason", "actor": "mute.by"},
	"logins":        {"id": derived, "user_id": "login.record", "node": progress, "epoch": progress, "slot": derived, "remote": "login.remote", "port": "login.remote", "client": "login.client", "since": "login.since", "ended_at": "login.until", "ended_why": "login.ended_why", "away": "login.away"},
	"members":       {"room_id": "room.room", "user_id": "room.record", "role": "room.role", "joined": derived, "left": "room.member", "kicked": "room.kicked", "muted_until": "room.muted_until", "last_said": derived},
	"rooms":         {"id": derived, "name": "room.room", "skeleton": derived, "topic": "words.text", "invite_only": bodies, "posting": bodies, "slow": bodies, "history": bodies, "created": bodies, "closed": bodies},
	"invitations":   {"room_id": "invitation.room", "user_id": "invitation.record"},
	"hands":         {"room_id": "hand.room", "user_id": "hand.record", "entry": "hand.place"},
	"conversations": {"user_id": "conversation.record", "room_id": "conversation.room", "with_id": "conversation.to", "read": "conversation.read", "notify": "conversation.notify", "quiet_until": "conversation.quiet_until"},
	"unsent":        {"user_id": "unsent.record", "room_id": "unsent.room", "with_id": "unsent.to", "aside": derived, "at": "unsent.at", "body": "unsent.text"},
	"blocks":        {"blocker_id": "block.record", "blocked_id": "blocked_by.record", "since": derived, "until": "blocked_by.holds"},
	"watches":       {"watcher_id": "watch.record", "watched_id": others},
	"reports": {
		"id": derived, "at": "reported.at", "reporter_id": "report.record", "about_id": "report.about", "line": "report.id", "kind": derived,
		"room_id": derived, "said_at": derived, "said": "report.said", "body": "report.text", "closed_at": "reported.closed_at",
		"closed_by": acts, "note": others,
	},
	"audit": {"id": derived, "at": "audit.at", "actor": "audit.actor", "via": "audit.via", "action": "audit.action", "target": "audit.target", "detail": "audit.detail", "node": progress},
	"log": {
		"id": "message.id", "kind": "message.kind", "sender_id": "message.from", "recipient_id": "message.to", "room_id": "message.room",
		"ref": "message.answers", "at": "message.at", "client_id": progress, "body": "words.text",
	},
	"cursors":        {"user_id": progress, "delivered": progress},
	"gaps":           {"user_id": progress, "from_id": progress, "to_id": progress},
	"expired":        {"user_id": progress, "lines": progress},
	"login_failures": {"name_key": tries, "remote": tries, "port": tries, "times": tries, "since": tries, "locks": tries, "locked_until": tries},
	"pins":           {"room_id": bodies, "line": bodies, "entry": bodies},
}

// aboutNobody are the tables that have nothing of any account. (search is what log has, to be found.)
var aboutNobody = []string{"meta", "log_head", "nodes", "expiry", "kept", "invites", "search", "sqlite_sequence"}

// Whoever adds a table, or a column to one, has to say here what becomes of it in an export.
func TestAnExportHasAllThatIsStored(t *testing.T) {
	w := newWorld(t)
	fields := w.fieldsOf(w.exportOfBob())
	for table, columns := range w.schema() {
		if slices.Contains(aboutNobody, table) || strings.HasPrefix(table, "search_") {
			continue
		}
		for _, column := range columns {
			where, isDecided := inExport[table][column]
			isField := strings.Contains(where, ".")
			switch {
			case !isDecided:
				t.Errorf("%s.%s: is it in an export, and if not, why?", table, column)
			case isField && !fields[where]:
				t.Errorf("%s.%s is not in an export as %s", table, column, where)
			}
		}
	}
}

func (w *world) schema() map[string][]string {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "sshchat.db"))
	if err != nil {
		w.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.Context(), `
		SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	all := make(map[string][]string)
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			w.Fatal(err)
		}
		all[table] = append(all[table], column)
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		w.Fatalf("%d tables, %v", len(all), err)
	}
	return all
}

// fieldsOf is what an export has, each as record.field.
func (w *world) fieldsOf(lines []string) map[string]bool {
	w.Helper()
	all := make(map[string]bool)
	for _, line := range lines {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			w.Fatalf("%s: %v", line, err)
		}
		for name := range fields {
			all[fields["record"].(string)+"."+name] = true
		}
	}
	return all
}

// exportOfBob has one of everything that can be stored of an account.
func (w *world) exportOfBob() []string {
	w.Helper()
	alice, bob := w.signUp("alice"), w.signUp("bob")
	ops := w.joins(bob, "#ops")
	w.joins(alice, "#lab")
	w.joins(bob, "#lab")
	said := w.says(bob, ops, "hello")
	w.tells(alice, "bob", "hi")
	do := func(k chat.Kind, text string) {
		if _, err := w.chat.Govern(w.Context(), bob.begun.Actor(), ops, k, "", sanitize.Line(text)); err != nil {
			w.Fatal(err)
		}
	}
	do(chat.Topic, "deploys")
	if _, _, err := w.chat.Raise(w.Context(), bob.begun.Actor(), ops, sanitize.Line("a word")); err != nil {
		w.Fatal(err)
	}
	err := w.chat.SaveSettings(w.Context(), bob.begun.Actor(), chat.Settings{About: "lives here"})
	if err != nil {
		w.Fatal(err)
	}
	if o := w.chat.Send(w.Context(), bob.begun.Actor(), []chat.Line{{Audience: chat.ToLine, Answers: said, Text: sanitize.Line("and")}}); o[0].Err != nil {
		w.Fatal(o[0].Err)
	}
	w.sql(`
		INSERT INTO keys VALUES ('SHA256:bob', 2, 'ssh-ed25519 bob', 'home', NULL, 1, 2);
		INSERT INTO former_names VALUES ('rob', 'rob', 'Rob', 2, 9e15);
		INSERT INTO bans VALUES ('key', 'SHA256:bob', 1, 9e15, 'stolen', 'uid 0'), ('address', '192.0.2.99', 1, NULL, 'flood', 'uid 0');
		INSERT INTO mutes VALUES (2, 1, 9e15, 'spam', 'uid 0');
		INSERT INTO invitations VALUES (2, 2);
		INSERT INTO conversations VALUES (2, 0, 1, 4, '', 0), (2, 1, 0, 5, 'mention', 9e15), (1, 0, 2, 4, '', 0);
		INSERT INTO unsent VALUES (2, 0, 1, 0, 1, 'half'), (2, 1, 0, 1, 2, 'a line'), (1, 0, 2, 0, 1, 'alice writes');
		INSERT INTO blocks VALUES (2, 1, 1, 2), (1, 2, 1, 2);
		INSERT INTO watches VALUES (2, 1), (1, 2);
		INSERT INTO reports VALUES (1, 1, 2, 1, 5, 'direct', NULL, 1, 'rude', 'she shouts', 3, 'uid 0', 'warned'),
		                           (2, 2, 1, 2, 4, 'direct', NULL, 1, 'hello', 'he wrote to me', 3, 'uid 0', 'told alice');
		UPDATE logins SET away = 'lunch', ended_at = 5, ended_why = 'logout' WHERE user_id = 2;
		UPDATE members SET muted_until = 9e15, kicked = 1 WHERE user_id = 2;
		UPDATE users SET role = 'moderator', motd_seen = 3, disabled_at = 4, disabled_until = 9e15, disabled_why = 'worse', disabled_by = 'uid 0' WHERE id = 2;
		INSERT INTO audit VALUES (9, 2e15, 'uid 0', 'console', 'ban', 'bob', 'worse', 1)`)
	r := w.types("user", "export", "bob")
	if r.exit != 0 {
		w.Fatal(r.err)
	}
	return strings.Split(strings.TrimSpace(r.out), "\n")
}

// What somebody has never set is not in it.
func TestAnExportHasTheSettingsThatAreSet(t *testing.T) {
	w := newWorld(t)
	for _, line := range w.exportOfBob() {
		if strings.Contains(line, `"record":"settings"`) && line != `{"record":"settings","about":"lives here"}` {
			t.Error(line)
		}
	}
	bob, err := w.chat.Known(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	err = w.chat.SaveSettings(t.Context(), chat.Actor{Person: bob.Person}, chat.Settings{Clock: "12", DND: noon})
	if err != nil {
		t.Fatal(err)
	}
	if out := w.types("user", "export", "bob").out; !strings.Contains(out, `{"record":"settings","clock":"12","dnd":"2026-11-25T12:00:00Z"}`) {
		t.Error(out)
	}
}

// What others have done is in it without their names.
func TestAnExportTellsNothingOfOthers(t *testing.T) {
	w := newWorld(t)
	var got []string
	for _, line := range w.exportOfBob() {
		if strings.Contains(line, `"blocked_by"`) || strings.Contains(line, `"reported"`) || strings.Contains(line, `"unsent"`) || strings.Contains(line, `"record":"ban"`) {
			got = append(got, line)
		}
	}
	at := func(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339Nano) }
	const never = 9e15
	want := []string{
		`{"record":"ban","kind":"account","what":"bob","since":"` + at(4) + `","until":"` + at(never) + `","by":"uid 0","reason":"worse"}`,
		`{"record":"ban","kind":"key","what":"SHA256:bob","since":"` + at(1) + `","until":"` + at(never) + `","by":"uid 0","reason":"stolen"}`,
		`{"record":"unsent","at":"` + at(1) + `","to":"alice","text":"half"}`,
		`{"record":"unsent","at":"` + at(2) + `","room":"#ops","text":"a line"}`,
		`{"record":"blocked_by","holds":false}`,
		`{"record":"reported","at":"` + at(2) + `","closed_at":"` + at(3) + `"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
