package render

import (
	"time"

	"sshchat/internal/chat"
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
		rows[i] = []string{name(p.Person), sinceText(v.stamp(p.Since, now))}
	}
	return v.table(rows, nil)
}

// Blocked renders whom the viewer blocks.
func (v Viewer) Blocked(ps []chat.Person) string {
	if len(ps) == 0 {
		return v.Say(nobodyBlocked)
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
	if !p.Created.IsZero() {
		rows = append(rows, []string{profileCreated, p.Created.In(v.zone()).Format(dayForm)})
	}
	if p.Blocked {
		rows = append(rows, []string{profileBlocked, profileByYou})
	}
	return v.table(rows, nil)
}

func (v Viewer) online(p chat.Profile, now time.Time) string {
	switch {
	case !p.OnlineSince.IsZero():
		return sinceText(v.stamp(p.OnlineSince, now))
	case !p.LastLogin.IsZero():
		return lastLogin(v.stamp(p.LastLogin, now))
	}
	return profileNever
}

// Settings renders how somebody likes things.
func (v Viewer) Settings(s chat.Settings) string {
	var rows [][]string
	for _, x := range chat.SettingTable {
		rows = append(rows, []string{x.Name, x.Get(s), x.About})
	}
	return v.table(rows, nil)
}
