package render

import (
	"time"

	"sshchat/internal/chat"
)

// Pins renders what is pinned in a room, each line with its number.
func (v Viewer) Pins(pins []*chat.Entry, now time.Time) string {
	if len(pins) == 0 {
		return v.Say(nothingPinned)
	}
	return v.Past(pins, now)
}

// pinning says what an entry pins, with its beginning if the viewer may see it.
func (v Viewer) pinning(e *chat.Entry) string {
	line := lineNumber(e.Ref)
	if e.Kind == chat.Unpin {
		return unpinned(line)
	}
	if e.About != nil {
		line += " " + v.called(e.About.Sender) + ": " + excerpt(e.About)
	}
	return pinned(line)
}
