package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Found renders what a search has found, with the words marked.
func (v Viewer) Found(f chat.Found, s chat.Search, now time.Time) string {
	var all strings.Builder
	for _, e := range f.Lines {
		all.WriteString(v.entry(e, lineNumber(e.ID)+" "+v.stamp(e.At, now), false, s))
	}
	switch {
	case !f.Back.IsZero():
		all.WriteString(v.Say(cutOff(len(f.Lines), v.stamp(f.Back, now))))
	case len(f.Lines) == 0:
		all.WriteString(v.Say(nothingFound))
	case len(f.Lines) >= chat.MostFound:
		all.WriteString(v.Say(moreFound))
	}
	return all.String()
}

// found is a body with the marks of its own and of what a search has found in it. Where there are no styles, signs
// around the words stand for them.
func (v Viewer) found(body sanitize.Text, s chat.Search) (string, []mark) {
	text := body.String()
	if len(s.Terms) == 0 {
		return text, v.markup(text)
	}
	spans := s.Marks(body)
	if v.colour() == Off {
		return signed(text, spans), nil
	}
	found := make([]mark, len(spans))
	for i, at := range spans {
		found[i] = mark{from: at.From, to: at.To, style: foundStyle}
	}
	return text, overlay(v.markup(text), found)
}

func signed(text string, spans []chat.Span) string {
	var out strings.Builder
	at := 0
	for _, s := range spans {
		out.WriteString(text[at:s.From] + foundOpen + text[s.From:s.To] + foundClose)
		at = s.To
	}
	return out.String() + text[at:]
}
