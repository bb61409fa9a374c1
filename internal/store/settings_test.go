package store

import (
	"net/netip"
	"testing"

	"sshchat/internal/chat"
)

// What a newer binary has stored is kept, and what makes no sense keeps nobody out.
func TestSettingsThatAreNotKnown(t *testing.T) {
	s := newStore(t)
	node, err := s.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.CreateUser(t.Context(), chat.NewUser{Name: "alice", Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	err = s.write(t.Context(), "test", single, func(t *tx) error {
		_, err := t.exec(`UPDATE users SET settings = '{"future":"kept","bell":5}'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.BeginLogin(t.Context(), chat.NewLogin{User: u.ID, Slot: chat.Prompt, Node: node, Remote: netip.MustParseAddrPort("192.0.2.1:1")})
	if err != nil || b.Settings != (chat.Settings{}) {
		t.Errorf("a login with %+v, %v", b.Settings, err)
	}
	if err := s.SaveSettings(t.Context(), u.ID, chat.Settings{Bell: chat.BellAll}); err != nil {
		t.Fatal(err)
	}
	var future, bell string
	err = s.readDB.QueryRowContext(t.Context(), `SELECT settings ->> 'future', settings ->> 'bell' FROM users`).Scan(&future, &bell)
	if err != nil || future != "kept" || bell != chat.BellAll {
		t.Errorf("future %q, bell %q, %v", future, bell, err)
	}
}
