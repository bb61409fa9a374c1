package render

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// tables are what the server answers in tables, with cells as long as they come.
func tables() map[string]func(Viewer) string {
	rooms := []chat.RoomInfo{
		{Room: ops, Topic: sanitize.Line("deploys and their ends"), Posting: chat.PostAll, Members: 1, Online: 1, IsMember: true, Role: chat.Owner},
		{Room: lounge, Posting: chat.PostOps, InviteOnly: true, Slow: time.Minute, Members: 1200, Online: 30, IsMember: true},
	}
	got, away := sentTo(120, bob, "hi\nthere"), sentTo(98, carol, "are we still on for three?")
	got.Reached, away.At = 1, now.Add(-24*time.Hour)
	return map[string]func(Viewer) string{
		"rooms": func(v Viewer) string { return v.Rooms(rooms) },
		"facts": func(v Viewer) string { return v.Facts(rooms[1]) },
		"members": func(v Viewer) string {
			return v.Members([]chat.Member{
				{Person: alice, Role: chat.Owner, Online: true}, {Person: carol, Online: true, Muted: now.Add(time.Minute)},
				{Person: longest, Role: chat.Operator},
			}, now)
		},
		"presences": func(v Viewer) string {
			return v.Presences([]chat.Presence{{Person: bob, Since: now}, {Person: longest, Since: now.Add(-30 * time.Hour)}}, now)
		},
		"sent":     func(v Viewer) string { return v.Sent([]chat.SentLine{got, away}, now) },
		"settings": func(v Viewer) string { return v.Settings(chat.Settings{}) },
	}
}

func TestTablesOnNarrowScreens(t *testing.T) {
	for _, tt := range []struct {
		table string
		width int
		want  []string
	}{
		{"rooms", 20, []string{"#ops  owner", "  1 member, 1", "  online", "  deploys and", "  their ends", "#lounge  joined", "  1,200 members,", "  30 online"}},
		{"rooms", 40, []string{"#ops  owner  1 member, 1 online", "  deploys and their ends", "#lounge  joined", "  1,200 members, 30 online"}},
		{"facts", 20, []string{"room  #lounge", "topic  none", "members", "  1,200 members,", "  30 online", "rule", "  whoever is", "  invited may come", "  in",
			"rule", "  only operators", "  may speak", "rule", "  a member may", "  speak once every", "  minute"}},
		{"facts", 40, []string{"room     #lounge", "topic    none", "members  1,200 members, 30 online", "rule     whoever is invited may come in",
			"rule     only operators may speak", "rule     a member may speak once every", "         minute"}},
		{"members", 20, []string{"alice (you)  owner", "  online", "carol  member", "  online, muted", "  until 14:03", "abcdefghij012345678", "  9  operator  away"}},
		{"members", 40, []string{"alice (you)  owner  online", "carol  member", "  online, muted until 14:03", "abcdefghij0123456789  operator  away"}},
		{"presences", 20, []string{"bob  since 14:02", "abcdefghij012345678", "  9", "  since Tue 08:02"}},
		{"presences", 40, []string{"bob                   since 14:02", "abcdefghij0123456789  since Tue 08:02"}},
		{"sent", 20, []string{"#120 14:02 → bob", "  hi ⏎ there", "  bob: got it", "#98 Tue 14:02", "  → carol", "  are we still on …", "  carol: away,", "  waiting"}},
		{"sent", 40, []string{"#120 14:02 → bob  hi ⏎ there", "  bob: got it", "#98 Tue 14:02 → carol", "  are we still on for three?", "  carol: away, waiting"}},
	} {
		v := wide(tt.width)
		e := screen(t, v, tables()[tt.table](v), 20)
		for y, want := range append(tt.want, ">") {
			if got := cells(e, y, everywhere); got != want {
				t.Errorf("%s at %d columns: row %d is %q, want %q", tt.table, tt.width, y, got, want)
			}
		}
	}
}

// Only what no row has room for is cut.
func TestTablesCutNoWords(t *testing.T) {
	for name, table := range tables() {
		words := strings.Fields(table(plain()))
		for _, width := range []int{20, 30, 40, 50, 80} {
			whole := map[string]bool{}
			for _, word := range strings.Fields(table(wide(width))) {
				whole[word] = true
			}
			for _, word := range words {
				if !whole[word] && len(word) < width-least && name != "sent" { // which quotes less of a line
					t.Errorf("%s at %d columns cuts %q", name, width, word)
				}
			}
		}
	}
}
