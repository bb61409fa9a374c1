package render

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestPresences(t *testing.T) {
	ps := []chat.Presence{
		{Person: bob, Since: now.Add(-time.Hour)},
		{Person: longest, Since: now.Add(-30 * time.Hour)},
	}
	for _, v := range []Viewer{plain(), wide(80), wide(38)} {
		wants(t, v.Presences(ps, now),
			"bob                   since 13:02",
			"abcdefghij0123456789  since Tue 08:02")
		wants(t, v.Presences(nil, now), "nobody else is online")
	}
	wants(t, wide(40).Presences([]chat.Presence{ps[0], {Person: longest, Since: now.AddDate(-1, 0, 0)}}, now),
		"bob                   since 13:02",
		"abcdefghij0123456789  since 25 Nov·",
		"                      2025 14:02")
	wants(t, wide(20).Presences(ps, now),
		"bob  since 13:02",
		"abcdefghij012345678",
		"  9",
		"  since Tue 08:02")
}

func TestPresencesWithin(t *testing.T) {
	wants(t, plain().PresencesWithin([]chat.Presence{{Person: bob, Since: now}}, time.Hour, now), "bob  since 14:02")
	for d, want := range map[time.Duration]string{
		time.Hour:               "hour",
		time.Minute:             "minute",
		24 * time.Hour:          "day",
		48 * time.Hour:          "2 days",
		25 * time.Hour:          "25 hours",
		90 * time.Minute:        "90 minutes",
		time.Second:             "second",
		100 * time.Second:       "100 seconds",
		1500 * time.Millisecond: "1.5s",
		0:                       "0s",
		24000 * time.Hour:       "1,000 days",
	} {
		wants(t, wide(80).PresencesWithin(nil, d, now), "nobody else logged in within the last "+want)
	}
}

func TestBlocked(t *testing.T) {
	wants(t, wide(80).Blocked(nil), "you block nobody")
	wants(t, wide(80).Blocked([]chat.Person{bob, longest}), "bob", "abcdefghij0123456789")
	wants(t, wide(10).Blocked([]chat.Person{longest}), "abcdefghi", "  j012345", "  6789")
}

func TestProfile(t *testing.T) {
	created, online := now.AddDate(-1, 0, -2), now.Add(-time.Minute)
	for _, tt := range []struct {
		name string
		p    chat.Profile
		want []string
	}{
		{"online", chat.Profile{Person: bob, Created: created, OnlineSince: online, LastLogin: online},
			[]string{"name           bob", "online         since 14:01", "account since  Sun 23 Nov 2025"}},
		{"away", chat.Profile{Person: bob, Created: created, LastLogin: now.Add(-24 * time.Hour)},
			[]string{"name           bob", "online         no; last login Tue 14:02", "account since  Sun 23 Nov 2025"}},
		{"never there", chat.Profile{Person: bob, Created: created},
			[]string{"name           bob", "online         no; never logged in", "account since  Sun 23 Nov 2025"}},
		{"what they say", chat.Profile{Person: bob, Created: created, OnlineSince: online, DND: now.Add(3 * time.Hour), Away: sanitize.Line("lunch"), About: sanitize.Line("mends it")},
			[]string{"name           bob", "online         since 14:01, do not disturb until 17:02, away: lunch", "account since  Sun 23 Nov 2025", "about          mends it"}},
		{"blocked", chat.Profile{Person: bob, Created: created, Blocked: true},
			[]string{"name           bob", "online         no; never logged in", "account since  Sun 23 Nov 2025", "blocked        by you"}},
		{"oneself", chat.Profile{Person: alice, Created: created, OnlineSince: online, Self: true},
			[]string{"name           alice (you)", "online         since 14:01", "account since  Sun 23 Nov 2025"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, wide(80).Profile(tt.p, now), tt.want...)
			wants(t, plain().Profile(tt.p, now), tt.want...)
		})
	}
}

func sentTo(id chat.EntryID, to chat.Person, text string) chat.SentLine {
	e := direct(alice, to, text)
	e.ID = id
	return chat.SentLine{Entry: e, Of: 1}
}

