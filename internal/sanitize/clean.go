package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxStacked is how many marks that take no room of their own (Mn, Me) may stand on a base.
	// Vietnamese needs two, Hebrew with accents and Tibetan four; from five on it is a tower
	// that covers the lines above.
	maxStacked = 4
	// maxRun is how many marks and joiners of any kind may follow a base; Burmese needs seven.
	maxRun = 8
	// maxCluster is the bytes of a cluster, a space at its end not counted (see tidyCluster).
	// The longest emoji in use, a couple with two skin tones, has 35.
	maxCluster = 63
	// maxRounds is how often a text is gone through before it is given up. The first round makes
	// nearly all texts stable and the second finds that; a third is needed where a mark that was
	// cut had kept two clusters apart.
	maxRounds = 5
)

// clean applies the whole rule. Its cost is linear in len(s).
func clean(s string, lineBreak byte) string {
	if isPlain(s, lineBreak) {
		return s
	}
	return settle(s, func(s string) string { return tidy(filtered(s, lineBreak)) })
}

// isPlain reports whether s is printable ASCII and line breaks that stay, as most text is.
func isPlain(s string, lineBreak byte) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && (c != '\n' || lineBreak != '\n') {
			return false
		}
	}
	return true
}

// settle repeats round until it changes nothing, so that what it returns is stable by
// construction: no argument about how segmentation and normalisation meet is needed, nor would it
// survive new Unicode tables. A text that does not settle keeps its ASCII alone, which round
// never changes.
func settle(s string, round func(string) string) string {
	for range maxRounds {
		next := round(s)
		if next == s {
			return s
		}
		s = next
	}
	return onlyASCII(s)
}

// onlyASCII puts one U+FFFD in place of each run of other characters.
func onlyASCII(s string) string {
	var out strings.Builder
	inRun := false
	for _, r := range s {
		ascii := r < utf8.RuneSelf
		switch {
		case ascii:
			out.WriteRune(r)
		case !inRun:
			out.WriteRune(utf8.RuneError)
		}
		inRun = !ascii
	}
	return out.String()
}

// tidy tidies each cluster of s.
func tidy(s string) string {
	var out strings.Builder
	done := 0 // s[:done] is written or replaced
	for it := graphemes.FromString(s); it.Next(); {
		cluster := it.Value()
		if len(cluster) == 1 {
			continue
		}
		if better := tidyCluster(cluster); better != cluster {
			out.WriteString(s[done:it.Start()])
			out.WriteString(better)
			done = it.End()
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// tidyCluster brings a cluster to NFC and within the limits: marks that are too many are dropped,
// and a cluster that is still too long becomes U+FFFD.
//
// NFC is taken by cluster, not of the whole text, because x/text looks further than it should:
// it counts nonstarters across vowel jamo and then inserts CGJ between characters far apart.
//
// A prefix character (GCB Prepend) takes the space behind it into its cluster, but not the \n:
// that space is neither counted nor replaced, so that Line and Message agree on what is too long.
func tidyCluster(cluster string) string {
	cluster = limitMarks(norm.NFC.String(cluster))
	body := strings.TrimSuffix(cluster, " ")
	if len(body) <= maxCluster {
		return cluster
	}
	return string(utf8.RuneError) + cluster[len(body):]
}

// limitMarks cuts every run of marks and joiners at the first that is too many. It drops the rest
// of the run rather than single marks of it: a gap could let its neighbours compose.
func limitMarks(cluster string) string {
	if utf8.RuneCountInString(cluster) <= 1+maxStacked {
		return cluster
	}
	stacked, run := 0, 0
	return strings.Map(func(r rune) rune {
		switch {
		case isMark(r) && !unicode.Is(unicode.Mc, r):
			stacked++
			run++
		case isMark(r), isJoiner(r):
			run++
		default:
			stacked, run = 0, 0
		}
		if stacked > maxStacked || run > maxRun {
			return -1
		}
		return r
	}, cluster)
}
