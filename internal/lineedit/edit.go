package lineedit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxGatheredKill bounds, in bytes, what kills in a row add up to: each of them
// copies what the ones before it have gathered.
const maxGatheredKill = 4 << 10

func (e *Editor) room() int { return e.maxBytes - len(e.in.line.text) }

// refuse tells, once, that there is no room.
func (e *Editor) refuse() Event {
	if e.full {
		return Event{}
	}
	e.full = true
	return Event{Kind: Full}
}

// endRun ends what consecutive keys build up together.
func (e *Editor) endRun() {
	e.in.undo.open = false
	e.killing = false
	e.menu = nil
}

// fit makes text fit for the line at hand: an answer has no line breaks.
func (e *Editor) fit(text string) string {
	switch {
	case e.hidden():
		return strings.ReplaceAll(text, "\n", "")
	case e.question != nil:
		return strings.ReplaceAll(text, "\n", " ")
	}
	return text
}

// typed puts a character in front of the cursor.
func (e *Editor) typed(r rune) Event {
	if e.search != nil {
		return e.searchFor(r)
	}
	b := &e.in.line
	e.killing, e.menu = false, nil
	r = clean(b.text[:b.cur], r)
	if r == drop || r == '\n' && e.question != nil {
		return Event{}
	}
	var enc [utf8.UTFMax]byte
	n := utf8.EncodeRune(enc[:], r)
	if n > e.room() {
		return e.refuse()
	}
	at := b.cur
	b.insertRune(enc[:n])
	if e.hidden() {
		return Event{}
	}
	last, _ := utf8.DecodeLastRune(b.text[:at])
	e.in.undo.typed(at, n, unicode.IsSpace(last) && !unicode.IsSpace(r))
	e.touchTyped(at)
	return Event{}
}

// replace puts c in the place of what lies between two cuts, with the cursor
// behind it, as one edit. It does nothing and returns false if there is no room.
func (e *Editor) replace(from, to int, c clip) bool {
	if len(c.text)-(to-from) > e.room() {
		return false
	}
	var removed clip
	if !e.hidden() {
		removed = e.in.line.clip(from, to)
	}
	e.edit(from, to, removed, c)
	return true
}

// edit is replace for who has a copy of what goes (none, of a hidden answer) and
// knows that there is room.
func (e *Editor) edit(from, to int, removed, c clip) {
	b := &e.in.line
	if !e.hidden() {
		e.in.undo.push(edit{at: from, inserted: len(c.text), removed: removed, before: b.cur})
	}
	switch b.cur {
	case from:
		b.removeAfter(to)
	case to:
		b.removeBefore(from)
	default:
		b.moveTo(to)
		b.removeBefore(from)
	}
	b.insert(c)
	if to > from {
		e.full = false
	}
	e.touch()
}

func (e *Editor) move(to int) Event {
	if to != e.in.line.cur {
		e.in.line.moveTo(to)
		e.touch()
	}
	return Event{}
}

func (e *Editor) remove(from, to int) Event {
	if from < to {
		e.replace(from, to, clip{})
	}
	return Event{}
}

// kill removes text for yank to bring back. What a hidden answer loses is gone.
func (e *Editor) kill(from, to int) Event {
	if from == to {
		return Event{}
	}
	var c clip
	if !e.hidden() {
		c = e.in.line.clip(from, to)
		e.gather(c, to == e.in.line.cur)
	}
	e.edit(from, to, c, clip{})
	return Event{}
}

// gather adds a kill to those right before it, in the order of the text.
func (e *Editor) gather(c clip, before bool) {
	switch {
	case !e.killing || c.size()+e.killed.size() > maxGatheredKill:
		e.killed = c
	case before:
		e.killed = c.join(e.killed)
	default:
		e.killed = e.killed.join(c)
	}
	e.killing = true
}

func (e *Editor) yank() Event {
	if e.killed.text == "" || e.hidden() {
		return Event{}
	}
	c := e.killed
	if fit := e.fit(c.text); fit != c.text {
		c = clip{text: fit}
	}
	if !e.replace(e.in.line.cur, e.in.line.cur, c) {
		return e.refuse()
	}
	return Event{}
}

// transpose swaps the clusters around the cursor and passes over both; at the
// end of the line, the last two.
func (e *Editor) transpose() Event {
	b := &e.in.line
	at := b.cur
	if at == len(b.text) {
		at = b.prev(at)
	}
	if at == 0 {
		return Event{}
	}
	from, to := b.prev(at), b.next(at)
	e.replace(from, to, b.clip(at, to).join(b.clip(from, at)))
	return Event{}
}

func (e *Editor) deleteOrEOF() Event {
	if len(e.in.line.text) == 0 {
		return Event{Kind: EOF}
	}
	return e.remove(e.in.line.cur, e.in.line.next(e.in.line.cur))
}

// lineBreak adds a line to the message. An answer has one line only.
func (e *Editor) lineBreak() Event {
	if e.question != nil {
		return Event{}
	}
	return e.typed('\n')
}

// enter hands the line over.
func (e *Editor) enter() Event {
	ev := Event{Kind: Line, Text: e.Line()}
	if e.question == nil {
		e.history.add(e.in.line.clip(0, len(e.in.line.text)))
	}
	e.clearLine()
	return ev
}

func (e *Editor) next() Event {
	if e.question != nil {
		return Event{}
	}
	return Event{Kind: Next}
}

func (e *Editor) interrupt() Event {
	ev := Event{Kind: Interrupt}
	if !e.hidden() {
		ev.Text = e.Line()
	}
	e.clearLine()
	return ev
}

func (e *Editor) clearLine() {
	if e.bare() {
		e.paint()
		e.leaveRow()
	}
	if e.question == nil {
		e.history.leave()
	}
	e.load(clip{}, 0)
}

// join is the text of both, with the cluster that the seam may make still two.
func (c clip) join(d clip) clip {
	if c.ascii && d.ascii {
		return clip{text: c.text + d.text, ascii: true}
	}
	return clip{text: c.text + d.text, drawn: c.cuts() + d.cuts()}
}

func (c clip) cuts() string {
	if c.ascii {
		return strings.Repeat(string(rune(narrow)), len(c.text))
	}
	return c.drawn
}
