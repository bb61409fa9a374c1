package render

import (
	"strings"
	"testing"
)

var items = []Item{
	{"message WHO TEXT", "write to somebody, online or not"},
	{"rooms", "your rooms, and those that are open"},
	{"alone", ""},
}

func TestSection(t *testing.T) {
	for _, v := range []Viewer{plain(), wide(200), wide(80), wide(56)} {
		wants(t, v.Section("every day", items),
			"every day",
			"  message WHO TEXT  write to somebody, online or not",
			"  rooms             your rooms, and those that are open",
			"  alone")
	}
	wants(t, wide(47).Section("", items[:2]),
		"  message WHO TEXT  write to somebody, online·",
		"                    or not",
		"  rooms             your rooms, and those·",
		"                    that are open")
	wants(t, wide(40).Section("every day", items),
		"every day",
		"  message WHO TEXT",
		"    write to somebody, online or not",
		"  rooms",
		"    your rooms, and those that are open",
		"  alone")
	wants(t, wide(16).Section("every other day", items[:1]),
		"every other day",
		"  message WHO·",
		"    TEXT",
		"    write to·",
		"    somebody,·",
		"    online or·",
		"    not")
	wants(t, wide(80).Section("", nil)+"\n", "")
}

// What is said of all items is so short that it has room beside them.
func TestShortItemsStandBesideInANarrowTerminal(t *testing.T) {
	wants(t, wide(30).Section("", []Item{{"message WHO TEXT", "write"}, {"help", "the rest"}}),
		"  message WHO TEXT  write",
		"  help              the rest")
}

func TestAHeadingStandsOut(t *testing.T) {
	v := wide(80)
	v.Colour = Basic
	wants(t, v.Section("examples", nil), "\x1b[1mexamples\x1b[0m")
	v.Width = 5
	wants(t, v.Section("examples", nil), "exam", "  pl", "  es")
	v = plain()
	v.Colour = Rich
	wants(t, v.Section("examples", nil), "examples")
}

func TestASectionIsCleaned(t *testing.T) {
	const raw = "x\x1b[31m\ny\u202E"
	wants(t, wide(80).Section(raw, []Item{{raw, raw}}), "x[31m y", "  x[31m y  x[31m y")
}

// In every width only the heading stands in column 0, no row is too wide, and no word is lost.
func TestASectionInEveryWidth(t *testing.T) {
	all := append([]Item{{strings.Repeat("界", 30), strings.Repeat("long ", 9)}, {"", "nothing typed"}}, items...)
	words := "head"
	for _, it := range all {
		words += it.Typed + it.Does
	}
	words = strings.Join(strings.Fields(words), "")
	for w := 5; w <= 200; w++ {
		got := wide(w).Section("head", all)
		if strings.Join(strings.Fields(got), "") != words {
			t.Fatalf("width %d: words are lost in\n%s", w, got)
		}
		for i, r := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
			if width(r) >= w || strings.HasPrefix(r, "  ") == (i == 0) {
				t.Fatalf("width %d: %q in\n%s", w, r, got)
			}
		}
	}
}
