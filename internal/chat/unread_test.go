package chat_test

import (
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// What rings as a mention is listed and counted as one, also where an ending of another script hangs on the name, as in
// Korean; and what is not, does not ring.
func TestAMentionIsListedWhateverFollowsTheName(t *testing.T) {
	w := newWorld(t)
	bob, alice := w.signUp("bob"), w.signUp("alice")
	for _, p := range []*person{alice, bob} {
		if _, _, err := w.chat.Join(t.Context(), p.me(), "#ops"); err != nil {
			t.Fatal(err)
		}
	}
	mentions := 0
	for _, text := range []string{"@bob님 배포 됐나요?", "@bobさん", "@bob，你好", "@bobу скажи", "@bobʼs turn", "@bobék", "@bob² = 4", "@bob\u0301"} {
		if err := alice.send(chat.Line{Audience: chat.ToRoom, To: "#ops", Text: sanitize.Message(text)}); err != nil {
			t.Fatal(err)
		}
		rings := chat.Mentions(sanitize.Message(text), "bob", nil)
		if rings {
			mentions++
		}
		lines, err := w.chat.Mentions(t.Context(), bob.me(), chat.Settings{}, time.Time{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if isListed := len(lines) == 1 && lines[0].Body.String() == sanitize.Message(text).String(); isListed != rings {
			t.Errorf("%q rings: %v, is listed: %v", text, rings, isListed)
		}
	}
	if all, err := w.chat.Unread(t.Context(), bob.me(), chat.Settings{}); err != nil || len(all) != 1 || all[0].Mentions != mentions || mentions != 5 {
		t.Errorf("of %d mentions, want 5, is unread: %+v, %v", mentions, all, err)
	}
}
