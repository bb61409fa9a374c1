package admin

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBansOfAllKinds(t *testing.T) {
	w := newWorld(t)
	const key = "key=SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8"
	w.signUp("carol")
	bob := w.signUp("bob")
	w.types("bans").says("nobody is banned")
	w.types("ban", "carol", "--for", "2h", "--reason", "far", "too noisy").says("banned carol until " + at(noon.Add(2*time.Hour)))
	w.types("ban", "::ffff:192.0.2.7/120", "--reason=flood").says("banned 192.0.2.0/24")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "your address was banned by an administrator: flood") {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.types("ban", key, "--for=1d").says("banned " + key + " until " + at(noon.Add(24*time.Hour)))
	w.types("ban", "client=PuTTY*").says("banned client=PuTTY*")
	w.types("bans").says(
		"banned"+strings.Repeat(" ", len(key)-6)+"  "+pad("since")+"  "+pad("until")+"  "+padTo(me(), "by")+"  reason",
		padTo(key, "carol")+"  "+at(noon)+"  "+at(noon.Add(2*time.Hour))+"  "+me()+"  far too noisy",
		padTo(key, "192.0.2.0/24")+"  "+at(noon)+"  "+pad("for good")+"  "+me()+"  flood",
		padTo(key, "client=PuTTY*")+"  "+at(noon)+"  "+pad("for good")+"  "+me(),
		key+"  "+at(noon)+"  "+at(noon.Add(24*time.Hour))+"  "+me())
	w.types("unban", "192.0.2.0/24").says("unbanned 192.0.2.0/24")
	w.types("unban", key, "--json").says(`{"kind":"key","what":"` + strings.TrimPrefix(key, "key=") + `"}`)
	w.types("unban", key).fails(1, key+" is not banned", "")
	w.types("unban", "carol").says("unbanned carol")
	want := []string{
		me() + "|console|ban|carol|for 2h: far too noisy",
		me() + "|console|ban|192.0.2.0/24|flood",
		me() + "|console|ban|" + key + "|for 1d",
		me() + "|console|ban|client=PuTTY*|",
		me() + "|console|unban|192.0.2.0/24|",
		me() + "|console|unban|" + key + "|",
		me() + "|console|unban|carol|",
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

// padTo is s as wide as another.
func padTo(other, s string) string { return s + strings.Repeat(" ", len(other)-len(s)) }

// Who bans all addresses can still undo it: no ban keeps anybody from the console.
func TestABanOfEverybodyWantsAYes(t *testing.T) {
	w := newWorld(t)
	w.types("ban", "0.0.0.0/0").fails(1, "this bans 0.0.0.0/0, which is everybody, and ends their logins", "--yes does it")
	w.types("ban", "client=*").fails(1, "this bans client=*, which is everybody, and ends their logins", "--yes does it")
	w.types("bans").says("nobody is banned")
	for _, all := range []string{"0.0.0.0/0", "::/0", "client=*"} {
		w.types("ban", all, "--yes").says("banned " + all)
	}
	w.types("unban", "0.0.0.0/0").says("unbanned 0.0.0.0/0")
}

func TestMisspeltBans(t *testing.T) {
	w := newWorld(t)
	w.types("ban", "192.0.2.999").fails(64, `"192.0.2.999" is no address`,
		"one is as 192.0.2.7 or 2001:db8::1, a network as 192.0.2.0/24")
	w.types("ban", "bob", "--for", "soon").fails(64, `ban: "soon" is no length of time`, "one is as 90s, 10m, 2h or 7d, at most 366d")
	w.types("ban", "bob", "--for", "400d").fails(64, `ban: "400d" is no length of time`, "one is as 90s, 10m, 2h or 7d, at most 366d")
	w.types("ban", "key=SHA256:x").fails(64, "that is no fingerprint of a key",
		"one is key=SHA256: and 43 characters, as ssh-keygen -lf prints it")
	w.types("ban", "bobb").fails(67, `no user "bobb"`, "")
}

// Whoever would end a ban that there is not is told which others keep out the same.
func TestUnbanNamesWhatElseKeepsOut(t *testing.T) {
	w := newWorld(t)
	for _, what := range []string{"192.0.0.0/16", "192.0.2.0/24", "2001:db8::/32", "client=*ssh*", "client=x"} {
		w.types("ban", what)
	}
	w.types("unban", "192.0.3.7").fails(1, "192.0.3.7 is not banned", "192.0.0.0/16 is: unban that")
	w.types("unban", "192.0.2.7").fails(1, "192.0.2.7 is not banned", "192.0.0.0/16, 192.0.2.0/24 are: unban those")
	w.types("unban", "192.0.2.128/25").fails(1, "192.0.2.128/25 is not banned", "192.0.0.0/16, 192.0.2.0/24 are: unban those")
	w.types("unban", "192.0.0.0/8").fails(1, "192.0.0.0/8 is not banned", "") // there is more in it than they have
	w.types("unban", "::ffff:192.0.3.7").fails(1, "192.0.3.7 is not banned", "192.0.0.0/16 is: unban that")
	w.types("unban", "2001:db8::7").fails(1, "2001:db8::7 is not banned", "2001:db8::/32 is: unban that")
	w.types("unban", "client=libssh").fails(1, "client=libssh is not banned", "client=*ssh* is: unban that")
	w.types("unban", "key=SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8").fails(1,
		"key=SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8 is not banned", "")
	for _, what := range []string{"192.0.2.0/25", "192.0.2.0/26", "192.0.2.0/27"} {
		w.types("ban", what)
	}
	w.types("unban", "192.0.2.7").fails(1, "192.0.2.7 is not banned",
		"192.0.0.0/16, 192.0.2.0/24, 192.0.2.0/25 and 2 more are: unban those")
}
