package render

import (
	"fmt"
	"strings"
	"testing"
)

func TestURLIsKeptWhole(t *testing.T) {
	const url = "https://example.org/a/path/of/58/columns/that/goes/on/0000"
	for _, tt := range []struct {
		name  string
		width int
		text  string
		want  []string
	}{
		{"in the present row", 100, "see " + url + " now", []string{"14:02 bob → you  see " + url + " now"}},
		{"in the next one, under the text", 80, "see it " + url + " now", []string{"14:02 bob → you  see it·", "                 " + url + " now"}},
		{"with the least indent, if it must be", 70, "see " + url + " now", []string{"14:02 bob → you  see·", "  " + url + " now"}},
		{"at the start of a line", 70, "see\n" + url + "\nnow", []string{"14:02 bob → you  see", "  " + url, "                 now"}},
		{"at the start of the text", 70, url, []string{"14:02 bob → you··", "  " + url}},
		{"the space behind it in the next row", 61, url + " now", []string{"14:02 bob → you··", "  " + url, "                  now"}},
		{"with what clings to it", 70, "(" + url + ").", []string{"14:02 bob → you··", "  (" + url + ")."}},
		{"of any scheme", 70, strings.Replace(url, "https", "git+ssh", 1), []string{"14:02 bob → you··", "  git+ssh" + url[5:]}},
		{"mail", 70, "mailto:" + strings.Repeat("x", 39) + "@example.org", []string{"14:02 bob → you··", "  mailto:" + strings.Repeat("x", 39) + "@example.org"}},
		{"but not any long word", 70, strings.Repeat("x", 58), []string{"14:02 bob → you  " + strings.Repeat("x", 52), "                 xxxxxx"}},
		{"nor what only looks alike", 70, "://" + strings.Repeat("x", 55), []string{"14:02 bob → you  ://" + strings.Repeat("x", 49), "                 xxxxxx"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, wide(tt.width).Entry(direct(bob, alice, tt.text), false), tt.want...)
		})
	}
	wants(t, wide(len(url)+1).Say(url+" x"), url, "   x") // whole in column 0, where only its space is too wide
	wants(t, wide(30).Table([][]string{{"docs", "at https://example.org/1234567"}}), "docs  at·", "  https://example.org/1234567")
}

// links are the URLs that the cells of a row link to, each with the text that does.
func linksIn(t *testing.T, v Viewer, text string) (found []string) {
	t.Helper()
	s := v.Entry(direct(bob, alice, text), false)
	e := screen(t, v, s, strings.Count(s, "\n")+1)
	for y := range e.Height() {
		links := map[string]bool{}
		for x := range e.Width() {
			if c := e.CellAt(x, y); c.Link.URL != "" && !links[c.Link.URL] {
				links[c.Link.URL] = true
				on := cells(e, y, func(x int) bool { return e.CellAt(x, y).Link == c.Link })
				found = append(found, on+" "+c.Link.URL+" "+c.Link.Params)
			}
		}
	}
	return found
}

// The pieces are one link to the whole, and nothing beside them is.
func TestURLThatMustBeCutIsOneLink(t *testing.T) {
	const url = "https://example.org/logs/2026/11/25/the_second_cluster/x(4711)?a=b"
	for text, want := range map[string][]string{
		"see: (" + url + ").":       {"https://example.org", "/logs/2026/11/25/the_second_cluster/x", "(4711)?a=b"},
		"are the logs here? " + url: {"https://example.org/logs/2026/11/25/t", "he_second_cluster/x(4711)?a=b"},
		"so:\n**" + url + "** 你好":   {"https://example.org/logs/2026/11/25", "/the_second_cluster/x(4711)?a=b"},
	} {
		got := linksIn(t, in(Rich, 40), text)
		for i := range want {
			want[i] += " " + url + " id=sshchat"
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestWhatIsNoLink(t *testing.T) {
	long := "https://example.org/" + strings.Repeat("x", 60)
	for name, text := range map[string]string{
		"fits a row": "https://example.org/x", "another scheme": "vscode" + long[5:], "a file": "file" + long[5:], "not ASCII": long + "é",
		"too long": long + strings.Repeat("x", maxLink), "no scheme": strings.Repeat("x", 90),
	} {
		if got := in(Rich, 40).Entry(direct(bob, alice, text), false); strings.Contains(got, "\x1b]") {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, v := range []Viewer{plain(), in(Off, 40), in(Basic, 40)} {
		if got := v.Entry(direct(bob, alice, long), false); strings.Contains(got, "\x1b]") {
			t.Errorf("%+v: %q", v, got)
		}
	}
}

// Each piece repeats the URL: a line may not grow with the product.
func TestLinksAreBounded(t *testing.T) {
	url := "https://example.org/" + strings.Repeat("x", maxLink-20)
	text := strings.Repeat(url+" ", 40)
	for _, width := range []int{5, 20, 40, 80, 400} {
		rich, off := in(Rich, width), in(Off, width)
		styled, bare := rich.Say(text), off.Say(text)
		if more := len(styled) - len(bare); more > maxLinks {
			t.Errorf("width %d: links add %d bytes", width, more)
		}
		checkStyles(t, styled, bare)
	}
	if got := in(Rich, 80).Say(url); !strings.Contains(got, linkOpen+url+linkSign) {
		t.Errorf("the longest URL is no link at 80 columns: %q", got)
	}
}

// Our sequence must be one that GNU screen skips, which prints what is behind byte 767 of a string.
func TestLongestLinkIsShortEnough(t *testing.T) {
	if n := len(linkOpen) + maxLink + len(linkSign); n > 767 {
		t.Errorf("%d bytes", n)
	}
}

func TestWhereURLsEnd(t *testing.T) {
	for text, want := range map[string]string{
		"https://x.org/a": "https://x.org/a", "(https://x.org/a).": "https://x.org/a", "https://x.org/a_(b)": "https://x.org/a_(b)",
		"see(https://x.org/a_(b))?!": "https://x.org/a_(b)", "<https://x.org/>,": "https://x.org/", "\"http://x.org/a,b\"": "http://x.org/a,b",
		"_https://x.org/a_": "https://x.org/a", "https://x.org/a_": "https://x.org/a_", "**https://x.org/*a**": "https://x.org/*a",
		"HTTPS://X.ORG/…": "", "看https://x.org/a": "https://x.org/a", "HTTPS://X.ORG/": "HTTPS://X.ORG/", "1http://x": "http://x",
		"ftp://x.org": "", "https://x.org/é": "", "": "", "x": "", "://x": "",
	} {
		from, to := linkable(text)
		if got := text[from:to]; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if from, to := linkable("http://" + strings.Repeat(")", 90)); from >= to {
		t.Error(fmt.Sprint(from, to))
	}
}
