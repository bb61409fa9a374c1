package store

import (
	"net/netip"
	"strings"
	"testing"
	"time"

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

// FuzzStoredSettings stores whatever another program may, and has the account log in, be looked at and change them.
func FuzzStoredSettings(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `null`, `[]`, `{"bell":5}`, `{"about":"runs the printer","dnd":"2026-11-25T17:30:00Z"}`,
		`{"about":"a\nb\u001b[2J","highlight":"x,,y - ; z","tz":"../../passwd"}`, `{"dnd":"yesterday"}`, `{"dnd":{"a":1},"about":["x"]}`,
		`{"dnd":"9999-12-31T23:59:59.999999999+23:59"}`, `{"about":"` + strings.Repeat("x", 9000) + `"}`, `{"presence":"all","presence":"off"}`,
		"{\"about\":\"\xff\xfe\"}", `{"about":1e999,"linear":true}`,
	} {
		f.Add(seed)
	}
	s := newStore(f)
	node, err := s.StartNode(f.Context(), 1)
	if err != nil {
		f.Fatal(err)
	}
	u, err := s.CreateUser(f.Context(), chat.NewUser{Name: "alice", Password: "x"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		err := s.write(t.Context(), "test", single, func(tx *tx) error {
			_, err := tx.exec(`UPDATE users SET settings = $1`, stored)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.BeginLogin(t.Context(), chat.NewLogin{User: u.ID, Slot: chat.Prompt, Node: node, Remote: netip.MustParseAddrPort("192.0.2.1:1")})
		if err != nil {
			t.Fatalf("the login: %v", err)
		}
		defer s.EndLogin(t.Context(), chat.Progress{Login: b.ID, User: u.ID}, "logout")
		if again := b.Settings.Checked(); again != b.Settings {
			t.Errorf("checked again they are\n%+v\nand not\n%+v", again, b.Settings)
		}
		if _, err := s.Online(t.Context()); err != nil {
			t.Errorf("who is online: %v", err)
		}
		if _, err := s.UserByKey(t.Context(), "alice"); err != nil {
			t.Errorf("whois: %v", err)
		}
		likes := chat.Settings{Bell: chat.BellAll, DND: time.Date(2026, 11, 25, 17, 30, 0, 0, time.UTC)}
		if err := s.SaveSettings(t.Context(), u.ID, likes); err != nil {
			t.Errorf("to change them: %v", err)
		}
	})
}
