package render

import "sshchat/internal/chat"

// Entry renders a line of the log. lost marks one's own line that was stored but never came back
// before the link was lost. What people do not see as a line, and kinds not known here, render
// as "".
func (v Viewer) Entry(e *chat.Entry, lost bool) string {
	switch {
	case e.Kind != chat.Direct && e.Kind != chat.Broadcast:
		return ""
	case e.FromServer():
		return v.announcement(e)
	}
	h := v.headOf(e)
	l := v.layout(h.width())
	l.oneRow = v.Plain
	l.grow(h.bytes() + len(e.Body.String()))
	h.put(&l, v.colour())
	l.text(e.Body.String())
	if lost {
		l.line(lostMark)
	}
	l.end()
	return l.String()
}

// announcement is what the server says to all. It begins with the rule, which no line of an
// account does.
func (v Viewer) announcement(e *chat.Entry) string {
	l := v.layout(ruleColumns)
	l.oneRow = v.Plain
	clock := v.clock(e.At)
	l.line(ruleOpen + string(clock[:]) + byServer)
	l.text(e.Body.String())
	l.line(ruleClose)
	l.end()
	return l.String()
}
