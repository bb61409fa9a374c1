package render

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestHands(t *testing.T) {
	wants(t, wide(80).Hands(nil, now), "no hand is up there")
	all := []chat.RaisedHand{
		{Person: carol, Since: now.Add(-24 * time.Hour), Text: sanitize.Line("my code does not compile")},
		{Person: alice, Since: now, Online: true},
	}
	wants(t, wide(80).Hands(all, now),
		"1st  carol        since Tue 14:02  away    my code does not compile",
		"2nd  alice (you)  since 14:02      online")
	for len(all) < 1051 {
		all = append(all, chat.RaisedHand{Person: bob, Since: now, Online: true})
	}
	rows := strings.Split(strings.TrimSuffix(wide(80).Hands(all, now), "\n"), "\n")
	if last := rows[len(rows)-1]; len(rows) != 51 || last != "and 1,001 more" {
		t.Errorf("%d rows, the last is %q", len(rows), last)
	}
}

func TestPins(t *testing.T) {
	wants(t, wide(80).Pins(nil, now), "nothing is pinned there")
	rules := said(chat.Said, carol, "the rules:\nbe kind")
	rules.ID, rules.At, rules.Edited = 7, now.Add(-24*time.Hour), now
	acted := said(chat.Acted, bob, "is away on Mondays")
	acted.ID = 120
	here := wide(80)
	here.Room = ops.ID
	wants(t, here.Pins([]*chat.Entry{rules, acted}, now),
		"#7 Tue 14:02 carol (edited 14:02)  the rules:",
		"                                   be kind",
		"#120 14:02 * bob is away on Mondays")
	wants(t, plain().Pins([]*chat.Entry{rules}, now), "#7 Tue 14:02 #ops carol (edited 14:02)  the rules: ⏎ be kind")
}
