package lineedit

import (
	"strings"
	"unicode/utf8"
)

// paste is a bracketed paste (CSI 200 ~ text CSI 201 ~) as it comes in.
//
// Nothing but its end mark ends it. An end that pasted text could hold, ^C say,
// would let a web page put commands behind it that run the moment they are
// pasted: terminals that filter ESC from a paste do not all filter the rest.
// Without an end mark nothing worse happens than that the text waits, within
// the bound of a line, and the next whole paste ends this one too.
type paste struct {
	text    []byte
	tooLong bool // refused: the rest is skipped
	afterCR bool
	matched int // bytes of the end mark
}

const (
	pasteEnd = "\x1b[201~"
	tabAs    = "    "
)

func (e *Editor) beginPaste() {
	e.acceptSearch()
	e.parser.paste = &paste{}
}

// add takes a character as a line takes it.
func (p *paste) add(r rune) {
	wasCR := p.afterCR
	p.afterCR = r == '\r'
	switch {
	case r == '\n' && wasCR:
	case r == '\r', r == '\n':
		p.text = append(p.text, '\n')
	case r == '\t':
		p.text = append(p.text, tabAs...)
	default:
		if r = clean(p.text, r); r != drop {
			p.text = utf8.AppendRune(p.text, r)
		}
	}
}

func (e *Editor) pasteRune(r rune) Event {
	p := e.parser.paste
	if p.tooLong {
		return Event{}
	}
	p.add(r)
	// One more for the line break at the end, which is not kept.
	if len(p.text) > e.room()+1 {
		*p = paste{tooLong: true}
		return Event{Kind: Full}
	}
	return Event{}
}

// pasteByte is an ASCII byte in a paste.
func (e *Editor) pasteByte(b byte) Event {
	if b == esc {
		e.parser.state = pasteMark
		e.parser.paste.matched = 1
		return Event{}
	}
	return e.pasteRune(rune(b))
}

// pasteMark is a byte after the first ones of the end mark. If it is not the
// mark after all, its ESC is dropped, as every control is, and the rest is text.
func (e *Editor) pasteMark(b byte) (bool, Event) {
	p := e.parser.paste
	if b == pasteEnd[p.matched] {
		p.matched++
		if p.matched < len(pasteEnd) {
			return true, Event{}
		}
		e.parser.state, e.parser.paste = ground, nil
		return true, e.pasted(p)
	}
	e.parser.state = ground
	var ev Event
	for _, r := range pasteEnd[1:p.matched] {
		if got := e.pasteRune(r); got.Kind != None {
			ev = got
		}
	}
	return false, ev
}

// pasted puts a whole paste into the line, as one edit. Its last line break
// goes: a paste is never sent by itself, and most that end so are one line.
func (e *Editor) pasted(p *paste) Event {
	if p.tooLong {
		return Event{}
	}
	text := e.fit(strings.TrimSuffix(string(p.text), "\n"))
	e.endRun()
	if !e.replace(e.in.line.cur, e.in.line.cur, clip{text: text}) {
		return Event{Kind: Full}
	}
	return Event{}
}
