package config

import (
	"fmt"
	"strings"
)

// nearest returns the word that typed was probably meant to be, or "". Up to a third of the letters
// may be wrong, missing, too many or swapped with their neighbour; a tie goes to the earlier word.
func nearest(typed string, words []string) string {
	typed = strings.ToLower(typed)
	best, bestDistance := "", len(typed)
	for _, w := range words {
		most := max(len(w)/3, 1)
		if len(typed) > len(w)+most { // what somebody else wrote can be very long
			continue
		}
		if d := distance(typed, strings.ToLower(w)); d <= most && d < bestDistance {
			best, bestDistance = w, d
		}
	}
	return best
}

// distance counts the single-byte insertions, deletions, replacements and swaps of neighbours that
// turn a into b, no byte touched twice (optimal string alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now := make([]int, len(b)+1)
		now[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			now[j] = min(last[j]+1, now[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last = last, now
	}
	return last[len(b)]
}

// didYouMean turns a guess into a question, and no guess into nothing.
func didYouMean(guess string) string {
	if guess == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", guess)
}
