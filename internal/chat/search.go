package chat

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sshchat/internal/sanitize"
)

// A Search is what is looked for in what was said. The zero value is nothing in particular.
type Search struct {
	Terms []Term
	Any   bool // one of them is enough
}

// A Term is words that follow each other.
type Term struct {
	Words  []string // as Words gives them; at least one
	Prefix bool     // the last is only the beginning of a word
}

// The bounds of a search that somebody types.
const (
	maxTerms      = 16
	maxWords      = 32 // of a term
	maxBeginnings = 4  // of words, each of which the store gathers all words for before it finds the first line
)

// ParseSearch reads what somebody looks for: words, "words in this order", and beginn* for the beginning of a word. It
// refuses what has no word in it, and beginnings that nearly everything has.
func ParseSearch(typed string) (Search, error) {
	var s Search
	beginnings := 0
	for typed = strings.TrimLeft(typed, " \n"); typed != ""; typed = strings.TrimLeft(typed, " \n") {
		var t Term
		var piece string
		if strings.HasPrefix(typed, `"`) {
			piece, typed, _ = strings.Cut(typed[1:], `"`)
		} else {
			piece, typed = cutBlank(typed)
			t.Prefix = strings.HasSuffix(piece, "*")
		}
		if t.Words = Words(piece); len(t.Words) == 0 {
			continue
		}
		if t.Prefix {
			if err := t.checkBeginning(); err != nil {
				return Search{}, err
			}
			beginnings++
		}
		if s.Terms = append(s.Terms, t); len(s.Terms) > maxTerms || len(t.Words) > maxWords {
			return Search{}, refuseLongSearch
		}
	}
	if beginnings > maxBeginnings {
		return Search{}, refuseManyPrefixes
	}
	if len(s.Terms) == 0 {
		return Search{}, refuseNoWords
	}
	return s, nil
}

// checkBeginning refuses the beginning of a word if it is too short. A character that is a word by itself is not.
func (t Term) checkBeginning() error {
	last := t.Words[len(t.Words)-1]
	if first, size := utf8.DecodeRuneInString(last); size == len(last) && !isLone(first) {
		return refuseShortPrefix
	}
	return nil
}

func cutBlank(s string) (piece, rest string) {
	if i := strings.IndexAny(s, " \n"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Clip makes of a text what a quote of it shows.
func Clip(text sanitize.Text) sanitize.Text {
	s := sanitize.Line(text.String()).String()
	short := sanitize.Field(s, MaxQuote)
	if short.String() == s {
		return short
	}
	return sanitize.Line(sanitize.Field(s, MaxQuote-len("…")).String() + "…")
}

// A Span is a part of a text: the bytes from From up to To.
type Span struct{ From, To int }

// Marks finds what a search has found in a text: its words where they stand, in order.
func (s Search) Marks(text sanitize.Text) []Span {
	words := slices.Collect(wordsIn(text.String()))
	var marks []Span
	for at := range words {
		for _, t := range s.Terms {
			if t.isAt(words[at:]) {
				marks = append(marks, Span{words[at].from, words[at+len(t.Words)-1].to})
			}
		}
	}
	return merged(marks)
}

// Matches reports whether a text has what a search looks for.
func (s Search) Matches(text sanitize.Text) bool {
	words := slices.Collect(wordsIn(text.String()))
	has := func(t Term) bool {
		for at := range words {
			if t.isAt(words[at:]) {
				return true
			}
		}
		return false
	}
	if s.Any {
		return slices.ContainsFunc(s.Terms, has)
	}
	return !slices.ContainsFunc(s.Terms, func(t Term) bool { return !has(t) })
}

func (t Term) isAt(words []word) bool {
	if len(words) < len(t.Words) {
		return false
	}
	last := len(t.Words) - 1
	for i, w := range t.Words {
		is := words[i].folded
		if is != w && !(i == last && t.Prefix && strings.HasPrefix(is, w)) {
			return false
		}
	}
	return true
}

// merged makes of spans that overlap one. They come in the order of their beginnings.
func merged(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.From < out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// MostFound is how many lines a search shows at once.
const MostFound = 50

// Found is what a search came to.
type Found struct {
	Lines []*Entry
	Back  time.Time // nothing older was looked at, as it would have taken too long; zero: all was
}

// Find gives the newest lines that q finds, newest first.
func (s *Service) Find(ctx context.Context, me Actor, q LogQuery) (Found, error) {
	q.Newest, q.Limit = true, min(q.Limit, MostFound)
	f, err := s.store.Search(ctx, me.ID, q)
	slices.Reverse(f.Lines)
	return f, err
}
