package chat_test

import (
	"testing"

	"sshchat/internal/chat"
)

func TestPlacesAreSaidAsPeopleDo(t *testing.T) {
	for p, want := range map[chat.Position]string{
		1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 20: "20th", 21: "21st", 22: "22nd",
		101: "101st", 111: "111th", 112: "112th", 1013: "1013th", 1023: "1023rd",
	} {
		if got := p.String(); got != want {
			t.Errorf("%d is %q, want %q", int(p), got, want)
		}
	}
}
