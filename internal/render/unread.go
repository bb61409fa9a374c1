package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
)

// Unread renders the conversations that have something unread.
func (v Viewer) Unread(all []chat.Unread, now time.Time) string {
	if len(all) == 0 {
		return v.Say(nothingUnread)
	}
	rows := make([][]string, len(all))
	for i, u := range all {
		rows[i] = []string{conversation(u.Conversation), unreadText(u, u.IsQuiet(now))}
	}
	return v.table(rows, nil)
}

// Reopened renders what is unread of a conversation, behind a line that says so; nothing if all was read.
func (v Viewer) Reopened(u chat.Unread, lines []*chat.Entry, now time.Time) string {
	if len(lines) == 0 {
		return ""
	}
	var all strings.Builder
	all.WriteString(v.Notice(reopenedText(u.Count, len(lines) >= chat.MostReopened)))
	for _, e := range lines {
		all.WriteString(v.entry(e, v.stamp(e.At, now), false, chat.Search{}))
	}
	return all.String()
}

func conversation(c chat.Conversation) string {
	if c.Room.ID != 0 {
		return roomName(c.Room.Name)
	}
	return name(c.With)
}
