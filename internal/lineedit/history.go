package lineedit

import "slices"

// maxHistoryBytes bounds the lines kept, cuts included: it is what ^R may have
// to look through at each key.
const maxHistoryBytes = 32 << 10

// history is the lines sent before, oldest first.
type history struct {
	limit int
	lines []clip
	bytes int
	back  int    // how far up the line on the row is from; 0: it is not
	draft *input // the line that was being typed, while back > 0
}

// add keeps a line, unless it is empty or the last one again.
func (h *history) add(c clip) {
	n := len(h.lines)
	if c.text == "" || c.size() > maxHistoryBytes || n > 0 && h.lines[n-1].text == c.text {
		return
	}
	h.lines = append(h.lines, c)
	h.bytes += c.size()
	old := 0
	for len(h.lines)-old > h.limit || h.bytes > maxHistoryBytes {
		h.bytes -= h.lines[old].size()
		old++
	}
	h.lines = slices.Delete(h.lines, 0, old)
}

// Forget drops a line from the history: it was not meant to be kept.
func (e *Editor) Forget(line string) {
	h := e.keepOff()
	h.lines = slices.DeleteFunc(h.lines, func(c clip) bool {
		if c.text == line {
			h.bytes -= c.size()
			return true
		}
		return false
	})
}

// ForgetAll empties the history, and what was cut to be put in again.
func (e *Editor) ForgetAll() {
	h := e.keepOff()
	h.lines, h.bytes = nil, 0
	e.killed = clip{}
}

// keepOff ends whatever goes by places in the history; the line on the row stays.
func (e *Editor) keepOff() *history {
	e.cancelSearch()
	e.history.leave()
	return &e.history
}

// leave ends walking: the next Up is the newest line.
func (h *history) leave() { h.back, h.draft = 0, nil }

// recall shows the line before (-1) or after (+1) the one on the row. Changes
// made to a line of the history last until it is left or sent; the line that
// was being typed waits below the newest, with its cursor and undo.
func (e *Editor) recall(step int) Event {
	h := &e.history
	back := h.back - step
	if e.question != nil || back < 0 || back > len(h.lines) {
		return Event{}
	}
	if back == 0 {
		e.in = *h.draft
		h.leave()
		e.full = false
		e.touch()
		return Event{}
	}
	e.setDraftAside()
	h.back = back
	c := h.lines[len(h.lines)-back]
	e.load(c, len(c.text))
	return Event{}
}

func (e *Editor) setDraftAside() {
	if e.history.back == 0 {
		draft := e.in
		e.history.draft, e.in = &draft, input{}
	}
}
