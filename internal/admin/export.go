package admin

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

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

func lineRecord(e *chat.Entry) messageRecord {
	return messageRecord{Record: "message", ID: int64(e.ID), At: e.At, Kind: string(e.Kind), From: string(e.Sender.Name),
		To: string(e.Recipient.Name), Room: roomText(e.Room.Name), Answers: int64(e.Ref), Edited: e.Edited, Deleted: e.Deleted, Text: e.Body.String()}
}
