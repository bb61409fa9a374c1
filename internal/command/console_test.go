package command

import (
	"context"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// desk is a console that notes what it is asked.
type desk struct{ asked []string }

func (d *desk) Do(_ context.Context, me chat.Actor, role, typed string, v render.Viewer) (string, error) {
	d.asked = append(d.asked, string(me.Name)+" "+role+" "+typed)
	return v.Say("done"), nil
}

// promoted is a house in which alice is a moderator.
func promoted(t *testing.T) (h *house, alice, bob *person, d *desk) {
	t.Helper()
	h, d = newHouse(t), &desk{}
	alice, bob = h.signUp("alice"), h.signUp("bob")
	alice.console, bob.console = d, d
	h.sql(`UPDATE users SET role = 'moderator' WHERE name = 'alice'`)
	return h, alice, bob, d
}

func TestAdminIsForThoseWithARole(t *testing.T) {
	h, alice, bob, d := promoted(t)
	alice.reads("admin kick bob --reason  too noisy", "done")
	alice.reads("/ADMIN", "done")
	if got := strings.Join(d.asked, "|"); got != "alice moderator kick bob --reason  too noisy|alice moderator " {
		t.Errorf("asked %q", got)
	}
	bob.isRefused("admin kick alice", `no command "admin" — help lists them`)
	bob.isRefused("admin", `no command "admin" — help lists them`)
	stranger := &person{h: h}
	stranger.isRefused("admin", "that is no command here — log in first (help lists how)")
	// The role is that of the moment, not of the login.
	h.sql(`UPDATE users SET role = ''`)
	alice.isRefused("admin kick bob", `no command "admin" — help lists them`)
	h.sql(`UPDATE users SET role = 'emperor'`)
	alice.isRefused("admin kick bob", `no command "admin" — help lists them`)
	if len(d.asked) != 2 {
		t.Errorf("asked %q", d.asked)
	}
}

// Somebody without a role cannot tell admin from a word that is no command.
func TestAdminIsHidden(t *testing.T) {
	_, alice, bob, _ := promoted(t)
	for _, line := range []string{"help", "help operators"} {
		if got := alice.helped(line, chat.Conversation{}); !strings.Contains(got, " admin") {
			t.Errorf("%s does not tell alice:\n%s", line, got)
		}
		if got := bob.helped(line, chat.Conversation{}); strings.Contains(got, "admin") {
			t.Errorf("%s tells bob:\n%s", line, got)
		}
	}
	if got := alice.helped("help admin", chat.Conversation{}); !strings.HasPrefix(got, "admin [COMMAND]: "+helpAdmin) {
		t.Errorf("help admin tells alice\n%s", got)
	}
	bob.isRefused("help admin", `no command "admin" — help lists them`)
	bob.isRefused("admni", `no command "admni" — help lists them`)
	if c := Complete("adm", "alice", chat.Conversation{}); len(c.Words) != 0 {
		t.Errorf("it is completed: %v", c.Words)
	}
	if got := Hint("admin ", "alice", chat.Conversation{}); got != "" {
		t.Errorf("it is hinted at: %q", got)
	}
}

// In a conversation the word begins a text of anybody's; only of a moderator's it may be a slip.
func TestAdminAsText(t *testing.T) {
	_, alice, bob, _ := promoted(t)
	for _, c := range []struct {
		who  *person
		held bool
	}{{alice, true}, {bob, false}} {
		p, err := Parse("admin kick carol", c.who.me.Name, inOps)
		if err != nil || !p.IsGuarded() {
			t.Fatalf("%v, %v", p.Command, err)
		}
		e, err := p.Run(t.Context(), &Call{Parsed: p, Chat: c.who.h.chat, Me: c.who.me})
		if _, refused := chat.AsRefusal(err); refused != c.held || e.Say == c.held {
			t.Errorf("%s: %+v, %v", c.who.me.Name, e, err)
		}
	}
}

func TestReport(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	carol := h.signUp("carol")
	bob.runs("message alice buy this")
	alice.reads("report #1 this is spam", "passed on to the moderators")
	alice.reads("report 1 this is spam", "passed on to the moderators")
	alice.reads("report BOB writes to everyone", "passed on to the moderators")
	// What one may not see one cannot report, nor find out that it is there.
	carol.isRefused("report #1 I guess", "there is no line with that number for you to see — history shows the numbers")
	carol.isRefused("report #9 I guess", "there is no line with that number for you to see — history shows the numbers")
	bob.isRefused("report #1 mine", "that is your own line — delete takes it back")
	bob.isRefused("report bob me", "that is yourself — name somebody else")
	bob.isRefused("report bobb him", `no user "bobb" — did you mean bob?`)
	bob.isRefused("report alice", "usage: report #ID|USER TEXT — tell the moderators of a line, or of USER")
	bob.isRefused("report alice "+strings.Repeat("x", 1001), "a report says what is wrong, in at most 1000 bytes")
	for range chat.MostReports - 3 {
		alice.reads("report bob again", "passed on to the moderators")
	}
	alice.isRefused("report bob again", "not done: 20 reports of yours are open — the moderators have to see to them first")
}
