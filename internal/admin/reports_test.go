package admin

import (
	"fmt"
	"strings"
	"testing"

	"sshchat/internal/sanitize"
)

func TestReports(t *testing.T) {
	w := newWorld(t)
	w.types("reports").says("there are no reports")
	bob, carol := w.signUp("bob"), w.signUp("carol")
	ops := w.joins(bob, "ops")
	w.joins(carol, "ops")
	id := w.says(bob, ops, "buy this")
	who := carol.begun.Actor()
	if err := w.chat.ReportLine(t.Context(), who, id, sanitize.Message("spam,\nagain")); err != nil {
		t.Fatal(err)
	}
	if err := w.chat.ReportUser(t.Context(), who, "bob", sanitize.Line("just rude")); err != nil {
		t.Fatal(err)
	}
	// The line is kept as it stood.
	if _, err := w.chat.Delete(t.Context(), bob.begun.Actor(), id); err != nil {
		t.Fatal(err)
	}
	first := []string{
		"1  " + at(noon) + "  carol reports bob",
		"  spam,",
		"  again",
		fmt.Sprintf("  #%d, #ops, %s: buy this", id, at(noon)),
	}
	second := []string{"2  " + at(noon) + "  carol reports bob", "  just rude"}
	w.types("reports").says(append(first, second...)...)
	w.types("report", "close", "1", "--note", "they were", "warned").says("closed report 1")
	w.types("reports").says(second...)
	w.types("reports", "--all").says(append(append(first, "  closed "+at(noon)+" by "+me()+": they were warned"), second...)...)
	w.types("reports", "--all", "--json").says(`{"reports":[` +
		fmt.Sprintf(`{"id":1,"at":"2026-11-25T12:00:00Z","reporter":"carol","account":"bob",`+
			`"line":{"id":%d,"kind":"room","room":"#ops","at":"2026-11-25T12:00:00Z","text":"buy this"},`, id) +
		`"text":"spam,\nagain","closed_at":"2026-11-25T12:00:00Z","closed_by":"` + me() + `","note":"they were warned"},` +
		`{"id":2,"at":"2026-11-25T12:00:00Z","reporter":"carol","account":"bob","text":"just rude"}]}`)
	w.types("report", "close", "1").fails(1, "report 1 is closed already", "")
	w.types("report", "close", "9").fails(67, "no report 9", "reports lists them")
	w.types("report", "close", "x").fails(64, "N is the number of a report", "")
	w.types("report", "close").fails(64, "report close: N is missing", "usage: report close N [--note TEXT]")
	w.types("report").fails(64, `no command "report"`, "there is report close")
	w.types("report", "close", "2", "--note", strings.Repeat("x", maxReason+1)).fails(1, "the reason is too long: at most 400 bytes", "")
	want := me() + "|console|report close|1|they were warned"
	if got := w.audited(); len(got) != 1 || got[0] != want {
		t.Errorf("audited %q", got)
	}
}

// Those with a role are told at once, but for whom it is about.
func TestStaffIsTold(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol, dave := w.signUp("alice"), w.signUp("bob"), w.signUp("carol"), w.signUp("dave")
	w.sql(`UPDATE users SET role = 'moderator' WHERE name IN ('alice', 'bob')`)
	w.sql(`UPDATE users SET role = 'admin', disabled_at = 1 WHERE name = 'dave'`)
	if err := w.chat.ReportUser(t.Context(), carol.begun.Actor(), "bob", sanitize.Message("very\nrude")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		p    *person
		want string
	}{{alice, "[report 1: carol reports bob: very rude (admin reports shows it)]"}, {bob, "[]"}, {carol, "[]"}, {dave, "[]"}} {
		if got := fmt.Sprint(w.hub.Inbox(c.p.begun.ID).Told()); got != c.want {
			t.Errorf("%s is told %s, want %s", c.p.begun.User.Name, got, c.want)
		}
	}
}

func TestReportsOverSeveralPages(t *testing.T) {
	w := newWorld(t)
	const n = 2*maxUsers + 1
	w.sql(fmt.Sprintf(`WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
		INSERT INTO reports (at, reporter_id, about_id, body) SELECT %d, 1, 2, 'x' FROM i`, n, noon.UnixMicro()))
	if out := w.types("reports").out; strings.Count(out, "\n") != 2*n {
		t.Errorf("%d lines", strings.Count(out, "\n"))
	}
	if _, answer := w.send("GET", "/v1/reports?after=x", ""); !strings.Contains(answer, `"reason":"usage"`) {
		t.Errorf("got %s", answer)
	}
}
