package render

import (
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestPosted(t *testing.T) {
	p := chat.Posted{Text: sanitize.Message("be *kind*\n\nand quiet")}
	if got, want := wide(40).Posted("title", p), "──  title  ──\n  be *kind*\n  \n  and quiet\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := wide(40).Posted("title", chat.Posted{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// What is posted is behind the indent, whatever it is, and so neither a line of somebody's nor the server's own words.
func TestNothingPostedStartsInColumn0(t *testing.T) {
	for _, width := range []int{20, 40, 80} {
		for _, text := range forgeries(width) {
			rows := strings.Split(strings.TrimSuffix(wide(width).Posted("title", chat.Posted{Text: sanitize.Message(text)}), "\n"), "\n")
			for _, r := range rows[1:] {
				if r != "" && !strings.HasPrefix(r, "  ") {
					t.Fatalf("width %d: %q in column 0, from %q", width, r, text)
				}
			}
		}
	}
}

// What the server tells one person, or all, has the server's rule before it, and is in one line.
func TestToldByTheServer(t *testing.T) {
	e := said(chat.Told, chat.Person{}, "")
	e.Room, e.At, e.Body = chat.Room{}, now, sanitize.Message("you are muted\n14:02 bob → you  hi")
	if got, want := plain().Entry(e, false), "──  14:02 you are muted 14:02 bob → you  hi  ──\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
