package session

import (
	"strings"
	"testing"

	"sshchat/internal/chat"
)

func TestHowOneLikesThings(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80), func(c *wire) { c.env = map[string]string{"TZ": "Asia/Kolkata"} })
		bob.types("message alice one")
		alice.sees("05:30") // 2000-01-01 00:00 UTC, when tests begin
		alice.types("settings tz Asia/Tokyo", "settings CLOCK 12", "settings colour off")
		alice.skips()
		bob.types("message alice two")
		alice.sees("09:00am bob → you  two\x1b")
		alice.types("settings")
		alice.shows("alice> settings",
			"colour     off         how many colours are used; auto goes by the terminal",
			"tz         Asia/Tokyo  your time zone, such as Europe/Paris; auto asks your ssh",
			"clock      12          24 or 12 hours",
			"bell       off         what rings: a mention, a message to you too, or all",
			"notify     off         a notification of your desktop for what rings",
			"highlight  -           words that count as your name does in rooms",
			"presence   rooms       whose coming and going is shown",
			"linear     off         no lines are drawn, for screen readers",
			"about      -           what whois says of you",
			"alice>")
		alice.types("logout")
		alice = w.login("alice", terminal(80))
		bob.types("message alice three")
		alice.sees("09:00am bob → you  three\x1b")
		alice.types("settings tz auto", "settings clock 24", "settings colour 16")
		alice.skips()
		bob.types("message alice four")
		alice.sees("\x1b[2m00:00\x1b[0m \x1b[")
		for line, want := range map[string]string{
			"settings tz Mars/Olympus": `tz cannot be "Mars/Olympus" — tz is auto, or a name such as Europe/Paris`,
			"settings tz ../../passwd": `tz cannot be "../../passwd"`,
			"settings bell loud":       `bell cannot be "loud" — bell is one of off, mention, direct, all`,
			"settings font big":        `no setting "font" — settings lists them`,
			"settings bell":            "can be  one of off, mention, direct, all",
			"settings bell all of it":  `bell cannot be "all of it"`,
			"settings about -":         "about is empty now",
			"settings about I mend it": `about is "I mend it" now`,
			"settings highlight x,y":   `highlight is "x y" now`,
		} {
			alice.types(line)
			if rows := strings.Join(alice.screen(), "\n"); !strings.Contains(rows, want) {
				t.Errorf("%s:\n%s", line, rows)
			}
		}
	})
}

func TestTheBellRingsForWhatOneWishes(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		bob.types("join ops")
		alice.types("join ops", "/talk")
		lines := []string{"broadcast all", "message #ops hi", "message #ops hi @alice", "message alice hi"}
		for _, c := range []struct {
			setting string
			rings   string // for which of the lines
		}{{"off", "...."}, {chat.BellMention, "..*."}, {chat.BellDirect, "..**"}, {chat.BellAll, "****"}} {
			alice.types("settings bell " + c.setting)
			rings := ""
			for _, line := range lines {
				before := strings.Count(alice.came(), "\a")
				bob.types(line)
				if bob.skips(); strings.Count(alice.came(), "\a") > before {
					rings += "*"
				} else {
					rings += "."
				}
			}
			if rings != c.rings {
				t.Errorf("%s: %s, want %s", c.setting, rings, c.rings)
			}
		}
		before := strings.Count(alice.came(), "\a")
		alice.types("broadcast mine", "whoelse")
		alice.skips()
		if strings.Count(alice.came(), "\a") > before {
			t.Error("one's own line rings")
		}
	})
}
