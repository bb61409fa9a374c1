package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Presences renders who else is online.
func (v Viewer) Presences(ps []chat.Presence, now time.Time) string {
	return v.presences(ps, now, nobodyElse)
}

// PresencesWithin renders who else logged in within the last d.
func (v Viewer) PresencesWithin(ps []chat.Presence, d time.Duration, now time.Time) string {
	return v.presences(ps, now, nobodyWithin(d))
}

func (v Viewer) presences(ps []chat.Presence, now time.Time, nobody string) string {
	if len(ps) == 0 {
		return v.Say(nobody)
	}
	rows := make([][]string, len(ps))
	for i, p := range ps {
		rows[i] = []string{name(p.Person), v.here(p, now)}
	}
	return v.table(rows, nil)
}

// here says since when somebody is online, and how they are. What they say themselves is the last of it.
func (v Viewer) here(p chat.Presence, now time.Time) string {
	parts := []string{sinceText(v.stamp(p.Since, now))}
	if !p.DND.IsZero() {
		parts = append(parts, undisturbed(v.stamp(p.DND, now)))
	}
	if !p.Away.IsEmpty() {
		parts = append(parts, awayNote(sanitize.Line(p.Away.String()).String()))
	}
	return strings.Join(parts, ", ")
}

// Blocked renders whom the viewer blocks.
func (v Viewer) Blocked(ps []chat.Person) string { return v.people(ps, nobodyBlocked) }

// Watches renders whom the viewer watches for.
func (v Viewer) Watches(ps []chat.Person) string { return v.people(ps, nobodyWatched) }

func (v Viewer) people(ps []chat.Person, nobody string) string {
	if len(ps) == 0 {
		return v.Say(nobody)
	}
	rows := make([][]string, len(ps))
	for i, p := range ps {
		rows[i] = []string{name(p)}
	}
	return v.table(rows, nil)
}

// Profile renders what one may know of an account.
func (v Viewer) Profile(p chat.Profile, now time.Time) string {
	who := name(p.Person)
	if p.Self {
		who += profileSelf
	}
	rows := [][]string{{profileName, who}, {profileOnline, v.online(p, now)}}
	if p.Role != "" {
		rows = append(rows, []string{profileRole, p.Role})
	}
	if !p.Created.IsZero() {
		rows = append(rows, []string{profileCreated, p.Created.In(v.zone()).Format(dayForm)})
	}
	if p.Blocked {
		rows = append(rows, []string{profileBlocked, profileByYou})
	}
	if !p.About.IsEmpty() {
		rows = append(rows, []string{profileAbout, sanitize.Line(p.About.String()).String()})
	}
	return v.table(rows, nil)
}

func (v Viewer) online(p chat.Profile, now time.Time) string {
	switch {
	case !p.OnlineSince.IsZero():
		return v.here(chat.Presence{Since: p.OnlineSince, Away: p.Away, DND: p.DND}, now)
	case !p.LastLogin.IsZero():
		return lastLogin(v.stamp(p.LastLogin, now))
	}
	return profileNever
}

// Seen renders when somebody was here last.
func (v Viewer) Seen(s chat.Sighting, now time.Time) string {
	who := name(s.Person)
	switch {
	case !s.Since.IsZero():
		return v.Say(onlineSince(who, v.stamp(s.Since, now)))
	case !s.Until.IsZero():
		return v.Say(hereUntil(who, v.stamp(s.Until, now)))
	}
	return v.Say(neverHere(who))
}

// When renders a moment, as short as now makes it clear, for a sentence.
func (v Viewer) When(t, now time.Time) string { return v.stamp(t, now) }

// mostOfSetting is how many columns of a value there are in the list of settings, so that 80 hold the rest.
const mostOfSetting = 20

// Settings renders how somebody likes things.
func (v Viewer) Settings(s chat.Settings) string {
	var rows [][]string
	var items []Item
	for _, x := range chat.SettingTable {
		value := clip(x.Get(s), mostOfSetting)
		rows = append(rows, []string{x.Name, value, x.About})
		items = append(items, Item{x.Name + textGap + value, x.About})
	}
	if v.isNarrow() { // or some would stand beside their values, and others below
		return v.Section("", items)
	}
	return v.Table(rows)
}

// Setting renders one of them in full, with what it can be.
func (v Viewer) Setting(x chat.Setting, s chat.Settings) string {
	return v.Table([][]string{{x.Name, x.Get(s)}, {settingAbout, x.About}, {settingForm, x.Form()}})
}
