package admin

import (
	"encoding/json"
	"time"

	"sshchat/internal/chat"
)

// The records of an export, in this order. Fields are added, and none changes its meaning.
type (
	accountRecord struct {
		Record     string    `json:"record"` // account
		Name       string    `json:"name"`
		Role       string    `json:"role,omitempty"`
		CreatedAt  time.Time `json:"created_at"`
		LastLogin  time.Time `json:"last_login_at,omitzero"`
		DisabledAt time.Time `json:"disabled_at,omitzero"` // also by a ban, which has a record of its own
		MustChange bool      `json:"must_change"`
		MotdSeen   time.Time `json:"motd_seen,omitzero"` // when that message of the day was posted
	}
	formerNameRecord struct {
		Record string    `json:"record"` // former_name
		Name   string    `json:"name"`
		Until  time.Time `json:"kept_until"`
	}
	settingsRecord struct {
		Record string `json:"record"` // settings
		settings
	}
	// settings are chat.Settings, of which those that were never set are missing.
	settings struct {
		Colour    string    `json:"colour,omitempty"`
		Zone      string    `json:"tz,omitempty"`
		Clock     string    `json:"clock,omitempty"`
		Bell      string    `json:"bell,omitempty"`
		Notify    string    `json:"notify,omitempty"`
		Highlight string    `json:"highlight,omitempty"`
		Presence  string    `json:"presence,omitempty"`
		Linear    string    `json:"linear,omitempty"`
		About     string    `json:"about,omitempty"`
		DND       time.Time `json:"dnd,omitzero"`
	}
	banRecord struct {
		Record string    `json:"record"` // ban
		Kind   string    `json:"kind"`   // account, or key
		What   string    `json:"what"`
		Since  time.Time `json:"since"`
		Until  time.Time `json:"until,omitzero"` // missing: until somebody ends it
		By     string    `json:"by"`
		Reason string    `json:"reason,omitempty"`
	}
	muteRecord struct {
		Record string    `json:"record"` // mute
		Since  time.Time `json:"since"`
		Mute
	}
	keyRecord struct {
		Record      string    `json:"record"` // key
		Fingerprint string    `json:"fingerprint"`
		Public      string    `json:"public"`
		Label       string    `json:"label,omitempty"`
		Added       time.Time `json:"added_at"`
		Used        time.Time `json:"last_used_at,omitzero"`
	}
	loginRecord struct {
		Record string    `json:"record"` // login
		Since  time.Time `json:"since"`
		Until  time.Time `json:"until,omitzero"`
		Why    string    `json:"ended_why,omitempty"`
		Remote string    `json:"remote"`
		Client string    `json:"client,omitempty"`
		Away   string    `json:"away,omitempty"`
	}
	roomRecord struct {
		Record string    `json:"record"` // room
		Room   string    `json:"room"`
		Role   string    `json:"role,omitempty"`
		Member bool      `json:"member"` // still
		Kicked bool      `json:"kicked,omitempty"`
		Muted  time.Time `json:"muted_until,omitzero"`
	}
	invitationRecord struct {
		Record string `json:"record"` // invitation
		Room   string `json:"room"`
	}
	handRecord struct {
		Record string `json:"record"` // hand
		Room   string `json:"room"`
		Place  int    `json:"place"`
	}
	conversationRecord struct {
		Record string    `json:"record"` // conversation
		To     string    `json:"to,omitempty"`
		Room   string    `json:"room,omitempty"` // neither: all of them
		Read   int64     `json:"read"`           // the id of a message
		Notify string    `json:"notify,omitempty"`
		Quiet  time.Time `json:"quiet_until,omitzero"`
	}
	unsentRecord struct {
		Record string    `json:"record"` // unsent
		At     time.Time `json:"at"`
		To     string    `json:"to,omitempty"`
		Room   string    `json:"room,omitempty"`
		Text   string    `json:"text"`
	}
	blockRecord struct {
		Record string `json:"record"`         // block, or blocked_by
		User   string `json:"user,omitempty"` // missing: who blocks whom is theirs to tell
		Holds  bool   `json:"holds"`
	}
	watchRecord struct {
		Record string `json:"record"` // watch
		User   string `json:"user"`
	}
	reportRecord struct {
		Record string    `json:"record"` // report, or reported, which does not say by whom
		At     time.Time `json:"at"`
		About  string    `json:"about,omitempty"`
		ID     int64     `json:"id,omitempty"` // of a message
		Said   string    `json:"said,omitempty"`
		Text   string    `json:"text,omitempty"`
		Closed time.Time `json:"closed_at,omitzero"`
	}
	wordsRecord struct {
		Record string    `json:"record"` // words
		At     time.Time `json:"at"`
		Kind   string    `json:"kind"` // topic, kick, hand
		Room   string    `json:"room"`
		To     string    `json:"to,omitempty"`
		Text   string    `json:"text"`
	}
	auditRecord struct {
		Record string    `json:"record"` // audit
		At     time.Time `json:"at"`
		Actor  string    `json:"actor"`
		Via    string    `json:"via"`
		Action string    `json:"action"`
		Target string    `json:"target,omitempty"`
		Detail string    `json:"detail,omitempty"`
	}
	messageRecord struct {
		Record  string    `json:"record"` // message
		ID      int64     `json:"id"`
		At      time.Time `json:"at"`
		Kind    string    `json:"kind"`
		From    string    `json:"from,omitempty"` // missing: the server
		To      string    `json:"to,omitempty"`
		Room    string    `json:"room,omitempty"` // with its #
		Answers int64     `json:"answers,omitempty"`
		Edited  time.Time `json:"edited,omitzero"`
		Deleted bool      `json:"deleted,omitempty"`
		Text    string    `json:"text"`
	}
)

