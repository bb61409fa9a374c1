package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
)

// Found renders what a search has found, with the words marked.
func (v Viewer) Found(lines []*chat.Entry, s chat.Search, now time.Time) string {
	if len(lines) == 0 {
		return v.Say(nothingFound)
	}
	var all strings.Builder
	for _, e := range lines {
		all.WriteString(v.entry(e, lineNumber(e.ID)+" "+v.stamp(e.At, now), false))
	}
	if len(lines) >= chat.MostFound {
		all.WriteString(v.Say(moreFound))
	}
	return all.String()
}
