package render

import (
	"strings"
	"time"

	"sshchat/internal/chat"
)

// head is what stands before the text of an account's line: when, in which room, who, to whom.
type head struct {
	when     string
	room     string // with its #; empty: no room, or the one that the viewer is in
	act      string // what stands before the name of somebody who does something
	from, to party  // nobody in to: the line is for a room
	note     string // what there is to say of the line besides: that it was edited, which one it answers
	arrow    sign   // between them
	gap      sign   // before the text
}

// sign is a text of ours with its width.
type sign struct {
	text    string
	columns int
}

// party is one end of a line.
type party struct {
	name  string // ASCII
	style string // an SGR sequence or nothing
}

func (v Viewer) headOf(e *chat.Entry, when string) head {
	var h head
	h.when, h.from = when, v.party(e.Sender)
	h.arrow, h.gap = sign{arrow, arrowColumns}, sign{textGap, len(textGap)}
	if v.isNarrow() {
		h.arrow, h.gap = sign{tightArrow, tightArrowColumns}, sign{tightGap, len(tightGap)}
	}
	h.note = v.note(e)
	switch {
	case e.Kind == chat.Direct || e.Recipient.ID != 0:
		h.to = v.party(e.Recipient)
	case e.Room.ID == 0:
		h.to = party{name: all}
	default:
		if e.Room.ID != v.Room {
			h.room = roomName(e.Room.Name)
		}
		if e.Kind == chat.Acted || e.Kind == chat.Edit && e.About != nil && e.About.Kind == chat.Acted {
			h.act, h.gap = actSign, sign{" ", 1}
		}
		if v.Mentioned(e) {
			h.gap = sign{mentionGap, mentionColumns}
		}
	}
	return h
}

// Mentioned reports whether e, which another has said in a room, means the viewer, or has a word that they have marked.
func (v Viewer) Mentioned(e *chat.Entry) bool {
	return (e.Kind == chat.Said || e.Kind == chat.Acted) && !v.Plain && !v.isMe(e.Sender) && chat.Mentions(e.Body, v.Name, v.Marked)
}

func (v Viewer) party(p chat.Person) party {
	if v.isMe(p) {
		return party{name: you}
	}
	return party{name(p), v.colour().of(p.ID)}
}

func (v Viewer) isMe(p chat.Person) bool { return p.ID != 0 && p.ID == v.Me }

func (h *head) width() int {
	w := len(h.when) + 1 + len(h.act) + len(h.from.name) + width(h.note) + h.gap.columns
	if h.room != "" {
		w += len(h.room) + 1
	}
	if h.to.name != "" {
		w += h.arrow.columns + len(h.to.name)
	}
	return w
}

// bytes is the size of the head, with some to spare.
func (h *head) bytes() int {
	const styles = len(dimStyle) + 3*len(resetStyle)
	return h.width() + len(h.arrow.text) + len(h.note) + len(h.gap.text) + styles + len(h.from.style) + len(h.to.style)
}

// put sets the head. Where it does not fit a row it is text like any other, without colours.
func (h *head) put(l *layout, c Colour) {
	room := h.room
	if room != "" {
		room += " "
	}
	if h.width() > l.room {
		h.putWrapped(l, room)
		return
	}
	dim := ""
	if c != Off {
		dim = dimStyle
	}
	l.styled(dim, h.when)
	l.put(" ", 1)
	l.put(room, len(room))
	l.put(h.act, len(h.act))
	l.styled(h.from.style, h.from.name)
	if h.to.name != "" {
		l.put(h.arrow.text, h.arrow.columns)
		l.styled(h.to.style, h.to.name)
	}
	l.styled(dim, h.note)
	l.put(h.gap.text, h.gap.columns)
}

// putWrapped sets the head in more rows than one. It may be broken before the arrow, spaces or not.
func (h *head) putWrapped(l *layout, room string) {
	from := h.when + " " + room + h.act + h.from.name
	if h.to.name == "" {
		l.line(from + h.note + h.gap.text)
		return
	}
	to := strings.TrimLeft(h.arrow.text, " ")
	l.line(from + strings.TrimSuffix(h.arrow.text, to))
	l.line(to + h.to.name + h.note + h.gap.text)
}

// leaveHead has the text that follows begin in a row of its own where the head takes more than half of
// its row, unless the first line of the text fits behind it.
func (l *layout) leaveHead(text string) {
	if l.col > l.indent && l.col > l.room/2 && !l.fits(text) {
		l.nextRow()
	}
}

// fits reports whether the present row has room for the first line of a text.
func (l *layout) fits(text string) bool {
	line, _, _ := strings.Cut(text, "\n")
	n, _ := fitting(line, l.room-l.col)
	return n == len(line)
}

// note says that a line was edited, or taken back, and which line it answers.
func (v Viewer) note(e *chat.Entry) string {
	switch {
	case e.Removed:
		return removedNote(v.clock(e.Edited))
	case e.Deleted:
		return deletedNote(v.clock(e.Edited))
	case e.Kind == chat.Edit:
		return editedNote(v.clock(e.At))
	case e.About != nil && !e.Edited.IsZero():
		return v.quote(e.About) + editedNote(v.clock(e.Edited))
	case e.About != nil:
		return v.quote(e.About)
	case e.Ref != 0:
		return quoteUnseen
	case !e.Edited.IsZero():
		return editedNote(v.clock(e.Edited))
	}
	return ""
}

// mostQuoted is how many columns of a line are quoted in an answer to it.
const mostQuoted = 30

func (v Viewer) quote(q *chat.Quote) string {
	return quoteNote(v.called(q.Sender), v.clock(q.At), excerpt(q))
}

// excerpt is the beginning of a quoted text. It cannot end the quote, and so begin what somebody else seems to say: it has
// no quotation mark of ours, nor two spaces in a row.
func excerpt(q *chat.Quote) string {
	words := strings.Join(strings.Fields(q.Text.String()), " ")
	return clip(strings.ReplaceAll(words, `"`, "'"), mostQuoted)
}

// name is somebody's name as the rules for names have it. A database that another program wrote
// to may hold anything; what is no character of a name comes out as "?", a space as well: a name
// with spaces could spell the head of another's line.
func name(p chat.Person) string {
	if p.Name == chat.Deleted {
		return string(p.Name)
	}
	return clean(string(p.Name), chat.MaxName)
}

func clean(s string, most int) string {
	if s == "" || len(s) > most {
		return repaired(s, most)
	}
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return repaired(s, most)
		}
	}
	return s
}

// roomName is the name of a room as the rules for those have it, with its #: see name.
func roomName(n chat.RoomName) string { return "#" + clean(string(n), chat.MaxRoomName) }

func isNameByte(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '-' }

func isAlphanumeric(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func repaired(s string, most int) string {
	out := make([]byte, 0, most)
	for i := 0; i < len(s) && len(out) < most; i++ {
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

// clock is the time of day: 14:02, or 02:02pm.
func (v Viewer) clock(t time.Time) string {
	if v.Half {
		return t.In(v.zone()).Format(halfForm)
	}
	h, m, _ := t.In(v.zone()).Clock()
	return string([]byte{byte('0' + h/10), byte('0' + h%10), ':', byte('0' + m/10), byte('0' + m%10)})
}
