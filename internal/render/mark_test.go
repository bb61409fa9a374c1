package render

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"

	"sshchat/internal/chat"
	"sshchat/internal/lineedit"
	"sshchat/internal/sanitize"
)

// in is a viewer of so many columns with so many colours.
func in(c Colour, width int) Viewer {
	v := wide(width)
	v.Colour = c
	return v
}

// A style ends with its row, and does not begin before the indent of the next.
func TestStyleIsBrokenWithTheRow(t *testing.T) {
	e := direct(bob, alice, "a **bold text that is broken**, _so_ `it is`")
	wants(t, in(Basic, 20).Entry(e, false),
		"\x1b[2m14:02\x1b[0m \x1b[31mbob\x1b[0m→you·",
		"  a \x1b[1m**bold text \x1b[0m",
		"  \x1b[1mthat is \x1b[0m",
		"  \x1b[1mbroken**\x1b[0m, \x1b[3m_so_\x1b[0m·",
		"  \x1b[35m`it is`\x1b[0m")
	wants(t, wide(20).Entry(e, false), "14:02 bob→you·", "  a **bold text·", "  that is·", "  broken**, _so_·", "  `it is`")
	wants(t, plain().Entry(e, false), "14:02 bob → you  a **bold text that is broken**, _so_ `it is`")
}

func TestMarkdownIsShownInAllThatPeopleSay(t *testing.T) {
	const shown = "\x1b[1m**x**\x1b[0m"
	for _, e := range []*chat.Entry{direct(bob, alice, "**x**"), direct(alice, bob, "**x**"), broadcast(bob, "**x**"),
		broadcast(chat.Person{}, "**x**"), said(chat.Said, bob, "**x**"), said(chat.Acted, alice, "**x**")} {
		if got := in(Rich, 80).Entry(e, false); !strings.Contains(got, shown) {
			t.Errorf("%s: %q", e.Kind, got)
		}
	}
	topic := said(chat.Topic, bob, "**x**")
	wants(t, in(Rich, 80).Entry(topic, false), "──  14:02 #ops: bob set the topic: **x**  ──")
}

// Code keeps its spaces and is broken at the edge of the row, with colours or without.
func TestBlockOfCodeIsVerbatim(t *testing.T) {
	e := direct(bob, alice, "so:\n```go\nif  *p* {\n\treturn \"some words\"\n\n```\nand on")
	rows := []string{
		"14:02 bob→you so:",
		"  ```go",
		"  if  *p* {",
		"      return \"some",
		"   words\"",
		"··",
		"  ```",
		"  and on",
	}
	wants(t, wide(19).Entry(e, false), rows...)
	for i := range rows {
		if text, ok := strings.CutPrefix(rows[i], "  "); ok && i < 7 {
			rows[i] = "  \x1b[38;5;30m" + text + "\x1b[0m"
		}
	}
	rows[0], rows[5] = "\x1b[2m14:02\x1b[0m \x1b[38;5;32mbob\x1b[0m→you so:", "··"
	wants(t, in(Rich, 19).Entry(e, false), rows...)
	wants(t, plain().Entry(e, false), "14:02 bob → you  so: ⏎ ```go ⏎ if  *p* { ⏎     return \"some words\" ⏎  ⏎ ``` ⏎ and on")
}

// What looks for words lays its own marks over those of Markdown.
func TestMarksAreCombined(t *testing.T) {
	const body = "see **the deploy** now"
	set := func(c Colour) string {
		l := in(c, 80).layout(least)
		l.styledText(body, overlay(markdown(body, c), []mark{{from: 10, to: 16, style: "\x1b[7m"}}))
		l.line(" and so on")
		l.end()
		return l.String()
	}
	wants(t, set(Basic), "see \x1b[1m**the \x1b[0m\x1b[1m\x1b[7mdeploy\x1b[0m\x1b[1m**\x1b[0m now and so on")
	wants(t, set(Off), body+" and so on")
}

// screen is what a terminal of v's width shows of s, which lineedit prints.
func screen(t *testing.T, v Viewer, s string, height int) *vt.Emulator {
	t.Helper()
	e := lineedit.New(lineedit.Settings{Width: v.Width})
	e.SetPrompt("> ")
	e.Start()
	e.Print(s)
	emulator := vt.NewEmulator(v.Width, height)
	emulator.Write(e.Output())
	if y, rows := emulator.CursorPosition().Y, strings.Count(s, "\n"); y != rows {
		t.Fatalf("the screen has %d rows, not %d, for %q", y, rows, s)
	}
	return emulator
}

// cells are the contents of a row of the screen that look as one asks.
func cells(e *vt.Emulator, y int, look func(x int) bool) string {
	var s strings.Builder
	for x := range e.Width() {
		if c := e.CellAt(x, y); c != nil && look(x) {
			s.WriteString(c.Content)
		}
	}
	return strings.TrimRight(s.String(), " ")
}

func everywhere(int) bool { return true }

