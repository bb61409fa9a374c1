package admin

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
)

func showSessions(w view, s Sessions) string {
	if len(s.Sessions) == 0 {
		return w.Say(nobodyOnline)
	}
	rows := [][]string{headSessions}
	for _, o := range s.Sessions {
		rows = append(rows, []string{
			strconv.FormatInt(o.ID, 10), o.Account, o.Remote, w.time(o.Since), elapsed(time.Duration(o.IdleSeconds) * time.Second),
			size(o.SentBytes), size(o.ReceivedBytes), strconv.Itoa(o.Behind), o.Client,
		})
	}
	return w.Table(rows)
}

func showUser(w view, u UserDetail) string {
	rows := [][]string{
		{"account", u.Name},
		{"created", w.time(u.CreatedAt)},
		{"last login", w.orNever(u.LastLogin)},
		{"role", orNone(u.Role)},
		{"state", w.standing(u)},
		{"settings", orNone(settingsText(u.Settings))},
		{"rooms", orNone(listed(u.Rooms, func(r UserRoom) string { return withRole(r.Name, r.Role) }))},
		{"keys", orNone(listed(u.Keys, func(k Key) string { return strings.TrimSpace(k.Fingerprint + " " + k.Label) }))},
		{"blocks", strconv.Itoa(u.Blocks)},
		{"blocked by", strconv.Itoa(u.BlockedBy)},
		{"seen with", orNone(listed(u.SeenWith, func(s SeenWith) string { return withRole(s.Name, s.Remote) }))},
	}
	return w.Table(rows)
}

func (w view) orNever(t time.Time) string {
	if t.IsZero() {
		return neverLoggedIn
	}
	return w.time(t)
}

// standing is what keeps somebody out or silent, or whether they are online.
func (w view) standing(u UserDetail) string {
	o := u.User
	o.Role = "" // it has a row of its own
	switch text := w.state(o); {
	case text != "":
		return text
	case len(u.Online) > 0:
		return stateOnline(u.Online[0])
	}
	return stateOffline
}

func settingsText(set map[string]string) string {
	return listed(slices.Sorted(maps.Keys(set)), func(name string) string { return name + " " + set[name] })
}

func listed[T any](all []T, text func(T) string) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = text(one)
	}
	return strings.Join(texts, ", ")
}

// withRole is a name with what else there is to say of it.
func withRole(name, more string) string {
	if more == "" {
		return name
	}
	return name + " (" + more + ")"
}

func orNone(s string) string {
	if s == "" {
		return nothing
	}
	return s
}

// showRooms has columns of a fixed width, as showUsers.
func showRooms(w view, r Rooms) string {
	var rows [][]string
	switch {
	case w.first && len(r.Rooms) == 0:
		return w.Say(noRooms)
	case w.first:
		rows = append(rows, roomRow(headRooms...))
	}
	for _, o := range r.Rooms {
		rows = append(rows, roomRow(o.Name, o.Owner, strconv.Itoa(o.Members), strconv.Itoa(o.Online), strconv.Itoa(o.Lines),
			o.Access, o.Posting))
	}
	return w.Table(rows)
}

func roomRow(cells ...string) []string {
	widths := []int{1 + chat.MaxRoomName, chat.MaxName, 7, 6, 7, 6}
	row := slices.Clone(cells)
	for i, width := range widths {
		row[i] = fmt.Sprintf("%-*s", width, row[i])
	}
	return row
}

func showRoom(w view, r RoomDetail) string {
	slow := nothing
	if r.SlowSeconds > 0 {
		slow = elapsed(time.Duration(r.SlowSeconds) * time.Second)
	}
	return w.Table([][]string{
		{"room", r.Name},
		{"topic", orNone(r.Topic)},
		{"access", r.Access},
		{"posting", r.Posting},
		{"slow", slow},
		{"history", r.History},
		{"lines", strconv.Itoa(r.Lines)},
		{"members", orNone(listed(r.People, w.member))},
		{"pins", orNone(listed(r.Pins, w.trace))},
		{"hands", orNone(listed(r.Hands, w.hand))},
	})
}

func (w view) member(m Member) string {
	about := []string{m.Role}
	if m.Online {
		about = append(about, "online")
	}
	if !m.MutedUntil.IsZero() {
		about = append(about, stateMuted+w.time(m.MutedUntil))
	}
	return withRole(m.Name, strings.TrimPrefix(strings.Join(about, "; "), "; "))
}

func (w view) trace(t Trace) string {
	return fmt.Sprintf("#%d %s", t.ID, withRole(t.Sender, w.time(t.At)))
}

func (w view) hand(t Trace) string { return withRole(t.Sender, w.time(t.At)) }

func showAudit(w view, a Audit) string {
	if w.first && len(a.Audit) == 0 {
		return w.Say(nothingDone)
	}
	var rows [][]string
	for _, o := range a.Audit {
		rows = append(rows, []string{w.time(o.At), o.Actor, o.Via, strings.TrimSpace(o.Action + " " + o.Target), o.Detail})
	}
	return w.Table(rows)
}

func showStats(w view, s Stats) string {
	rows := [][]string{
		{"accounts", withRole(strconv.Itoa(s.Accounts), bannedOf(s.Banned))},
		{"online", withRole(strconv.Itoa(s.Online), loginsToday(s.LoginsToday))},
		{"rooms", strconv.Itoa(s.Rooms)},
		{"locks", strconv.Itoa(s.Locks)},
		{"reports", openReports(s.OpenReports)},
		{"database", size(uint64(max(s.DatabaseBytes, 0)))},
	}
	if p := s.Process; p != nil {
		rows = append(rows, []string{"process", processText(*p)})
	}
	text := w.Table(rows)
	if !s.CountedFrom.IsZero() {
		text += w.Say(countedFrom(w.time(s.CountedFrom)))
	}
	days := [][]string{headDays}
	for _, d := range s.Days {
		days = append(days, []string{d.Day, strconv.Itoa(d.Direct), strconv.Itoa(d.Broadcasts), strconv.Itoa(d.Room)})
	}
	return text + w.Table(days)
}
