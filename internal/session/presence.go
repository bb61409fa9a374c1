package session

import (
	"context"

	"sshchat/internal/chat"
)

// setLikes has things done as the person likes them from now on.
func (s *session) setLikes(likes chat.Settings) {
	s.likes = likes
	s.setView()
	s.in.WantPresence(s.presence())
}

// presence says whose comings and goings are shown: without a terminal nobody's, as what comes is read by programs.
func (s *session) presence() string {
	switch {
	case s.plain != nil:
		return chat.Off
	case s.likes.Presence == "":
		return chat.PresenceRooms
	}
	return s.likes.Presence
}

// arrive tells those who watch for the person that they are here, beside the turns, and then the person who of those
// they watch for is.
func (s *session) arrive() {
	me := s.login.Actor()
	tell := func(ctx context.Context) ([]chat.Person, error) { return s.srv.Chat.Arrive(ctx, me) }
	beside(s.ctx, s, tell, func(here []chat.Person, err error) {
		if s.ending != nil { // which has cancelled it
			return
		}
		if err != nil {
			s.log.Error("end watches", "event", "fault", "user", me.Name, "err", err)
		}
		for _, who := range here {
			s.print(s.view.Watched(who, s.now()))
		}
	})
}

// showTold shows what the server tells the person, or everyone who is there. Like comings and goings it is no part of the log.
func (s *session) showTold() {
	if s.in == nil || !s.room() {
		return
	}
	for _, text := range s.in.Told() {
		s.print(s.view.Told(text, s.now()))
	}
}

// showPeople shows who has come and gone. It is no part of the log: nothing of it is caught up with, or proven.
func (s *session) showPeople() {
	if s.in == nil || s.arriving || !s.room() {
		return
	}
	for _, who := range s.in.Arrivals() {
		s.print(s.view.Watched(who, s.now()))
		s.ringFor(who)
	}
	for s.room() {
		came, went := s.in.News()
		if came.Count+went.Count == 0 {
			return
		}
		s.print(s.view.News(came, went, s.now()))
	}
}

// ringFor rings for somebody whom the person has watched for, however else the bell is set: they asked for it.
func (s *session) ringFor(who chat.Person) {
	if s.plain != nil || s.undisturbed() {
		return
	}
	s.bell = true
	s.notify(textHere(who.Name))
}
