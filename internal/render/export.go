package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"sshchat/internal/chat"
)

// exported is a line for programs to read. Fields are added, and none changes its meaning.
type exported struct {
	ID      chat.EntryID `json:"id"`
	At      string       `json:"at"` // RFC 3339, UTC
	Kind    chat.Kind    `json:"kind"`
	To      chat.Name    `json:"to,omitempty"`
	Room    string       `json:"room,omitempty"` // with its #
	Answers chat.EntryID `json:"answers,omitempty"`
	Edited  string       `json:"edited,omitempty"`
	Deleted bool         `json:"deleted,omitempty"`
	Text    string       `json:"text"`
}

// Export renders lines as JSON Lines (jsonlines.org). A terminal gets them in ASCII: it breaks such a row by itself, so
// that what is copied from it is whole.
func (v Viewer) Export(lines []*chat.Entry) string {
	var out bytes.Buffer
	for _, e := range lines {
		x := exported{ID: e.ID, At: instant(e.At), Kind: e.Kind, To: e.Recipient.Name, Answers: e.Ref,
			Edited: instant(e.Edited), Deleted: e.Deleted, Text: e.Body.String()}
		if e.Room.ID != 0 {
			x.Room = e.Room.Name.String()
		}
		text, _ := json.Marshal(x) // it has nothing that cannot be
		if !v.Plain {
			text = inASCII(text)
		}
		out.Write(text)
		out.WriteByte('\n')
	}
	return out.String()
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// inASCII writes JSON with escapes (RFC 8259, section 7) in place of all that is not ASCII, which stands in strings only.
func inASCII(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