// records gathers the lines of an export.
type records []json.RawMessage

func (all *records) add(r any) { *all = append(*all, record(r)) }

// recordsOf leaves the password out: it is nobody's to read.
func recordsOf(d chat.Dossier) []json.RawMessage {
	var all records
	all.ofAccount(d)
	all.ofRooms(d)
	all.ofPeople(d)
	for _, w := range d.Words {
		all.add(wordsRecord{"words", w.At, string(w.Kind), w.Room.String(), string(w.To), w.Text.String()})
	}
	for _, a := range d.Audit {
		all.add(auditRecord{"audit", a.At, a.Actor, a.Via, a.Action, a.Target, a.Detail})
	}
	return all
}

func (all *records) ofAccount(d chat.Dossier) {
	u := d.User
	all.add(accountRecord{"account", string(u.Name), u.Role, u.CreatedAt, u.LastLogin, u.Disabled, u.MustChange, d.MotdSeen})
	for _, n := range d.FormerNames {
		all.add(formerNameRecord{"former_name", string(n.Name), n.Until})
	}
	all.add(settingsRecord{"settings", settings(d.Settings)})
	if !u.Disabled.IsZero() && !u.Closed {
		all.add(banRecord{"ban", string(chat.BanAccount), string(u.Name), u.Disabled, u.DisabledUntil, d.DisabledBy, u.DisabledWhy.String()})
	}
	for _, b := range d.KeyBans {
		all.add(banRecord{"ban", string(b.Kind), b.What, b.Since, b.Until, b.Actor, b.Reason.String()})
	}
	if u.Mute != nil {
		all.add(muteRecord{"mute", d.MutedSince, *muteOf(u.Mute)})
	}
	for _, k := range d.Keys {
		all.add(keyRecord{"key", k.Fingerprint, k.Public, k.Label, k.Added, k.Used})
	}
	for _, l := range d.Logins {
		all.add(loginRecord{"login", l.Since, l.Until, l.Why, l.Remote.String(), l.Client, l.Away.String()})
	}
}

func (all *records) ofRooms(d chat.Dossier) {
	for _, m := range d.Rooms {
		all.add(roomRecord{"room", m.Room.String(), string(m.Role), m.Holds, m.Kicked, m.Muted})
	}
	for _, n := range d.Invitations {
		all.add(invitationRecord{"invitation", n.String()})
	}
	for _, q := range d.Queued {
		all.add(handRecord{"hand", q.Name.String(), int(q.Position)})
	}
	for _, c := range d.Dealings {
		all.add(conversationRecord{"conversation", string(c.With), roomText(c.Room), int64(c.Read), c.Notify, c.QuietUntil})
	}
	for _, x := range d.Unsent {
		all.add(unsentRecord{"unsent", x.At, string(x.In.With.Name), roomText(x.In.Room.Name), x.Text.String()})
	}
}

func (all *records) ofPeople(d chat.Dossier) {
	for _, b := range d.Blocks {
		all.add(blockRecord{"block", string(b.Name), b.Holds})
	}
	for _, b := range d.BlockedBy {
		all.add(blockRecord{"blocked_by", "", b.Holds})
	}
	for _, w := range d.Watches {
		all.add(watchRecord{"watch", string(w.Name)})
	}
	for _, r := range d.Reports {
		of := reportRecord{"reported", r.At, "", int64(r.Line), r.Said.String(), "", r.Closed}
		if r.Own {
			of.Record, of.About, of.Text = "report", string(r.About), r.Text.String()
		}
		all.add(of)
	}
}

// roomText is a room as it is typed; empty for none.
func roomText(n chat.RoomName) string {
	if n == "" {
		return ""
	}
	return n.String()
}
