package session

import (
	"slices"

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
	s.view.Marked = s.likes.Highlights()
	s.view.Linear = s.likes.Linear == chat.On
	s.face.SetLinear(s.view.Linear)
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

// volumes are what the bell can be set to: each rings for what those before it ring for, too.
var volumes = []string{chat.Off, chat.BellMention, chat.BellDirect, chat.BellAll}

// rings notes whether a line that is shown is to ring the bell, and to be notified of.
func (s *session) rings(e *chat.Entry) {
	if s.plain != nil || e.Sender.ID == s.view.Me || !e.Kind.IsLine() || s.undisturbed() {
		return
	}
	bell, note := s.loudness(e)
	if bell+note == 0 {
		return
	}
	needs := s.volume(e)
	s.bell = s.bell || bell >= needs
	if note >= needs {
		s.notify(s.view.Brief(e))
	}
}

// loudness is up to which of volumes the bell rings where e was said, and notifications are shown: these go by the bell,
// or, if that is off, are for what is meant for the person. What is set for a room goes before.
func (s *session) loudness(e *chat.Entry) (bell, note int) {
	bell = max(0, slices.Index(volumes, s.likes.Bell))
	if s.likes.Notify != "" && s.likes.Notify != chat.Off {
		if note = bell; note == 0 {
			note = slices.Index(volumes, chat.BellDirect)
		}
	}
	if e.Room.ID == 0 {
		return bell, note
	}
	switch n := s.in.Notice(e.Room.ID); {
	case n.IsQuiet(s.now()), n.Notify == chat.Off:
		return 0, 0
	case n.Notify != "":
		of := slices.Index(volumes, n.Notify)
		return of, min(note, 1) * of
	}
	return bell, note
}

// volume is the least of volumes with which a line of another's rings.
func (s *session) volume(e *chat.Entry) int {
	of := chat.BellAll
	switch {
	case s.view.Mentioned(e):
		of = chat.BellMention
	case e.Kind != chat.Broadcast && e.Recipient.ID == s.view.Me:
		of = chat.BellDirect
	}
	return slices.Index(volumes, of)
}

// undisturbed reports whether nothing rings.
func (s *session) undisturbed() bool { return s.likes.DND.After(s.now()) }
