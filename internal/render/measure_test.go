package render

import "testing"

// What terminals disagree on counts as its parts do, added up.
func TestColumns(t *testing.T) {
	for s, want := range map[string]int{
		"a": 1, "é": 1, "e\u0323\u0302": 1, "я": 1, "你": 2, "한": 2, "→": 1, "☺": 1,
		"❤\uFE0F": 2, "1\uFE0F\u20E3": 2, "👍🏽": 4, "🇩🇪": 4, "🇩": 2,
		"👩🏻\u200D❤\uFE0F\u200D💋\u200D👨🏿":                                         12,
		"\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F": 2,
		"क्षि": 3, "ำ": 1, "\u1100\u1100\u1100": 6,
		"\U0001FAFB": 2, "\U0001F1AE": 2, // not assigned yet
		"\u200D": 1, "\u0301": 1, // there is none without a base, but if there were
	} {
		if c := firstCluster(s); c.columns != want || c.bytes != len(s) {
			t.Errorf("%q: %+v, want %d columns", s, c, want)
		}
	}
}
