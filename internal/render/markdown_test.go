package render

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sshchat/internal/sanitize"
)

// marked tells in words what markdown finds: the styles, then the text.
func marked(s string) (found []string) {
	words := strings.NewReplacer(boldStyle, "bold ", italicStyle, "italic ", codeStyles[Rich], "code ")
	for _, m := range markdown(s, Rich) {
		what := words.Replace(m.style)
		if m.verbatim {
			what += "block "
		}
		found = append(found, what+s[m.from:m.to])
	}
	return found
}

func wantsMarked(t *testing.T, text string, want ...string) {
	t.Helper()
	if got := marked(text); !slices.Equal(got, want) {
		t.Errorf("%q\n got %q\nwant %q", text, got, want)
	}
}

func TestMarkdownMarks(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"**bold**", []string{"bold **bold**"}},
		{"*italic* _italic_", []string{"italic *italic*", "italic _italic_"}},
		{"***both***", []string{"bold italic ***both***"}},
		{"run `make test` now", []string{"code `make test`"}},
		{"``a ` tick``", []string{"code ``a ` tick``"}},
		{"several *words in one*.", []string{"italic *words in one*"}},
		{"(*in brackets*), \"_quoted_\"; **so**!", []string{"italic *in brackets*", "italic _quoted_", "bold **so**"}},
		{"Did you *see* it? *Yes*: **now**...", []string{"italic *see*", "italic *Yes*", "bold **now**"}},
		{"**bold *and italic* too**", []string{"bold **bold ", "bold italic *and italic*", "bold  too**"}},
		{"*see `a*b` there*", []string{"italic *see ", "italic code `a*b`", "italic  there*"}},
		{"_**x**_", []string{"italic _", "bold italic **x**", "italic _"}},
		{"**a **b** c**", []string{"bold **a **b** c**"}},
		{"*args and *more*", []string{"italic *more*"}},
		{"**a****b**", []string{"bold **a****b**"}},
		{"这是**重点**内容，_好_。", []string{"bold **重点**", "italic _好_"}},
		{"*å* é*b*é", []string{"italic *å*"}},
		{"**👍**", []string{"bold **👍**"}},
		{"`x`s", []string{"code `x`"}},
		{"see **https://example.org/a_b_c**", []string{"bold **https://example.org/a_b_c**"}},
		{"_https://example.org/a_ x", []string{"italic _https://example.org/a_"}},
	} {
		wantsMarked(t, tt.text, tt.want...)
	}
}

func TestMarkdownLeavesAlone(t *testing.T) {
	for _, text := range []string{
		"", "plain", "*", "**", "***", "* *", "****", "_", "__", "``", "`", "* item", "- *", "a * b * c", "2*3*4", "2**3**4", "x *y * z",
		"snake_case_name and _private", "__init__ __name__", "SOME_CONST_X", "a_b c_d",
		"/usr/_local_/x", "./_build_/y", "_build_.txt", "x/*y*/z", "C:\\*a* b*", `\*not so\*`, "\\`no`",
		"*.go *.md", "*.*", "rm **/*.go and **/*.md", "char *p, *q;", "f(*args, **kwargs)", "(*p)*(*q)", `"*.a", "*.b"`,
		"https://example.org/_foo_/*bar*/x", "see https://example.org/a_b and https://example.org/c_d", "git+ssh://x/_y_/",
		"don`t do that, it`s wrong", "` x`", "`x", "`x ` y", "``x`", "````x````", "one *line\nand* another", "`a\nb`",
		"*_*", "^_^ >_< >_<", "¯\\_(ツ)_/¯", "e*é*e", "a\u0301*b*\u0301", "unbalanced **bold and *italic", "bold** *", "* x*",
		"a``` b", "    ```\nx", "```two words\nx", "```a`b\nx",
	} {
		wantsMarked(t, text)
	}
}

// What is crossed is not both: the first that is closed counts.
func TestMarksNestAndDoNotCross(t *testing.T) {
	wantsMarked(t, "*a **b* c**", "italic *a **b*")
	wantsMarked(t, "**a *b** c*", "bold **a *b**")
	wantsMarked(t, "*a `b* c`", "code `b* c`")
	wantsMarked(t, "*a **b *c** d*", "italic *a ", "bold italic **b *c**", "italic  d*")
}

func TestBlocksOfCode(t *testing.T) {
	wantsMarked(t, "look:\n```go\nx := *p  * **q**\n\n``\n```\n*so*",
		"code block ```go\nx := *p  * **q**\n\n``\n```", "italic *so*")
	wantsMarked(t, "```\nnever closed\n*x*\n", "code block ```\nnever closed\n*x*\n")
	wantsMarked(t, "````\n```\n````` \nx", "code block ````\n```\n````` ")
	wantsMarked(t, "``` sh  \nx\n```", "code block ``` sh  \nx\n```")
	wantsMarked(t, "  ```\n  x\n   ``` \n*y*", "code block   ```\n  x\n   ``` ", "italic *y*")
	wantsMarked(t, "```\nx\n```sh\n    ```", "code block ```\nx\n```sh\n    ```")
	wantsMarked(t, "```\n```\n*x*\n```", "code block ```\n```", "italic *x*", "code block ```")
	wantsMarked(t, "inline ```x``` is none", "code ```x```")
	if got := markdown("*x*\n```\n`y`\n```", Off); len(got) != 1 || got[0] != (mark{from: 4, to: 15, verbatim: true}) {
		t.Errorf("without colours: %+v", got)
	}
}

