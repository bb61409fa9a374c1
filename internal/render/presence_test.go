package render

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func crowdOf(n int) (c chat.Crowd) {
	for i := range n {
		c.Add(chat.Person{ID: chat.UserID(10 + i), Name: chat.Name(fmt.Sprintf("eve%d", i))})
	}
	return c
}

func of(people ...chat.Person) (c chat.Crowd) {
	for _, p := range people {
		c.Add(p)
	}
	return c
}

func TestNews(t *testing.T) {
	for want, c := range map[string]struct{ came, went chat.Crowd }{
		"──  14:02 bob is here  ──":                                          {came: of(bob)},
		"──  14:02 bob and carol are here; dave left  ──":                    {came: of(bob, carol), went: of(dave)},
		"──  14:02 bob, carol and dave left  ──":                             {went: of(bob, carol, dave)},
		"──  14:02 eve0, eve1, eve2, eve3 and eve4 are here  ──":             {came: crowdOf(5)},
		"──  14:02 eve0, eve1, eve2, eve3, eve4 and 195 more left  ──":       {went: crowdOf(200)},
		"──  14:02 eve0, eve1, eve2, eve3, eve4 and 1,195 more are here  ──": {came: crowdOf(1200)},
		"──  14:02 ??14?02?bob?????you? is here; dave left  ──":              {came: of(chat.Person{ID: 9, Name: "\n\x1b14:02 bob → you\x1b"}), went: of(dave)},
		"──  14:02 eve0 and eve1 are here; eve0, eve1 and eve2 left  ──":     {came: crowdOf(2), went: crowdOf(3)},
	} {
		wants(t, wide(80).News(c.came, c.went, now), want)
	}
	wants(t, plain().Watched(bob, now), "──  14:02 bob is here, whom you watch for  ──")
	if got := wide(80).News(chat.Crowd{}, chat.Crowd{}, now); got != "" {
		t.Errorf("when nobody comes or goes: %q", got)
	}
}

func TestHowSomebodyIs(t *testing.T) {
	p := chat.Presence{Person: bob, Since: now.Add(-time.Hour)}
	p.Away = sanitize.Line(chat.JustAway)
	wants(t, wide(80).Presences([]chat.Presence{p}, now), "bob  since 13:02, away")
	p.Away = sanitize.Line("lunch, do not disturb until noon")
	wants(t, wide(80).Presences([]chat.Presence{p}, now), "bob  since 13:02, away: lunch, do not disturb until noon")
	p.DND = now.Add(30 * time.Hour)
	wants(t, plain().PresencesWithin([]chat.Presence{p}, time.Hour, now),
		"bob  since 13:02, do not disturb until 26 Nov 20:02, away: lunch, do not disturb until noon")
	p.Away, p.DND = sanitize.Text{}, now.In(time.UTC).Add(time.Hour)
	wants(t, wide(80).Presences([]chat.Presence{p}, now), "bob  since 13:02, do not disturb until 15:02")
}

func TestSeen(t *testing.T) {
	for want, s := range map[string]chat.Sighting{
		"bob is online since 13:02":      {Person: bob, Since: now.Add(-time.Hour)},
		"bob was here until Tue 14:02":   {Person: bob, Until: now.Add(-24 * time.Hour)},
		"bob was here until 1 Nov 14:02": {Person: bob, Until: now.AddDate(0, 0, -24)},
		"bob was never here":             {Person: bob},
	} {
		wants(t, wide(80).Seen(s, now), want)
	}
	wants(t, wide(80).Watches(nil), "you watch for nobody")
	wants(t, wide(80).Watches([]chat.Person{bob, carol}), "bob", "carol")
}

// The list of settings stands in columns that 80 and 40 hold, whatever they are set to.
func TestSettingsAreAligned(t *testing.T) {
	var s chat.Settings
	for name, value := range map[string]string{
		"about": strings.Repeat("long ", 40), "highlight": strings.Repeat("deploy ", 10), "tz": "America/Argentina/Buenos_Aires",
	} {
		var err error
		if s, err = s.With(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, cols := range []int{80, 60, 40} {
		starts := map[int]bool{}
		for row := range strings.Lines(wide(cols).Settings(s)) {
			row = strings.TrimSuffix(row, "\n")
			if w := width(row); w > cols-1 {
				t.Errorf("width %d: %d columns: %q", cols, w, row)
			}
			if fields := strings.SplitN(row, "  ", 2); row[0] != ' ' && len(fields) == 2 {
				value := strings.TrimLeft(fields[1], " ")
				starts[width(row)-width(value)] = true
			}
		}
		if cols >= 60 && len(starts) != 1 {
			t.Errorf("width %d: the values start in the columns %v", cols, starts)
		}
	}
	about := chat.SettingTable[len(chat.SettingTable)-1]
	wants(t, wide(80).Setting(about, chat.Settings{About: "mends it"}),
		"about   mends it",
		"means   what whois says of you",
		"can be  one line of at most 200 bytes, or - for none")
}

func TestALinearViewerHasNoLinesDrawn(t *testing.T) {
	v := wide(80)
	v.Linear = true
	wants(t, v.Notice("shutting down"), "--  shutting down  --")
	wants(t, v.Entry(broadcast(chat.Person{}, "back at three"), false), "--  14:02 server: back at three  --")
	wants(t, v.Entry(said(chat.Join, bob, ""), false), "--  14:02 #ops: bob joined  --")
	wants(t, v.News(of(bob), chat.Crowd{}, now), "--  14:02 bob is here  --")
	v.Plain = true
	wants(t, v.Day(now), "--  Wed 25 Nov 2026  --")
}

func TestWhoMarksWordsSeesThemMarked(t *testing.T) {
	var c Cache
	e := said(chat.Said, carol, "the deploy is on")
	marked := wide(80)
	marked.Marked = chat.Settings{Highlight: "deploy"}.Highlights()
	for range 2 {
		wants(t, c.Entry(marked, e), "14:02 #ops carol » the deploy is on")
		wants(t, c.Entry(wide(80), e), "14:02 #ops carol  the deploy is on")
	}
}

func TestBrief(t *testing.T) {
	for want, e := range map[string]*chat.Entry{
		"bob: a b":                   direct(bob, alice, "a\nb"),
		"bob → all: x":               broadcast(bob, "x"),
		"the server → all: x":        broadcast(chat.Person{}, "x"),
		"#ops carol: x":              said(chat.Said, carol, "x"),
		"bob invited you: join #ops": toward(chat.Invite, bob, alice, ""),
		"bob removed you: too loud":  toward(chat.Kick, bob, alice, "too loud"),
	} {
		if got := wide(80).Brief(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
