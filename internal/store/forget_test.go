package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// reports has one person report a line of another's.
func (h *house) reports(by, about chat.Name, line chat.EntryID, text string) int64 {
	h.t.Helper()
	b := h.comes(by)
	r := chat.NewReport{Login: b.ID, Reporter: b.User.ID, About: h.users[about].ID, Text: sanitize.Line(text)}
	if line != 0 {
		e, err := h.Entry(h.t.Context(), b.User.ID, line)
		if err != nil {
			h.t.Fatal(err)
		}
		r.Line = e
	}
	id, err := h.AddReport(h.t.Context(), r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.goes(by)
	return id
}

func (h *house) closes(report int64) {
	h.t.Helper()
	if err := h.CloseReport(h.t.Context(), report, sanitize.Line("seen to"), chat.Audit{Actor: "alice", Action: "report close", Detail: "warned"}); err != nil {
		h.t.Fatal(err)
	}
}

// report is what is stored of one.
func (h *house) report(id int64) (line, text string) {
	h.t.Helper()
	all, err := h.Reports(h.t.Context(), true, id-1, 1, 0)
	if err != nil || len(all) != 1 {
		h.t.Fatalf("%v, %v", all, err)
	}
	if r := all[0]; !r.Closed.IsZero() && r.Note.String() != "warned" {
		h.t.Errorf("the note is %q", r.Note)
	}
	return all[0].Line.Body.String(), all[0].Text.String()
}

// Everything that is old and that a person has written somewhere is gone from the file's bytes, but for what holds now.
func TestWhatElseWasWrittenIsForgotten(t *testing.T) {
	h := newHouse(t)
	alice, bob, carol := h.users["alice"].ID, h.users["bob"].ID, h.users["carol"].ID
	lab, old := h.room("lab", "alice", "bob", "carol"), h.room("old", "alice")
	b := h.comes("bob")
	h.appends(chat.Draft{Kind: chat.Topic, Sender: alice, Room: lab, Body: sanitize.Line("zyxtopic")})
	h.appends(chat.Draft{Kind: chat.Topic, Sender: alice, Room: lab, Body: sanitize.Line("current topic")})
	h.appends(chat.Draft{Kind: chat.Topic, Sender: alice, Room: old, Body: sanitize.Line("zyxclosed")})
	h.appends(chat.Draft{Kind: chat.Close, Sender: alice, Room: old})
	h.appends(chat.Draft{Kind: chat.Hand, Sender: bob, Room: lab, Body: sanitize.Line("zyxhand")})
	h.appends(chat.Draft{Kind: chat.Kick, Sender: alice, Recipient: carol, Room: lab, Body: sanitize.Line("zyxkick")})
	h.appends(chat.Draft{Kind: chat.Told, Body: sanitize.Line("zyxtoldall")})
	h.appends(chat.Draft{Kind: chat.Told, Recipient: bob, Body: sanitize.Line("zyxtoldone")})
	if err := h.SetAway(t.Context(), b.ID, sanitize.Line("zyxaway")); err != nil {
		t.Fatal(err)
	}
	err := h.EndLogin(t.Context(), chat.Progress{Login: b.ID, User: bob, Delivered: maxID,
		Unsent: []chat.Unsent{{At: h.now, Text: sanitize.Line("zyxunsent")}}}, "test")
	if err != nil {
		t.Fatal(err)
	}
	line := h.said("bob", "alice", "zyxline")
	h.closes(h.reports("alice", "bob", line, "zyxreport"))
	words := strings.Fields("zyxtopic zyxclosed zyxhand zyxkick zyxtoldall zyxtoldone zyxaway zyxunsent zyxline zyxreport")
	left := func() (left []string) {
		t.Helper()
		if err := h.Vacuum(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if len(h.everywhere(w)) > 0 {
				left = append(left, w)
			}
		}
		return left
	}
	h.expires(5)
	if got := left(); len(got) != len(words) {
		t.Fatalf("of what is new there is %q", got)
	}
	h.passes(10)
	if done := h.expires(5); done.Lines != 1 {
		t.Errorf("it counts %d lines", done.Lines)
	}
	if got := left(); len(got) > 0 {
		t.Errorf("left is %q", got)
	}
	if r, err := h.Room(t.Context(), alice, "lab"); err != nil || r.Topic.String() != "current topic" {
		t.Errorf("the topic is %q, %v", r.Topic, err)
	}
	if hands, err := h.Hands(t.Context(), alice, lab); err != nil || len(hands) != 1 || hands[0].ID != bob {
		t.Errorf("of bob's hand there is %v, %v", hands, err)
	}
	if found := h.found(t); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}

// What the server has for somebody stays until they have it, and no longer.
func TestWhatSomebodyIsToldStaysUntilTheyHaveIt(t *testing.T) {
	h := newHouse(t)
	h.comes("bob")
	h.goes("bob")
	h.mutes("bob", "you are muted")
	h.passes(10)
	for range 2 {
		h.expires(5)
		if n := h.word(t, `SELECT count(*) FROM log WHERE kind = 'told'`); n != "1" {
			t.Fatalf("%s are left", n)
		}
	}
	b := h.comes("bob")
	p := chat.Progress{Login: b.ID, User: b.User.ID, GapsChanged: true} // he has seen it by more
	if _, err := h.SaveProgress(t.Context(), []chat.Progress{p}); err != nil {
		t.Fatal(err)
	}
	h.expires(5)
	if n := h.word(t, `SELECT count(*) FROM log WHERE kind = 'told'`); n != "0" {
		t.Errorf("%s are left", n)
	}
}

// A report that is open keeps what was said as it stood; once it is closed, each of its texts goes at its own age.
func TestAnOpenReportKeepsItsLine(t *testing.T) {
	h := newHouse(t)
	line := h.said("bob", "alice", "the line")
	h.passes(4)
	id := h.reports("alice", "bob", line, "look")
	h.passes(20)
	h.expires(5)
	if said, text := h.report(id); said != "the line" || text != "look" {
		t.Errorf("while it is open it has %q, %q", said, text)
	}
	h.closes(id)
	h.expires(22)
	if said, text := h.report(id); said != "" || text != "look" {
		t.Errorf("when the line is too old it has %q, %q", said, text)
	}
	h.expires(5)
	if _, text := h.report(id); text != "" {
		t.Errorf("when what was reported is too old it has %q", text)
	}
}

// More than a step takes is forgotten in several.
func TestForgettingTakesSteps(t *testing.T) {
	h := newHouse(t)
	n := 2*stepRows + 1
	h.sql(t, fmt.Sprintf(`
		WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
		INSERT INTO log (id, kind, sender_id, room_id, at, body) SELECT n, 'topic', 1, 1, 0, 'topic ' || n FROM i`, n),
		fmt.Sprintf(`UPDATE log_head SET id = %d`, n))
	h.said("alice", "", "new")
	var steps []int
	_, err := h.inSteps(t.Context(), "test", selectWords, []any{int64(n)}, func(x *tx, ids []int64) error {
		steps = append(steps, len(ids))
		_, err := x.exec(forgetWords, list(ids))
		return err
	})
	if err != nil || !slices.Equal(steps, []int{stepRows, stepRows, 1}) {
		t.Errorf("steps of %v, %v", steps, err)
	}
	if left := h.word(t, `SELECT count(*) FROM log WHERE kind = 'topic' AND body <> ''`); left != "0" {
		t.Errorf("%s are left", left)
	}
}

// Each of them goes through its rows in order, and makes no copy of them to sort.
func TestNoWordingSorts(t *testing.T) {
	s := newStore(t)
	for _, w := range wordings {
		if plan := explain(t, s.readDB, w.find, 3); strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", w.find, plan)
		}
	}
}
