package config

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"abc", "abd", 1}, {"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "acb", 1},
		{"abcd", "badc", 2}, {"kitten", "sitting", 3}, {"ca", "abc", 3},
	} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"listen", "data", "max_sessions", "open", "log"}
	for typed, want := range map[string]string{
		"listen":                   "listen",
		"lisen":                    "listen",
		"litsen":                   "listen",
		"LISTEN":                   "listen",
		"listener":                 "listen",
		"dta":                      "data",
		"maxsessions":              "max_sessions",
		"max-session":              "max_sessions",
		"lag":                      "log",
		"":                         "",
		"x":                        "",
		"lo":                       "log",
		"port":                     "",
		"sessions":                 "max_sessions",
		strings.Repeat("x", 1<<20): "",
	} {
		if got := nearest(typed, words); got != want {
			t.Errorf("nearest(%.20q) = %q, want %q", typed, got, want)
		}
	}
}
