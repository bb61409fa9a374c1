package admin

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMuteAndUnmute(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.types("mute", "bob", "--for", "1h", "--reason", "too noisy").says("muted bob until " + at(noon.Add(time.Hour)))
	row := "bob                   " + at(noon) + "  " + at(noon)
	head := "account               " + pad("created") + "  " + pad("last login") + "  state"
	w.types("users").says(head, row+"  muted until "+at(noon.Add(time.Hour)))
	w.types("mute", "bob").says("muted bob")
	w.types("users").says(head, row+"  muted")
	w.types("mute", "bob", "--json").says(`{"user":"bob","by":"` + me() + `"}`)
	w.types("unmute", "bob", "--json").says(`{"user":"bob"}`)
	w.types("unmute", "bob").fails(1, "bob is not muted", "")
	w.types("mute", "zed").fails(67, `no user "zed"`, "")
	w.types("users").says(head, row)
	want := []string{
		me() + "|console|mute|bob|for 1h: too noisy",
		me() + "|console|mute|bob|",
		me() + "|console|mute|bob|",
		me() + "|console|unmute|bob|",
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}