func TestOverlay(t *testing.T) {
	a := []mark{{from: 0, to: 4, style: "a"}, {from: 6, to: 9, style: "A", verbatim: true}}
	b := []mark{{from: 2, to: 7, style: "b"}, {from: 8, to: 9, style: "B"}, {from: 12, to: 13, style: "c"}}
	want := "[{0 2 a false} {2 4 ab false} {4 6 b false} {6 7 Ab true} {7 8 A true} {8 9 AB true} {12 13 c false}]"
	if got := fmt.Sprint(overlay(a, b)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a[0].to != 4 || len(overlay()) != 0 || len(overlay(nil, nil)) != 0 || fmt.Sprint(overlay(a, nil)) != fmt.Sprint(a) {
		t.Error("a list alone stays as it is")
	}
}

// hostile are texts on which a reader that looks back, or ahead, at each sign would take quadratic time.
var hostile = []string{
	"*", "_", "`", "**", "*a ", "**a ", "*a **b ", "_a ", "`a ", "``a ` ", "*a* ", "`a` ", "a* ", "*_", "`` ` ", "*.", "a:// ", "a://", "://_", ")", "https://x) ", "\\*", "*a\n", "```\n", "```\nx\n",
}

// So long that quadratic time would not end within that of a test. Ticks are looked for faster.
func TestMarkdownIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 50 MB")
	}
	sizes := map[string]int{"`a ": 4 << 20, "``a ` ": 4 << 20, "`` ` ": 4 << 20}
	for _, piece := range hostile {
		s := strings.Repeat(piece, max(1<<19, sizes[piece])/len(piece))
		for _, m := range [][]mark{markdown(s, Rich), markdown("**x "+s, Rich)} {
			if len(m) > 0 && m[len(m)-1].to > len(s)+4 {
				t.Errorf("%q is marked behind its end", piece)
			}
		}
	}
}

func BenchmarkMarkdown(b *testing.B) {
	for _, size := range []int{4 << 10, 128 << 10} {
		for _, piece := range hostile {
			s := strings.Repeat(piece, size/len(piece))
			b.Run(fmt.Sprintf("%q/%d", piece, size), func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					markdown(s, Rich)
				}
			})
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"", "**bold *and italic* too** `code` _it_", "*a **b* c**", "```go\nx\n```\n*y*", "```\n", "snake_case_name 2*3*4 *", "这是**重点**内容 *é*\u0301",
		"***x*** **a **b** c** `` ` ``", "_https://example.org/a_b_ x (https://x))) ://", "\\*x* \\`y`", "*a\n*b* `c\n`", "**\x8cD *\xa9*\x8bC *\xdb**",
	} {
		f.Add(seed)
	}
	for _, piece := range hostile {
		f.Add(strings.Repeat(piece, 20))
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkMarks(t, text) // a damaged database may hold anything
		checkMarks(t, sanitize.Message(text).String())
	})
}

// checkMarks checks that marks are in order, apart, on characters, and in signs that belong together.
func checkMarks(t *testing.T, s string) {
	t.Helper()
	at := 0
	for _, m := range markdown(s, Rich) {
		if m.from < at || m.from >= m.to || m.to > len(s) {
			t.Fatalf("%+v behind %d, of %d bytes", m, at, len(s))
		}
		at = m.to
		text := s[m.from:m.to]
		if utf8.ValidString(s) && (!utf8.RuneStart(s[m.from]) || m.to < len(s) && !utf8.RuneStart(s[m.to])) {
			t.Fatalf("%q begins or ends within a character", text)
		}
		if !m.verbatim && strings.Contains(text, "\n") {
			t.Fatalf("%q goes on in the next line", text)
		}
		if m.verbatim && !strings.HasPrefix(strings.TrimLeft(text, " "), "```") || m.style == "" {
			t.Fatalf("%+v marks %q", m, text)
		}
	}
	checkSigns(t, s)
}

// checkSigns checks that what is in a style begins and ends with its sign, those that touch as one.
func checkSigns(t *testing.T, s string) {
	t.Helper()
	for style, signs := range map[string]string{boldStyle: "*", italicStyle: "*_", codeStyles[Rich]: "`"} {
		var whole []mark
		for _, m := range markdown(s, Rich) {
			switch n := len(whole); {
			case m.verbatim || !strings.Contains(m.style, style):
			case n > 0 && whole[n-1].to == m.from:
				whole[n-1].to = m.to
			default:
				whole = append(whole, m)
			}
		}
		for _, m := range whole {
			if !strings.Contains(signs, s[m.from:m.from+1]) || !strings.Contains(signs, s[m.to-1:m.to]) {
				t.Fatalf("%q is marked", s[m.from:m.to])
			}
		}
	}
}
