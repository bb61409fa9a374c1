package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// begun makes a line of some bytes for each room, the oldest first.
func begun(rooms, bytes int) (all []chat.Unsent) {
	for r := range rooms {
		in := chat.Conversation{Room: chat.Room{ID: chat.RoomID(r + 1)}}
		all = append(all, chat.Unsent{In: in, Text: sanitize.Message(strings.Repeat("x", bytes))})
	}
	return all
}

// roomsOf names the rooms of lines.
func roomsOf(all []chat.Unsent) (rooms []chat.RoomID) {
	for _, u := range all {
		rooms = append(rooms, u.In.Room.ID)
	}
	return rooms
}

func TestTheNewestBegunLinesAreKept(t *testing.T) {
	twice := append(begun(2, 1), begun(1, 1)...)
	for name, c := range map[string]struct {
		all           []chat.Unsent
		kept, dropped string
	}{
		"none":                    {nil, "[]", "[]"},
		"as many as there may be": {begun(16, 4<<10), "[1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]", "[]"},
		"two more":                {begun(18, 1), "[3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18]", "[1 2]"},
		"a byte too many":         {append(begun(3, 32<<10), begun(4, 1)[3:]...), "[3 4]", "[1 2]"},
		"one that is longer":      {append(begun(1, 1), begun(2, 64<<10+1)[1:]...), "[2]", "[1]"},
		"two of the same room":    {twice, "[2 1]", "[1]"},
	} {
		kept, dropped := chat.NewestUnsent(c.all)
		if k, d := fmt.Sprint(roomsOf(kept)), fmt.Sprint(roomsOf(dropped)); k != c.kept || d != c.dropped {
			t.Errorf("%s: kept %s, dropped %s", name, k, d)
		}
	}
}
