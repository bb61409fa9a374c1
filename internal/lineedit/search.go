package lineedit

import (
	"strings"
	"unicode/utf8"
)

// maxNeedle bounds, in bytes, what is searched for.
const maxNeedle = 64

// search is ^R: the newest line of the history that holds what has been typed
// since, then older ones at each further ^R.
type search struct {
	needle []byte
	at     int    // the line found; len(history.lines) when none is
	failed bool   // there is none, or none older
	aside  *input // what was on the row, once a line found is shown there
	prompt prompt
}

func (e *Editor) beginSearch() Event {
	if e.question != nil {
		return Event{}
	}
	e.search = &search{at: len(e.history.lines)}
	e.searchChanged()
	return Event{}
}

func (e *Editor) searchChanged() {
	e.search.prompt = e.cut(searchPrompt(e.search.failed, string(e.search.needle)), e.width/2)
	e.touch()
}

// searchKey is a key during a search.
func (e *Editor) searchKey(k key) Event {
	switch k {
	case noKey, keyNext:
		return Event{}
	case keyCancel, keyInterrupt:
		e.cancelSearch()
		return Event{}
	case keySearch:
		e.findFrom(e.search.at - 1)
		return Event{}
	case keyBackspace:
		e.shortenSearch()
		return Event{}
	}
	e.acceptSearch()
	return e.act(k)
}

// searchFor adds r to what is searched for.
func (e *Editor) searchFor(r rune) Event {
	s := e.search
	r = clean(s.needle, r)
	if r == drop || r == '\n' || len(s.needle)+utf8.RuneLen(r) > maxNeedle {
		return Event{}
	}
	s.needle = utf8.AppendRune(s.needle, r)
	e.findFrom(min(s.at, len(e.history.lines)-1))
	return Event{}
}

func (e *Editor) shortenSearch() {
	s := e.search
	_, n := utf8.DecodeLastRune(s.needle)
	s.needle = s.needle[:len(s.needle)-n]
	s.failed = false
	e.unshow()
	e.findFrom(len(e.history.lines) - 1)
}

// findFrom looks for the needle in line i and older ones. Once there is none, a
// longer needle has none either, and is not looked for.
func (e *Editor) findFrom(i int) {
	s := e.search
	if len(s.needle) > 0 && !s.failed {
		s.failed = true
		for ; i >= 0; i-- {
			if at := strings.Index(e.history.lines[i].text, string(s.needle)); at >= 0 {
				s.at, s.failed = i, false
				e.show(at)
				break
			}
		}
	}
	e.searchChanged()
}

// show puts the line found on the row, with the cursor at byte at.
func (e *Editor) show(at int) {
	if e.search.aside == nil {
		aside := e.in
		e.search.aside, e.in = &aside, input{}
	}
	e.load(e.history.lines[e.search.at], at)
}

// unshow puts back on the row what was there before the search.
func (e *Editor) unshow() {
	if e.search.aside != nil {
		e.in, e.search.aside = *e.search.aside, nil
		e.search.at = len(e.history.lines)
		e.full = false
	}
}

// cancelSearch leaves the search, if there is one, with the line as it was.
func (e *Editor) cancelSearch() {
	if e.search == nil {
		return
	}
	e.unshow()
	e.search = nil
	e.touch()
}

// acceptSearch leaves the search, if there is one, with the line found; Up and
// Down go on from there.
func (e *Editor) acceptSearch() {
	s := e.search
	if s == nil {
		return
	}
	e.search = nil
	if s.aside != nil {
		if e.history.back == 0 {
			e.history.draft = s.aside
		}
		e.history.back = len(e.history.lines) - s.at
	}
	e.touch()
}
