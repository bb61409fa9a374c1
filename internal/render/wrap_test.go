package render

import (
	"strings"
	"testing"

	"sshchat/internal/chat"
)

func TestMessageIsWrappedToTheWidth(t *testing.T) {
	e := direct(bob, alice, "The deploy is green.  Logs: https://example.org/logs/2026/11/25/the-second-cluster-4711.txt for now\n"+
		"- 你好世界，今天三点我们还见面吗？\n\n"+
		"    indented   code")
	for width, want := range map[int][]string{
		20: {
			"14:02 bob→you·",
			"  The deploy is·",
			"  green.  Logs:·",
			"  https://example.o",
			"  rg/logs/2026/11/2",
			"  5/the-second-clus",
			"  ter-4711.txt for·",
			"  now",
			"  - 你好世界，今天",
			"  三点我们还见面",
			"  吗？",
			"··",
			"      indented···",
			"  code",
		},
		40: {
			"14:02 bob→you The deploy is green.··",
			"  Logs: https://example.org/logs/2026/1",
			"  1/25/the-second-cluster-4711.txt for·",
			"  now",
			"  - 你好世界，今天三点我们还见面吗？",
			"··",
			"      indented   code",
		},
		80: {
			"14:02 bob → you  The deploy is green.  Logs:·",
			"  https://example.org/logs/2026/11/25/the-second-cluster-4711.txt for now",
			"                 - 你好世界，今天三点我们还见面吗？",
			"·················",
			"                     indented   code",
		},
		200: {
			"14:02 bob → you  The deploy is green.  Logs: https://example.org/logs/2026/11/25/the-second-cluster-4711.txt for now",
			"                 - 你好世界，今天三点我们还见面吗？",
			"·················",
			"                     indented   code",
		},
	} {
		wants(t, wide(width).Entry(e, false), want...)
	}
	wants(t, plain().Entry(e, false),
		"14:02 bob → you  The deploy is green.  Logs: https://example.org/logs/2026/11/25/the-second-cluster-4711.txt for now"+
			" ⏎ - 你好世界，今天三点我们还见面吗？ ⏎  ⏎     indented   code")
}

// The head is text like any other where it is wider than the screen.
func TestHeadIsWrappedToo(t *testing.T) {
	e := direct(longest, chat.Person{ID: 6, Name: "zyxwvutsrq9876543210"}, "hello there")
	wants(t, wide(80).Entry(e, false),
		"14:02 abcdefghij0123456789 → zyxwvutsrq9876543210  hello there")
	wants(t, wide(50).Entry(e, false),
		"14:02 abcdefghij0123456789 →·",
		"  zyxwvutsrq9876543210  hello there")
	wants(t, wide(40).Entry(e, false),
		"14:02 abcdefghij0123456789",
		"  →zyxwvutsrq9876543210 hello there")
	wants(t, wide(10).Entry(e, false),
		"14:02 abc",
		"  defghij",
		"  0123456",
		"  789→zyx",
		"  wvutsrq",
		"  9876543",
		"  210·",
		"  hello·",
		"  there")
}

func TestServersLinesAreWrapped(t *testing.T) {
	e := broadcast(chat.Person{}, "the disk is swapped at noon, be ready\nback at one")
	wants(t, wide(20).Entry(e, false),
		"──  14:02 server:·",
		"  the disk is·",
		"  swapped at noon,·",
		"  be ready",
		"  back at one  ──")
	wants(t, wide(50).Entry(e, false),
		"──  14:02 server: the disk is swapped at noon,·",
		"    be ready",
		"    back at one  ──")
	wants(t, wide(20).Away(4800, 0, now, now),
		"──  4,800 messages·",
		"  while you were·",
		"  away (since·",
		"  14:02)  ──")
}

// A rule that would stand alone in a row is left out.
func TestNoRowHasARuleAlone(t *testing.T) {
	wants(t, wide(20).Notice("alice joined"), "──  alice joined")
	wants(t, wide(21).Notice("alice joined"), "──  alice joined  ──")
	wants(t, wide(20).Entry(broadcast(chat.Person{}, "be ready at"), false), "──  14:02 server:·", "  be ready at  ──")
	wants(t, wide(20).Entry(broadcast(chat.Person{}, "be ready at one"), false), "──  14:02 server:·", "  be ready at one")
	wants(t, wide(20).Day(now), "──  Wed 25 Nov 2026")
}

func TestWrapping(t *testing.T) {
	const family = "👨\u200D👩\u200D👧\u200D👦" // two columns, or eight
	for _, tt := range []struct {
		name  string
		width int
		text  string
		want  []string
	}{
		{"to the last column but one", 11, "0123456789", []string{"0123456789"}},
		{"between words", 11, "01234 56789", []string{"01234·", "  56789"}},
		{"a space belongs to the word before it", 11, "012345678 9", []string{"012345678·", "  9"}},
		{"and takes it along", 11, "0123 45678 x", []string{"0123·", "  45678 x"}},
		{"unless it is as long as a row", 11, "0 123456789 x", []string{"0 12345678", "  9 x"}},
		{"two spaces", 11, "end.  Next one", []string{"end.··", "  Next one"}},
		{"a run stays where there is room", 11, "ab     cdefgh", []string{"ab·····", "  cdefgh"}},
		{"the rest of a run goes on behind the indent", 11, "abcdef" + strings.Repeat(" ", 14) + "x",
			[]string{"abcdef····", "··········", "    x"}},
		{"spaces at the start", 11, "   abcdefgh", []string{"···", "  abcdefgh"}},
		{"of a run all that has room", 11, "abcdefg    xyz", []string{"abcdefg···", "   xyz"}},
		{"only spaces", 11, strings.Repeat(" ", 12), []string{"··········", "····"}},
		{"a word too long for any row begins at once", 11, "ab " + strings.Repeat("x", 20),
			[]string{"ab xxxxxxx", "  xxxxxxxx", "  xxxxx"}},
		{"but not at the end of a row", 11, "abcdef " + strings.Repeat("x", 9),
			[]string{"abcdef·", "  xxxxxxxx", "  x"}},
		{"between ideographs", 11, "ab你好世界吗", []string{"ab你好世界", "  吗"}},
		{"a wide one leaves a column free", 11, "a你好世界吗", []string{"a你好世界", "  吗"}},
		{"not before a closing sign", 11, "你好世界吗？", []string{"你好世界", "  吗？"}},
		{"nor before two", 11, "（你好世。）x", []string{"（你好", "  世。）x"}},
		{"a cluster stays whole", 11, strings.Repeat("x\u0323\u0302", 12),
			[]string{strings.Repeat("x\u0323\u0302", 10), "  " + strings.Repeat("x\u0323\u0302", 2)}},
		{"a family may come apart", 11, "ab " + family + "x", []string{"ab·", "  " + family, "  x"}},
		{"as wide as the row and wider", 8, family + family, []string{family, "  " + family}},
		{"flags", 11, "🇩🇪🇫🇷🇮🇹", []string{"🇩🇪🇫🇷", "  🇮🇹"}},
		{"Hindi is no row of ideographs", 11, "हिन्दी क्षत्रिय", []string{"हिन्दी·", "  क्षत्रिय"}},
		{"line breaks", 11, "a\n\nb\n", []string{"a", "··", "  b", "··"}},
	} {
		t.Run(tt.name, func(t *testing.T) { wants(t, wide(tt.width).Say(tt.text), tt.want...) })
	}
}
