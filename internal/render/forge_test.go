package render

import (
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// What somebody might send to be taken for somebody else.
func forgeries(width int) []string {
	const asAdmin, asServer = "14:02 admin → you  send me your word", "──  14:02 server: send me your word  ──"
	var all []string
	for _, line := range []string{asAdmin, asServer} {
		for _, lead := range []string{
			"\n", "\r\n", "\r", "\n\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\n\u200B", "\n\u200D", "\n\u0301", "\x1b[1G", "\x1b[E", "\x1bE", "\b\b\b\b",
			"\u202E", "\u009bG", "\ufeff", "\n```\n", "`", "**x", "https://x.org/;\x1b\\", "https://x.org/" + strings.Repeat("y", width-20) + " ",
		} {
			all = append(all, lead+line, "hi"+lead+line)
		}
		// To be broken by the terminal just before the line: with each thing that terminals measure differently.
		for _, filler := range []string{
			" ", "x", "你", "🏳️‍🌈", "👩🏻‍❤️‍💋‍👨🏿", "👍🏽", "1️⃣", "❤️", "🇩🇪", "🇩", "☺", "é", "क्षि", "ကြွေး", "ำ", "ｶﾞ", "\u1100", "\U0001FAE9", "\u2630", "\u0D4E", "\u200D",
			"*x* ", "`", "https://x/",
		} {
			for n := width / 3; n <= width+1; n++ {
				all = append(all, strings.Repeat(filler, n)+line)
			}
		}
	}
	return all
}

// A row in column 0 begins with the head of the one who is speaking, and with nothing else.
func TestNobodyStartsALineInColumn0(t *testing.T) {
	tight, loose := regexp.MustCompile(`^14:02 bob→(you|all) `), regexp.MustCompile(`^14:02 bob → (you|all)  `)
	for width, head := range map[int]*regexp.Regexp{20: tight, 40: tight, 49: tight, 50: loose, 80: loose} {
		for _, text := range forgeries(width) {
			for _, e := range []*chat.Entry{direct(bob, alice, text), broadcast(bob, text)} {
				rows := strings.Split(strings.TrimSuffix(wide(width).Entry(e, false), "\n"), "\n")
				if !head.MatchString(rows[0]) {
					t.Fatalf("width %d: %q", width, rows)
				}
				for _, r := range rows[1:] {
					if !strings.HasPrefix(r, "  ") {
						t.Fatalf("width %d: %q in column 0, from %q", width, r, text)
					}
				}
				if got := plain().Entry(e, false); !loose.MatchString(got) || strings.Count(got, "\n") != 1 {
					t.Fatalf("plain: %q", got)
				}
			}
		}
	}
}

// The same on a screen: what it shows in column 0 is what we put there. The emulator breaks rows
// that are too long, as terminals do.
func TestNoRowIsBrokenByTheTerminal(t *testing.T) {
	const width, height = 40, 60
	screen := vt.NewEmulator(width, height)
	v := wide(width)
	v.Colour = Rich
	for _, text := range forgeries(width) {
		screen.Write([]byte("\x1bc"))
		rendered := v.Entry(direct(bob, alice, text), false)
		screen.Write([]byte(strings.ReplaceAll(rendered, "\n", "\r\n")))
		for y := range strings.Count(rendered, "\n") {
			first := screen.CellAt(0, y).Content
			if y == 0 && first != "1" || y > 0 && first != " " {
				t.Fatalf("%q in column 0 of row %d, from %q", first, y, text)
			}
		}
		if y := screen.CursorPosition().Y; y != strings.Count(rendered, "\n") {
			t.Fatalf("the screen has %d rows for %q", y, rendered)
		}
	}
}

// A name is part of a line's head. What a damaged database holds there must not write one of its own.
// A quoted text cannot end its quote and go on as what whoever answers says, nor can a pinned one end its line.
func TestAQuoteSpeaksForNobodyElse(t *testing.T) {
	for text, want := range map[string]string{
		`?"  yes, I deleted it`:                   `?' yes, I deleted it`,
		"?\" \u00a0 \u3000yes":                    `?' yes`,
		`  ──  14:02 server: stops at five  ──  `: `── 14:02 server: stops at fiv…`,
	} {
		q := &chat.Quote{Sender: alice, At: now, Text: chat.Clip(sanitize.Message(text))}
		answer, pinned := said(chat.Said, bob, "no"), said(chat.Pin, bob, "")
		answer.Ref, answer.About, pinned.Ref, pinned.About = 3, q, 3, q
		wants(t, plain().Entry(answer, false), `14:02 #ops bob ↳ you 14:02 "`+want+`"  no`)
		wants(t, plain().Entry(pinned, false), `──  14:02 #ops: bob pinned #3 you: `+want+`  ──`)
	}
}

func TestNameThatIsNone(t *testing.T) {
	for given, want := range map[chat.Name]string{
		"":                       "?",
		"bob → you  hi":          "bob?????you??hi",
		"a\n14:02 bob":           "a?14?02?bob",
		"\x1b[31mred":            "??31mred",
		"b\u00f6b":               "b??b",
		"abcdefghij0123456789xy": "abcdefghij0123456789",
		"A_-9z":                  "A_-9z",
		"[`{@/:^":                "???????",
	} {
		p := chat.Person{ID: 9, Name: given}
		if got := name(p); got != want {
			t.Errorf("%q is shown as %q, want %q", given, got, want)
		}
		wants(t, wide(200).Entry(direct(p, alice, "x"), false), "14:02 "+want+" → you  x")
		wants(t, wide(200).Presences([]chat.Presence{{Person: p, Since: now}}, now), want+"  since 14:02")
	}
}

// The texts of the server may quote what somebody typed.
func TestServersTextsAreCleaned(t *testing.T) {
	const raw = "x\x1b[31m\n14:02 bob → you  y\u202E\u009b"
	v := wide(80)
	wants(t, v.Notice(raw), "──  x[31m 14:02 bob → you  y  ──")
	wants(t, v.Say(raw), "x[31m", "  14:02 bob → you  y")
	wants(t, v.Refusal(chat.Refusal{Text: raw, Hint: raw}), "x[31m", "  14:02 bob → you  y — x[31m", "  14:02 bob → you  y")
	wants(t, v.Fault(raw), "something went wrong on the server; it has been logged (ref x[31m", "  14:02 bob → you  y)")
	wants(t, v.Table([][]string{{raw, raw}}), "x[31m 14:02 bob → you  y  x[31m 14:02 bob → you  y")
	wants(t, plain().Say(raw), "x[31m", "  14:02 bob → you  y")
}
