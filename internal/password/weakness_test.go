package password

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWeakness(t *testing.T) {
	tests := []struct {
		name, password string
		least          int
		want           string // "" or a part of the reason
	}{
		{"good", "correct horse", 8, ""},
		{"eight", "xk4!q9Zu", 8, ""},
		{"seven", "xk4!q9Z", 8, "at least 8"},
		{"seven, one in two runes", "xk4!q9e\u0301", 8, "at least 8"},
		{"eight of CJK", "山川草木花鳥風月", 8, ""},
		{"empty", "", 8, "at least 8"},
		{"empty, though any length will do", "", 0, "empty"},
		{"one, as any length will do", "q", 1, ""},
		{"another least", "xk4!q9Zu", 12, "at least 12"},
		{"256", strings.Repeat("xy", 128), 8, ""},
		{"256 of the longest", strings.Repeat("😀", 256), 8, ""},
		{"257", strings.Repeat("xy", 128) + "z", 8, "at most 256"},
		{"a megabyte", strings.Repeat("x", 1<<20), 8, "at most 256"},
		{"a megabyte of marks", strings.Repeat("\u0301", 1<<19), 8, "at most 256"},
		{"spaces within", "  a b c  ", 8, ""},
		{"the name", "mallory_42", 8, "name"},
		{"the name in capitals", "MALLORY_42", 8, "name"},
		{"more than the name", "mallory_42!", 8, ""},
		{"common", "baseball", 8, "most common"},
		{"common in capitals", "BaseBall", 8, "most common"},
		{"common with more", "baseball-9", 8, ""},
		{"escape", "correct\x1bhorse", 8, "control"},
		{"tab", "correct\thorse", 8, "control"},
		{"C1", "correct\u009bhorse", 8, "control"},
		{"not UTF-8", "correct\xffhorse", 8, "unknown"},
		{"once not UTF-8", "correct\uFFFDhorse", 8, "unknown"},
		{"noncharacter", "correct\uFFFFhorse", 8, "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Weakness(tt.password, "Mallory_42", tt.least)
			if got == "" != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("Weakness(%.40q) = %q, want %q", tt.password, got, tt.want)
			}
		})
	}
}

func TestCommonListIsSortedAndWhole(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(common, "\n"), "\n")
	if len(lines) != 10_000 {
		t.Errorf("%d passwords", len(lines))
	}
	for i, line := range lines {
		if i > 0 && lines[i-1] >= line {
			t.Fatalf("%q stands before %q", lines[i-1], line)
		}
		if line != strings.ToLower(line) || strings.ContainsAny(line, " \r\t") {
			t.Errorf("%q", line)
		}
	}
}

func TestCommonPasswordsAreFoundAndOthersNot(t *testing.T) {
	in := map[string]bool{}
	for line := range strings.Lines(common) {
		in[strings.TrimSuffix(line, "\n")] = true
	}
	for word := range in {
		for _, near := range []string{word, strings.ToUpper(word), word[1:], word + "\x00", word + "~", "~" + word, word[:len(word)-1]} {
			if isCommon(near) != in[strings.ToLower(near)] {
				t.Errorf("isCommon(%q) = %v", near, isCommon(near))
			}
		}
	}
	for _, word := range []string{"", "\n", "zzzzzzzzzzzz", "\xff", "123456\n1234567"} {
		if isCommon(word) {
			t.Errorf("isCommon(%q)", word)
		}
	}
}

// What Weakness lets pass, Hash takes: otherwise a signup fails after its last question.
func FuzzWeakness(f *testing.F) {
	f.Add("correct horse", "alice")
	f.Add("cafe\u0301\u00A0\u2028", "bob")
	f.Add("\u1161\u0F73\uAC00\u202E\u200D", "")
	f.Add("\xff\x00\U000E0067", "x")
	f.Fuzz(func(t *testing.T, password, name string) {
		clean, ok := normalise(password)
		if Weakness(password, name, 8) == "" && !ok {
			t.Fatalf("%+q passes, but cannot be hashed", password)
		}
		if !ok {
			return
		}
		if !utf8.ValidString(clean) || len(clean) > 4*maxRaw {
			t.Errorf("%+q became %+q", password, clean)
		}
	})
}
