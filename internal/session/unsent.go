package session

import (
	"slices"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// arrived lets the person begin, once what waited is shown, and gives them back the lines that they had begun when their
// last session ended. Without a terminal there is nothing to put them into: they stay where they are.
func (s *session) arrived() {
	s.arriving = false
	if s.plain != nil {
		return
	}
	for _, u := range s.in.Unsent() {
		if u.Aside {
			s.aside = append(s.aside, u)
		} else {
			s.goOnWith(u)
		}
	}
	if len(s.aside) > 0 {
		s.rows(s.view.Notice(textAside(s.aside)))
	}
}

// goOnWith puts a line into the input, in its conversation if that still is one.
func (s *session) goOnWith(u chat.Unsent) {
	if !isGone(u.In) {
		s.setTalk(u.In)
		s.noticeTalk() // it may have ended since the login began
	}
	s.rows(s.view.Unsent(u.At, s.now()))
	s.face.SetLine(u.Text.String())
}

// isGone reports whether a conversation that came back is in a room that the person is not in any more.
func isGone(c chat.Conversation) bool { return c.Room.ID != 0 && c.Room.Name == "" }

// keepUnsent has the lines that the person has begun kept for their next session, unless they have logged out. A password is
// no such line: a question sets aside what was being typed before it.
func (s *session) keepUnsent() {
	switch {
	case s.in == nil || s.plain != nil || s.arriving: // nobody took what was kept before
		return
	case s.ending != nil && s.ending.why == whyLogout:
		s.in.KeepUnsent(nil)
		return
	}
	all := s.begun(s.talk)
	for i := range all {
		all[i].Aside = all[i].In.Place() != s.talk.Place()
	}
	s.in.KeepUnsent(all)
}

// swapLine sets the line that was being typed aside for its conversation, and takes out again what was set aside for the
// one that is current now: what was meant for one must not be sent to another.
func (s *session) swapLine(was chat.Conversation) {
	if s.plain != nil || was.Place() == s.talk.Place() {
		return
	}
	s.aside = s.begun(was)
	s.face.SetLine("") // in any case: the input does not take a line that is too long for it
	isHere := func(u chat.Unsent) bool { return u.In.Place() == s.talk.Place() }
	if i := slices.IndexFunc(s.aside, isHere); i >= 0 {
		s.face.SetLine(s.aside[i].Text.String())
		s.aside = slices.Delete(s.aside, i, i+1)
	}
}

// begun gives the lines that are set aside with the one that is being typed in a conversation. What that leaves no room
// for is gone, but not without a word.
func (s *session) begun(in chat.Conversation) []chat.Unsent {
	line := s.face.Draft()
	if strings.TrimSpace(line) == "" {
		return s.aside
	}
	u := chat.Unsent{In: in, Aside: true, At: s.now(), Text: sanitize.Message(line)}
	kept, dropped := chat.NewestUnsent(append(slices.Clone(s.aside), u))
	for _, u := range dropped {
		s.say(textBegunDropped(u))
	}
	return kept
}
