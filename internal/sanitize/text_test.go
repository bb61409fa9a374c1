package sanitize

import (
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

const scotland = "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"

func TestMessage(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "hello, world", "hello, world"},
		{"empty", "", ""},
		{"runs of spaces stay", "  a   b  ", "  a   b  "},
		{"lines stay", "a\n\nb\n", "a\n\nb\n"},

		{"CRLF is one break", "a\r\nb", "a\nb"},
		{"CR", "a\rb\r", "a\nb\n"},
		{"LF CR are two", "a\n\rb", "a\n\nb"},
		{"VT and FF", "a\vb\fc", "a\nb\nc"},
		{"NEL, LS and PS", "a\u0085b\u2028c\u2029d", "a\nb\nc\nd"},
		{"a dropped NUL does not make CRLF", "a\r\x00\nb", "a\n\nb"},
		{"tab", "a\tb", "a    b"},

		{"colour", "\x1b[31mred\x1b[0m", "[31mred[0m"},
		{"window title", "\x1b]0;owned\a", "]0;owned"},
		{"C1 CSI", "a\u009b31mb", "a31mb"},
		{"C1 byte", "a\x9b31mb", "a\uFFFD31mb"},
		{"backspace, DEL, NUL", "a\bb\x7fc\x00", "abc"},

		{"right-to-left override", "user\u202Egnp.exe", "usergnp.exe"},
		{"isolates and marks", "a\u2066b\u2069c\u200Ed\u061Ce", "abcde"},
		{"zero width space, BOM, word joiner", "al\u200Bi\uFEFFc\u2060e", "alice"},
		{"soft hyphen", "al\u00ADice", "alice"},
		{"Hangul fillers", "a\u115F\u1160\u3164\uFFA0b", "ab"},
		{"reserved to be invisible", "a\u2065\uFFF0\U000E0FFFb", "ab"},
		{"letters hidden in tags", "hi\U000E0068\U000E0069", "hi"},
		{"private use", "\uE0B0a\U0010FFFDb", "\uFFFDa\uFFFDb"},
		{"noncharacters", "\uFDD0\U0001FFFE", "\uFFFD\uFFFD"},

		{"not UTF-8", "caf\xe9!", "caf\uFFFD!"},
		{"not UTF-8, a run of it", "\xff\xfe\xfd\xfc", "\uFFFD"},
		{"surrogate half", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"overlong slash", "\xc0\xaf", "\uFFFD"},
		{"cut rune", "a\xe4\xbd", "a\uFFFD"},

		{"NFC", "e\u0301", "\u00E9"},
		{"Hangul", "\u1112\u1161\u11AB", "\uD55C"},
		{"CJK", "你好 世界", "你好 世界"},
		{"Devanagari", "हिन्दी क्षत्रिय", "हिन्दी क्षत्रिय"},
		{"Burmese", "ကြွေး", "ကြွေး"},
		{"Persian with ZWNJ", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"Hebrew with accents", "בְּרֵאשִׁ֖ית", norm.NFC.String("בְּרֵאשִׁ֖ית")},
		{"family", "👨\u200D👩\u200D👧\u200D👦", "👨\u200D👩\u200D👧\u200D👦"},
		{"kiss, two skin tones", "👩🏻\u200D❤\uFE0F\u200D💋\u200D👨🏿", "👩🏻\u200D❤\uFE0F\u200D💋\u200D👨🏿"},
		{"keycap and flags", "1\uFE0F\u20E3 🇪🇺🇫🇷", "1\uFE0F\u20E3 🇪🇺🇫🇷"},
		{"Scotland", scotland + scotland, scotland + scotland},
		{"emoji newer than the tables", "\U0001FAE9", "\U0001FAE9"},

		{"flag without end", strings.TrimSuffix(scotland, "\U000E007F") + "a", "\U0001F3F4a"},
		{"flag without region", "\U0001F3F4\U000E007F", "\U0001F3F4"},
		{"flag too long", "\U0001F3F4" + strings.Repeat("\U000E0061", 7) + "\U000E007F", "\U0001F3F4"},
		{"flag with a capital", "\U0001F3F4\U000E0047\U000E0042\U000E0045\U000E007F", "\U0001F3F4"},
		{"flag broken by ESC", "\U0001F3F4\U000E0067\x1b\U000E0062\U000E0065\U000E007F", "\U0001F3F4"},

		{"mark at the start", "\u0301a", "a"},
		{"mark after a break", "a\n\u0301b", "a\nb"},
		{"mark after a space", "a \u0338b", "a b"},
		{"mark after a dropped character", "\x1b\u0301b", "b"},
		{"joiners at the start", "\u200D\u200Ca", "a"},
		{"joiners in a row", "a\u200D\u200D\u200Cb", "a\u200Db"},
		{"four marks", "x" + strings.Repeat("\u0338", 4), "x" + strings.Repeat("\u0338", 4)},
		{"fifth mark", "x" + strings.Repeat("\u0338", 9) + "y", "x" + strings.Repeat("\u0338", 4) + "y"},
		{"fifth mark, twice", strings.Repeat("x"+strings.Repeat("\u0338", 6), 2), strings.Repeat("x"+strings.Repeat("\u0338", 4), 2)},
		{"marks between joiners", "x" + strings.Repeat("\u0338\u200D", 9), "x" + strings.Repeat("\u0338\u200D", 4)},
		{"ninth spacing mark", "က" + strings.Repeat("\u1031", 12) + "a", "က" + strings.Repeat("\u1031", 8) + "a"},
		{"cluster too long", "a " + strings.Repeat("😀\u200D", 10) + "😀 b", "a \uFFFD b"},
		{"prefixes with a space, 64 bytes", strings.Repeat("\u0D4E", 21) + " b", strings.Repeat("\u0D4E", 21) + " b"},
		{"prefixes with a space, 65 bytes", strings.Repeat("\U000111C2", 16) + " b", "\uFFFD b"},
		{"prefixes with a break", strings.Repeat("\u0D4E", 22) + "\nb", "\uFFFD\nb"},
		{"Hangul without end", "a" + strings.Repeat("\u1100", 500) + "b", "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Message(tt.in).String(); got != tt.want {
				t.Errorf("Message(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
			checkPromises(t, tt.in)
		})
	}
}

