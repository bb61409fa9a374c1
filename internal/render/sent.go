package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
)

// The columns that the text of a line gets in Sent: what is left, within these bounds.
const leastQuote, mostQuote = 12, 60

// sentGaps are the spaces behind number, time, recipient and text.
var sentGaps = []int{1, 1, 2, 3}

// Sent renders one's own lines with what became of them.
func (v Viewer) Sent(lines []chat.SentLine, now time.Time) string {
	if len(lines) == 0 {
		return v.Say(nothingSent)
	}
	rows := make([][]string, len(lines))
	for i, s := range lines {
		rows[i] = []string{lineNumber(s.ID), v.stamp(s.At, now), toArrow + recipient(s), "", fate(s)}
	}
	room := v.layout(least).room
	grid := gridOf(rows, sentGaps)
	quote := min(max(room-grid.width(), leastQuote), mostQuote)
	if grid.left+quote+min(grid.last, leastColumn) > room { // the cells of a row follow each other: a text may have one of its own
		quote = min(room-least, mostQuote)
	}
	for i, s := range lines {
		rows[i][3] = clip(strings.ReplaceAll(s.Body.String(), "\n", lineBreakSign), quote)
	}
	return v.table(rows, sentGaps)
}

func recipient(s chat.SentLine) string {
	switch s.Kind {
	case chat.Direct:
		return name(s.Recipient)
	case chat.Said, chat.Acted:
		return roomName(s.Room.Name)
	}
	return all
}

// fate is what may be said of a line. Where nobody counts, a block may be why: then it says no
// more than the sender knew when it was sent.
func fate(s chat.SentLine) string {
	who := name(s.Recipient)
	switch {
	case s.Of == 0:
		return storedOnly
	case s.Kind != chat.Direct:
		return reached(s.Reached, s.Of) + stillWaiting(s.Waiting, s.Of-s.Reached)
	case s.Reached > 0:
		return gotIt(who)
	case s.Online:
		return onItsWay(who)
	}
	return waiting(who)
}
