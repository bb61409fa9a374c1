package sshd

import (
	"strings"
	"testing"
)

// Settings that change hold for who comes next, and for nobody who is there.
func TestChangedSettingsHoldForWhoComesNext(t *testing.T) {
	srv := start(t, func(s *Server) { s.Settings.Channels = 1 })
	before := srv.dial()
	first := srv.shell(before)
	srv.Change(Settings{Channels: 2})
	if _, err := before.NewSession(); err == nil {
		t.Error("an old connection may open a second channel")
	}
	after := srv.dial()
	second, third := srv.shell(after), srv.shell(after)
	for _, p := range []*person{first, second, third} {
		p.says("hello")
		p.sees("hello")
	}
	srv.Change(Settings{Startups: 2}) // as many as there are
	if _, err := srv.tryDial(); err == nil || !strings.Contains(err.Error(), ErrFull.Error()) {
		t.Errorf("one more than there may be: %v", err)
	}
}

func TestChangedPlacesHoldForWhoComesNext(t *testing.T) {
	r := newRoom(t, Settings{Startups: 1})
	r.enters("a", "192.0.2.1")
	if err := r.comes("b", "192.0.2.2"); err != ErrFull {
		t.Errorf("a second: %v", err)
	}
	r.change(Settings{Startups: 2}.withDefaults())
	r.enters("b", "192.0.2.2")
	r.change(Settings{Startups: 1}.withDefaults())
	r.wantEvicted()
	if len(r.startups) != 2 {
		t.Errorf("%d are left of two who were in", len(r.startups))
	}
}

// Before it serves there is nobody to whom the settings do not apply.
func TestSettingsChangeBeforeTheServerServes(t *testing.T) {
	srv := start(t, func(s *Server) { s.Change(Settings{Channels: 1}) })
	c := srv.dial()
	srv.shell(c)
	if _, err := c.NewSession(); err == nil {
		t.Error("a second channel was opened")
	}
}
