package session

import (
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// arrived gives the person back the line that they were typing when their last session was cut off, once what waited
// is shown.
func (s *session) arrived() {
	if s.plain != nil {
		return
	}
	u := s.in.Unsent()
	if u == nil {
		return
	}
	if !u.In.IsNone() {
		s.setTalk(u.In)
		s.noticeTalk() // it may have ended since the login began
	}
	s.rows(s.view.Unsent(u.At, s.now()))
	s.face.SetLine(u.Text.String())
}

// keepUnsent has the line that the person was typing kept for their next session, unless they have left. A password is
// no such line: a question sets aside what was being typed before it.
func (s *session) keepUnsent() {
	switch {
	case s.in == nil:
	case s.ending != nil && s.ending.why == whyLogout:
		s.in.KeepUnsent(nil)
	case s.plain == nil:
		if line := s.face.Draft(); strings.TrimSpace(line) != "" {
			s.in.KeepUnsent(&chat.Unsent{In: s.talk, At: s.now(), Text: sanitize.Message(line)})
		}
	}
}

// mostAside is how many conversations have a begun line set aside.
const mostAside = 16

// swapLine sets the line that was being typed aside for its conversation, and takes out again what was set aside for the
// one that is current now: what was meant for one must not be sent to another.
func (s *session) swapLine(was chat.Conversation) {
	line := s.face.Draft()
	if s.plain != nil || was.Place() == s.talk.Place() || line != "" && len(s.aside) >= mostAside {
		return
	}
	if s.aside == nil {
		s.aside = make(map[chat.Place]string)
	}
	if line != "" {
		s.aside[was.Place()] = line
	}
	s.face.SetLine(s.aside[s.talk.Place()])
	delete(s.aside, s.talk.Place())
}
