// Package lineedit is the input line of a terminal session: one row at the
// bottom of the screen in which a person types, with what others say printed
// above it.
//
// It is a pure state machine. Bytes from the terminal go into [Editor.Feed],
// lines to show into [Editor.Print], and what is to be sent back is taken from
// [Editor.Output]; it starts no goroutine, does no I/O and knows no time. So it
// needs no lock either: whoever owns the session owns its editor.
//
// Three decisions shape it:
//
//   - The line is one row that scrolls sideways and never wraps. Printing above
//     it is then always "erase the row, print, paint the row", and no count of
//     rows can be wrong after a resize.
//   - The cursor is placed by the terminal itself (DECSC, DECRC), never by a
//     sum of widths, and autowrap is off while text that is not ASCII is
//     painted. No width table is right on every terminal; here a wrong one costs
//     some columns at the right edge and nothing else.
//   - The terminal is never asked anything and the mouse is never turned on:
//     the answers would arrive as input.
//
// What a client sends is hostile until shown otherwise. Control and invisible
// characters never enter the line, so echo cannot carry them; every buffer has
// a bound; and no key costs more than a few microseconds, whatever the line
// holds.
package lineedit

// Settings of an [Editor]; the zero value is a terminal of 80 columns.
//
// In linear mode the screen is a transcript: what stands on it is not painted
// again. What is typed is echoed, and what is printed meanwhile follows on a
// fresh row, behind which typing goes on without what was typed before it, though
// that still is in the line. ^L writes prompt and line once more. A move or a
// change in what is not on the row, or a whole other line, is written onto a
// fresh row. There are no hints, no columns and no reverse video.
type Settings struct {
	Width    int  // columns, kept within 10 and 1,000; 0 is 80
	Dumb     bool // TERM=dumb: the row is kept with backspaces and spaces, without one escape byte
	Linear   bool // for a screen reader: the screen is a transcript
	History  int  // lines kept, and at most 32 KiB of them; 0 is 500
	MaxBytes int  // of a line, pastes included; 0 is 64 KiB
}

const (
	defaultWidth, minWidth, maxWidth = 80, 10, 1000
	defaultHistory                   = 500
	defaultMaxBytes                  = 64 << 10
)

// Kind says what an [Event] reports.
type Kind uint8

// The events. All but None end the call of Feed that found them.
const (
	None      Kind = iota // nothing for the caller; all bytes were consumed
	Line                  // Enter. Text is the line, which has left the row
	Interrupt             // ^C. Text is what the line held; it is empty now (always "" for a hidden answer)
	EOF                   // ^D on an empty line
	Complete              // Tab. Text is the line up to the cursor; answer with Offer
	Next                  // Alt-A, when neither a question is open nor a search runs: go to the next unread conversation. The line stays
	Full                  // no room: what was typed (told once, until there was room again) or a whole paste is not in the line
)

// Event is what a key led to that the editor cannot do by itself.
type Event struct {
	Kind Kind
	Text string // valid UTF-8 without control characters, except that line breaks are "\n"
}

// input is a line being typed and what can be undone of it.
type input struct {
	line buffer
	undo undoStack
}

// Editor is the state of one terminal's input line. It is not for use by
// several goroutines at once.
type Editor struct {
	width, maxBytes int
	dumb            bool
	linear          *linear                  // nil but in linear mode
	hint            func(line string) string // nil: none

	parser   parser
	in       input
	prompt   prompt
	question *question // nil but while a question is asked
	history  history
	search   *search // nil but during ^R
	menu     *menu   // completions on offer; any key but Tab drops them
	killed   clip
	killing  bool // the last key killed: the next kill adds to it
	full     bool // Full has been reported and there was no room since

	screen screen
}

// New returns an editor that shows nothing until [Editor.Start].
func New(s Settings) *Editor {
	e := &Editor{dumb: s.Dumb, maxBytes: s.MaxBytes}
	if e.maxBytes <= 0 {
		e.maxBytes = defaultMaxBytes
	}
	e.width = clampWidth(s.Width)
	e.setLinear(s.Linear)
	e.history.limit = s.History
	if s.History <= 0 {
		e.history.limit = defaultHistory
	}
	return e
}

func clampWidth(w int) int {
	if w == 0 {
		return defaultWidth
	}
	return min(max(w, minWidth), maxWidth)
}

// Feed consumes p up to and including the byte that completes an event, and
// returns how many bytes that were. The caller acts on the event (it may ask a
// question, say) before it feeds the rest. How a stream is cut into calls makes
// no difference to lines, events or the screen.
//
// n can be 0 with an event: half a character that turned out to be invalid was
// settled first, and p begins a new key.
func (e *Editor) Feed(p []byte) (n int, ev Event) {
	for n < len(p) {
		if e.linear != nil {
			e.keepUp()
		}
		taken, ev := e.step(p[n])
		if taken {
			n++
		}
		if ev.Kind != None {
			return n, ev
		}
	}
	return n, Event{}
}

// Line is the line being typed, or the answer while a question is asked.
func (e *Editor) Line() string { return string(e.in.line.text) }

// SetLine replaces the line being typed (or the answer) and puts the cursor at
// its end: a line that was refused goes back to where it can be mended. Like
// input, s is cleaned; text that has no room leaves the line as it was.
func (e *Editor) SetLine(s string) {
	e.cancelSearch()
	text := e.fit(cleanAll(s))
	if len(text) > e.maxBytes {
		return
	}
	e.endRun()
	if e.question == nil {
		e.history.leave()
	}
	e.load(clip{text: text}, len(text))
}

// load makes c the line, with nothing to undo.
func (e *Editor) load(c clip, cur int) {
	e.in.undo = undoStack{}
	e.in.line.reset()
	e.in.line.insert(c)
	e.in.line.moveTo(cur)
	e.full = false
	e.touch()
}

// Resize tells the editor that the terminal now has width columns.
func (e *Editor) Resize(width int) {
	width = clampWidth(width)
	if width == e.width {
		return
	}
	if e.bare() {
		e.leaveRow() // the terminal may wrap it: begin a fresh one
	}
	e.width = width
	e.cutPrompts()
	if e.linear == nil {
		e.screen.resized = true
		e.touchAll()
	}
}
