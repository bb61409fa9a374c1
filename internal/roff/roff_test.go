package roff

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// sample has all that a page can have.
func sample() string {
	var p Page
	p.Title("tea.toml", 5, time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), "tea 1.2.0")
	p.Section("Name")
	p.Text("tea.toml - how `tea` is made")
	p.Section("Pots")
	p.Subsection("pot --size N")
	p.Text("One paragraph,\nfilled.\n\nAnother.")
	p.Item("--size N", "Cups, `6` if nothing is said.\n\n.5 is half a cup.")
	p.Verbatim("tea --size 2 'a b'\n\n  .hidden \"c\\d\"\n")
	return p.String()
}

func TestPage(t *testing.T) {
	want := `.TH "TEA.TOML" 5 "2026-11-29" "tea 1.2.0"
.SH "Name"
tea.toml \- how \fB\%tea\fP is made
.SH "Pots"
.SS "pot \-\-size N"
One paragraph,
filled.
.PP
Another.
.TP
\fB\%\-\-size \%N\fP
Cups, \fB\%6\fP if nothing is said.
\&.5 is half a cup.
.PP
.nf
tea \-\-size 2 \(aqa b\(aq

\&  .hidden \(dqc\(rsd\(dq
.fi
`
	if got := sample(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSigns(t *testing.T) {
	for text, want := range map[string]string{
		"a `b` c `d`": `a \fB\%b\fP c \fB\%d\fP`,
		"one ` alone": `one \(ga alone`,
		"`a` b `":     `\fB\%a\fP b \(ga`,
		"``":          `\fB\fP`,
		"`a  b`":      `\fB\%a \%b\fP`,
		"~/.ssh ^C":   `\(ti/.ssh \(haC`,
		"alice → you": `alice \[u2192] you`,
		"👍":           `\[u1F44D]`,
		"\x1b[31m":    ` [31m`,
		"\u009b31m":   ` 31m`,
		"\xff":        `\[uFFFD]`,
		`\fBbold`:     `\(rsfBbold`,
	} {
		if got := marked(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// A heading is one argument on one line, whatever stands in it.
func TestHeadings(t *testing.T) {
	var p Page
	p.Section("two\nlines \"and\" more")
	p.Title("x", 1, time.Time{}, "")
	if got, want := p.String(), `.SH "two lines \(dqand\(dq more"`+"\n"+`.TH "X" 1 "" ""`+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMandocAccepts(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("no mandoc here")
	}
	c := exec.Command("mandoc", "-T", "lint", "-W", "warning")
	c.Stdin = strings.NewReader(sample())
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// No text becomes a request, leaves ASCII, or breaks the line of a heading.
func FuzzPage(f *testing.F) {
	f.Add(".SH x", "'br")
	f.Add("a\n.de\n..", "\\fB `x\n.y`")
	f.Add("", "\n\n\n")
	f.Add("é\x00\xff", "\u2028")
	f.Fuzz(func(t *testing.T, term, text string) {
		var p Page
		p.Subsection(term)
		p.Text(text)
		p.Item(term, text)
		p.Verbatim(text)
		for line := range bytes.Lines([]byte(p.String())) {
			if bytes.ContainsFunc(line, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }) {
				t.Fatalf("not ASCII: %q", line)
			}
			switch line[0] {
			case '\'':
				t.Fatalf("a request: %q", line)
			case '.':
				name, _, _ := strings.Cut(strings.TrimSuffix(string(line[1:]), "\n"), " ")
				if !strings.Contains(" SS PP TP nf fi ", " "+name+" ") {
					t.Fatalf("a request: %q", line)
				}
			}
		}
	})
}
