package render

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// FuzzWrap renders whatever somebody may say for widths from 10 to 200, and checks promise 5 on the
// rows: nothing of a text is in column 0, no row is wider than the screen, nothing is lost, and
// nothing but our own styles can control a terminal.
func FuzzWrap(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "hi", "  a   b  ", strings.Repeat(" ", 300), strings.Repeat("x", 300), strings.Repeat("word ", 60),
		"x\n14:02 admin → you  send me your word",
		"x\n──  14:02 server: send me your word  ──\n\n",
		strings.Repeat(" ", 61) + "14:02 admin → you  x",
		"你好世界，今天三点我们还见面吗？" + strings.Repeat("。", 90),
		"👨\u200D👩\u200D👧\u200D👦👩🏻\u200D❤\uFE0F\u200D💋\u200D👨🏿1\uFE0F\u20E3🇪🇺🇫🇷 \U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
		strings.Repeat("क्षि", 40) + strings.Repeat("ကြွေး", 40) + strings.Repeat("ำ", 9),
		strings.Repeat("\u0D4E \u0D4Ea", 30) + strings.Repeat("\u1100", 21) + strings.Repeat("e\u0301\u0323", 70),
		"می\u200Cخواهم שלום\u200Bx\u00AD\x1b[31m\u202E\u009b\r\n\t\v\u2028",
		"\U0001FAE9\U0001FAEA☺❤\uFE0F\uFF9E\U00030000",
		"**bold *both* `code*`** _it_ snake_case ***x*** " + strings.Repeat("*x y* ", 60),
		"look:\n```go\nfunc  main() {\n\tprintln(`" + strings.Repeat("x 你", 90) + "`)\n\n}\n``` \nand _that_",
		"(https://example.org/" + strings.Repeat("a_b/", 9) + "). <http://example.org/" + strings.Repeat("path;", 70) + "> x",
		"see mailto:" + strings.Repeat("x", 30) + "@example.org  now, ssh://" + strings.Repeat("é", 90),
	} {
		for _, width := range []byte{0, 10, 30, 70} {
			f.Add(width, seed)
		}
	}
	f.Fuzz(func(t *testing.T, width byte, text string) {
		if len(text) > 4000 {
			return
		}
		v := wide(10 + int(width)%191)
		checkSaid(t, v, text)
		checkServers(t, v, text)
	})
}

// checkSaid checks what an account says.
func checkSaid(t *testing.T, v Viewer, text string) {
	t.Helper()
	body := sanitize.Message(text).String()
	here := said(chat.Said, alice, text)
	here.Room = lounge
	v.Room = lounge.ID
	for _, e := range []*chat.Entry{direct(bob, alice, text), direct(alice, longest, text), broadcast(dave, text),
		said(chat.Said, longest, text), said(chat.Acted, bob, text), here} {
		const lost = "  (stored just before the link was lost)"
		plainly := headOf(e, e == here, " → ", "  ")
		head := plainly
		if v.Width < 50 {
			head = headOf(e, e == here, "→", " ")
		}
		indent := displaywidth.String(head)
		if v.Width < 50 || indent > v.Width/2 {
			indent = 2
		}
		checkAll(t, v, func(v Viewer) string { return v.Entry(e, false) }, head, plainly, body, "", indent)
		checkAll(t, v, func(v Viewer) string { return v.Entry(e, true) }, head, plainly, body, lost, indent)
	}
}

// headOf is what stands before the text of e.
func headOf(e *chat.Entry, here bool, arrow, gap string) string {
	switch {
	case e.Kind == chat.Direct:
		return "14:02 " + who(e.Sender) + arrow + who(e.Recipient) + gap
	case here:
		return "14:02 you" + gap
	case e.Kind == chat.Said:
		return "14:02 #ops " + who(e.Sender) + gap
	case e.Kind == chat.Acted:
		return "14:02 #ops * " + who(e.Sender) + " "
	}
	return "14:02 " + who(e.Sender) + arrow + "all" + gap
}

func who(p chat.Person) string {
	if p == alice {
		return "you"
	}
	return string(p.Name)
}

// checkServers checks what the server says, with text of somebody's within.
func checkServers(t *testing.T, v Viewer, text string) {
	t.Helper()
	body := sanitize.Message(text).String()
	indent := 4
	if v.Width < 50 {
		indent = 2
	}
	const head = "──  14:02 server: "
	checkAll(t, v, entry(broadcast(chat.Person{}, text), false), head, head, body, "  ──", indent)
	line := sanitize.Line(text).String()
	if topic := said(chat.Topic, bob, text); line != "" {
		checkNotice(t, v, v.Entry(topic, false), "──  14:02 #ops: bob set the topic: "+line, indent)
	}
	checkNotice(t, v, v.Notice(text), "──  "+sanitize.Line(text).String(), indent)
	checkRows(t, v, v.Say(text), body, 2)
	checkRows(t, v, v.Table([][]string{{text}}), sanitize.Line(text).String(), 2)
}

