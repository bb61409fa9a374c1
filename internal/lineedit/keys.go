package lineedit

// key is what a byte or a sequence from the terminal stands for.
type key uint8

const (
	noKey key = iota
	keyLeft
	keyRight
	keyWordLeft
	keyWordRight
	keyHome
	keyEnd
	keyUp
	keyDown
	keyBackspace
	keyDelete
	keyDeleteOrEOF
	keyKillToEnd
	keyKillToStart
	keyKillBlank // ^W: to the blank before
	keyKillWordLeft
	keyKillWordRight
	keyYank
	keyTranspose
	keyUndo
	keyClear
	keyInterrupt
	keySearch
	keyCancel
	keyEnter
	keyBreak // a line break in the line
	keyTab
	keyBackTab
	keyNext
	keyCount
)

// controls are the keys of the C0 characters, as in readline's emacs mode.
var controls = [32]key{
	'A' - '@': keyHome,
	'B' - '@': keyLeft,
	'C' - '@': keyInterrupt,
	'D' - '@': keyDeleteOrEOF,
	'E' - '@': keyEnd,
	'F' - '@': keyRight,
	'G' - '@': keyCancel,
	'H' - '@': keyBackspace,
	'I' - '@': keyTab,
	'J' - '@': keyEnter,
	'K' - '@': keyKillToEnd,
	'L' - '@': keyClear,
	'M' - '@': keyEnter,
	'N' - '@': keyDown,
	'P' - '@': keyUp,
	'R' - '@': keySearch,
	'T' - '@': keyTranspose,
	'U' - '@': keyKillToStart,
	'W' - '@': keyKillBlank,
	'Y' - '@': keyYank,
	'_' - '@': keyUndo,
}

// alts are the keys of ESC and a character. Of all others the ESC is ignored.
var alts = map[byte]key{
	'a': keyNext, 'A': keyNext,
	'b': keyWordLeft, 'B': keyWordLeft,
	'f': keyWordRight, 'F': keyWordRight,
	'd': keyKillWordRight, 'D': keyKillWordRight,
	'\b': keyKillWordLeft, 0x7f: keyKillWordLeft,
	'\r': keyBreak, '\n': keyBreak,
}

// finals are the keys of CSI and SS3 sequences by their last byte: xterm, the
// Linux console, tmux and rxvt between them use all of these forms.
var finals = map[byte]key{
	'A': keyUp, 'B': keyDown, 'C': keyRight, 'D': keyLeft, 'H': keyHome, 'F': keyEnd, 'Z': keyBackTab,
}

// ss3Finals are those that SS3 alone has: the keypad's Enter, and rxvt's Ctrl
// with an arrow.
var ss3Finals = map[byte]key{
	'M': keyEnter, 'a': keyUp, 'b': keyDown, 'c': keyWordRight, 'd': keyWordLeft,
}

// tildes are the keys of CSI number ~.
var tildes = map[int]key{
	1: keyHome, 3: keyDelete, 4: keyEnd, 7: keyHome, 8: keyEnd,
}

// withWord is what a key does with Alt, Ctrl or Meta held.
var withWord = map[key]key{
	keyLeft: keyWordLeft, keyRight: keyWordRight, keyDelete: keyKillWordRight,
}

// actions is what each key does to the line. noKey and keyCancel do nothing.
var actions = [keyCount]func(*Editor) Event{
	keyLeft:          func(e *Editor) Event { return e.move(e.in.line.prev(e.in.line.cur)) },
	keyRight:         func(e *Editor) Event { return e.move(e.in.line.next(e.in.line.cur)) },
	keyWordLeft:      func(e *Editor) Event { return e.move(e.in.line.back(isWord)) },
	keyWordRight:     func(e *Editor) Event { return e.move(e.in.line.ahead(isWord)) },
	keyHome:          func(e *Editor) Event { return e.move(0) },
	keyEnd:           func(e *Editor) Event { return e.move(len(e.in.line.text)) },
	keyUp:            func(e *Editor) Event { return e.recall(-1) },
	keyDown:          func(e *Editor) Event { return e.recall(+1) },
	keyBackspace:     func(e *Editor) Event { return e.remove(e.in.line.prev(e.in.line.cur), e.in.line.cur) },
	keyDelete:        func(e *Editor) Event { return e.remove(e.in.line.cur, e.in.line.next(e.in.line.cur)) },
	keyDeleteOrEOF:   (*Editor).deleteOrEOF,
	keyKillToEnd:     func(e *Editor) Event { return e.kill(e.in.line.cur, len(e.in.line.text)) },
	keyKillToStart:   func(e *Editor) Event { return e.kill(0, e.in.line.cur) },
	keyKillBlank:     func(e *Editor) Event { return e.kill(e.in.line.back(isNotBlank), e.in.line.cur) },
	keyKillWordLeft:  func(e *Editor) Event { return e.kill(e.in.line.back(isWord), e.in.line.cur) },
	keyKillWordRight: func(e *Editor) Event { return e.kill(e.in.line.cur, e.in.line.ahead(isWord)) },
	keyYank:          (*Editor).yank,
	keyTranspose:     (*Editor).transpose,
	keyUndo:          (*Editor).undoLast,
	keyClear:         (*Editor).clearScreen,
	keyInterrupt:     (*Editor).interrupt,
	keySearch:        (*Editor).beginSearch,
	keyEnter:         (*Editor).enter,
	keyBreak:         (*Editor).lineBreak,
	keyTab:           func(e *Editor) Event { return e.complete(+1) },
	keyBackTab:       func(e *Editor) Event { return e.complete(-1) },
	keyNext:          (*Editor).next,
}

// press does what k stands for, in whatever mode the editor is.
func (e *Editor) press(k key) Event {
	if e.search != nil {
		return e.searchKey(k)
	}
	return e.act(k)
}

func (e *Editor) act(k key) Event {
	action := actions[k]
	if action == nil {
		return Event{}
	}
	e.in.undo.open = false
	e.killing = e.killing && isKill(k)
	if k != keyTab && k != keyBackTab {
		e.menu = nil
	}
	return action(e)
}

func isKill(k key) bool { return k >= keyKillToEnd && k <= keyKillWordRight }
