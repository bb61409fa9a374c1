package lineedit

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// prompt is what stands left of the line.
type prompt struct {
	raw     string
	text    string // raw cut to the room there is
	columns int
	ascii   bool
}

// SetPrompt sets what stands left of the line. It may hold SGR sequences; all
// other controls are dropped. What is wider than a third of the row is cut on
// the left: the end says where one is.
func (e *Editor) SetPrompt(s string) {
	if s == e.prompt.raw {
		return
	}
	shows := e.question == nil && e.search == nil
	if shows && e.linear != nil {
		e.leaveRow()
	}
	e.prompt = e.cut(s, e.width/3)
	if shows && e.linear == nil {
		e.touch()
	}
}

// cutPrompts fits all prompts to the width. A question may take half of the
// row, and all of it when the answer is hidden.
func (e *Editor) cutPrompts() {
	e.prompt = e.cut(e.prompt.raw, e.width/3)
	if q := e.question; q != nil {
		room := e.width / 2
		if q.hidden {
			room = e.width - 1
		}
		q.prompt = e.cut(q.prompt.raw, room)
	}
	if s := e.search; s != nil {
		s.prompt = e.cut(s.prompt.raw, e.width/2)
	}
}

func (e *Editor) shownPrompt() *prompt {
	switch {
	case e.search != nil:
		return &e.search.prompt
	case e.question != nil:
		return &e.question.prompt
	}
	return &e.prompt
}

// cut drops clusters from the left of raw until the rest has room. Colours
// are kept even where their text is dropped, as they reach into the rest.
func (e *Editor) cut(raw string, room int) prompt {
	var styled strings.Builder
	p := prompt{raw: raw, ascii: true}
	drop := promptColumns(raw) - room
	for rest := raw; rest != ""; {
		sgr, text, tail := nextStyle(rest)
		rest = tail
		if !e.bare() {
			styled.WriteString(sgr)
		}
		for g := displaywidth.StringGraphemes(text); g.Next(); {
			if drop > 0 {
				drop -= g.Width()
				continue
			}
			styled.WriteString(g.Value())
			p.columns += g.Width()
			p.ascii = p.ascii && g.Value()[0] < 0x80 && len(g.Value()) == 1
		}
	}
	p.text = styled.String()
	if strings.Contains(p.text, "\x1b") && !strings.HasSuffix(p.text, resetStyle) {
		p.text += resetStyle
	}
	return p
}

const resetStyle = "\x1b[0m"

func promptColumns(raw string) int {
	n := 0
	for raw != "" {
		var text string
		_, text, raw = nextStyle(raw)
		n += displaywidth.String(text)
	}
	return n
}

// plainText is s without its SGR sequences and controls.
func plainText(s string) string {
	var plain strings.Builder
	for s != "" {
		var text string
		_, text, s = nextStyle(s)
		plain.WriteString(text)
	}
	return plain.String()
}

// nextStyle splits s into an SGR sequence or nothing, the text behind it, and
// the rest from the next control on. A control that begins no SGR is dropped.
func nextStyle(s string) (sgr, text, rest string) {
	if s[0] == esc {
		if end := strings.IndexByte(s, 'm'); end > 0 && strings.HasPrefix(s, "\x1b[") &&
			strings.Trim(s[2:end], "0123456789;:") == "" {
			sgr, s = s[:end+1], s[end+1:]
		} else {
			s = s[1:]
		}
	}
	if end := strings.IndexByte(s, esc); end >= 0 {
		s, rest = s[:end], s[end:]
	}
	return sgr, strings.ReplaceAll(cleanAll(s), "\n", " "), rest
}