func TestLineHasNoBreak(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"a b":                  "a b",
		"a\nb":                 "a b",
		"a\r\nb\rc\n":          "a b c ",
		"a\u0085b\u2028\u2029": "a b  ",
		"bob\n14:02 alice":     "bob 14:02 alice",
		"\x1b[2J\n\u0301":      "[2J ",
	} {
		if got := Line(in).String(); got != want {
			t.Errorf("Line(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

func TestField(t *testing.T) {
	tests := []struct {
		name, in string
		max      int
		want     string
	}{
		{"fits", "xterm-256color", 64, "xterm-256color"},
		{"exact", "abcd", 4, "abcd"},
		{"cut", "abcdef", 4, "abcd"},
		{"nothing", "abc", 0, ""},
		{"less than nothing", "abc", -1, ""},
		{"break", "SSH-2.0-x\r\nroot", 64, "SSH-2.0-x root"},
		{"not within a rune", "aé", 2, "a"},
		{"not within a cluster", "a👩🏻\u200D❤\uFE0F", 12, "a"},
		{"raw cut within a rune leaves no sign", "abc€", 1, "a"},
		{"raw cut within a rune behind nothing", strings.Repeat("\x00", 10) + "€", 3, ""},
		{"what lies far behind is not looked at", strings.Repeat("\x00", 400) + "a", 10, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Field(tt.in, tt.max).String(); got != tt.want {
				t.Errorf("Field(%+q, %d) = %+q, want %+q", tt.in, tt.max, got, tt.want)
			}
		})
	}
}

func TestTextCountsLines(t *testing.T) {
	for in, want := range map[string]int{"": 1, "a": 1, "a\r\nb": 2, "a\n": 2, "\n\n": 3} {
		if got := Message(in).Lines(); got != want {
			t.Errorf("Message(%q).Lines() = %d, want %d", in, got, want)
		}
	}
	if !(Text{}).IsEmpty() || !Message("\x1b\u200B").IsEmpty() || Message(" ").IsEmpty() {
		t.Error("IsEmpty must be true of nothing, and of nothing visible, and false of a space")
	}
}

// A struct without exported fields is {} to encoding/json, and so to slog's JSON handler.
func TestTextIsAStringInJSONAndLogs(t *testing.T) {
	got, err := json.Marshal(map[string]Text{"client": Line(`a"b`)})
	if want := `{"client":"a\"b"}`; err != nil || string(got) != want {
		t.Errorf("json: %s, %v, want %s", got, err, want)
	}
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("in", "term", Line("xterm"))
	slog.New(slog.NewTextHandler(&out, nil)).Info("in", "term", Line("xterm"))
	for _, want := range []string{`"term":"xterm"`, `term=xterm`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("log lacks %s: %s", want, out.String())
		}
	}
}

func TestPlainTextCostsNoAllocation(t *testing.T) {
	const s = "the quick brown fox jumps over the lazy dog\nand again"
	if n := testing.AllocsPerRun(100, func() { Message(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

var wholeFlag = regexp.MustCompile(`\x{1F3F4}[\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}]{3,6}\x{E007F}`)

// checkPromises checks what the package promises of any input.
func checkPromises(t *testing.T, in string) {
	t.Helper()
	message, line, field := Message(in), Line(in), Field(in, 32)
	for _, text := range []Text{message, line, field} {
		checkSafe(t, in, text.String())
	}
	if len(message.String()) > 4*len(in) {
		t.Fatalf("%d bytes became %d", len(in), len(message.String()))
	}
	if strings.Contains(line.String(), "\n") {
		t.Fatalf("Line(%+q) has a break: %+q", in, line.String())
	}
	if len(field.String()) > 32 {
		t.Fatalf("Field(%+q, 32) has %d bytes", in, len(field.String()))
	}
	for _, same := range []struct {
		name      string
		got, want Text
	}{
		{"Message(Message(s))", Message(message.String()), message},
		{"Line(Line(s))", Line(line.String()), line},
		{"Line(Message(s))", Line(message.String()), line},
		{"Message(Line(s))", Message(line.String()), line},
		{"Field(Field(s))", Field(field.String(), 32), field},
	} {
		if same.got != same.want {
			t.Fatalf("s = %+q\n%s = %+q\nwant %+q", in, same.name, same.got.String(), same.want.String())
		}
	}
}

// checkSafe checks what must hold of any Text made of in.
func checkSafe(t *testing.T, in, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("from %+q: not UTF-8: %+q", in, s)
	}
	for _, r := range wholeFlag.ReplaceAllString(s, "") {
		switch {
		case r == '\n', r == zwj, r == zwnj:
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Bidi_Control, unicode.Noncharacter_Code_Point,
			unicode.Other_Default_Ignorable_Code_Point):
			t.Fatalf("from %+q: %U in %+q", in, r, s)
		}
	}
	for it := graphemes.FromString(s); it.Next(); {
		if len(it.Value()) > 64 {
			t.Fatalf("from %+q: a cluster of %d bytes in %+q", in, len(it.Value()), s)
		}
		if !norm.NFC.IsNormalString(it.Value()) {
			t.Fatalf("from %+q: a cluster that is not NFC, %+q, in %+q", in, it.Value(), s)
		}
	}
}

// hostile holds the runes that make segmentation, normalisation and filter meet: prefixes (GCB
// Prepend), conjunct consonants and linkers, jamo, marks of every class, exclusions from
// composition, pairs of starters that compose, joiners, flags, breaks.
var hostile = []rune("a 5\n\t\r\x00\x1b\u0085\u00ADé" +
	"\u0300\u0301\u0338\u0327\u0344\u034F\u05B0\u0F73\u20DD\u302E\U0001D165\U0001D15E" +
	"\u200B\u200C\u200D\u202E\u2028\uFEFF\uFE0F\U000E0100" +
	"\u0D4E\U000111C2\U00011D46\u0600" +
	"\u0915\u094D\u093C\u0958\u0937\u0930\u0D15\u0D4D" +
	"\u09C7\u09BE\u09D7\u102B\u102C\u1025\u102E\u1031\u1B05\u1B35\U000110BA\U00011099" +
	"\u1100\u1112\u1160\u1161\u11A8\uAC00\uAC01\u115F" +
	"\U0001F1EA\U0001F1FA❤😀👨\U0001F3FB\U0001F3F4\U000E0067\U000E0062\U000E007F" +
	"\uE000\uFDD0\uFFFD\uFF9E\u212A\u2126\u2000\u00A0\u3000" +
	"\U00016D67\U00016D63\U000113C2\U000113B8\U000113C9\u0897\u17B4\u0E33")

// hostileText makes a text of runes drawn from a few of hostile, so that runs get long.
func hostileText(rng *rand.Rand) string {
	few := make([]rune, 1+rng.IntN(6))
	for i := range few {
		few[i] = hostile[rng.IntN(len(hostile))]
	}
	var s strings.Builder
	for range rng.IntN(80) {
		s.WriteRune(few[rng.IntN(len(few))])
	}
	if rng.IntN(8) == 0 {
		s.WriteString(scotland[:rng.IntN(len(scotland))]) // cut anywhere, within runes too
	}
	return s.String()
}

func TestPromisesHoldForHostileText(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		checkPromises(t, hostileText(rng))
	}
}

func FuzzText(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b]0;t\a\u009b31m\xff\xe2\x80")
	f.Add(scotland + "👩🏻\u200D❤\uFE0F\u200D👨 e\u0301\u0338\u0338\u0338\u0338\u0338")
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(hostileText(rng))
	}
	f.Fuzz(checkPromises)
}