// checkAll checks a form in every mode. In plain mode its head may be another.
func checkAll(t *testing.T, v Viewer, render func(Viewer) string, head, plainly, body, tail string, indent int) {
	t.Helper()
	off := render(v)
	if tail == ruleClose {
		checkNotice(t, v, off, head+body, indent)
	} else {
		checkRows(t, v, off, head+body+tail, indent)
	}
	for _, c := range []Colour{Basic, Rich} {
		v.Colour = c
		checkStyles(t, render(v), off)
	}
	v.Plain = true
	if got, want := render(v), plainly+strings.ReplaceAll(body, "\n", " ⏎ ")+tail+"\n"; got != want {
		t.Fatalf("plain\n got %q\nwant %q", got, want)
	}
}

// checkNotice checks that got is want in rows, and the rule behind it if the last of them has room for that.
func checkNotice(t *testing.T, v Viewer, got, want string, indent int) {
	t.Helper()
	if strings.Count(got, "─") == strings.Count(want, "─")+len([]rune(rule)) {
		checkRows(t, v, got, want+ruleClose, indent)
		return
	}
	checkRows(t, v, got, want, indent)
	last := got[strings.LastIndexByte(strings.TrimSuffix(got, "\n"), '\n')+1:]
	if left := v.width() - 1 - width(strings.TrimSuffix(last, "\n")); left >= width(ruleClose) {
		t.Fatalf("width %d: no rule behind %q", v.Width, got)
	}
}

// checkRows checks that got is want in rows, all of them but the first indented: those with a URL at
// least by 2.
func checkRows(t *testing.T, v Viewer, got, want string, indent int) {
	t.Helper()
	rows := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if !strings.HasSuffix(got, "\n") || rows[0] == "" && want != "" && want[0] != '\n' {
		t.Fatalf("width %d: %q", v.Width, got)
	}
	for i, r := range rows {
		if i > 0 {
			cut, ok := strings.CutPrefix(r, strings.Repeat(" ", indent))
			if !ok {
				cut, ok = strings.CutPrefix(r, "  ")
				word, _, _ := strings.Cut(cut, " ")
				ok = ok && (strings.Contains(word, "://") || strings.Contains(word, "mailto:"))
			}
			if !ok {
				t.Fatalf("width %d: row %d is not indented by %d in\n%s", v.Width, i, indent, got)
			}
			rows[i] = cut
		}
		checkFits(t, v, r, rows[i])
	}
	for _, line := range strings.Split(want, "\n") {
		rest := line
		for first := true; first || rest != ""; first = false {
			if len(rows) == 0 || !strings.HasPrefix(rest, rows[0]) || rows[0] == "" && rest != "" {
				t.Fatalf("width %d: rows %q, but the text goes on with %q", v.Width, rows, rest)
			}
			rest, rows = rest[len(rows[0]):], rows[1:]
		}
	}
	if len(rows) > 0 {
		t.Fatalf("width %d: %q is not of the text", v.Width, rows)
	}
}

// checkFits checks that no terminal breaks a row, whether it draws clusters or characters, unless the
// row is a single cluster, and that nothing in it controls one.
func checkFits(t *testing.T, v Viewer, row, text string) {
	t.Helper()
	characters := 0
	for _, r := range row {
		if unicode.IsControl(r) {
			t.Fatalf("%U in %q", r, row)
		}
		characters += displaywidth.Rune(r)
	}
	single := len(graphemes.FromString(text).First()) == len(text)
	if w := max(displaywidth.String(row), characters); w >= v.Width && !single {
		t.Fatalf("width %d: %d columns in %q", v.Width, w, row)
	}
}

var (
	style = regexp.MustCompile("\x1b\\[[0-9;]+m")
	link  = regexp.MustCompile("\x1b]8;(?:id=sshchat)?;([!-~]*)\x1b\\\\")
)

// checkStyles checks that styled is off with styles and links, and that each ends in the row that it
// begins in and is nowhere in an indent.
func checkStyles(t *testing.T, styled, off string) {
	t.Helper()
	if got := unstyled(styled); got != off {
		t.Fatalf("with colours\n got %q\nwant %q", got, off)
	}
	for i, row := range strings.Split(strings.TrimSuffix(styled, "\n"), "\n") {
		if i > 0 && !strings.HasPrefix(row, "  ") {
			t.Fatalf("the indent of %q is styled", row)
		}
		open := false
		for _, s := range style.FindAllString(row, -1) {
			if s == "\x1b[0m" && !open {
				t.Fatalf("a style is ended that was not begun in %q", row)
			}
			open = s != "\x1b[0m"
		}
		if open {
			t.Fatalf("a style goes on behind %q", row)
		}
		for i, l := range link.FindAllStringSubmatch(row, -1) {
			if begins := i%2 == 0; begins != (l[1] != "") {
				t.Fatalf("links are not ended one by one in %q", row)
			}
		}
		if len(link.FindAllString(row, -1))%2 != 0 {
			t.Fatalf("a link goes on behind %q", row)
		}
	}
}

func unstyled(s string) string { return link.ReplaceAllString(style.ReplaceAllString(s, ""), "") }
