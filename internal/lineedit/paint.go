package lineedit

// view is the part of the line that has room in avail columns: the cursor is in
// it, with two columns to spare for what it stands on, or right behind it.
//
// It depends on the line and the cursor alone, not on what was shown before, so
// that the screen is the same however the input was cut. It moves by half its
// width at a time: most keys then leave it where it is.
func (b *buffer) view(avail int) (from, to int) {
	before := columns(b.drawn[:b.cur])
	shift := 0
	if over := before - (avail - 2); over > 0 && before+columns(b.drawn[b.cur:]) > avail {
		half := avail / 2
		shift = (over + half - 1) / half * half
	}
	from, col := b.cur, before
	for from > 0 && col > shift {
		p := b.prev(from)
		w := columnsOf(b.drawn[p])
		if col-w < shift {
			break
		}
		from, col = p, col-w
	}
	return from, b.fit(b.cur, avail-(before-col))
}

// fit is the end of what has room in avail columns from the cut from on.
func (b *buffer) fit(from, avail int) int {
	for to := from; to < len(b.text); to = b.next(to) {
		avail -= columnsOf(b.drawn[to])
		if avail < 0 {
			return to
		}
	}
	return len(b.text)
}

// shownLine is the line as far as it may be seen.
func (e *Editor) shownLine() *buffer {
	if e.hidden() {
		return &buffer{}
	}
	return &e.in.line
}

// paint brings the row on the screen up to date.
func (e *Editor) paint() {
	s := &e.screen
	if !s.live || s.shown && s.changed == same {
		return
	}
	e.begin()
	if e.linear != nil {
		e.paintLinear()
	} else {
		e.paintView()
	}
	s.shown, s.resized, s.changed = true, false, same
}

// paintView brings a row up to date that scrolls sideways.
func (e *Editor) paintView() {
	s, b := &e.screen, e.shownLine()
	from, to := b.view(e.width - 1 - e.shownPrompt().columns)
	switch {
	case e.dumb:
		e.paintDumb(from, to)
	case s.shown && s.changed == appended && from == s.start && to == len(b.text):
		e.paintTyped(s.end, e.hintBehind(from))
	default:
		e.paintRow(from, to, e.hintBehind(from))
	}
	s.start, s.end = from, len(b.text)
}

// paintRow paints the whole row. The terminal keeps the cursor's place itself
// (DECSC, DECRC), and its last column stays free.
func (e *Editor) paintRow(from, to int, hint *buffer) {
	s, b, p := &e.screen, e.shownLine(), e.shownPrompt()
	s.plain = p.ascii && isPlain(b, from, to)
	plain := s.plain && (hint == nil || isPlain(hint, 0, len(hint.text)))
	if s.shown {
		s.out = append(s.out, startOfRow...)
	}
	if !plain {
		s.out = append(s.out, wrapOff...)
	}
	s.out = append(s.out, p.text...)
	s.out = appendClusters(s.out, b.text[from:b.cur], b.drawn[from:b.cur], breakMark)
	erase := eraseRight
	if s.resized {
		erase = eraseBelow
	}
	if b.cur == to {
		s.out = appendHint(s.out, hint, erase)
	} else {
		s.out = append(s.out, saveCursor...)
		s.out = appendClusters(s.out, b.text[b.cur:to], b.drawn[b.cur:to], breakMark)
		s.out = append(append(s.out, erase...), backCursor...)
	}
	if !plain {
		s.out = append(s.out, wrapOn...)
	}
	s.hinted = hint != nil
}

// paintTyped paints what was typed at the end of the line. The cursor is there.
func (e *Editor) paintTyped(from int, hint *buffer) {
	s, b := &e.screen, e.shownLine()
	s.plain = s.plain && isPlain(b, from, len(b.text))
	plain := s.plain && (hint == nil || isPlain(hint, 0, len(hint.text)))
	if !plain {
		s.out = append(s.out, wrapOff...)
	}
	s.out = appendClusters(s.out, b.text[from:], b.drawn[from:], breakMark)
	if s.hinted || hint != nil {
		s.out = appendHint(s.out, hint, eraseRight)
	}
	if !plain {
		s.out = append(s.out, wrapOn...)
	}
	s.hinted = hint != nil
}

// isPlain reports whether the text is ASCII: every other cluster is wider in
// bytes than in columns.
func isPlain(b *buffer, from, to int) bool { return columns(b.drawn[from:to]) == to-from }
