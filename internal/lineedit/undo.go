package lineedit

const (
	maxUndo      = 100
	maxUndoBytes = 64 << 10 // of removed text; the last edit can be undone whatever its size
)

// edit is a change of the line: how to take it back, not how to do it again.
type edit struct {
	at       int // where it was made
	inserted int // bytes put there
	removed  clip
	before   int // where the cursor was
}

type undoStack struct {
	edits []edit
	bytes int  // of their removed text
	open  bool // what is typed next still belongs to the last edit
}

func (u *undoStack) push(ed edit) {
	if len(u.edits) == maxUndo {
		u.forget()
	}
	u.edits = append(u.edits, ed)
	u.bytes += ed.removed.size()
	for u.bytes > maxUndoBytes && len(u.edits) > 1 {
		u.forget()
	}
}

func (u *undoStack) forget() {
	u.bytes -= u.edits[0].removed.size()
	n := copy(u.edits, u.edits[1:])
	u.edits[n] = edit{}
	u.edits = u.edits[:n]
}

// typed notes n bytes typed at at. What is typed in a row is undone a word at a
// time.
func (u *undoStack) typed(at, n int, beginsWord bool) {
	if last := len(u.edits) - 1; u.open && !beginsWord && last >= 0 {
		u.edits[last].inserted += n
		return
	}
	u.push(edit{at: at, inserted: n, before: at})
	u.open = true
}

func (u *undoStack) pop() (edit, bool) {
	if len(u.edits) == 0 {
		return edit{}, false
	}
	last := len(u.edits) - 1
	ed := u.edits[last]
	u.edits[last] = edit{}
	u.edits = u.edits[:last]
	u.bytes -= ed.removed.size()
	return ed, true
}

func (e *Editor) undoLast() Event {
	ed, ok := e.in.undo.pop()
	if !ok {
		return Event{}
	}
	b := &e.in.line
	b.moveTo(ed.at + ed.inserted)
	b.setCut(ed.at) // what was inserted may have become part of the cluster before it
	b.removeBefore(ed.at)
	b.insert(ed.removed)
	b.moveTo(ed.before)
	e.full = false
	e.touch()
	return Event{}
}
