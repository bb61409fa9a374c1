package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// What the audit table tells of somebody goes by names: by all that they had, each for the time in which it was theirs.
func TestADossierKnowsTheNamesOfTheTime(t *testing.T) {
	s, now := clocked(t)
	row := func(actor, action, target, detail string) chat.Audit {
		return chat.Audit{Actor: actor, Via: "console", Action: action, Target: target, Detail: detail}
	}
	noted := func(actor, target, detail string) {
		*now = now.Add(time.Hour)
		if err := s.Audit(t.Context(), row(actor, "note", target, detail)); err != nil {
			t.Fatal(err)
		}
	}
	rename := func(u chat.User, from, to chat.Name) {
		*now = now.Add(time.Hour)
		if err := s.Rename(t.Context(), u.ID, to, row("uid 0", "rename", string(from), string(to))); err != nil {
			t.Fatal(err)
		}
	}
	first := s.signUp(t, "alice")
	other := s.signUp(t, "bob")
	noted("uid 0", "alice", "of the first")
	noted("uid 0", "bob", "of the other")
	noted("Alice", "bob", "by the first, of the other")
	noted("uid 0", "#5 by alice", "a line of the first")
	noted("uid 0", "#6 by malice", "of nobody")
	rename(other, "bob", "carol")
	*now = now.Add(chat.NameKept)
	rename(first, "alice", "bob")
	noted("uid 0", "bob", "of the first, as bob")
	rename(first, "bob", "BOB")
	*now = now.Add(chat.NameKept)
	second := s.signUp(t, "alice")
	noted("uid 0", "alice", "of the second")
	noted("bob", "alice", "by the first, of the second")
	for _, c := range []struct {
		u    chat.User
		want []string
	}{
		{first, []string{"of the first", "by the first, of the other", "a line of the first", "bob", "of the first, as bob", "BOB", "by the first, of the second"}},
		{other, []string{"of the other", "by the first, of the other", "carol"}},
		{second, []string{"of the second", "by the first, of the second"}},
	} {
		d, err := s.Dossier(t.Context(), c.u.ID)
		var got []string
		for _, a := range d.Audit {
			got = append(got, a.Detail)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s, once %s: %v (-want +got):\n%s", d.User.Name, c.u.Name, err, diff)
		}
	}
}

// Whoever has reported somebody is not to be known to them: of a line that one person had, the line alone would say who.
func TestADossierKeepsWhoReported(t *testing.T) {
	s, _ := clocked(t)
	bob, carol := s.signUp(t, "bob"), s.signUp(t, "carol")
	by := s.logIn(t, carol, "192.0.2.1:1")
	for i, k := range []chat.Kind{chat.Direct, chat.Said} {
		line := &chat.Entry{ID: chat.EntryID(i + 1), Kind: k, At: noon, Body: sanitize.Line("rude " + string(k))}
		_, err := s.AddReport(t.Context(), chat.NewReport{Login: by.ID, Reporter: carol.ID, About: bob.ID, Line: line, Text: sanitize.Line("to me, carol")})
		if err != nil {
			t.Fatal(err)
		}
	}
	his, err := s.Dossier(t.Context(), bob.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []chat.PastReport{{At: noon, About: "bob"}, {At: noon, About: "bob", Line: 2, Said: sanitize.Line("rude room")}}
	if diff := cmp.Diff(want, his.Reports, cmp.Comparer(func(a, b sanitize.Text) bool { return a == b })); diff != "" {
		t.Errorf("bob's (-want +got):\n%s", diff)
	}
	hers, err := s.Dossier(t.Context(), carol.ID)
	if err != nil || len(hers.Reports) != 2 || hers.Reports[0].Said.String() != "rude direct" || hers.Reports[0].Text.String() != "to me, carol" {
		t.Errorf("carol's: %+v, %v", hers.Reports, err)
	}
}
