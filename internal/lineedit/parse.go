package lineedit

import "unicode/utf8"

// state is where in the input's grammar (ECMA-48, as terminals speak it) the
// next byte stands.
type state uint8

const (
	ground    state = iota
	escape          // after ESC
	csi             // after ESC [
	ss3             // after ESC O
	x10             // in the three bytes of an X10 mouse report
	console         // after ESC [ [, the Linux console's F1 to F5
	str             // in an OSC, DCS, SOS, PM or APC string
	strEscape       // after ESC in one
	pasteMark       // in a paste, after what may begin its end mark
)

const (
	maxSequence = 32   // bytes kept of a sequence; a longer one is consumed and means nothing
	maxString   = 4096 // bytes of a string that are skipped
	esc         = 0x1b
	del         = 0x7f
	etx         = 0x03
	can, sub    = 0x18, 0x1a
	bel         = 0x07
)

// parser holds what is needed of the bytes before the next one.
type parser struct {
	state   state
	afterCR bool // CR was Enter: an LF right behind it is the same key (NUL, which RFC 854 sends there, is none)
	// entersCR: CR has been Enter in this session.
	entersCR bool
	nPart    uint8
	part     [utf8.UTFMax]byte // the begun character
	nSeq     uint8             // maxSequence+1: too long
	seq      [maxSequence]byte // parameters and intermediates
	left     int               // bytes until x10 or str ends
	paste    *paste            // nil but in a bracketed paste
}

// step takes one byte. taken is false when what the byte ended had to be
// settled first: the byte then comes again.
func (e *Editor) step(b byte) (taken bool, ev Event) {
	p := &e.parser
	if p.afterCR {
		p.afterCR = false
		if b == '\n' {
			return true, Event{}
		}
	}
	switch p.state {
	case escape:
		return e.escape(b)
	case csi, ss3:
		return e.sequence(b)
	case x10, console:
		return p.skip(b), Event{}
	case str:
		return e.skipString(b), Event{}
	case strEscape:
		p.state = escape
		if b == '\\' {
			p.state = ground
		}
		return b == '\\', Event{}
	case pasteMark:
		return e.pasteMark(b)
	}
	return e.ground(b)
}

// ground is a byte outside of any sequence.
func (e *Editor) ground(b byte) (bool, Event) {
	switch {
	case e.parser.nPart > 0 || b >= utf8.RuneSelf:
		return e.decode(b)
	case e.parser.paste != nil:
		return true, e.pasteByte(b)
	case b == esc:
		e.parser.state = escape
		return true, Event{}
	case b == del:
		return true, e.press(keyBackspace)
	case b < ' ':
		e.parser.afterCR = b == '\r'
		return true, e.press(e.control(b))
	}
	return true, e.typed(rune(b))
}

// control is the key of a C0 character. LF, which is ^J, breaks the line for those whose Enter is CR, as it is at every
// terminal. From a program at a pseudo-terminal that ends its lines with LF alone, it is Enter.
func (e *Editor) control(b byte) key {
	switch {
	case b == '\r':
		e.parser.entersCR = true
	case b == '\n' && e.parser.entersCR && e.question == nil:
		return keyBreak
	}
	return controls[b]
}

// decode collects the bytes of a character. An invalid one is U+FFFD as soon
// as that is certain, and does not hold up what follows it.
func (e *Editor) decode(b byte) (bool, Event) {
	p := &e.parser
	p.part[p.nPart] = b
	p.nPart++
	part := p.part[:p.nPart]
	if !utf8.FullRune(part) {
		return true, Event{}
	}
	r, size := utf8.DecodeRune(part)
	if r == utf8.RuneError && size == 1 && len(part) > 1 {
		p.nPart = uint8(copy(part, part[1:len(part)-1]))
		return false, e.character(r)
	}
	p.nPart = 0
	return true, e.character(r)
}

func (e *Editor) character(r rune) Event {
	if e.parser.paste != nil {
		return e.pasteRune(r)
	}
	return e.typed(r)
}

// escape is the byte after an ESC.
func (e *Editor) escape(b byte) (bool, Event) {
	p := &e.parser
	p.state, p.nSeq = ground, 0
	switch b {
	case '[':
		p.state = csi
		return true, Event{}
	case 'O':
		p.state = ss3
		return true, Event{}
	case ']', 'P', '_', '^', 'X':
		p.state, p.left = str, maxString
		return true, Event{}
	}
	if k, ok := alts[b]; ok {
		p.afterCR = b == '\r'
		return true, e.press(k)
	}
	// A lone ESC: nothing, unless there is a search to leave.
	e.cancelSearch()
	return false, Event{}
}

// sequence is a byte of a CSI or SS3 sequence. What cannot be in one ends it
// and counts by itself: Enter works even behind half a sequence.
func (e *Editor) sequence(b byte) (bool, Event) {
	p := &e.parser
	switch {
	case b < ' ' || b >= del:
		p.state = ground
		return false, Event{}
	case b < '@':
		if p.nSeq < maxSequence {
			p.seq[p.nSeq] = b
		}
		p.nSeq = min(p.nSeq+1, maxSequence+1)
		return true, Event{}
	case p.state == csi && p.nSeq == 0 && b == '[':
		p.state, p.left = console, 1
		return true, Event{}
	case p.state == csi && p.nSeq == 0 && b == 'M':
		p.state, p.left = x10, 3
		return true, Event{}
	}
	isSS3 := p.state == ss3
	p.state = ground
	return true, e.finish(isSS3, b)
}

// finish acts on a whole sequence whose last byte is final.
func (e *Editor) finish(isSS3 bool, final byte) Event {
	n, modifiers, ok := e.parser.numbers()
	if !ok {
		return Event{}
	}
	k := finals[final]
	switch {
	case final == '~' && n == 200:
		e.beginPaste()
		return Event{}
	case final == '~':
		k = tildes[n]
	case modifiers == 0:
		modifiers = n // konsole's and old xterm's way: ESC O 5 C
	}
	if isSS3 && k == noKey {
		k = ss3Finals[final]
	}
	// xterm's encoding is 1 + a sum of 1 Shift, 2 Alt, 4 Ctrl, 8 Meta.
	if word := withWord[k]; word != noKey && (modifiers-1)&^1 > 0 {
		k = word
	}
	return e.press(k)
}

// numbers are the first two parameters of the sequence, 0 where they are
// missing. It is not ok with private markers, intermediates or too many bytes.
func (p *parser) numbers() (first, second int, ok bool) {
	if p.nSeq > maxSequence {
		return 0, 0, false
	}
	var n [2]int
	at := 0
	for _, b := range p.seq[:p.nSeq] {
		switch {
		case b == ';':
			at++
		case b < '0' || b > '9':
			return 0, 0, false
		case at < len(n):
			n[at] = min(n[at]*10+int(b-'0'), 9999)
		}
	}
	return n[0], n[1], true
}

// skip passes over one of p.left bytes that mean nothing. A control character
// is never one of them.
func (p *parser) skip(b byte) bool {
	p.left--
	if p.left == 0 || b < ' ' {
		p.state = ground
	}
	return b >= ' '
}

// skipString passes over a byte of a string. Nobody asked for one, so it may be
// a slip of the fingers (Alt-]): whatever ends a line ends it too, unsent, and
// ^C as ever.
func (e *Editor) skipString(b byte) bool {
	p := &e.parser
	p.left--
	switch {
	case b == esc:
		p.state = strEscape
	case b == bel, b == can, b == sub, b == '\r', b == '\n', b == etx, p.left == 0:
		p.state = ground
		p.afterCR = b == '\r'
	}
	return b != etx
}
