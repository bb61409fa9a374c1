package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Notice renders the server's own words, in one line between rules.
func (v Viewer) Notice(text string) string {
	l := v.layout(ruleColumns)
	l.line(v.ruleOpen() + sanitize.Line(text).String())
	l.close(v.ruleClose())
	return l.String()
}

// Posted renders what whoever runs the server has posted, under a title; nothing if that is nothing. All of its rows are
// indented: none can look like a line of somebody's, or the server's own.
func (v Viewer) Posted(title string, p chat.Posted) string {
	if p.Text.IsEmpty() {
		return ""
	}
	l := v.layout(least)
	l.spaces(least)
	l.styledText(p.Text.String(), v.markup(p.Text.String()))
	l.end()
	return v.Notice(title) + l.String()
}

// Day renders the line before the first line of a new day.
func (v Viewer) Day(t time.Time) string { return v.Notice(t.In(v.zone()).Format(dayForm)) }

// SameDay reports whether a and b are of one day where the viewer is.
func (v Viewer) SameDay(a, b time.Time) bool {
	y, m, d := a.In(v.zone()).Date()
	y2, m2, d2 := b.In(v.zone()).Date()
	return y == y2 && m == m2 && d == d2
}

// Away renders how many lines came since the viewer left, and how many of them to the viewer alone; since may be
// zero. As chat counts no further, chat.MaxBacklog stands for any number from there on.
func (v Viewer) Away(count, direct int, since, now time.Time) string {
	when := ""
	if !since.IsZero() {
		when = v.stamp(since, now)
	}
	return v.Notice(awayText(count, direct, when))
}

// Earlier renders how many lines are left for the command more; n is as Away's count.
func (v Viewer) Earlier(n int) string { return v.Notice(earlierText(n)) }

// Unsent says that a line which was being typed at some time is in the input again.
func (v Viewer) Unsent(at, now time.Time) string { return v.Notice(unsentText(v.stamp(at, now))) }

// NothingWaits is the answer to more when it has shown all.
func (v Viewer) NothingWaits() string { return v.Say(nothingWaits) }

// News renders who came and who went; empty if nobody did.
func (v Viewer) News(came, went chat.Crowd, now time.Time) string {
	var parts []string
	if came.Count > 0 {
		parts = append(parts, cameText(came))
	}
	if went.Count > 0 {
		parts = append(parts, wentText(went))
	}
	if len(parts) == 0 {
		return ""
	}
	return v.Notice(v.clock(now) + " " + strings.Join(parts, "; "))
}

// Watched renders that somebody is there for whom the viewer has watched.
func (v Viewer) Watched(who chat.Person, now time.Time) string {
	return v.Notice(v.clock(now) + " " + watchOver(name(who)))
}

// Told renders what the server tells the viewer alone.
func (v Viewer) Told(text sanitize.Text, now time.Time) string {
	return v.Notice(v.clock(now) + " " + text.String())
}

// Brief is a line of the log in a few words without colours, for a notification: bob: hi. It begins with a name.
func (v Viewer) Brief(e *chat.Entry) string {
	who := v.called(e.Sender)
	switch {
	case !e.Kind.IsSaid() && e.Kind != chat.Edit:
		return v.whatHappened(e)
	case e.Room.ID != 0:
		who = roomName(e.Room.Name) + " " + who
	case e.Kind == chat.Broadcast:
		who += arrow + all
	}
	return who + ": " + sanitize.Line(e.Body.String()).String()
}

// Say renders an answer: text as it is, cleaned. Lines behind the first are indented.
func (v Viewer) Say(text string) string {
	l := v.layout(least)
	l.text(sanitize.Message(text).String())
	l.end()
	return l.String()
}

// Refusal renders what is wrong and, behind a dash, the way on.
func (v Viewer) Refusal(r chat.Refusal) string { return v.Say(r.Error()) }

// Fault is what a person is told of a fault. ref is what the operator finds it by in the log.
func (v Viewer) Fault(ref string) string { return v.Say(faultText(ref)) }
