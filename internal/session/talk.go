package session

import "sshchat/internal/chat"

// setTalk makes a conversation the current one. Without a terminal there is none: nobody could see it.
func (s *session) setTalk(with chat.Conversation) {
	if s.plain != nil {
		return
	}
	s.talk, s.view.Room = with, with.Room.ID
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

// noticeTalk ends the current conversation if the log, read past what happened, says that the person is not in
// its room any more.
func (s *session) noticeTalk() {
	if was := s.talk; was.Room.ID != 0 && !s.in.IsIn(was.Room.ID) {
		s.setTalk(chat.Conversation{})
		s.print(s.view.Notice(textTalkOver(was)))
	}
}
