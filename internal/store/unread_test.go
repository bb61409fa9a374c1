package store

import (
	"fmt"
	"testing"

	"sshchat/internal/chat"
)

// What is unread of a room is counted among its newest lines only: however many of one's own, or of somebody blocked, have
// followed, the count does not walk through all of them.
func TestUnreadInARoomIsCountedSoFarBack(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 3)
	s.sql(t, `INSERT INTO rooms (id, name, skeleton, created) VALUES (1, 'ops', 'ops', 1)`,
		`INSERT INTO members (room_id, user_id, joined) VALUES (1, 1, 1), (1, 2, 1), (1, 3, 1)`,
		`INSERT INTO blocks (blocker_id, blocked_id, since) VALUES (1, 2, 1)`)
	said := func(by chat.UserID, from, n int) {
		s.sql(t, fmt.Sprintf(`
			WITH RECURSIVE i(n) AS (VALUES (%d) UNION ALL SELECT n + 1 FROM i WHERE n < %d)
			INSERT INTO log (id, kind, sender_id, room_id, at, body) SELECT n, 'room', %d, 1, 0, 'x' FROM i`, from, from+n-1, by))
	}
	unread := func() int {
		all, err := s.Unread(t.Context(), 1)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0].Count
	}
	said(3, 2, 5)
	said(2, 7, maxLooked-2)
	if n := unread(); n != 2 {
		t.Errorf("%d lines, want the 2 that are among the newest", n)
	}
	said(3, 7+maxLooked-2, 1)
	if n := unread(); n != 2 {
		t.Errorf("%d lines, want the new one and one more", n)
	}
}
