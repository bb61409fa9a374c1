package render

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"sshchat/internal/chat"
)

func TestColourOf(t *testing.T) {
	for term, want := range map[string]Colour{
		"": Off, "dumb": Off, "linux": Basic, "xterm": Basic, "vt220": Basic, "screen": Basic,
		"xterm-256color": Rich, "screen-256color": Rich, "tmux-256color": Rich, "xterm-direct": Rich,
		"foot\n\x1b[31m": Basic,
	} {
		if got := ColourOf(term); got != want {
			t.Errorf("%q: %v, want %v", term, got, want)
		}
	}
}

func TestStyles(t *testing.T) {
	v := wide(80)
	v.Colour = Basic
	wants(t, v.Entry(direct(bob, alice, "hi"), false),
		"\x1b[2m14:02\x1b[0m \x1b[31mbob\x1b[0m → you  hi")
	v.Colour = Rich
	wants(t, v.Entry(direct(alice, bob, "hi"), false),
		"\x1b[2m14:02\x1b[0m you → \x1b[38;5;32mbob\x1b[0m  hi")
	wants(t, v.Entry(broadcast(bob, "hi"), false),
		"\x1b[2m14:02\x1b[0m \x1b[38;5;32mbob\x1b[0m → all  hi")
	wants(t, v.Entry(broadcast(chat.Person{}, "hi"), false), "──  14:02 server: hi  ──")
}

func TestNoEscapeWithoutColour(t *testing.T) {
	colourful := plain()
	colourful.Colour = Rich
	for _, f := range forms {
		for _, v := range []Viewer{colourful, plain(), wide(20), wide(80)} {
			if got := f.render(v); strings.Contains(got, "\x1b") {
				t.Errorf("%s: %q", f.name, got)
			}
		}
	}
}

// An account has one colour for ever, and those beside it have others.
func TestNeighboursDiffer(t *testing.T) {
	for _, c := range []Colour{Basic, Rich} {
		for id := chat.UserID(1); id < 100; id++ {
			if c.of(id) == c.of(id+1) || c.of(id) == "" {
				t.Errorf("%v: %d and %d are both %q", c, id, id+1, c.of(id))
			}
		}
	}
	if Off.of(7) != "" {
		t.Error("a style without colours")
	}
}

// WCAG 2.2 asks for a contrast of 3 in large text and 4.5 in all; no colour has 4.6 against both.
func TestPalettesAreLegibleOnBlackAndOnWhite(t *testing.T) {
	for c, least := range map[Colour]float64{Basic: 3, Rich: 3.8} {
		seen := map[string]bool{}
		for _, style := range palettes[c] {
			l := luminance(xterm(t, style))
			if white, black := 1.05/(l+0.05), (l+0.05)/0.05; white < least || black < least {
				t.Errorf("%q: %.1f against white, %.1f against black", style, white, black)
			}
			if seen[style] {
				t.Errorf("%q is there twice", style)
			}
			seen[style] = true
		}
	}
}

// xterm is the colour that xterm shows by default.
func xterm(t *testing.T, style string) [3]float64 {
	t.Helper()
	basic := map[string][3]float64{
		"31": {205, 0, 0}, "32": {0, 205, 0}, "33": {205, 205, 0}, "34": {0, 0, 238}, "35": {205, 0, 205}, "36": {0, 205, 205},
		"91": {255, 0, 0}, "92": {0, 255, 0}, "93": {255, 255, 0}, "94": {92, 92, 255}, "95": {255, 0, 255}, "96": {0, 255, 255},
	}
	code := strings.TrimSuffix(strings.TrimPrefix(style, "\x1b["), "m")
	if rgb, ok := basic[code]; ok {
		return rgb
	}
	n, err := strconv.Atoi(strings.TrimPrefix(code, "38;5;"))
	if err != nil || n < 16 || n > 231 {
		t.Fatalf("%q is no colour of the cube", style)
	}
	levels := [6]float64{0, 95, 135, 175, 215, 255}
	return [3]float64{levels[(n-16)/36], levels[(n-16)/6%6], levels[(n-16)%6]}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(rgb [3]float64) float64 {
	for i, c := range rgb {
		if c /= 255; c <= 0.04045 {
			rgb[i] = c / 12.92
		} else {
			rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]
}
