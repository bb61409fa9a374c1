package render

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var (
	berlin = time.FixedZone("Berlin", 3600)
	now    = time.Date(2026, 11, 25, 14, 2, 30, 0, berlin) // a Wednesday

	alice = chat.Person{ID: 1, Name: "alice"} // who looks
	bob   = chat.Person{ID: 2, Name: "bob"}
	carol = chat.Person{ID: 3, Name: "carol"}
	dave  = chat.Person{ID: 4, Name: "dave"}

	longest = chat.Person{ID: 5, Name: "abcdefghij0123456789"}
)

func wide(width int) Viewer { return Viewer{Width: width, Zone: berlin, Me: alice.ID} }
func plain() Viewer         { return Viewer{Plain: true, Zone: berlin, Me: alice.ID} }

func direct(from, to chat.Person, text string) *chat.Entry {
	return &chat.Entry{Kind: chat.Direct, At: now, Sender: from, Recipient: to, Body: sanitize.Message(text)}
}

func broadcast(from chat.Person, text string) *chat.Entry {
	return &chat.Entry{Kind: chat.Broadcast, At: now, Sender: from, Body: sanitize.Message(text)}
}

// wants compares, with the spaces at the ends of rows made visible: they are part of the text.
func wants(t *testing.T, got string, rows ...string) {
	t.Helper()
	want := strings.Join(rows, "\n") + "\n"
	if got = visible(got); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func visible(s string) string {
	rows := strings.Split(s, "\n")
	for i, r := range rows {
		text := strings.TrimRight(r, " ")
		rows[i] = text + strings.Repeat("·", len(r)-len(text))
	}
	return strings.Join(rows, "\n")
}

// forms are those that programs may rely on, for alice.
var forms = []struct {
	name   string
	render func(Viewer) string
	want   string
}{
	{"to me", entry(direct(bob, alice, "are we still on for three?"), false),
		"14:02 bob → you  are we still on for three?"},
	{"my own", entry(direct(alice, bob, "hi"), false),
		"14:02 you → bob  hi"},
	{"between others", entry(direct(bob, carol, "hi"), false),
		"14:02 bob → carol  hi"},
	{"to all", entry(broadcast(dave, "the printer works again"), false),
		"14:02 dave → all  the printer works again"},
	{"my own to all", entry(broadcast(alice, "it does not"), false),
		"14:02 you → all  it does not"},
	{"from the server", entry(broadcast(chat.Person{}, "back at three"), false),
		"──  14:02 server: back at three  ──"},
	{"before the link was lost", entry(direct(alice, bob, "hi"), true),
		"14:02 you → bob  hi  (stored just before the link was lost)"},
	{"spaces stay", entry(direct(bob, alice, "  a   b"), false),
		"14:02 bob → you    a   b"},
	{"notice", func(v Viewer) string { return v.Notice("shutting down") },
		"──  shutting down  ──"},
	{"day", func(v Viewer) string { return v.Day(now) },
		"──  Wed 25 Nov 2026  ──"},
	{"away since", func(v Viewer) string { return v.Away(2, 0, now.Add(-29*time.Hour), now) },
		"──  2 messages while you were away (since Tue 09:02)  ──"},
	{"away, some of it for me alone", func(v Viewer) string { return v.Away(251, 3, time.Time{}, now) },
		"──  251 messages while you were away, 3 to you alone  ──"},
	{"away, all of it for me alone", func(v Viewer) string { return v.Away(3, 3, time.Time{}, now) },
		"──  3 messages while you were away  ──"},
	{"away, nobody knows since when", func(v Viewer) string { return v.Away(1, 0, time.Time{}, now) },
		"──  1 message while you were away  ──"},
	{"away for long", func(v Viewer) string { return v.Away(4800, 0, now.Add(-6*24*time.Hour), now) },
		"──  4,800 messages while you were away (since 19 Nov 14:02)  ──"},
	{"away, more than is counted", func(v Viewer) string { return v.Away(chat.MaxBacklog, 0, time.Time{}, now) },
		"──  10,000 or more messages while you were away  ──"},
	{"earlier", func(v Viewer) string { return v.Earlier(4800) },
		"──  4,800 earlier lines wait: more  ──"},
	{"earlier, one", func(v Viewer) string { return v.Earlier(1) },
		"──  1 earlier line waits: more  ──"},
	{"earlier, more than is counted", func(v Viewer) string { return v.Earlier(chat.MaxBacklog) },
		"──  10,000 or more earlier lines wait: more  ──"},
	{"no more", Viewer.NothingWaits,
		"no earlier lines wait"},
	{"refusal", refusal(`no user "bobb"`, "did you mean bob?"),
		`no user "bobb" — did you mean bob?`},
	{"refusal without a way on", refusal("that is yourself", ""),
		"that is yourself"},
	{"refusal of two lines", refusal("wrong name or password\n\"bob\" is locked: 60 s left", "try again then"),
		"wrong name or password\n  \"bob\" is locked: 60 s left — try again then"},
	{"fault", func(v Viewer) string { return v.Fault("4f2a") },
		"something went wrong on the server; it has been logged (ref 4f2a)"},
	{"answer", func(v Viewer) string { return v.Say("Welcome, alice") },
		"Welcome, alice"},
}

func entry(e *chat.Entry, lost bool) func(Viewer) string {
	return func(v Viewer) string { return v.Entry(e, lost) }
}

func refusal(text, hint string) func(Viewer) string {
	return func(v Viewer) string { return v.Refusal(chat.Refusal{Text: text, Hint: hint}) }
}

func TestForms(t *testing.T) {
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			wants(t, f.render(plain()), f.want)
			wants(t, f.render(wide(200)), f.want)
			wants(t, f.render(wide(max(width(f.want)+1, narrow))), f.want) // the last column stays free
		})
	}
}

