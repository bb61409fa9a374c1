package session

import (
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// mostNotified is how many bytes of a line a notification has at most.
const mostNotified = 100

// notification has a terminal show a notification of its desktop: by OSC 9, as iTerm2 has it, or OSC 777, as
// rxvt-unicode does. A semicolon would end the text of the latter, and have the former mean something else to
// ConEmu; the text has no control character that could end the sequence.
func notification(form, text string) string {
	text = strings.ReplaceAll(sanitize.Field(text, mostNotified).String(), ";", ",")
	switch form {
	case chat.NotifyOSC9:
		return "\x1b]9;" + text + "\a"
	case chat.NotifyOSC777:
		return "\x1b]777;notify;" + notifier + ";" + text + "\a"
	}
	return ""
}

// throughTmux has tmux pass a sequence on to the terminal outside, if it is allowed to.
func throughTmux(sequence string) string {
	return "\x1bPtmux;" + strings.ReplaceAll(sequence, "\x1b", "\x1b\x1b") + "\x1b\\"
}

// notify has a notification shown with what is written next. Of several in one write the last one is.
func (s *session) notify(text string) {
	if s.plain != nil || s.dumb {
		return
	}
	s.note = notification(s.likes.Notify, text)
	if term, _ := s.ch.Terminal(); s.note != "" && strings.HasPrefix(term, "tmux") {
		s.note = throughTmux(s.note)
	}
}
