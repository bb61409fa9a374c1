package admin

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// exportedAtOnce is how many lines of the log there are on a page.
const exportedAtOnce = 5000

// Exported is a page of all that there is about an account: first what is no line of the log, then its lines.
type Exported struct {
	User    string            `json:"user"`
	Records []json.RawMessage `json:"records"`        // each has a field "record" that says what it is
	Next    string            `json:"next,omitempty"` // the parameter from of the next page; missing: this was the last
}

func (e Exported) rest() Params {
	if e.Next == "" {
		return nil
	}
	return Params{"name": e.User, "from": e.Next}
}

// showExported is JSON Lines, for a file.
func showExported(_ view, e Exported) string {
	var b strings.Builder
	for _, r := range e.Records {
		b.Write(r)
		b.WriteByte('\n')
	}
	return b.String()
}

func serveUserExport(ctx context.Context, r *request) (Exported, error) {
	if r.Params["from"] != "" {
		return r.exportLines(ctx)
	}
	d, err := r.Chat.Dossier(ctx, r.Params["name"], r.audit(sanitize.Text{}))
	if err != nil {
		return Exported{}, err
	}
	return Exported{User: string(d.User.Name), Records: recordsOf(d), Next: "1"}, nil
}

func (r *request) exportLines(ctx context.Context) (Exported, error) {
	from, err := strconv.ParseInt(r.Params["from"], 10, 64)
	if err != nil || from < 1 {
		return Exported{}, refuseFrom
	}
	lines, err := r.Chat.LinesOf(ctx, r.Params["name"], chat.EntryID(from), exportedAtOnce)
	if err != nil {
		return Exported{}, err
	}
	page := Exported{User: r.Params["name"], Records: []json.RawMessage{}}
	for _, e := range lines {
		page.Records = append(page.Records, record(lineRecord(e)))
	}
	if len(lines) > 0 {
		page.Next = strconv.FormatInt(int64(lines[len(lines)-1].ID)+1, 10)
	}
	return page, nil
}

// record is a line of the export.
func record(r any) json.RawMessage {
	return json.RawMessage(strings.TrimSuffix(string(encoded(r)), "\n"))
}

// The records, in this order. Fields are added, and none changes its meaning.
type (
	accountRecord struct {
		Record     string    `json:"record"` // account
		Name       string    `json:"name"`
		Role       string    `json:"role,omitempty"`
		CreatedAt  time.Time `json:"created_at"`
		LastLogin  time.Time `json:"last_login_at,omitzero"`
		DisabledAt time.Time `json:"disabled_at,omitzero"`
		MustChange bool      `json:"must_change"`
	}
	settingsRecord struct {
		Record string `json:"record"` // settings
		chat.Settings
	}
	keyRecord struct {
		Record      string `json:"record"` // key
		Fingerprint string `json:"fingerprint"`
		Public      string `json:"public"`
		Label       string `json:"label,omitempty"`
	}
	loginRecord struct {
		Record string    `json:"record"` // login
		Since  time.Time `json:"since"`
		Until  time.Time `json:"until,omitzero"`
		Remote string    `json:"remote"`
		Client string    `json:"client,omitempty"`
	}
	roomRecord struct {
		Record string `json:"record"` // room
		Room   string `json:"room"`
		Role   string `json:"role,omitempty"`
		Member bool   `json:"member"` // still
	}
	blockRecord struct {
		Record string `json:"record"` // block
		User   string `json:"user"`
		Holds  bool   `json:"holds"`
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

// recordsOf leaves the password out: it is nobody's to read.
func recordsOf(d chat.Dossier) []json.RawMessage {
	u := d.User
	all := []json.RawMessage{
		record(accountRecord{"account", string(u.Name), u.Role, u.CreatedAt, u.LastLogin, u.Disabled, u.MustChange}),
		record(settingsRecord{"settings", d.Settings}),
	}
	for _, k := range d.Keys {
		all = append(all, record(keyRecord{"key", k.Fingerprint, k.Public, k.Label}))
	}
	for _, l := range d.Logins {
		all = append(all, record(loginRecord{"login", l.Since, l.Until, l.Remote.String(), l.Client}))
	}
	for _, m := range d.Rooms {
		all = append(all, record(roomRecord{"room", m.Room.String(), string(m.Role), m.Holds}))
	}
	for _, b := range d.Blocks {
		all = append(all, record(blockRecord{"block", string(b.Name), b.Holds}))
	}
	for _, a := range d.Audit {
		all = append(all, record(auditRecord{"audit", a.At, a.Actor, a.Via, a.Action, a.Target, a.Detail}))
	}
	return all
}

func lineRecord(e *chat.Entry) messageRecord {
	m := messageRecord{Record: "message", ID: int64(e.ID), At: e.At, Kind: string(e.Kind), From: string(e.Sender.Name),
		To: string(e.Recipient.Name), Answers: int64(e.Ref), Edited: e.Edited, Deleted: e.Deleted, Text: e.Body.String()}
	if e.Room.ID != 0 {
		m.Room = e.Room.Name.String()
	}
	return m
}
