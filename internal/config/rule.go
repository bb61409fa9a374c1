package config

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A rule is what values a key takes and where they go.
type rule struct {
	wants string // in words, after "wants"
	form  form   // how TOML spells it

	// set reads a value's text, which is the same whatever layer it comes from, and puts it into the
	// settings. What it does not take it returns as a *misfit, and leaves the settings alone.
	set func(*Config, string) error
}

// A form is a kind of value in TOML.
type form int

const (
	aString form = iota
	aWhole
	aFraction // a number, with or without a fraction
	aDuration // a string, or 0, which needs no unit
	aList     // of strings
	aCommand  // of strings, in which a comma separates nothing
)

// literal returns a value's text as TOML spells it.
func (f form) literal(text string) string {
	switch {
	case f == aWhole, f == aFraction, f == aDuration && text == "0":
		return text
	case f == aList, f == aCommand:
		items := splitList(text)
		for i := range items {
			items[i] = strconv.Quote(items[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return strconv.Quote(text)
}

// text returns the text of a value that the TOML parser has read, and whether it is of this form.
func (f form) text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, f == aString || f == aDuration
	case int64:
		return strconv.FormatInt(v, 10), f == aWhole || f == aFraction || f == aDuration && v == 0
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), f == aFraction
	case []any:
		items := make([]string, len(v))
		for i := range v {
			s, ok := v[i].(string)
			if !ok {
				return "", false
			}
			items[i] = s
		}
		if f == aCommand {
			return strings.Join(append(items, ""), "\n"), true
		}
		return strings.Join(items, ","), f == aList
	}
	return "", false
}

// splitList takes the text of a list apart: items between commas, spaces around them ignored.
func splitList(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

// limit is a whole number from least to most, or 0.
func limit(field func(*Config) *int, least, most int) rule {
	wants := fmt.Sprintf("a whole number from %d to %d, or 0", least, most)
	if least <= 1 {
		wants = fmt.Sprintf("a whole number from 0 to %d", most)
	}
	return whole(field, wants, func(n int) bool { return n == 0 || n >= least && n <= most })
}

// atLeast is a whole number from least to most, where 0 would make no sense.
func atLeast(field func(*Config) *int, least, most int) rule {
	wants := fmt.Sprintf("a whole number from %d to %d", least, most)
	return whole(field, wants, func(n int) bool { return n >= least && n <= most })
}

func whole(field func(*Config) *int, wants string, fits func(int) bool) rule {
	return rule{wants, aWhole, func(c *Config, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || !fits(n) {
			return &misfit{wants, quote(text), ""}
		}
		*field(c) = n
		return nil
	}}
}

// rate is a number of events, with or without a fraction. Its ends keep the time between two of
// them well inside a time.Duration.
func rate(field func(*Config) *float64) rule {
	const least, most = 0.001, 1e6
	const wants = "a number from 0.001 to 1000000, or 0"
	return rule{wants, aFraction, func(c *Config, text string) error {
		f, err := strconv.ParseFloat(text, 64)
		inside := f == 0 || f >= least && f <= most // false for NaN
		if err != nil || !inside {
			return &misfit{wants, quote(text), ""}
		}
		*field(c) = math.Abs(f) // TOML has a -0.0
		return nil
	}}
}

// duration is a time from least to a day, or 0.
func duration(field func(*Config) *time.Duration, least time.Duration) rule {
	const most = 24 * time.Hour
	wants := fmt.Sprintf(`a duration from "%v" to "24h", or 0`, least)
	return rule{wants, aDuration, func(c *Config, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d != 0 && (d < least || d > most) {
			return &misfit{wants, quote(text), secondsMeant(text)}
		}
		*field(c) = d
		return nil
	}}
}

// days is a time of whole days, or 0.
func days(field func(*Config) *time.Duration) rule {
	const day, most = 24 * time.Hour, 36500
	const wants = `a number of days from "1d" to "36500d", or 0`
	return rule{wants, aDuration, func(c *Config, text string) error {
		if text == "0" {
			*field(c) = 0
			return nil
		}
		number, isDays := strings.CutSuffix(text, "d")
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || !isDays || n < 1 || n > most {
			return &misfit{wants, quote(text), daysMeant(text)}
		}
		*field(c) = time.Duration(n) * day
		return nil
	}}
}

// daysMeant is the hint for a number of days without its unit.
func daysMeant(text string) string {
	if _, err := strconv.ParseUint(text, 10, 32); err != nil {
		return ""
	}
	return fmt.Sprintf(`it needs a unit, as in "%sd" for days`, text)
}

// secondsMeant is the hint for a duration without a unit.
func secondsMeant(text string) string {
	if _, err := strconv.ParseUint(text, 10, 32); err != nil {
		return ""
	}
	return fmt.Sprintf(`it needs a unit, as in "%ss" for seconds`, text)
}

// word is one of a few, kept as it is written.
func word(field func(*Config) *string, words ...string) rule {
	return choice(words, func(c *Config, i int) { *field(c) = words[i] })
}

// level is one of the levels of slog, in lower case.
func level(field func(*Config) *slog.Level) rule {
	levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = strings.ToLower(l.String())
	}
	return choice(words, func(c *Config, i int) { *field(c) = levels[i] })
}

func choice(words []string, take func(c *Config, i int)) rule {
	wants := orList(words)
	return rule{wants, aString, func(c *Config, text string) error {
		i := slices.Index(words, text)
		if i < 0 {
			return &misfit{wants, quote(text), didYouMean(nearest(text, words))}
		}
		take(c, i)
		return nil
	}}
}

// broadcasters are the words of who may broadcast, or the age of an account, up to a year.
func broadcasters(field func(*Config) *Broadcasters) rule {
	const least, most = time.Second, 365 * 24 * time.Hour
	const wants = `"all", "moderators" or a duration from "1s" to "8760h"`
	return rule{wants, aString, func(c *Config, text string) error {
		switch text {
		case BroadcastAll:
			*field(c) = Broadcasters{}
			return nil
		case BroadcastModerators:
			*field(c) = Broadcasters{Moderators: true}
			return nil
		}
		d, err := time.ParseDuration(text)
		if err != nil || d < least || d > most {
			return &misfit{wants, quote(text), cmp.Or(secondsMeant(text), didYouMean(nearest(text, []string{BroadcastAll, BroadcastModerators})))}
		}
		*field(c) = Broadcasters{Age: d}
		return nil
	}}
}

// command is a program with its arguments, or nothing. A file gives them with a line break behind each; elsewhere commas
// separate them.
func command(field func(*Config) *[]string) rule {
	const wants = `a list such as ["/usr/local/bin/check", "--quiet"]`
	return rule{wants, aCommand, func(c *Config, text string) error {
		words := splitList(text)
		if all, ok := strings.CutSuffix(text, "\n"); ok {
			words = strings.Split(all, "\n")
		}
		if len(words) > 0 && !filepath.IsAbs(words[0]) {
			return &misfit{wants, quote(words[0]), "the program is named by an absolute path"}
		}
		*field(c) = words
		return nil
	}}
}

// orList writes words as a person would: "a" or "b", "a", "b" or "c".
func orList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// group is the name or the number of a group of the system; empty is none. Whether there is one, only the server knows.
func group(field func(*Config) *string) rule {
	const wants = `the name or the number of a group, such as "staff"`
	return rule{wants, aString, func(c *Config, text string) error {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ':' }) {
			return &misfit{wants, quote(text), ""}
		}
		*field(c) = text
		return nil
	}}
}
