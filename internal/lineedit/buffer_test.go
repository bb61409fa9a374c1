package lineedit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// check verifies what always holds of a buffer.
func (b *buffer) check() error {
	if len(b.text) != len(b.drawn) {
		return fmt.Errorf("%d bytes of text, %d of cuts", len(b.text), len(b.drawn))
	}
	if b.cur < 0 || b.cur > len(b.text) || b.cur < len(b.text) && b.drawn[b.cur] == inside {
		return fmt.Errorf("cursor at %d is on no cut of %q %v", b.cur, b.text, b.drawn)
	}
	for at := 0; at < len(b.text); {
		to := b.next(at)
		n, drawn := firstCluster(b.text[at:to])
		if n != to-at || drawn != b.drawn[at] {
			return fmt.Errorf("%q at %d is drawn as %d, want %d", b.text[at:to], at, b.drawn[at], drawn)
		}
		at = to
	}
	return nil
}

func (b *buffer) clusters() string {
	var s []string
	for at := 0; at < len(b.text); at = b.next(at) {
		s = append(s, string(b.text[at:b.next(at)]))
	}
	return strings.Join(s, "|")
}

func segmented(text string) string {
	var s []string
	for g := graphemes.FromString(text); g.Next(); {
		s = append(s, g.Value())
	}
	return strings.Join(s, "|")
}

// units are what joins with its neighbours in some way.
var units = []string{
	"a", " ", "\n", "你", "é", "e\u0301", "\u0301", "❤", "\ufe0f", "👩", "\u200d", "🏻", "🇩", "🇪",
	"क", "\u094d", "ष", "ᄒ", "ᅡ", "ᆫ", "하", "ำ", "\u0600", "#", "\u20e3", "🏴", "\U000E0067", "\U000E007F", "ﾞ",
}

// When the cursor is at either end, the clusters are those of UAX #29, however
// the text came to be.
func TestClustersAreThoseOfTheSegmenter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b buffer
		for range 1 + rnd.IntN(12) {
			switch unit := units[rnd.IntN(len(units))]; rnd.IntN(6) {
			case 0:
				b.moveTo(b.prev(b.cur))
			case 1:
				b.moveTo(b.next(b.cur))
			case 2:
				b.insert(clip{text: unit + units[rnd.IntN(len(units))]})
			default:
				b.insertRune([]byte(unit))
			}
			if err := b.check(); err != nil {
				t.Fatal(err)
			}
		}
		b.moveTo(0)
		if got, want := b.clusters(), segmented(string(b.text)); got != want {
			t.Fatalf("clusters %q, want %q", got, want)
		}
	}
}

func TestClipsGoInAsTheyCameOut(t *testing.T) {
	for _, text := range []string{"plain", "你好", "e\u0301x", "🇩🇪🇫🇷", "a\nb", "\u0301"} {
		var b, again buffer
		b.insert(clip{text: text})
		c := b.clip(0, len(text))
		if c.ascii != (segmented(text) == strings.Join(strings.Split(text, ""), "|") && len(text) == len([]rune(text))) {
			t.Errorf("%q: ascii is %v", text, c.ascii)
		}
		again.insert(c)
		if !bytes.Equal(again.drawn, b.drawn) || again.check() != nil {
			t.Errorf("%q: %v, want %v", text, again.drawn, b.drawn)
		}
		if joined := c.join(c); joined.text != text+text || !joined.ascii && len(joined.drawn) != 2*len(text) {
			t.Errorf("%q joined: %+v", text, joined)
		}
	}
}

// A stack of marks is cut, so that no cluster is longer than maxCluster.
func TestClustersAreBounded(t *testing.T) {
	for _, unit := range []string{"\u0301", "\u200d", "क्", "👩\u200d", "\u20dd", "\U0001F3FB"} {
		var b buffer
		b.insert(clip{text: "x" + strings.Repeat(unit, 5000)})
		if err := b.check(); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(b.text); at = b.next(at) {
			if n := b.next(at) - at; n > maxCluster {
				t.Fatalf("%q: a cluster of %d bytes", unit, n)
			}
		}
	}
}

// One regional indicator in front of thousands may not re-pair them all.
func TestMendingIsLocal(t *testing.T) {
	var b buffer
	b.insert(clip{text: strings.Repeat("🇩🇪", 4000)})
	b.moveTo(0)
	b.insertRune([]byte("🇫"))
	far := bytes.Clone(b.drawn[2*mendLimit:])
	b.moveTo(0)
	if err := b.check(); err != nil {
		t.Fatal(err)
	}
	if got := b.clusters(); !strings.HasPrefix(got, "🇫🇩|🇪🇩|🇪🇩|") {
		t.Errorf("near clusters %.40q", got)
	}
	if !bytes.Equal(b.drawn[2*mendLimit:], far) {
		t.Error("far clusters have changed")
	}
}

func TestResetForgets(t *testing.T) {
	var b buffer
	b.insert(clip{text: "secret"})
	held := b.text[:cap(b.text)]
	b.reset()
	if len(b.text) != 0 || b.cur != 0 || bytes.ContainsAny(held, "secret") {
		t.Errorf("%q is left", held)
	}
}
