package delivery_test

import (
	"fmt"
	"slices"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func toldBy(s somebody) (texts []string) {
	for _, t := range s.in.Told() {
		texts = append(texts, t.String())
	}
	return texts
}

func TestTheServerTellsWhoIsThere(t *testing.T) {
	h := newHouse(t)
	alice, bob := come(h, 1, chat.PresenceAll), come(h, 2, "")
	woken := 0
	alice.in.Notify(func() { woken++ })
	bob.goes(h)
	h.hub.TellAll(sanitize.Line("one"))
	h.hub.TellAll(sanitize.Line("two"))
	carol := come(h, 3, "")
	if got := toldBy(alice); !slices.Equal(got, []string{"one", "two"}) || woken != 2 {
		t.Errorf("alice was told %q, woken %d times", got, woken)
	}
	for who, s := range map[string]somebody{"alice, again,": alice, "bob, who had gone,": bob, "carol, who came later,": carol} {
		if got := toldBy(s); got != nil {
			t.Errorf("%s was told %q", who, got)
		}
	}
}

// A session that takes nothing keeps the newest only.
func TestWhatTheServerTellsIsBounded(t *testing.T) {
	h := newHouse(t)
	alice := come(h, 1, "")
	for i := range 20 {
		h.hub.TellAll(sanitize.Line(fmt.Sprint(i)))
	}
	if got := toldBy(alice); len(got) != 8 || got[0] != "12" || got[7] != "19" {
		t.Errorf("kept %q", got)
	}
}
