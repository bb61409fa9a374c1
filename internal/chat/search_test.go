package chat

import (
	"strings"
	"testing"
)

// The beginning of a word costs the store much if nearly all words have it, and each costs anew.
func TestBeginningsThatAreLookedFor(t *testing.T) {
	for typed, want := range map[string]error{
		"de*":                     nil,
		"dé* ÉE*":                 nil,
		"d*":                      refuseShortPrefix,
		"deploy d*":               refuseShortPrefix,
		"é*":                      refuseShortPrefix,
		"5*":                      refuseShortPrefix,
		"a-b*":                    refuseShortPrefix, // the words a and b
		"日*":                      nil,               // a word by itself
		"서울*":                     nil,
		"*":                       refuseNoWords,
		"*d":                      nil,
		`"d*"`:                    nil, // in quotes it is no sign
		"aa* bb* cc* dd*":         nil,
		"aa* bb* cc* dd* ee":      nil,
		"aa* bb* cc* dd* ee*":     refuseManyPrefixes,
		strings.Repeat("aa ", 17): refuseLongSearch,
	} {
		if _, err := ParseSearch(typed); err != want {
			t.Errorf("%q: %v, want %v", typed, err, want)
		}
	}
}
