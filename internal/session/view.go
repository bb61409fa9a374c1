package session

import (
	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// setView has things shown as the person likes them, else as the client and its terminal suggest.
func (s *session) setView() {
	s.view.Colour = s.colour()
	s.view.Half = s.likes.Clock == chat.Clock12
	s.face.SetHint(nil)
	if s.view.Colour != render.Off {
		s.face.SetHint(s.hint)
	}
	if s.view.Zone = chat.ZoneOf(s.likes.Zone); s.view.Zone == nil {
		s.view.Zone = chat.ZoneOf(s.ch.Getenv("TZ"))
	}
}

func (s *session) colour() render.Colour {
	term, ok := s.ch.Terminal()
	switch {
	case !ok, s.dumb, s.likes.Colour == chat.Off:
		return render.Off
	case s.likes.Colour == chat.ColourBasic:
		return render.Basic
	case s.likes.Colour == chat.ColourRich:
		return render.Rich
	case s.ch.Getenv("NO_COLOR") != "":
		return render.Off
	}
	return render.ColourOf(term)
}

// rings notes whether a line that is shown is to ring the bell.
func (s *session) rings(e *chat.Entry) {
	if s.plain != nil || e.Sender.ID == s.view.Me || !e.Kind.IsLine() {
		return
	}
	toMe := e.Kind != chat.Broadcast && e.Recipient.ID == s.view.Me
	switch s.bellFor(e) {
	case chat.BellAll:
		s.bell = true
	case chat.BellDirect:
		s.bell = s.bell || toMe || s.view.Mentioned(e)
	case chat.BellMention:
		s.bell = s.bell || s.view.Mentioned(e)
	}
}

// bellFor is what rings where e was said: what the person has set for that room, else for all.
func (s *session) bellFor(e *chat.Entry) string {
	if e.Room.ID == 0 {
		return s.likes.Bell
	}
	switch n := s.in.Notice(e.Room.ID); {
	case n.IsQuiet(s.now()):
		return chat.Off
	case n.Notify != "":
		return n.Notify
	}
	return s.likes.Bell
}
