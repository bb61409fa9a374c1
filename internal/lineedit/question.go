package lineedit

// question is what the person is being asked, and the line that waits for it.
type question struct {
	prompt prompt
	hidden bool
	aside  input
}

func (e *Editor) hidden() bool { return e.question != nil && e.question.hidden }

// Ask turns the row into a question: its own prompt, an empty line, neither
// history nor completion nor line breaks. The line being typed is set aside
// until [Editor.EndAsk]. Enter reports the answer as a Line; the question stays
// until it is ended or another one takes its place.
//
// A hidden answer is a password: nothing of it is echoed, not even its length;
// no history, kill or undo ever holds it, and what the line held is overwritten.
func (e *Editor) Ask(prompt string, hidden bool) {
	e.tellPrompt()
	e.cancelSearch()
	e.endRun()
	q := &question{hidden: hidden}
	if e.question == nil {
		q.aside = e.in
	} else {
		q.aside = e.question.aside
		e.in.line.reset()
	}
	e.in = input{}
	e.full = false
	q.prompt.raw = prompt
	e.question = q
	e.cutPrompts()
	e.touchAll()
}

// Draft is the line being typed, also while a question is asked: then the one
// that is set aside for it, never an answer. While history is walked it is the
// line on the row; during a search, the one that was there before.
func (e *Editor) Draft() string {
	in := &e.in
	switch {
	case e.question != nil:
		in = &e.question.aside
	case e.search != nil && e.search.aside != nil:
		in = e.search.aside
	}
	return string(in.line.text)
}

// EndAsk takes the question away, if there is one: the row is as it was before.
func (e *Editor) EndAsk() {
	if e.question == nil {
		return
	}
	e.endRun()
	e.in.line.reset()
	e.in = e.question.aside
	e.question = nil
	e.full = false
	e.touch()
}
