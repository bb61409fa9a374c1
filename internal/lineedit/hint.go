package lineedit

// maxHint bounds a hint in bytes: a stack of marks has room in one column.
const maxHint = 256

// SetHint has hint say, for the line being typed, what is still to be typed
// behind it: " TEXT" for "message bob". It is shown dim right of the cursor
// while that stands at the end of a line of 4 KiB at most, if all of it has room;
// it is never a part of the line. hint is called once a paint at most, and what
// it returns is cleaned; what is longer than 256 bytes is not shown.
//
// A question, a search, a dumb terminal and linear mode show none. Being dim is
// all that tells a hint from what was typed, so nobody who wants no styles may
// get one: a nil hint takes it away.
func (e *Editor) SetHint(hint func(line string) string) {
	e.hint = hint
	if !e.bare() {
		e.touch()
	}
}

// hintBehind is the hint behind the line as it is shown from from on, in a buffer
// as it may hold what has to be drawn with care; nil if there is none, or none
// that has room.
func (e *Editor) hintBehind(from int) *buffer {
	b := &e.in.line
	if e.hint == nil || e.question != nil || e.search != nil || b.cur < len(b.text) || len(b.text) > maxCompleted {
		return nil
	}
	text := e.hint(string(b.text))
	if text == "" || len(text) > maxHint {
		return nil
	}
	var h buffer
	h.insert(clip{text: plainText(text)})
	if len(h.text) == 0 || e.prompt.columns+columns(b.drawn[from:])+columns(h.drawn) > e.width-1 {
		return nil
	}
	return &h
}

// appendHint paints h, if there is one, right of the cursor, and erases what is
// behind it.
func appendHint(out []byte, h *buffer, erase string) []byte {
	if h == nil {
		return append(out, erase...)
	}
	out = append(append(out, saveCursor...), dim...)
	out = appendClusters(out, h.text, h.drawn, "")
	return append(append(append(out, resetStyle...), erase...), backCursor...)
}
