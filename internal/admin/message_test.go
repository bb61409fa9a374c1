package admin

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// sends has p send a line, and returns its number.
func (w *world) sends(p *person, l chat.Line, text string) chat.EntryID {
	w.Helper()
	l.Text = sanitize.Message(text)
	o := w.chat.Send(w.Context(), p.begun.Actor(), []chat.Line{l})[0]
	if o.Err != nil {
		w.Fatal(o.Err)
	}
	return o.Entry.ID
}

// kinds are those of what an inbox is given now.
func kinds(entries []*chat.Entry) (all []chat.Kind) {
	for _, e := range entries {
		all = append(all, e.Kind)
	}
	return all
}

func TestMessageDelete(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	told := w.sends(alice, chat.Line{To: "bob"}, "my secret")
	own := w.sends(bob, chat.Line{Audience: chat.ToAll}, "hello")
	inboxes := map[string]interface {
		Take(int, chat.EntryID) []*chat.Entry
	}{"alice": w.inbox(alice), "bob": w.inbox(bob)}
	w.types("message", "delete", fmt.Sprint(told)).says(fmt.Sprintf("deleted line #%d of alice", told))
	for name, in := range inboxes {
		if diff := cmp.Diff([]chat.Kind{chat.Delete}, kinds(in.Take(9, 0))); diff != "" {
			t.Errorf("%s is shown (-want +got):\n%s", name, diff)
		}
	}
	w.types("message", "delete", fmt.Sprintf("#%d", told)).fails(67, "there is no line with that number, or it was taken back already", "")
	w.types("message", "delete", "999").fails(67, "there is no line with that number, or it was taken back already", "")
	w.types("message", "delete", "alice").fails(64, "the number of a line is as history and events show it: #123", "")
	w.types("announce", "down at noon").says("announced to every account")
	w.types("message", "delete", fmt.Sprint(told+3)).says(fmt.Sprintf("deleted line #%d of the server", told+3))
	w.types("message", "delete", fmt.Sprint(own), "--json").says(fmt.Sprintf(`{"id":%d,"user":"bob"}`, own))
	want := []string{
		fmt.Sprintf("%s|console|message delete|#%d by alice|", me(), told),
		me() + "|console|announce||down at noon",
		fmt.Sprintf("%s|console|message delete|#%d by the server|", me(), told+3),
		fmt.Sprintf("%s|console|message delete|#%d by bob|", me(), own),
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

func TestRoomCloseWantsAYes(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.joins(alice, "#ops")
	w.joins(bob, "#ops")
	w.sends(alice, chat.Line{Audience: chat.ToRoom, To: "#ops"}, "hello")
	in := w.inbox(bob)
	const does = "this closes #ops, which has 2 members; what was said there (1 line) stays in the history of those who saw it"
	w.types("room", "close", "#ops").fails(1, does, "--yes does it")
	w.types("room", "close", "ops", "--yes").says("closed #ops")
	if diff := cmp.Diff([]chat.Kind{chat.Close}, kinds(in.Take(9, 0))); diff != "" {
		t.Errorf("bob is shown (-want +got):\n%s", diff)
	}
	w.types("room", "close", "#ops", "--yes").fails(67, "no room #ops", "")
	w.types("room", "close", "#1", "--yes").fails(1, `"#1" is no name of a room`,
		"one is #, a letter from a to z, then such letters, digits, _ or -, at most 24 in all")
	w.joins(bob, "#ops")
	w.types("room", "close", "#ops", "--yes", "--json").says(`{"room":"#ops","members":1,"lines":0}`)
	if diff := cmp.Diff([]string{me() + "|console|room close|#ops|", me() + "|console|room close|#ops|"}, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}
