package soak

import (
	"strings"
	"testing"
)

var testReader = reader{seed: 7, me: 1, who: map[string]int16{"alice": 0, "bob": 1, "carol": 2, "#attic": firstRoom, "#hall": firstRoom - 1}}

func TestReadALineOfTheScreen(t *testing.T) {
	line := func(by, n int32, from, to int16, pad int32) saying {
		return saying{kind: aLine, line: LineID{by, n}, from: from, who: to, pad: pad}
	}
	for _, c := range []struct {
		text string
		want saying
	}{
		{"14:02 alice → you  s7-c00-000012", line(0, 12, 0, 1, 0)},
		{"14:02 you → carol  s7-c01-000000", line(1, 0, 1, 2, 0)},
		{"14:02 alice → all  s7-c00-1234567", line(0, 1234567, 0, everyone, 0)},
		{"14:02 you → all  s7-c01-000003 xxxx", line(1, 3, 1, everyone, 4)},
		{"14:02 you → carol  s7-c01-000003 xx  (stored just before the link was lost)", line(1, 3, 1, 2, 2)},
		{"14:02 you → carol  s7-c01-000003  (stored just before the link was lost)", line(1, 3, 1, 2, 0)},
		{"14:02 #hall alice  s7-c00-000012 xx", line(0, 12, 0, firstRoom-1, 2)},
		{"14:02 #hall you  s7-c01-000012  (stored just before the link was lost)", line(1, 12, 1, firstRoom-1, 0)},
		{"14:02 alice → you (edited 14:05)  s7-c00-000013 xx", saying{kind: aLine, line: LineID{0, 13}, who: 1, pad: 2, edited: true}},
		{"14:02 #hall alice (edited 14:05)  s7-c00-000013", saying{kind: aLine, line: LineID{0, 13}, who: firstRoom - 1, edited: true}},
		{`14:02 #hall alice ↳ alice 14:01 "s7-c00-000012"  s7-c00-000013`,
			saying{kind: aLine, line: LineID{0, 13}, who: firstRoom - 1, quote: 13}},
		{`14:02 alice → you ↳ alice 14:01 "s7-c00-000012 xxxxxxxxxxxxxxx…" (edited 14:05)  s7-c00-000013 x`,
			saying{kind: aLine, line: LineID{0, 13}, who: 1, pad: 1, quote: 13, edited: true}},
		{`14:02 alice → you ↳ carol 14:01 "s7-c02-000012"  s7-c00-000013`, saying{kind: aLine, line: LineID{0, 13}, who: 1, quote: -1}},
		{`14:02 alice → you ↳ alice 14:01 "hello"  s7-c00-000013`, saying{kind: aLine, line: LineID{0, 13}, who: 1, quote: -1}},
		{"14:02 #hall alice ↳ …  s7-c00-000013", saying{kind: aLine, line: LineID{0, 13}, who: firstRoom - 1}},
		{"14:02 alice → you (deleted 14:05)  ", saying{kind: emptied, who: 1}},
		{"14:02 #hall you (deleted 14:05)    (stored just before the link was lost)", saying{kind: emptied, from: 1, who: firstRoom - 1}},
		{"14:02 alice → you (deleted 14:05)  hello", saying{}},
		{"#12 14:02 → carol  s7-c01-000003 xxx…   they have it", saying{kind: ownLine, line: LineID{1, 3}, number: 12}},
		{"#13 14:02 → carol                       they have it", saying{kind: idle}},
		{"#x 14:02 → carol  s7-c01-000003", saying{}},
		{"──  14:05 alice deleted what was said at 14:02  ──", saying{kind: retracted, who: everyone}},
		{"──  14:05 #hall: you deleted what was said at 14:02  ──", saying{kind: retracted, from: 1, who: firstRoom - 1}},
		{"there is no line with that number for you to see — history shows the numbers", saying{kind: noLine}},
		{"you have sent nothing yet", saying{kind: idle}},
		{"14:02 #cellar alice  s7-c00-000012", line(0, 12, 0, nobody, 0)},
		{"14:02 eve → you  s7-c00-000012", line(0, 12, nobody, 1, 0)},
		{"14:02 alice → you  s7-c00-000012 xxyx", line(0, 12, 0, 1, -1)},
		{"14:02 alice → you  s8-c00-000012", saying{}},
		{"14:02 alice → you  hello", saying{}},
		{"14:02 alice  s7-c00-000012", saying{}},
		{"──  3 messages while you were away (since 14:02)  ──", saying{kind: idle}},
		{"──  4,800 earlier lines wait: more  ──", saying{kind: idle}},
		{"──  1 earlier line waits: more  ──", saying{kind: idle}},
		{"──  Wed 25 Nov 2026  ──", saying{kind: idle}},
		{"──  goodbye, alice  ──", saying{kind: goodbye}},
		{"──  goodbye  ──", saying{kind: goodbye}},
		{"──  the server is shutting down  ──", saying{kind: shuttingDown}},
		{"──  this login was taken over from 127.0.0.1 — if that was not you: log in  ──", saying{kind: takenOver}},
		{"──  your client did not answer while you logged in elsewhere  ──", saying{kind: linkDead}},
		{"──  14:02 #hall: alice joined  ──", saying{kind: joined, from: 0, who: firstRoom - 1}},
		{"──  14:02 #attic: you joined  ──", saying{kind: joined, from: 1, who: firstRoom}},
		{"──  14:02 #hall: carol left  ──", saying{kind: parted, from: 2, who: firstRoom - 1}},
		{"──  14:02 #hall: you left, and the room is alice's now  ──", saying{kind: parted, from: 1, who: firstRoom - 1}},
		{"──  14:02 #hall: alice invited you: join #hall  ──", saying{kind: invited, from: 0, who: 1, room: firstRoom - 1}},
		{"──  14:02 #hall: you invited carol  ──", saying{kind: invited, from: 1, who: 2, room: firstRoom - 1}},
		{"──  14:02 #hall: alice made you an operator  ──", saying{kind: promoted, from: 0, who: firstRoom - 1}},
		{"──  14:02 #hall: you made carol an operator  ──", saying{kind: idle}},
		{"──  14:02 #hall: alice removed you: s7-c00-000012  ──",
			saying{kind: aKick, line: LineID{0, 12}, from: 0, who: 1, room: firstRoom - 1}},
		{"──  14:02 #hall: alice removed you: too loud  ──", saying{}},
		{"──  14:02 #hall: alice set the topic: left  ──", saying{}},
		{"──  14:02 #hall: alice  ──", saying{}},
		{"──  something else  ──", saying{}},
		{"password:", saying{kind: askedPassword}},
		{"password again:", saying{kind: askedPassword}},
		{"Welcome, bob", saying{kind: welcome}},
		{"Welcome, bob: the account is yours. help lists what you can do", saying{kind: welcome}},
		{"the server is busy, try again", saying{kind: busy}},
		{"already logged in from 127.0.0.1 since Wed 14:02 — log out there", saying{kind: alreadyLoggedIn}},
		{`"bob" is taken — choose another name; if it is yours: login bob`, saying{kind: taken, who: 1}},
		{"not sent: carol has blocked you", saying{kind: refused, who: 2}},
		{"not sent: eve has blocked you", saying{kind: refused, who: nobody}},
		{`no user "carol" — did you mean caro?`, saying{kind: noUser, who: 2}},
		{"blocked alice; they are told if they write to you", saying{kind: blocked, who: 0}},
		{"alice is blocked already", saying{kind: blocked, who: 0}},
		{"unblocked alice; what they sent meanwhile stays hidden", saying{kind: unblocked, who: 0}},
		{"alice is not blocked — blocked lists whom you block", saying{kind: unblocked, who: 0}},
		{"room     #hall", saying{kind: entered, who: firstRoom - 1}},
		{"topic    none", saying{kind: idle}},
		{"members  1 member, 1 online", saying{kind: alone}},
		{"members  12 members, 1 online", saying{kind: idle}},
		{"you are in #hall already", saying{kind: alreadyIn, who: firstRoom - 1}},
		{"you are not in #hall — join #hall first", saying{kind: notIn, who: firstRoom - 1}},
		{"no room #hall — rooms lists them, join #hall makes it", saying{kind: notIn, who: firstRoom - 1}},
		{"you were removed from #hall — one of its operators can invite you back", saying{kind: barred, who: firstRoom - 1}},
		{"carol is not in #hall — members #hall lists who is", saying{kind: declined, who: 2}},
		{"carol is in #hall already, or invited", saying{kind: declined, who: 2}},
		{"that is what carol is in #hall already", saying{kind: declined, who: 2}},
		{"not done: in #hall only its owner may do that — members #hall lists them", saying{kind: declined}},
		{"not done: carol governs #hall as well — only its owner may do that", saying{kind: declined}},
		{"no earlier lines wait", saying{kind: nothingWaits}},
		{`no command "zz" — help lists them`, saying{kind: noCommand}},
		{"not done: this login has ended — connect and log in again", saying{kind: loginEnded}},
		{"something went wrong on the server; it has been logged (ref 4f2a)", saying{}},
		{"wrong name or password", saying{}},
		{"", saying{}},
	} {
		if got := testReader.read(c.text); got != c.want {
			t.Errorf("%q is %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestATokenIsReadAsItIsWritten(t *testing.T) {
	for _, id := range []LineID{{}, {3, 7}, {63, 12345678}} {
		if got, ok := parseToken(12, token(12, id)); !ok || got != id {
			t.Errorf("%s is read as %v", token(12, id), got)
		}
	}
}

// What a client is sent is foreign: whatever it is, it is read without a panic, and nobody is found in it who
// takes no part.
func FuzzReadALineOfTheScreen(f *testing.F) {
	for _, s := range []string{"14:02 alice → you  s7-c00-000012 xx", "──  goodbye  ──", `no user "carol" — x`, "::::::",
		"14:02 #hall alice  s7-c00-000012", "──  14:02 #hall: alice removed you: s7-c00-000012  ──", "──  14:02 #hall: you left  ──",
		`14:02 alice → you ↳ alice 14:01 "s7-c00-000012" (edited 14:05)  s7-c00-000013`, "14:02 alice → you (deleted 14:05)  ",
		"#12 14:02 → carol  s7-c01-000003", "──  14:05 alice deleted what was said at 14:02  ──"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := testReader.read(s)
		if x.kind < 0 || x.kind >= sayings || x.from < firstRoom-1 || x.from > 2 || x.who < firstRoom-1 || x.who > 2 ||
			x.room < firstRoom-1 || x.room > 2 {
			t.Errorf("%q is %+v", s, x)
		}
		if (x.kind == aLine || x.kind == aKick || x.kind == ownLine) && !strings.Contains(s, "s7-c") {
			t.Errorf("%q is a line", s)
		}
	})
}
