package command

import (
	"strconv"
	"strings"
	"testing"

	"sshchat/internal/chat"
)

// TestNumbersOpenNothing tries the numbers of lines that mallory may not see with every command that takes one. The
// answer is the same as for a number that no line has, and nothing of the line is in it, or comes of it.
func TestNumbersOpenNothing(t *testing.T) {
	h := newHouse(t)
	alice, bob, mallory := h.signUp("alice"), h.signUp("bob"), h.signUp("mallory")
	lines := map[string]chat.EntryID{}
	say := func(what string, by *person, line string) {
		t.Helper()
		if _, err := by.runs(line); err != nil {
			t.Fatal(err)
		}
		own, err := h.chat.Sent(t.Context(), by.me, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines[what] = own[0].ID
	}
	for _, p := range []*person{alice, bob} {
		p.runs("join ops")
	}
	say("others' private line", alice, "message bob secret one")
	say("said before she came", alice, "message #ops secret two")
	mallory.runs("join ops")
	mallory.runs("block alice")
	say("said by whom she blocked", alice, "message #ops secret three")
	say("said to all by whom she blocked", alice, "broadcast secret four")
	mallory.runs("unblock alice")
	say("taken back", alice, "message mallory secret five")
	alice.runs("delete")
	mallory.runs("leave #ops")
	say("said after she left", alice, "message #ops secret six")
	mallory.runs("join own")
	for _, command := range []string{"context ID", "edit #ID mine", "delete #ID", "re ID hello", "sent ID", "pin ID", "unpin ID"} {
		none := answer(mallory, strings.ReplaceAll(command, "ID", "9999"))
		for what, id := range lines {
			got := answer(mallory, strings.ReplaceAll(command, "ID", strconv.Itoa(int(id))))
			if got != none {
				t.Errorf("%s of what was %s: %q, of nothing: %q", command, what, got, none)
			}
		}
	}
	for _, command := range []string{"history", "search secret", "mentions", "search s*", "history alice", "unread"} {
		if got := answer(mallory, command); strings.Contains(got, "secret") {
			t.Errorf("%s shows %q", command, got)
		}
	}
}

// answer is all that somebody is told who types a line.
func answer(p *person, line string) string {
	e, err := p.runs(line)
	if err != nil {
		return err.Error()
	}
	return e.Text
}
