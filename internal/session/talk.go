package session

import (
	"time"

	"sshchat/internal/chat"
)

// setTalk makes a conversation the current one. Without a terminal there is none: nobody could see it.
func (s *session) setTalk(with chat.Conversation) {
	if s.plain != nil {
		return
	}
	s.talk, s.view.Room = with, with.Room.ID
	s.in.Look(with.Place())
	s.setPrompt()
}

// follow has the current conversation go with what happens to its room.
func (s *session) follow(e *chat.Entry) {
	if e.Room.ID == 0 || e.Room.ID != s.talk.Room.ID {
		return
	}
	switch {
	case e.EndsStay(s.view.Me):
		s.setTalk(chat.Conversation{})
	case e.Kind == chat.Rename:
		s.setTalk(chat.Conversation{Room: e.Room})
	}
}

// noticeTalk has the current conversation go with what happened to its room in a part of the log that was read and
// not shown.
func (s *session) noticeTalk() {
	was := s.talk
	if was.Room.ID == 0 {
		return
	}
	is, ok := s.in.Room(was.Room)
	switch {
	case !ok:
		s.setTalk(chat.Conversation{})
		s.rows(s.view.Notice(textTalkOver(was)))
	case is != was.Room:
		s.setTalk(chat.Conversation{Room: is})
	}
}

// slipWait is how long somebody takes at least who reads that a line was held back. What is typed sooner is dropped:
// an Enter that was pressed twice would publish the line, and whatever else is typed would go on from it.
const slipWait = 500 * time.Millisecond

// holdBack leaves a line in the input that may be a command without its "/".
func (s *session) holdBack(line string, refusal chat.Refusal) {
	s.slipped, s.slippedAt = line, s.turnAt
	s.face.SetLine(line)
	s.print(s.view.Refusal(refusal))
}
