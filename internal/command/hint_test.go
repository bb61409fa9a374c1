package command

import (
	"testing"

	"sshchat/internal/chat"
)

func TestHint(t *testing.T) {
	for line, want := range map[string]string{
		"message":          " WHO TEXT",
		"message ":         "WHO TEXT",
		"MSG  ":            "WHO TEXT",
		"m bo":             " TEXT",
		"m bob ":           "TEXT",
		"m bob hi":         "",
		"kick ":            "[#ROOM] USER [REASON]",
		"kick #ops ":       "USER [REASON]",
		"kick #ops bob":    " [REASON]",
		"kick bob ":        "[REASON]",
		"edit ":            "[#ID] TEXT",
		"edit #12 ":        "TEXT",
		"edit hello":       "",
		"history":          " [WHO] [N | since 2h]",
		"history bob ":     "",
		"whoelse":          "",
		"whoelse ":         "",
		"login":            "",
		"mess":             "",
		"":                 "",
		" ":                "",
		"/":                "",
		"/talk":            " [WHO]",
		"block bob carol ": "",
	} {
		if got := Hint(line, "alice", chat.Conversation{}); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	for line, want := range map[string]string{"message ": "", "/message ": "WHO TEXT", "//message ": "", "hello": ""} {
		if got := Hint(line, "alice", inOps); got != want {
			t.Errorf("in a room %q: %q, want %q", line, got, want)
		}
	}
	for line, want := range map[string]string{"login": " [--take-over] [--quiet] [NAME]", "login --quiet ": "[NAME]", "message ": ""} {
		if got := Hint(line, "", chat.Conversation{}); got != want {
			t.Errorf("before a login %q: %q, want %q", line, got, want)
		}
	}
}

// A hint goes on where the usage does: what is typed as it says is taken.
func FuzzHint(f *testing.F) {
	for _, line := range []string{"message bob ", "kick #ops", "edit #1", "login --quiet", "/\x00", "m\nb"} {
		f.Add(line, false)
		f.Add(line, true)
	}
	f.Fuzz(func(t *testing.T, line string, talks bool) {
		talk := chat.Conversation{}
		if talks {
			talk = inOps
		}
		if hint := Hint(line, "alice", talk); len(hint) > 64 {
			t.Errorf("%q: %q is long", line, hint)
		}
	})
}
