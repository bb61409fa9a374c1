package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
)

const (
	dayForm  = "2006-01-02 15:04"
	timeForm = "15:04:05"
)

func (w view) time(t time.Time) string { return w.zoned(t).Format(dayForm) }

func (w view) zoned(t time.Time) time.Time {
	if w.Zone != nil {
		return t.In(w.Zone)
	}
	return t.Local()
}

func showStatus(w view, s Status) string {
	return w.Table([][]string{
		{"version", s.Version},
		{"pid", strconv.Itoa(s.PID)},
		{"data", s.Data},
		{"listening", s.Listen},
		{"up", fmt.Sprintf("%s, since %s", elapsed(s.Now.Sub(s.Since)), w.time(s.Since))},
		{"online", strconv.Itoa(s.Online)},
		{"memory", megabytes(s.MemoryBytes)},
		{"database", megabytes(uint64(max(s.DatabaseBytes, 0)))},
	})
}

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// elapsed is a duration in its two largest units.
func elapsed(d time.Duration) string {
	switch h := int(d.Hours()); {
	case h >= 24:
		return fmt.Sprintf("%d d %d h", h/24, h%24)
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}

func showSessions(w view, s Sessions) string {
	if len(s.Sessions) == 0 {
		return w.Say(nobodyOnline)
	}
	rows := [][]string{headSessions}
	for _, o := range s.Sessions {
		rows = append(rows, []string{o.Account, o.Remote, w.time(o.Since), o.Client})
	}
	return w.Table(rows)
}

// showUsers has columns of a fixed width, as the rows of the next pages are not known yet.
func showUsers(w view, u Users) string {
	var rows [][]string
	switch {
	case w.first && len(u.Users) == 0:
		return w.Say(noAccounts)
	case w.first:
		rows = append(rows, userRow(headUsers...))
	}
	for _, o := range u.Users {
		last, state := neverLoggedIn, o.Role
		if !o.LastLogin.IsZero() {
			last = w.time(o.LastLogin)
		}
		if !o.BannedAt.IsZero() {
			state = stateBanned + w.time(o.BannedAt)
		}
		rows = append(rows, userRow(o.Name, w.time(o.CreatedAt), last, state))
	}
	return w.Table(rows)
}

func userRow(cells ...string) []string {
	row := []string{fmt.Sprintf("%-*s", chat.MaxName, cells[0])}
	for _, c := range cells[1 : len(cells)-1] {
		row = append(row, fmt.Sprintf("%-*s", len(dayForm), c))
	}
	if state := cells[len(cells)-1]; state != "" {
		return append(row, state)
	}
	row[len(row)-1] = strings.TrimRight(row[len(row)-1], " ")
	return row
}

func showLockouts(w view, l Lockouts) string {
	if len(l.Lockouts) == 0 {
		return w.Say(nothingLocked)
	}
	rows := [][]string{headLockouts}
	for _, o := range l.Lockouts {
		who := o.Account
		if who == "" {
			who = everyAccount
		}
		rows = append(rows, []string{who, o.Remote, w.zoned(o.Until).Format(timeForm)})
	}
	return w.Table(rows)
}

// shows confirms what was done to an account.
func shows(done string) func(view, Acted) string {
	return func(w view, a Acted) string { return w.Say(done + " " + a.User) }
}

func showAnnounced(w view, _ Announced) string { return w.Say(saidAnnounced) }
