package lineedit

// linear is the row of a person whose screen reader speaks what is written. A
// row only grows; what cannot be told by going on with it goes onto a fresh one,
// and what stands above is never touched.
//
// The prompt is written where it is news: when it has changed, in front of a
// question, with a line that is written anew, and at ^L. It is not written after
// each row that is printed, nor after Enter: one would hear it between any two
// messages, and it says only what one knows.
type linear struct {
	told   string // the prompt that was written last, as it was set
	lead   string // the prompt, if the row begins with it
	before string // what of the line is not on the row, but above it
}

const (
	// maxEchoed bounds, in bytes, what one key adds to the row and the rows that
	// follow from it: of a longer paste, what is around the cursor is written.
	maxEchoed = 1 << 10
	// maxUnsent bounds, in bytes, the output of many keys: what a key did is
	// written before the next one while less waits.
	maxUnsent = 64 << 10
)

// SetLinear turns linear mode on or off; see [Settings].
func (e *Editor) SetLinear(on bool) {
	if on == (e.linear != nil) {
		return
	}
	e.leaveRow()
	e.setLinear(on)
	e.screen.dumb = nil
	e.cutPrompts()
	e.touchAll()
}

func (e *Editor) setLinear(on bool) {
	e.linear = nil
	if on {
		e.linear = &linear{}
	}
}

// bare reports whether the row is kept with backspaces and spaces alone.
func (e *Editor) bare() bool { return e.dumb || e.linear != nil }

// keepUp writes what the last key did. What is once written stays, so it may not
// depend on how many keys come in one call of Feed.
func (e *Editor) keepUp() {
	if s := &e.screen; s.taken || len(s.out) < maxUnsent {
		e.paint()
	}
}

// tellPrompt has the prompt written once more.
func (e *Editor) tellPrompt() {
	if e.linear != nil {
		e.leaveRow()
		e.linear.told = ""
	}
}

// paintLinear brings the row up to date. What was typed before something was
// printed has been heard, and is not written again.
func (e *Editor) paintLinear() {
	s, b := &e.screen, e.shownLine()
	switch {
	case !s.shown && s.changed == same:
		e.beginRow(b.cur, b.cur, false)
	case !s.shown || e.linear.told != e.shownPrompt().raw || !e.goOn():
		from, to := b.view(e.width - 1 - e.shownPrompt().columns)
		e.beginRow(from, to, len(b.text) > 0)
	}
}

// beginRow writes a part of the line onto a fresh row, behind the prompt if that
// is wanted or news.
func (e *Editor) beginRow(from, to int, wanted bool) {
	l, b, p := e.linear, e.shownLine(), e.shownPrompt()
	e.freshRow()
	l.lead, l.before = "", string(b.text[:from])
	if wanted || l.told != p.raw {
		l.lead, l.told = p.text, p.raw
	}
	e.writeRow(layRow(l.lead, b.text[from:to], b.cur-from))
}

// goOn brings the row up to date by adding to it, onto further rows if it is
// full, or by taking from its end. Right of the cursor it may be written over, as
// it must be to put something in. If that is not enough it does nothing and
// returns false.
func (e *Editor) goOn() bool {
	l, b := e.linear, e.shownLine()
	for {
		row, from := e.screen.dumb, len(l.before)
		if b.cur < from || b.cur-from-len(row.text) > maxEchoed || string(b.text[:from]) != l.before {
			return false
		}
		avail := e.width - 1
		if l.lead != "" {
			avail -= e.shownPrompt().columns
		}
		to := b.fit(from, avail)
		next := layRow(l.lead, b.text[from:to], min(b.cur, to)-from)
		if !row.growsTo(next) {
			return false
		}
		e.writeRow(next)
		if b.cur < to || to == len(b.text) {
			return true
		}
		e.freshRow()
		l.lead, l.before = "", string(b.text[:to])
	}
}

// growsTo reports whether r can become o without writing over what stands left
// of the cursor, but for the character there: a mark may have joined it.
func (r *dumbRow) growsTo(o *dumbRow) bool {
	left := buffer{text: r.text, drawn: r.drawn}
	return r.common(o) >= left.prev(min(r.cur, o.cur))
}

// freshRow goes to an empty row, unless the cursor is in one.
func (e *Editor) freshRow() {
	s := &e.screen
	if s.dumb != nil && len(s.dumb.text) > 0 {
		e.emit(nextRow)
	}
	s.dumb = &dumbRow{}
}
