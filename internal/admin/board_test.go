package admin

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

func TestRaidOnAndOff(t *testing.T) {
	w := newWorld(t)
	bob := w.inbox(w.signUp("bob"))
	w.types("raid", "off").fails(1, "raid mode is off already", "")
	w.types("raid", "on", "--for", "2h").says("raid mode is on until " + at(noon.Add(2*time.Hour)))
	w.types("raid", "on", "--json").says(`{"on":true,"since":"2026-11-25T12:00:00.000001Z"}`)
	w.types("raid", "off", "--json").says(`{"on":false}`)
	w.types("raid").fails(64, `no command "raid"`, "there is raid on, off")
	if diff := cmp.Diff([]chat.Kind{chat.Told, chat.Told, chat.Told}, kinds(bob.Take(9, 0))); diff != "" {
		t.Errorf("bob is told (-want +got):\n%s", diff)
	}
	want := []string{
		me() + "|console|raid on||for 2h",
		me() + "|console|raid on||",
		me() + "|console|raid off||",
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

func TestStatusTellsOfARaid(t *testing.T) {
	raid := chat.Raid{Since: noon, Until: noon.Add(time.Hour)}
	w := view{}
	if got, want := showStatus(w, Status{Raid: RaidOf(raid)}), "raid       on until "+at(raid.Until)+"\n"; len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("got %q, want %q at its end", got, want)
	}
}

func TestMotdAndBanner(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []string{"motd", "banner"} {
		w.types(kind, "show").says("there is none")
		w.types(kind, "show", "--json").says(`{"text":""}`)
		w.types(kind, "clear").fails(1, "there is none", "")
		w.types(kind, "set", "be", "kind\nand\x1b[31m quiet").says("be kind", "  and[31m quiet")
		w.types(kind, "show").says("be kind", "  and[31m quiet")
		// All behind the command is its text.
		if got := w.types(kind, "set", "be brief", "--json").out; got != "be brief --json\n" {
			t.Errorf("%s says %q", kind, got)
		}
	}
}
