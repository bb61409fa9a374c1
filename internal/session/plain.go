package session

import (
	"bytes"
	"strings"

	"sshchat/internal/lineedit"
)

// plain is the face of a session without a terminal: lines end with "\n", nothing is echoed, and
// there is no prompt. It takes lines as lineedit.Editor does.
type plain struct {
	most     int // bytes of a line
	line     []byte
	skipping bool // the line is too long: its rest is dropped
	out      []byte
}

// Feed takes p up to the end of a line. A line that is too long is reported as Full, once, and not
// as a Line.
func (f *plain) Feed(p []byte) (n int, ev lineedit.Event) {
	end := bytes.IndexByte(p, '\n')
	piece := p
	if n = len(p); end >= 0 {
		n, piece = end+1, p[:end]
	}
	switch {
	case f.skipping:
		f.skipping = end < 0
	case len(f.line)+len(piece) > f.most:
		f.skipping = end < 0
		f.line = nil
		ev.Kind = lineedit.Full
	default:
		f.line = append(f.line, piece...)
		if end >= 0 {
			ev.Kind, ev.Text = lineedit.Line, f.take()
		}
	}
	return n, ev
}

func (f *plain) take() string {
	line := strings.TrimSuffix(string(f.line), "\r")
	f.line = nil
	return line
}

// rest is the last line of an input that ended without a line break.
func (f *plain) rest() (line string, ok bool) {
	if len(f.line) == 0 {
		return "", false
	}
	return f.take(), true
}

// Print shows rows.
func (f *plain) Print(rows string) { f.out = append(f.out, rows...) }

// Ask puts a question on a line of its own. Nothing is echoed anyway.
func (f *plain) Ask(prompt string, _ bool) { f.Print(strings.TrimRight(prompt, " ") + "\n") }

// Output is what is to be sent. It stays valid until the next call of any method.
func (f *plain) Output() []byte {
	out := f.out
	if f.out = f.out[:0]; cap(out) > keptOutput {
		f.out = nil
	}
	return out
}

// keptOutput bounds the buffer that outlives an Output, in bytes.
const keptOutput = 512

// There is no line on a screen, so nothing of what is done to one has an effect.

func (f *plain) Start()                              {}
func (f *plain) Close()                              {}
func (f *plain) SetPrompt(string)                    {}
func (f *plain) SetLine(string)                      {}
func (f *plain) Draft() string                       { return "" }
func (f *plain) SetHint(func(string) string)         {}
func (f *plain) SetLinear(bool)                      {}
func (f *plain) EndAsk()                             {}
func (f *plain) Offer(string, int, []string, string) {}
func (f *plain) Forget(string)                       {}
func (f *plain) ForgetAll()                          {}
func (f *plain) Resize(int)                          {}
