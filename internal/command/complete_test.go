package command

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

func TestComplete(t *testing.T) {
	cases := map[string]struct {
		line string
		me   chat.Name
		want Completion
	}{
		"commands":                 {"who", "alice", Completion{0, []string{"whoelse", "whois", "wholast", "wholasthr"}, false, false, false}},
		"in any case":              {"MES", "alice", Completion{0, []string{"message"}, false, false, false}},
		"behind a slash":           {"/mes", "alice", Completion{1, []string{"message"}, false, false, false}},
		"behind space":             {"  mes", "alice", Completion{2, []string{"message"}, false, false, false}},
		"before login":             {"", "", Completion{0, []string{"help", "login", "logout", "signup"}, false, false, false}},
		"after login":              {"lo", "alice", Completion{0, []string{"logout"}, false, false, false}},
		"a person":                 {"message b", "alice", Completion{8, nil, true, false, false}},
		"a person, by an alias":    {"/msg b", "alice", Completion{5, nil, true, false, false}},
		"any person":               {"block ", "alice", Completion{6, nil, true, false, false}},
		"no person behind it":      {"block bob c", "alice", Completion{Start: 10}},
		"no text":                  {"message bob al", "alice", Completion{Start: 12}},
		"a setting":                {"settings pr", "alice", Completion{9, []string{"presence"}, false, false, false}},
		"what it can be":           {"settings presence o", "alice", Completion{18, []string{"off"}, false, false, false}},
		"the room of a setting":    {"settings #o", "alice", Completion{9, nil, false, true, false}},
		"what is set for a room":   {"settings #ops n", "alice", Completion{14, []string{"notify"}, false, false, false}},
		"and how":                  {"settings #ops notify a", "alice", Completion{21, []string{"all", "auto"}, false, false, false}},
		"a rule of a named room":   {"room #ops post o", "alice", Completion{15, []string{"ops", "owners"}, false, false, false}},
		"no word of its text":      {"settings about o", "alice", Completion{Start: 15}},
		"whom to watch for":        {"watch b", "alice", Completion{6, nil, true, false, false}},
		"nobody to a stranger":     {"login b", "", Completion{Start: 6}},
		"nothing to a stranger":    {"message b", "", Completion{Start: 8}},
		"options":                  {"login --", "", Completion{6, []string{"--quiet", "--take-over"}, false, false, false}},
		"the other option":         {"login --quiet -", "", Completion{14, []string{"--take-over"}, false, false, false}},
		"commands to be explained": {"help wholast", "", Completion{5, []string{"wholast", "wholasthr"}, false, false, false}},
		"groups to be explained":   {"help readi", "alice", Completion{5, []string{"reading"}, false, false, false}},
		"both, named alike":        {"help room", "alice", Completion{5, []string{"room", "rooms"}, false, false, false}},
		"no command":               {"frobnicate x", "alice", Completion{Start: 11}},
		"another line":             {"message\nb", "alice", Completion{8, nil, true, false, false}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Complete(c.line, c.me, chat.Conversation{})); diff != "" {
				t.Errorf("%q: %s", c.line, diff)
			}
		})
	}
}

// What is offered goes on from what is typed, and lies in the line.
func FuzzComplete(f *testing.F) {
	f.Add("mess", true)
	f.Add("/login --q", false)
	f.Add("message b\u00e9", true)
	f.Fuzz(func(t *testing.T, line string, loggedIn bool) {
		me := chat.Name("")
		if loggedIn {
			me = "alice"
		}
		c := Complete(line, me, chat.Conversation{})
		if c.Start < 0 || c.Start > len(line) || utf8.ValidString(line) && !utf8.ValidString(line[c.Start:]) {
			t.Fatalf("%q: start %d", line, c.Start)
		}
		if c.Users && !loggedIn {
			t.Errorf("%q tells a stranger names", line)
		}
		for _, w := range c.Words {
			if !strings.HasPrefix(w, strings.ToLower(line[c.Start:])) {
				t.Errorf("%q: %q does not go on from %q", line, w, line[c.Start:])
			}
		}
	})
}
