package store

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"sshchat/internal/chat"
)

// Whatever somebody looks for, the engine takes it: no word of theirs is syntax of its query language.
func FuzzSearch(f *testing.F) {
	for _, typed := range []string{`deploy`, `"is green"`, `dep* -x`, `NEAR(a b)`, `body : x`, `a OR b AND NOT c`, `"`, `""`, `^a`, `a"b"c`, `{place} : f1`,
		`日本語 "本語"*`, `ﷺ ẛ̣ ﬁ`, "a\x00b", `*`, strings.Repeat("x", 5000)} {
		f.Add(typed, "some text: "+typed)
	}
	s := newStore(f)
	s.fillUsers(f, 2)
	f.Fuzz(func(t *testing.T, typed, said string) {
		search, err := chat.ParseSearch(typed)
		if err != nil {
			return
		}
		if _, err := s.Append(t.Context(), direct(1, 2, said)); err != nil {
			t.Fatal(err)
		}
		lines, err := s.Lines(t.Context(), 2, chat.LogQuery{Search: search, Newest: true, Limit: 1})
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		for _, e := range lines { // what is found is what is marked
			if len(search.Marks(e.Body)) == 0 {
				t.Errorf("%q finds %q, and nothing of it", typed, e.Body)
			}
		}
	})
}

// A line is found by each character that is a word, or part of one, in whatever script.
func TestEveryLetterIsFound(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 2)
	var ds []chat.Draft
	var words []string
	for r := rune(0); r <= unicode.MaxRune; r += 0x40 {
		var said strings.Builder
		for c := r; c < r+0x40; c++ {
			said.WriteString(string(c) + " ")
		}
		d := direct(1, 2, said.String())
		if w := chat.Words(d.Body.String()); len(w) > 0 {
			ds, words = append(ds, d), append(words, w[len(w)-1])
		}
	}
	for i, o := range s.AppendAll(t.Context(), ds) {
		q := chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: words[i : i+1]}}}, Newest: true, Limit: chat.MostFound}
		lines, err := s.Lines(t.Context(), 2, q)
		if err != nil || !slices.ContainsFunc(lines, func(e *chat.Entry) bool { return e.ID == o.Entry.ID }) {
			t.Errorf("%q is not found by %q: %v", ds[i].Body, words[i], err)
		}
	}
}

// A line is found by each of its words.
func FuzzWordsAreFound(f *testing.F) {
	for _, said := range []string{"The printer works", "Café, Ångström", "日本語テスト", "x86_64 a-b_c", "ﷺ", "١٢٣", "é́́"} {
		f.Add(said)
	}
	s := newStore(f)
	s.fillUsers(f, 2)
	f.Fuzz(func(t *testing.T, said string) {
		e, err := s.Append(t.Context(), direct(1, 2, said))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range chat.Words(e.Body.String()) {
			q := chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: []string{w}}}}, Newest: true, Limit: 1}
			lines, err := s.Lines(t.Context(), 2, q)
			if err != nil || len(lines) == 0 || lines[0].ID != e.ID {
				t.Fatalf("%q is not found by %q: %v", said, w, err)
			}
		}
	})
}
