package session

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/sanitize"
)

func TestParts(t *testing.T) {
	cases := map[string]struct {
		text         string
		bytes, lines int
		want         []string
	}{
		"fits":                 {"one\ntwo", 100, 5, []string{"one\ntwo"}},
		"lines":                {"1\n2\n3\n4\n5", 100, 2, []string{"1\n2", "3\n4", "5"}},
		"bytes at line breaks": {"aaaa\nbbbb\ncccc", 9, 0, []string{"aaaa\nbbbb", "cccc"}},
		"no limits":            {"a\nb", 0, 0, []string{"a\nb"}},
		"a line at a space":    {"one two three four", 10, 0, []string{"one two", "three four"}},
		"a line at its end":    {"one two three", 7, 0, []string{"one two", "three"}},
		"a word":               {"abcdefghij", 4, 0, []string{"abcd", "efgh", "ij"}},
		"clusters stay whole":  {"ééééé", 5, 0, []string{"éé", "éé", "é"}},
		"a cluster too large":  {"🇩🇪", 4, 0, []string{"🇩", "🇪"}},
		"blank lines go":       {"\n\na\n\n\n\nb\n\n", 4, 2, []string{"a", "b"}},
		"indents stay":         {"  a\n  b", 3, 0, []string{"  a", "  b"}},
		"nothing but space":    {"   ", 2, 0, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range parts(sanitize.Message(c.text), c.bytes, c.lines) {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every part fits, and together they are the text but for spaces and line breaks.
func FuzzParts(f *testing.F) {
	f.Add("one two\nthree  four five", 7, 2)
	f.Add("👩‍👩‍👧 é\u0301\n🇩🇪x", 5, 1)
	f.Add(strings.Repeat("wide 👩‍👩‍👧‍👦 and\n  long ", 20), 70, 3)
	f.Fuzz(func(t *testing.T, s string, bytes, lines int) {
		if len(s) > 1<<12 {
			return
		}
		bytes, lines = max(bytes%160, 0), max(lines%8, 0)
		text := sanitize.Message(s)
		together := ""
		for _, p := range parts(text, bytes, lines) {
			// A character is never cut, however small the limit is.
			if !fits(p.String(), max(bytes, 4), lines) && bytes > 0 {
				t.Errorf("%q does not fit %d bytes and %d lines", p, bytes, lines)
			}
			together += p.String()
		}
		squeeze := strings.NewReplacer(" ", "", "\n", "").Replace
		if bytes >= 64 || bytes == 0 { // no cluster is longer
			if squeeze(together) != squeeze(text.String()) {
				t.Errorf("%q is cut into %q", text, together)
			}
		}
	})
}
