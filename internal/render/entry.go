package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
)

// Entry renders a line of the log. lost marks one's own line that was stored but never came back
// before the link was lost. What nobody is shown, and kinds not known here, render as "".
//
// What an author made of a line later stands where the line did: with its time, and when that was.
func (v Viewer) Entry(e *chat.Entry, lost bool) string {
	at := e.At
	if e.Kind == chat.Edit && e.About != nil {
		at = e.About.At
	}
	return v.entry(e, v.clock(at), lost, chat.Search{})
}

// Past renders lines of the log with their numbers, for whoever looks back at them.
func (v Viewer) Past(entries []*chat.Entry, now time.Time) string {
	if len(entries) == 0 {
		return v.Say(nothingSaid)
	}
	var all strings.Builder
	for _, e := range entries {
		all.WriteString(v.entry(e, lineNumber(e.ID)+" "+v.stamp(e.At, now), false, chat.Search{}))
	}
	return all.String()
}

func (v Viewer) entry(e *chat.Entry, when string, lost bool, s chat.Search) string {
	switch {
	case e.Kind.IsSaid() && e.FromServer():
		return v.announcement(e, when)
	case !e.Kind.IsSaid() && e.Kind != chat.Edit:
		return v.event(e, when)
	}
	h := v.headOf(e, when)
	body, marks := v.found(e.Body, s)
	l := v.layout(h.width())
	l.oneRow = v.Plain
	l.grow(h.bytes() + len(body) + len(marks)*markBytes)
	h.put(&l, v.colour())
	l.leaveHead(body)
	l.styledText(body, marks)
	if lost {
		l.line(lostMark)
	}
	l.end()
	return l.String()
}

// markup is how a body is shown. In plain mode, whose rows are never broken, nothing of it is styled.
func (v Viewer) markup(body string) []mark {
	if v.Plain {
		return nil
	}
	return markdown(body, v.Colour)
}

// markBytes is what a mark adds to a row, mostly.
const markBytes = len(boldStyle) + len(resetStyle)

// announcement is what the server says to all. It begins with the rule, which no line of an
// account does.
func (v Viewer) announcement(e *chat.Entry, when string) string {
	l := v.layout(ruleColumns)
	l.oneRow = v.Plain
	l.line(v.ruleOpen() + when + byServer)
	l.styledText(e.Body.String(), v.markup(e.Body.String()))
	l.line(strings.TrimLeft(v.note(e), " "))
	l.close(v.ruleClose())
	return l.String()
}

// event is what happened to a room.
func (v Viewer) event(e *chat.Entry, when string) string {
	what := v.whatHappened(e)
	if what == "" {
		return ""
	}
	where := ""
	if e.Room.ID != 0 {
		where = roomName(e.Room.Name) + ": "
	}
	l := v.layout(ruleColumns)
	l.line(v.ruleOpen() + when + " " + where + what)
	l.close(v.ruleClose())
	return l.String()
}