func TestStylesOnTheScreen(t *testing.T) {
	v := in(Rich, 40)
	e := screen(t, v, v.Entry(direct(bob, alice, "a **bold 你好 text that goes on in the next row** end"), false), 8)
	for y, want := range []struct{ all, bold string }{
		{"14:02 bob→you a **bold 你好 text that", "**bold 你好 text that"},
		{"  goes on in the next row** end", "goes on in the next row**"},
		{">", ""},
	} {
		bold := func(x int) bool { return e.CellAt(x, y).Style.Attrs&1 != 0 }
		if got := cells(e, y, everywhere); got != want.all {
			t.Errorf("row %d is %q, want %q", y, got, want.all)
		}
		if got := cells(e, y, bold); got != want.bold {
			t.Errorf("in row %d %q is bold, want %q", y, got, want.bold)
		}
	}
}

// Lines behind the first stand under the text, or, on a narrow screen, behind two spaces.
func TestLinesAreIndentedInEveryWidth(t *testing.T) {
	e := direct(bob, alice, "one\ntwo\n  three")
	for width, indent := range map[int]int{20: 2, 40: 2, 49: 2, 50: 17, 80: 17, 200: 17, 400: 17} {
		v := in(Rich, width)
		s := screen(t, v, v.Entry(e, false), 8)
		pad := strings.Repeat(" ", indent)
		head := "14:02 bob → you  "
		if indent == 2 {
			head = "14:02 bob→you "
		}
		for y, want := range []string{head + "one", pad + "two", pad + "  three"} {
			if got := cells(s, y, everywhere); got != want {
				t.Errorf("width %d: row %d is %q, want %q", width, y, got, want)
			}
		}
	}
	wants(t, plain().Entry(e, false), "14:02 bob → you  one ⏎ two ⏎   three")
}

// A text begins behind its head unless that leaves it less than half of the row, which it needs.
func TestNarrowHeads(t *testing.T) {
	const text = "the build is red again"
	here, marked := wide(20), wide(20)
	here.Room, marked.Room, marked.Name = ops.ID, ops.ID, "alice"
	wants(t, here.Entry(said(chat.Said, bob, text), false), "14:02 bob·", "  the build is red·", "  again")
	wants(t, here.Entry(said(chat.Said, bob, "hi\n"+text), false), "14:02 bob hi", "  the build is red·", "  again")
	wants(t, here.Entry(said(chat.Acted, bob, "waves"), false), "14:02 * bob waves")
	wants(t, marked.Entry(said(chat.Said, bob, "alice: hi"), false), "14:02 bob »·", "  alice: hi")
	wants(t, wide(20).Entry(said(chat.Said, bob, "hello"), false), "14:02 #ops bob·", "  hello")
	wants(t, wide(20).Entry(broadcast(bob, "hello"), false), "14:02 bob→all hello")
	wants(t, wide(20).Entry(broadcast(bob, "hello,"), false), "14:02 bob→all·", "  hello,")
	wants(t, wide(20).Entry(broadcast(bob, "\n"), false), "14:02 bob→all·", "··")
	wants(t, wide(40).Entry(said(chat.Said, bob, text+" and again"), false), "14:02 #ops bob the build is red again·", "  and again")
	wants(t, wide(49).Entry(direct(longest, alice, text), false), "14:02 abcdefghij0123456789→you·", "  "+text)
	wants(t, wide(60).Entry(direct(longest, alice, text+" and again"), false), "14:02 abcdefghij0123456789 → you··", "  "+text+" and again")
}

// FuzzMarks sets text with marks anywhere, and checks that the rows are those of the text without, that none
// is wider than its room, and that styles end where they should.
func FuzzMarks(f *testing.F) {
	for _, seed := range []string{
		"", "some **bold** text `and` more of it", "```\ncode  code code code code\n```", "你好世界，今天三点我们还见面吗？ 👩\u200D👧", "\n\n x\n",
		"see https://example.org/" + strings.Repeat("path/", 30) + " for more", strings.Repeat("x", 200),
		" \uFFFD介\u1938", // a cluster that does not fit behind what is no wider than the indent
	} {
		f.Add(byte(0), seed, "\x96")
		f.Add(byte(10), seed, "\x01\x05\x83\x07")
		f.Add(byte(60), seed, "\x00\x01\x00\xff\x90\x90")
	}
	f.Fuzz(func(t *testing.T, width byte, text, places string) {
		if len(text) > 4000 {
			return
		}
		v := in(Rich, 5+int(width))
		text = sanitize.Message(text).String()
		marks := overlay(markdown(text, Rich), marksAt(text, places))
		set := func(v Viewer) string {
			l := v.layout(20)
			l.styledText(text, marks)
			l.end()
			return l.String()
		}
		v.Colour = Off
		off := set(v)
		if strings.Contains(off, "\x1b") {
			t.Fatalf("an escape without colours in %q", off)
		}
		indent := 20
		if v.Width < narrow {
			indent = 2
		}
		checkRows(t, v, off, text, indent)
		v.Colour = Rich
		checkStyles(t, set(v), off)
	})
}

// marksAt are marks between the characters of a text: each byte says how far to go on, and if that is marked.
func marksAt(text, places string) (marks []mark) {
	starts := make([]int, 0, len(text)+1)
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(text))
	at := 0
	for _, p := range []byte(places) {
		from := at
		at = min(at+int(p&0x7f), len(starts)-1)
		if p&0x80 != 0 && at > from {
			marks = append(marks, mark{from: starts[from], to: starts[at], style: "\x1b[7m"})
		}
	}
	return marks
}