// These take 5 ms each. A rule that is quadratic takes minutes over each, and so the time limit.
func TestCostIsLinear(t *testing.T) {
	const size = 256 << 10
	for _, unit := range []string{
		"\u0301", "a\u0301", "a\u200D", "😀\u200D", "\U0001F1EA", "\U0001F3F4\U000E0067", scotland,
		"\u1100", "\u1161\u0F73", "\uAC00\u11A8", "\u0D4E", "\u0915\u094D", "\U0001D165", "\x80", "\x80a", "\t", "\r",
	} {
		s := strings.Repeat(unit, size/len(unit))
		if Message("a"+s).IsEmpty() || Field(s, 64).String() == s {
			t.Errorf("%+q: nothing is left, or all of it", unit)
		}
	}
}

const mixed = "Größe: 25 µm, naïve café — «привет», 你好世界 🎉👩🏻\u200D💻 e\u0301te\u0301 the rest is plain text as most of it is, 100 %"

func BenchmarkMessageASCII(b *testing.B) {
	s := strings.Repeat("seven by ten: ", 10)[:105]
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		Message(s)
	}
}

func BenchmarkMessageMixed(b *testing.B) {
	b.SetBytes(int64(len(mixed)))
	b.ReportAllocs()
	for b.Loop() {
		Message(mixed)
	}
}

// BenchmarkMessageAgain is the cost at display, of text that was cleaned at entry.
func BenchmarkMessageAgain(b *testing.B) {
	s := Message(mixed).String()
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		Message(s)
	}
}
