package lineedit

import (
	"bytes"
	"strings"
)

// The only escape sequences that the editor emits, besides what the caller's
// own text holds (SGR).
const (
	pasteOn    = "\x1b[?2004h" // bracketed paste (xterm)
	pasteOff   = "\x1b[?2004l"
	wrapOff    = "\x1b[?7l" // DECAWM
	wrapOn     = "\x1b[?7h"
	saveCursor = "\x1b7" // DECSC
	backCursor = "\x1b8" // DECRC
	eraseRight = "\x1b[K"
	eraseBelow = "\x1b[J"
	clearAll   = "\x1b[H\x1b[2J"
	breakMark  = "\x1b[7m⏎\x1b[27m"
	breakPlain = "⏎"
	dim        = "\x1b[2m"
	keptOutput = 512 // bytes of the output buffer that outlive an Output
	startOfRow = "\r"
	nextRow    = "\r\n"
	oneBack    = "\b"
)

// change says how the line differs from what is painted.
type change uint8

const (
	same     change = iota
	appended        // whole clusters came at its end
	other
)

// screen is what the terminal shows of the editor, and what it is to be sent.
type screen struct {
	out     []byte
	taken   bool // out has been handed to the caller
	live    bool // between Start and Close
	shown   bool // the row is on the screen; if not, the cursor is in an empty row
	resized bool // since the row was painted
	changed change
	start   int  // byte offset of the first cluster painted
	end     int  // length of the line when it was painted
	plain   bool // the painted prompt and line are ASCII
	hinted  bool // there is a hint right of the cursor
	dumb    *dumbRow
}

// Start turns bracketed paste on and shows the row.
func (e *Editor) Start() {
	s := &e.screen
	if s.live {
		return
	}
	s.live = true
	if !e.dumb {
		e.emit(pasteOn)
	}
	e.touchAll()
}

// Close turns bracketed paste off and leaves the cursor at the start of an
// empty row. What is printed after it is plain output.
func (e *Editor) Close() {
	if !e.screen.live {
		return
	}
	e.leaveRow()
	e.screen.live = false
	if !e.dumb {
		e.emit(pasteOff)
	}
}

// Print shows s above the row. It is whole lines, each ended by "\n" (the last
// may lack it), made by our own renderer: it is passed on as it is, SGR and all.
// A row that the terminal takes for wider than the renderer did is cut at the
// right edge: wrapped, a part of it would start a row, where only a line may.
func (e *Editor) Print(s string) {
	if s == "" {
		return
	}
	e.leaveRow()
	for s != "" {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		if e.dumb && strings.IndexByte(line, esc) >= 0 {
			line = plainText(line)
		}
		if e.dumb || isASCII(line) {
			e.emit(line)
		} else {
			e.emit(wrapOff)
			e.emit(line)
			e.emit(wrapOn)
		}
		e.emit(nextRow)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// clearScreen is ^L. What has been printed stays in the order it came. In linear
// mode nothing is cleared: prompt and line are written once more.
func (e *Editor) clearScreen() Event {
	s := &e.screen
	switch {
	case !s.live:
	case e.linear != nil:
		e.tellPrompt()
		e.touchAll()
	case e.dumb:
		e.leaveRow()
	default:
		s.shown = false
		if !bytes.HasSuffix(s.out, []byte(clearAll)) {
			e.emit(clearAll)
		}
	}
	return Event{}
}

// Output is what is to be sent to the terminal since the last call; nil if
// nothing. It stays valid until the next call of any method. However much was
// fed and printed, the row is painted once.
func (e *Editor) Output() []byte {
	s := &e.screen
	e.paint()
	if s.taken || len(s.out) == 0 {
		return nil
	}
	s.taken = true
	return s.out
}

func (e *Editor) emit(text string) {
	e.begin()
	e.screen.out = append(e.screen.out, text...)
}

// begin makes out ready to be appended to.
func (e *Editor) begin() {
	s := &e.screen
	if !s.taken {
		return
	}
	s.taken = false
	s.out = s.out[:0]
	if cap(s.out) > keptOutput {
		s.out = nil
	}
}

// leaveRow leaves the cursor at the start of an empty row, for something else
// than the input to be put there.
func (e *Editor) leaveRow() {
	s := &e.screen
	switch {
	case !s.shown:
		return
	case e.linear != nil:
		e.paint() // it stays as it is left
		e.freshRow()
	case e.dumb:
		e.emit(nextRow)
	case s.resized:
		// A terminal that wraps anew may have made two rows of ours. Below it
		// there is nothing else of ours to lose.
		e.emit(startOfRow + eraseBelow)
	default:
		e.emit(startOfRow + eraseRight)
	}
	s.shown, s.resized = false, false
}

// touch notes that the row must be painted. A hidden answer does not show.
func (e *Editor) touch() {
	if !e.hidden() {
		e.touchAll()
	}
}

func (e *Editor) touchAll() { e.screen.changed = other }

// touchTyped notes a character typed at at. If it is a cluster of its own at
// the end of the line, it alone need be painted.
func (e *Editor) touchTyped(at int) {
	b := &e.in.line
	if b.cur < len(b.text) || b.drawn[at] != narrow && b.drawn[at] != wide ||
		at-b.prev(at) >= maxCluster-4 { // it may be a cluster by force: the terminal may see that otherwise
		e.touchAll()
	} else if e.screen.changed == same {
		e.screen.changed = appended
	}
}