func TestSent(t *testing.T) {
	got := sentTo(120, bob, "hi\nthere")
	got.Reached = 1
	away := sentTo(98, carol, strings.Repeat("今天三点我们还见面吗 ", 9))
	away.At = now.Add(-24 * time.Hour)
	coming := sentTo(97, dave, "")
	coming.Online = true
	hidden := sentTo(9, dave, "x") // one of them blocks the other
	hidden.Of, hidden.Online = 0, true
	toAll := chat.SentLine{Entry: broadcast(alice, "the printer works again"), Reached: 1041, Of: 1044}
	toAll.ID = 8
	toNobody := chat.SentLine{Entry: broadcast(alice, "x")}
	toNobody.ID = 7
	lines := []chat.SentLine{got, away, coming, hidden, toAll, toNobody}

	wants(t, wide(80).Sent(lines, now),
		"#120 14:02     → bob    hi ⏎ there                     bob: got it",
		"#98  Tue 14:02 → carol  今天三点我们还见面吗 今天三…   carol: away, waiting",
		"#97  14:02     → dave                                  dave: online, on its way",
		"#9   14:02     → dave   x                              stored",
		"#8   14:02     → all    the printer works again        reached 1,041 of 1,044",
		"#7   14:02     → all    x                              stored")
	wants(t, wide(40).Sent(lines[:2], now),
		"#120 14:02 → bob  hi ⏎ there",
		"  bob: got it",
		"#98 Tue 14:02 → carol",
		"  今天三点我们还见面吗 今天三点我们还…",
		"  carol: away, waiting")
	wants(t, plain().Sent(lines[1:3], now),
		"#98 Tue 14:02 → carol  "+strings.Repeat("今天三点我们还见面吗 ", 2)+"今天三点我们还见…   carol: away, waiting",
		"#97 14:02     → dave   "+strings.Repeat(" ", 59+3)+"dave: online, on its way")
	wants(t, wide(80).Sent(nil, now), "you have sent nothing yet")
}

func TestTable(t *testing.T) {
	rows := [][]string{
		{"message WHO TEXT", "to a person, online or not; to #room if one is in it"},
		{"whoelse", "everyone else who is online"},
		{},
		{"日本", "x", "y"},
		{"alone in its row"},
	}
	wants(t, wide(80).Table(rows),
		"message WHO TEXT  to a person, online or not; to #room if one is in it",
		"whoelse           everyone else who is online",
		"",
		"日本              x  y",
		"alone in its row")
	wants(t, wide(40).Table(rows),
		"message WHO TEXT  to a person, online·",
		"                  or not; to #room if·",
		"                  one is in it",
		"whoelse           everyone else who is·",
		"                  online",
		"",
		"日本              x  y",
		"alone in its row")
	wants(t, wide(30).Table(rows[:2]),
		"message WHO TEXT",
		"  to a person, online or·",
		"  not; to #room if one is in·",
		"  it",
		"whoelse",
		"  everyone else who is online")
	wants(t, wide(80).Table(nil)+"\n", "")
}

// Whatever the cells hold, rows stay rows: as many begin in column 0 as there are.
func TestTableInEveryWidth(t *testing.T) {
	rows := [][]string{
		{"a b c d e f", "14:02 bob → you  " + strings.Repeat("x", 40), "z"},
		{strings.Repeat("界", 30), "y"},
		{strings.Repeat("long ", 9), "", strings.Repeat("words ", 9)},
	}
	for w := 10; w <= 200; w++ {
		v := wide(w)
		starts := 0
		for _, r := range strings.Split(strings.TrimSuffix(v.Table(rows), "\n"), "\n") {
			if !strings.HasPrefix(r, "  ") {
				starts++
			}
			if width(r) >= w {
				t.Fatalf("width %d: %q", w, r)
			}
		}
		if starts != len(rows) {
			t.Fatalf("width %d: %d rows begin in column 0, want %d", w, starts, len(rows))
		}
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		text string
		cols int
		want string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abcd", 1, "…"}, {"abcd", 0, "…"},
		{"你好吗", 6, "你好吗"}, {"你好吗", 5, "你好…"}, {"你好吗", 4, "你…"},
		{"éé", 2, "éé"}, {"e\u0323\u0302e\u0323\u0302e", 2, "e\u0323\u0302…"},
	} {
		if got := clip(tt.text, tt.cols); got != tt.want {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.text, tt.cols, got, tt.want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567", -1: "-1", -123456: "-123,456",
	} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestWhoOfARoomHasALineNotYet(t *testing.T) {
	line := chat.SentLine{Entry: said(chat.Said, alice, "deploy is green"), Of: 44, Reached: 41, Waiting: []chat.Name{"bob", "carol", "dave"}}
	line.ID = 12
	wants(t, wide(100).Sent([]chat.SentLine{line}, now), "#12 14:02 → #ops  deploy is green   reached 41 of 44; waiting: bob, carol, dave")
	line.Reached = 30
	wants(t, wide(100).Sent([]chat.SentLine{line}, now), "#12 14:02 → #ops  deploy is green   reached 30 of 44; waiting: bob, carol, dave, …")
}

func TestTwiceTwelveHours(t *testing.T) {
	v := wide(80)
	v.Half = true
	wants(t, v.Entry(broadcast(bob, "x"), false), "02:02pm bob → all  x")
	for at, want := range map[time.Time]string{
		now: "02:02pm", now.Add(-3 * time.Hour): "11:02am", now.Add(-26 * time.Hour): "Tue 12:02pm",
		now.AddDate(0, -1, 0): "25 Oct 02:02pm", now.AddDate(-1, 0, 0): "25 Nov 2025 02:02pm",
	} {
		if got := v.stamp(at, now); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
