package render

import (
	"time"

	"sshchat/internal/chat"
)

// head is what stands before the text of an account's line: when, who, to whom.
type head struct {
	clock    clock
	from, to party
}

// party is one end of a line.
type party struct {
	name  string // ASCII
	style string // an SGR sequence or nothing
}

func (v Viewer) headOf(e *chat.Entry) head {
	h := head{clock: v.clock(e.At), from: v.party(e.Sender), to: party{name: all}}
	if e.Kind == chat.Direct {
		h.to = v.party(e.Recipient)
	}
	return h
}

func (v Viewer) party(p chat.Person) party {
	if v.isMe(p) {
		return party{name: you}
	}
	return party{name(p), v.colour().of(p.ID)}
}

func (v Viewer) isMe(p chat.Person) bool { return p.ID != 0 && p.ID == v.Me }

func (h *head) width() int {
	return len(h.clock) + 1 + len(h.from.name) + arrowColumns + len(h.to.name) + len(textGap)
}

// bytes is the size of the head, with some to spare.
func (h *head) bytes() int {
	const styles = len(dimStyle) + 3*len(resetStyle)
	return h.width() + len(arrow) + styles + len(h.from.style) + len(h.to.style)
}

// put sets the head. Where it does not fit a row it is text like any other, without colours.
func (h *head) put(l *layout, c Colour) {
	if h.width() > l.room {
		l.line(string(h.clock[:]) + " " + h.from.name + arrow + h.to.name + textGap)
		return
	}
	dim := ""
	if c != Off {
		dim = dimStyle
	}
	l.styled(dim, string(h.clock[:]))
	l.put(" ", 1)
	l.styled(h.from.style, h.from.name)
	l.put(arrow, arrowColumns)
	l.styled(h.to.style, h.to.name)
	l.put(textGap, len(textGap))
}

// name is somebody's name as the rules for names have it. A database that another program wrote
// to may hold anything; what is no character of a name comes out as "?", a space as well: a name
// with spaces could spell the head of another's line.
func name(p chat.Person) string {
	s := string(p.Name)
	if s == "" || len(s) > chat.MaxName {
		return repaired(s)
	}
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return repaired(s)
		}
	}
	return s
}

func isNameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

func repaired(s string) string {
	out := make([]byte, 0, chat.MaxName)
	for i := 0; i < len(s) && len(out) < chat.MaxName; i++ {
		c := s[i]
		if !isNameByte(c) {
			c = '?'
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}

// clock is a time of day: 14:02.
type clock [5]byte

func (v Viewer) clock(t time.Time) clock {
	h, m, _ := t.In(v.zone()).Clock()
	return clock{byte('0' + h/10), byte('0' + h%10), ':', byte('0' + m/10), byte('0' + m%10)}
}
