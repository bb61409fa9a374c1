package sanitize

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Every character, alone, on a base, under marks and before a base. Han is left out, as all of it
// is alike, and so are the planes that hold nothing else.
func TestEveryCharacterIsSafe(t *testing.T) {
	const planes, tags = 0x20000, 0xE0000
	for r := rune(0); r < tags+0x1000; r++ {
		if r == planes {
			r = tags
		}
		if !utf8.ValidRune(r) || unicode.Is(unicode.Han, r) {
			continue
		}
		in := string(r) + " x" + string(r) + "\u0301\u0345 " + string(r) + "x\n" + string(r) + string(r)
		text := Message(in)
		checkSafe(t, in, text.String())
		if again := Message(text.String()); again != text {
			t.Fatalf("%U: %+q, then %+q", r, text.String(), again.String())
		}
	}
}

// To fall back to ASCII is for what nobody has seen: no text here may need all rounds.
func TestHostileTextSettlesEarly(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 5_000 {
		s, rounds := hostileText(rng), 0
		settle(s, func(s string) string {
			rounds++
			return tidy(filtered(s, '\n'))
		})
		if rounds > maxRounds-2 {
			t.Fatalf("%d rounds for %+q", rounds, s)
		}
	}
}

func TestSettleGivesUpOnWhatDoesNotSettle(t *testing.T) {
	rounds := 0
	got := settle("ab é", func(s string) string {
		rounds++
		return s + "漢"
	})
	if want := "ab \uFFFD"; got != want || rounds != maxRounds {
		t.Errorf("%q after %d rounds, want %q after %d", got, rounds, want, maxRounds)
	}
	checkSafe(t, got, got)
	if again := Message(got).String(); again != got {
		t.Errorf("what it gives up with is not stable: %q", again)
	}
}

// x/text counts nonstarters across vowel jamo, and marks its count with CGJ: an invisible
// character that nobody typed. Taken by cluster, NFC has nothing to count.
func TestNormalisationInsertsNothing(t *testing.T) {
	s := strings.Repeat("\u1161\u0F71\u0F72\u0F74\u0FC6", 20)
	if got := Message(s).String(); strings.ContainsRune(got, '\u034F') || utf8.RuneCountInString(got) != 100 {
		t.Errorf("%+q", got)
	}
}
