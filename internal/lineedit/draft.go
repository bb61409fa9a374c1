package lineedit

// Draft is the line being typed: while a question is asked, the one that was set aside for it.
func (e *Editor) Draft() string {
	if e.question != nil {
		return string(e.question.aside.line.text)
	}
	return e.Line()
}
