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
	rows := [][]string{
		{"version", s.Version},
		{"pid", strconv.Itoa(s.PID)},
		{"data", s.Data},
		{"listening", s.Listen},
		{"up", fmt.Sprintf("%s, since %s", elapsed(s.Now.Sub(s.Since)), w.time(s.Since))},
		{"online", strconv.Itoa(s.Online)},
		{"memory", megabytes(s.MemoryBytes)},
		{"database", megabytes(uint64(max(s.DatabaseBytes, 0)))},
	}
	if !s.StopsAt.IsZero() {
		stops := fmt.Sprintf("at %s, in %s", w.zoned(s.StopsAt).Format(timeForm), elapsed(s.StopsAt.Sub(s.Now)))
		if s.StopsFor != "" {
			stops += ": " + s.StopsFor
		}
		rows = append(rows, []string{"stops", stops})
	}
	if s.Raid != nil {
		rows = append(rows, []string{"raid", s.Raid.text(w)})
	}
	return w.Table(rows)
}

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// size is a number of bytes in the unit in which it is short.
func size(n uint64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return megabytes(n)
}

// elapsed is a duration in its two largest units, of which the smaller need not be there: 1 min 30 s, 5 min.
func elapsed(d time.Duration) string {
	switch h := int(d.Hours()); {
	case h >= 24:
		return inUnits(h/24, "d", h%24, "h")
	case h > 0:
		return inUnits(h, "h", int(d.Minutes())%60, "min")
	case d >= time.Minute:
		return inUnits(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}

func inUnits(n int, large string, rest int, small string) string {
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, large)
	}
	return fmt.Sprintf("%d %s %d %s", n, large, rest, small)
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
		last := neverLoggedIn
		if !o.LastLogin.IsZero() {
			last = w.time(o.LastLogin)
		}
		rows = append(rows, userRow(o.Name, w.time(o.CreatedAt), last, w.state(o)))
	}
	return w.Table(rows)
}

// state is what there is to say of an account: its role, and what keeps it out.
func (w view) state(o User) string {
	var words []string
	if o.Role != "" {
		words = append(words, o.Role)
	}
	switch {
	case !o.BannedAt.IsZero():
		words = append(words, stateBanned+w.time(o.BannedAt))
	case !o.DisabledAt.IsZero():
		words = append(words, stateDisabled+w.time(o.DisabledAt))
	case o.MustChange:
		words = append(words, stateMustChange)
	}
	if o.Mute != nil {
		words = append(words, o.Mute.text(w))
	}
	return strings.Join(words, ", ")
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

func showLockoutsCleared(w view, c Cleared) string { return w.Say(saidCleared(c.Locks)) }

// shows confirms what was done to an account.
func shows(done string) func(view, Acted) string {
	return func(w view, a Acted) string { return w.Say(done + " " + a.User) }
}

func showAnnounced(w view, _ Announced) string { return w.Say(saidAnnounced) }

// content says what is in a database.
func (w view) content(c Content) string {
	text := fmt.Sprintf("%s, %s", count(c.Accounts, "account"), count(c.Lines, "line"))
	if !c.Newest.IsZero() {
		text += ", the newest of " + w.time(c.Newest)
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func showBackedUp(w view, b BackedUp) string {
	return w.Say(fmt.Sprintf("backed up to %s: %s, %s", b.File, w.content(b.Content), megabytes(uint64(max(b.Bytes, 0)))))
}

func showRestored(w view, r Restored) string {
	text := w.Say(fmt.Sprintf("restored from %s: %s", r.File, w.content(r.Content)))
	if r.Aside != "" {
		text += w.Say("what was there is kept as " + r.Aside)
	}
	return text
}

func showChecked(w view, c Checked) string { return w.Say("sound: " + w.content(c.Content)) }

func showDrained(w view, d Drained) string {
	if d.StopsAt.IsZero() {
		return w.Say(saidGoesOn)
	}
	return w.Say("the server stops at " + w.zoned(d.StopsAt).Format(timeForm) + "; everyone online is told, and nobody is let in")
}

func showReloaded(w view, r Reloaded) string {
	text := w.Say(saidUnchanged)
	if len(r.Now)+len(r.AtRestart) > 0 {
		text = ""
	}
	if len(r.Now) > 0 {
		text += w.Say("changed: " + strings.Join(r.Now, ", "))
	}
	if len(r.AtRestart) > 0 {
		text += w.Say("at the next start: " + strings.Join(r.AtRestart, ", "))
	}
	if r.Note != "" {
		text += w.Say(r.Note)
	}
	return text
}

func showLogLevel(w view, l LogLevel) string { return w.Say("logged from " + l.Level + " on") }

func showRetention(w view, r Retention) string {
	keep := count(r.Days, "day")
	if r.Days == 0 {
		keep = forGood
	}
	last := neverExpired
	if !r.LastAt.IsZero() {
		last = fmt.Sprintf("%s: deleted %s from before %s", w.time(r.LastAt), count(r.Lines, "line"), w.time(r.Before))
	}
	return w.Table([][]string{{"kept", keep}, {"last run", last}})
}

func showExpired(w view, r Retention) string {
	return w.Say(fmt.Sprintf("deleted %s from before %s", count(r.Lines, "line"), w.time(r.Before)))
}

func showVacuumed(w view, v Vacuumed) string {
	return w.Say(fmt.Sprintf("vacuumed: %s, and %s before", megabytes(uint64(max(v.After, 0))), megabytes(uint64(max(v.Before, 0)))))
}

// showAdded puts the password on a line of its own, for whoever hands it over.
func showAdded(w view, a Added) string {
	text := ""
	for _, u := range a.Users {
		text += w.Say(fmt.Sprintf(saidAdded, u.User)) + w.Say(u.Password)
	}
	return text
}

// showImported is for programs as well as for people: NAME PASSWORD.
func showImported(w view, a Added) string {
	var b strings.Builder
	for _, u := range a.Users {
		b.WriteString(w.Say(u.User + " " + u.Password))
	}
	return b.String()
}

func showPasswd(w view, p Password) string {
	said := fmt.Sprintf(saidPasswd, p.User)
	if p.MustChange {
		said += saidMustChange
	}
	if p.Password == "" {
		return w.Say(said)
	}
	return w.Say(said+":") + w.Say(p.Password)
}

func showRole(w view, r Role) string {
	if r.Role == "" {
		return w.Say(fmt.Sprintf(saidDemoted, r.User))
	}
	return w.Say(fmt.Sprintf(saidPromoted, r.User, chat.ARole(r.Role)))
}

func showRenamed(w view, r Renamed) string { return w.Say(fmt.Sprintf(saidRenamed, r.Was, r.User)) }
