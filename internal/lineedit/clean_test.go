package lineedit

import (
	"testing"
	"unicode"
)

func TestClean(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"plain", "plain"},
		{"a\r\nb\rc\nd", "a\nb\nc\nd"},
		{"a\u2028b\u2029c", "a\nb\nc"},
		{"a\tb", "a    b"},
		{"a\x00\x07\x1b\x7f\u0085\u009bb", "ab"},
		{"a\u200bb\u00adc\ufeffd\u2060e", "abcde"},
		{"a\u202eb\u2069c\u061cd", "abcd"},
		{"\u3164\uffa0\u115f\u1160\u034f\u17b4", ""},
		{"a\u200db\u200cc", "a\u200db\u200cc"},
		{"\ue000\ufdd0\uffff\U0010ffff", "\ufffd\ufffd\ufffd\ufffd"},
		{"a\xffb", "a\ufffdb"},
		{"❤\ufe0f", "❤\ufe0f"},
		{"🏴\U000E0067\U000E007F", "🏴\U000E0067\U000E007F"},
		{"\U000E0067", ""},
	} {
		if got := cleanAll(tc.in); got != tc.want {
			t.Errorf("cleanAll(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestCleanLetsNoControlThrough(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := clean(nil, r)
		if got == drop || got == '\n' || got == zwj || got == zwnj {
			continue
		}
		if unicode.In(got, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%U becomes %U", r, got)
		}
	}
}