func TestLineBreakInPlainModeIsASign(t *testing.T) {
	for _, e := range []*chat.Entry{direct(bob, alice, "a\n\n b\n"), broadcast(chat.Person{}, "a\n\n b\n")} {
		got := plain().Entry(e, false)
		if !strings.Contains(got, "  a ⏎  ⏎  b ⏎ ") && !strings.Contains(got, ": a ⏎  ⏎  b ⏎ ") ||
			strings.Count(got, "\n") != 1 {
			t.Errorf("%q", got)
		}
	}
}

func TestPlainModeDoesNotWrap(t *testing.T) {
	text := strings.Repeat("word ", 800)
	v := plain()
	v.Width, v.Colour = 20, Rich
	if got, want := v.Entry(direct(bob, alice, text), false), "14:02 bob → you  "+text+"\n"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestKindsThatAreNoLines(t *testing.T) {
	for _, k := range []chat.Kind{chat.Block, chat.Unblock, "poll", ""} {
		e := direct(bob, alice, "x")
		e.Kind = k
		if got := wide(80).Entry(e, false); got != "" {
			t.Errorf("%q: %q", k, got)
		}
	}
}

func TestTimesAreInTheViewersZone(t *testing.T) {
	e := broadcast(bob, "x")
	v := wide(80)
	v.Zone = time.FixedZone("Auckland", 13*3600)
	wants(t, v.Entry(e, false), "02:02 bob → all  x")
	wants(t, v.Day(now), "──  Thu 26 Nov 2026  ──")
	v.Zone = nil
	wants(t, v.Entry(e, false), now.Local().Format("15:04")+" bob → all  x")
	e.At = time.Date(2026, 1, 2, 0, 9, 0, 0, berlin)
	wants(t, wide(80).Entry(e, false), "00:09 bob → all  x")
}

func TestWithoutMeNobodyIsYou(t *testing.T) {
	v := Viewer{Zone: berlin}
	wants(t, v.Entry(direct(bob, chat.Person{Name: "zed"}, "x"), false), "14:02 bob → zed  x")
}

func TestSameDay(t *testing.T) {
	v := wide(80)
	evening := time.Date(2026, 11, 25, 23, 59, 59, 0, berlin)
	if !v.SameDay(now, evening) || v.SameDay(evening, evening.Add(time.Second)) || v.SameDay(now, now.AddDate(1, 0, 0)) {
		t.Error("days end at midnight where the viewer is")
	}
	v.Zone = time.UTC
	if !v.SameDay(evening, evening.Add(time.Second)) || !v.SameDay(evening.Add(time.Second), evening) {
		t.Error("the viewer's midnight is not that of the time's own zone")
	}
}

func TestStamp(t *testing.T) {
	for _, tt := range []struct {
		ago  time.Duration
		want string
	}{
		{0, "14:02"},
		{14 * time.Hour, "00:02"},
		{15 * time.Hour, "Tue 23:02"},
		{6*24*time.Hour - time.Minute, "Thu 14:03"},
		{6 * 24 * time.Hour, "19 Nov 14:02"},
		{330 * 24 * time.Hour, "30 Dec 2025 14:02"},
		{-time.Hour, "15:02"}, // a clock that was set back
		{-24 * time.Hour, "26 Nov 14:02"},
	} {
		if got := wide(80).stamp(now.Add(-tt.ago), now); got != tt.want {
			t.Errorf("%v ago: %q, want %q", tt.ago, got, tt.want)
		}
	}
}

func TestWidthIsKeptWithinItsLimits(t *testing.T) {
	text := strings.Repeat("x", 2000)
	for given, used := range map[int]int{0: 80, -5: 5, 1: 5, 5000: 1000} {
		v := wide(given)
		if got, want := v.Say(text), wide(used).Say(text); got != want {
			t.Errorf("width %d is not taken as %d", given, used)
		}
		row, _, _ := strings.Cut(v.Say(text), "\n")
		if len(row) != used-1 {
			t.Errorf("width %d: a row of %d", given, len(row))
		}
	}
}
