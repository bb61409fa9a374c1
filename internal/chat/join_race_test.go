package chat_test

import (
	"context"
	"testing"

	"sshchat/internal/chat"
)

// renaming is a store in which the owner of a room renames it just after somebody has come in.
type renaming struct {
	chat.Store
	then func()
}

func (s renaming) Append(ctx context.Context, d chat.Draft) (*chat.Entry, error) {
	e, err := s.Store.Append(ctx, d)
	if d.Kind == chat.Join && s.then != nil {
		s.then()
	}
	return e, err
}

func TestARoomThatIsRenamedAsSomebodyComesIn(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	r, _, err := w.chat.Join(t.Context(), alice.me(), "ops")
	if err != nil {
		t.Fatal(err)
	}
	s := renaming{Store: w.store, then: func() {
		if _, err := w.chat.RenameRoom(t.Context(), alice.me(), r, "devs"); err != nil {
			t.Error(err)
		}
	}}
	other := chat.New(chat.Config{Store: s, Sessions: w.hub, Passwords: w.passwords, Rules: w.rules, Now: w.clock.Now})
	if _, _, err := other.Join(t.Context(), bob.me(), "ops"); err != nil {
		_, refusal := chat.AsRefusal(err)
		t.Errorf("bob is in, and is told: %v (a refusal: %t)", err, refusal)
	}
}
