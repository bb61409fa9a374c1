package lineedit

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// The keys, as xterm sends them.
const (
	up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
	home, end, delKey     = "\x1b[H", "\x1b[F", "\x1b[3~"
	ctrlLeft, ctrlRight   = "\x1b[1;5D", "\x1b[1;5C"
	altEnter              = "\x1b\r"
	backTab               = "\x1b[Z"
	pasteBegin            = "\x1b[200~"
)

func ctrl(c byte) string { return string(rune(c - '@')) }

// terminal is a person at an emulated screen.
type terminal struct {
	t      testing.TB
	e      *Editor
	vt     *vt.Emulator
	events []Event
	sent   []byte // all that the editor has put out
	linear []byte // and what of that in linear mode
	most   int    // bytes that it has put out at once
	lax    bool   // only one repaint, at the end: what is painted piece by piece must add up
}

const rows = 8

// emulators are used again, as each comes with 4 MiB of buffers.
var emulators = sync.Pool{New: func() any { return vt.NewEmulator(80, rows) }}

func newTerminal(t testing.TB, s Settings) *terminal {
	t.Helper()
	e := New(s)
	tm := &terminal{t: t, e: e, vt: emulators.Get().(*vt.Emulator)}
	t.Cleanup(func() { emulators.Put(tm.vt) })
	tm.vt.Resize(e.width, rows)
	tm.vt.Write([]byte("\x1bc"))
	tm.vt.ClearScrollback()
	e.SetPrompt("> ")
	e.Start()
	tm.flush()
	return tm
}

// types sends keys and lets the screen come up to date.
func (tm *terminal) types(keys ...string) {
	for _, k := range keys {
		for p := []byte(k); len(p) > 0; {
			n, ev := tm.e.Feed(p)
			p = p[n:]
			if ev.Kind != None {
				tm.events = append(tm.events, ev)
			}
		}
		tm.flush()
	}
}

func (tm *terminal) prints(s string) { tm.e.Print(s); tm.flush() }

func (tm *terminal) resizes(width int) {
	tm.e.Resize(width)
	tm.vt.Resize(tm.e.width, rows)
	tm.flush()
}

func (tm *terminal) flush() {
	out := tm.e.Output()
	tm.sent = append(tm.sent, out...)
	if tm.e.linear != nil {
		tm.linear = append(tm.linear, out...)
	}
	tm.most = max(tm.most, len(out))
	tm.vt.Write(out)
}

// row is the row of the cursor, with a ‸ where the cursor stands.
func (tm *terminal) row() string {
	at := tm.vt.CursorPosition()
	return tm.text(at.Y, at.X)
}

// text is a row of the screen without the blanks at its end.
func (tm *terminal) text(y, cursor int) string {
	var s strings.Builder
	for x := 0; x < tm.vt.Width(); {
		if x == cursor {
			s.WriteString("‸")
		}
		c := tm.vt.CellAt(x, y)
		s.WriteString(c.Content)
		x += max(c.Width, 1)
	}
	return strings.TrimRight(s.String(), " ")
}

// screen is all rows down to the last that holds something.
func (tm *terminal) screen() string {
	at := tm.vt.CursorPosition()
	lines := make([]string, rows)
	for y := range lines {
		x := -1
		if y == at.Y {
			x = at.X
		}
		lines[y] = tm.text(y, x)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// cells is the screen with nothing left out: contents, widths, styles, cursor.
func cells(v *vt.Emulator) string {
	var s []byte
	for y := range v.Height() {
		for x := range v.Width() {
			c := v.CellAt(x, y)
			s = append(append(s, c.Content...), '0'+byte(c.Width))
			if !c.Style.IsZero() {
				s = fmt.Append(s, c.Style)
			}
		}
		s = append(s, '\n')
	}
	return string(fmt.Append(s, v.CursorPosition()))
}

func (tm *terminal) wantRow(want string) {
	tm.t.Helper()
	if got := tm.row(); got != want {
		tm.t.Errorf("row\n got %q\nwant %q\nsent %q", got, want, tm.sent)
	}
	tm.wantRepaintSame()
	if err := tm.e.in.line.check(); err != nil {
		tm.t.Error(err)
	}
}

func (tm *terminal) wantScreen(want ...string) {
	tm.t.Helper()
	if got := tm.screen(); got != strings.Join(want, "\n") {
		tm.t.Errorf("screen\n%s\nwant\n%s\nsent %q", got, strings.Join(want, "\n"), tm.sent)
	}
}

// wantRepaintSame checks that painting the whole row changes nothing.
func (tm *terminal) wantRepaintSame() {
	tm.t.Helper()
	if tm.e.bare() {
		return
	}
	before := cells(tm.vt)
	tm.e.touchAll()
	tm.flush()
	if after := cells(tm.vt); after != before {
		tm.t.Errorf("a full repaint differs\nbefore %s\nafter  %s\nsent %q", before, after, tm.sent)
	}
}

func (tm *terminal) wantEvents(want ...Event) {
	tm.t.Helper()
	if fmt.Sprint(tm.events) != fmt.Sprint(want) {
		tm.t.Errorf("events\n got %q\nwant %q", tm.events, want)
	}
	tm.events = nil
}
