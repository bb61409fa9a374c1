package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"sshchat/internal/chat"
)

// TestPlans pins how SQLite finds rows: by an index, with nothing scanned or sorted whose size grows with
// the log or the accounts, but for what is named.
func TestPlans(t *testing.T) {
	s := newStore(t)
	stays := []stretchOfRoom{{1, chat.Stretch{From: 1, To: 9}}, {2, chat.Stretch{From: 5, To: 9}}}
	inRooms := func(query, columns string) string {
		query, _ = withRooms(query, columns, notHidden, stays, make([]any, 5))
		return query
	}
	for _, c := range []struct {
		name, query string
		args        int
		uses        []string // must occur
		but         []string // may occur although it is a scan or a sort
	}{
		{"page", inRooms(selectPage, entryColumns) + ` ORDER BY 1 LIMIT $5`, 11,
			[]string{"log_to", "log_broadcast", "log_own", "log_block", "log_told", "log_room", "log_change_of", "MERGE"}, nil},
		{"waiting", inRooms(selectWaiting, `SELECT l.id`) + ` ORDER BY 1 DESC LIMIT $5`, 11,
			[]string{"log_to", "log_broadcast", "log_told", "log_room", "MERGE"}, nil},
		{"what is no line", selectToldIn, 3, []string{"log_told"}, nil},
		{"own lines to erase", selectOwn, 4, []string{"log_own"}, nil},
		{"line in a room", insertSaid, 10, []string{"members_now"}, nil},
		{"who has a line of a room", countSaid, 4, []string{"blocks_of"}, []string{"SCAN gaps"}},
		{"last sender", `SELECT l.sender_id` + fromDirect + ` ORDER BY l.id DESC LIMIT 1`, 3, []string{"log_to"}, nil},
		{"the owner of a key", selectKeyOwner, 1, []string{"sqlite_autoindex_keys"}, nil},
		{"own lines", entryColumns + fromOwn + ` ORDER BY l.id DESC LIMIT $4`, 4, []string{"log_own"}, nil},
		{"who has a broadcast", countBroadcast, 3, []string{"users_created", "users_disabled", "blocks_of"},
			[]string{"SCAN gaps", "SCAN cursors", "SCAN left_out", "USE TEMP B-TREE"}},
		{"who has a message", countDirect, 3, []string{"blocks_of"}, []string{"SCAN gaps"}},
		{"where somebody was", selectWasHere, 2, []string{"logins_of"}, []string{"SCAN (subquery"}},
		{"whether somebody is online", selectOnlineOf, 1, []string{"logins_prompt"}, nil},
		{"when somebody was here", selectLastSeen, 1, []string{"logins_of"}, nil},
		{"who watches for somebody", selectForMe, 1, []string{"watches_of", "logins_prompt", "blocks_now"}, nil},
		{"for whom somebody watches", selectOfMine, 1, []string{"logins_prompt", "blocks_now"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"longest lock", selectLongest, 5, []string{"PRIMARY KEY (name_key=?"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"pins", selectPins, 2, []string{"members_now", "blocks_of"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"hands", selectHands, 2, []string{"members_now", "blocks_of", "logins_prompt"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"next hand", selectNext, 2, []string{"logins_prompt"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"where somebody waits", selectQueued, 1, []string{"members_of"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"direct", insertDirect, 10, []string{"blocks_now"}, nil},
		{"a room by its name", selectRoomOf, 2, []string{"rooms_name", "members_now"}, nil},
		{"a room's name then", selectNameThen, 2, []string{"log_rename"}, nil},
		{"changes of lines", selectChanges, 2, []string{"log_change_of"}, []string{"SCAN j VIRTUAL TABLE"}},
		{"by numbers", selectVisible, 3, []string{"INTEGER PRIMARY KEY"}, []string{"SCAN j VIRTUAL TABLE"}},
		{"hits of a search", selectHits, 3, []string{"VIRTUAL TABLE INDEX", "SEARCH l USING INTEGER PRIMARY KEY"}, []string{"SCAN s VIRTUAL TABLE"}},
		{"rooms whose past is open", selectOpen, 1, []string{"members_of"}, nil},
		{"unread in rooms", selectUnreadRooms, 3, []string{"members_of", "log_room", "CO-ROUTINE l"},
			[]string{"SCAN mine", "SCAN l", "SCAN (subquery", "USE TEMP B-TREE FOR ORDER BY"}}, // of the rooms one is in, and their newest lines
		{"unread from people", selectUnreadPeople, 2, []string{"log_to"},
			[]string{"SCAN b", "SCAN (subquery", "SCAN n", "SCAN CONSTANT", "USE TEMP B-TREE"}}, // of the newest messages
		{"notices", selectNotices, 2, []string{"conversations_told"}, nil},
		{"unsent lines", selectUnsent, 1, []string{"sqlite_autoindex_unsent_1"}, []string{"USE TEMP B-TREE FOR ORDER BY"}}, // 16 of them
		{"a role", selectRole, 1, nil, nil},
		{"who has a role", selectStaff, 1, []string{"users_role"}, []string{"SCAN users USING INDEX users_role"}},
		{"accounts from one address", selectNeighbours, 3, []string{"logins_of", "logins_from"},
			[]string{"SCAN (subquery", "SCAN p", "SCAN places", "USE TEMP B-TREE"}}, // of the newest logins, and who came from there
		{"memberships", selectMemberships, 1, []string{"members_of"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"keys", selectKeys, 1, []string{"keys_of"}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		{"how many block", selectBlockCount, 1, []string{"SEARCH b USING PRIMARY KEY (blocker_id=?)", "blocks_of"}, nil},
		{"a room for the console", selectRoomLook, 1, []string{"log_room", "SEARCH m USING PRIMARY KEY (room_id=?)"}, nil},
		{"open reports of one", countReports, 1, []string{"reports_open"}, nil},
		{"reports", selectReports, 4, []string{"SEARCH r USING INTEGER PRIMARY KEY"}, nil},
		{"acts", selectAudit + ` ORDER BY id LIMIT $5`, 5, []string{"INTEGER PRIMARY KEY"}, nil},
		{"what was said on a day", selectSaid, 2, []string{"INTEGER PRIMARY KEY"}, nil},
		{"held login", selectLogin + ` WHERE l.user_id = $1 AND l.slot = 'prompt' AND l.ended_at IS NULL`, 1, []string{"logins_prompt"}, nil},
	} {
		plan := explain(t, s.readDB, c.query, c.args)
		for _, u := range c.uses {
			if !strings.Contains(plan, u) {
				t.Errorf("%s does not use %s:\n%s", c.name, u, plan)
			}
		}
		for step := range strings.Lines(plan) {
			isWhole := strings.HasPrefix(step, "SCAN ") && !strings.HasPrefix(step, "SCAN CONSTANT ROW") || strings.Contains(step, "TEMP B-TREE")
			if isWhole && !hasAnyPrefix(step, c.but) {
				t.Errorf("%s goes through all of something: %s%s", c.name, step, plan)
			}
		}
	}
}

func explain(t *testing.T, db *sql.DB, query string, args int) string {
	t.Helper()
	zeros := make([]any, args)
	for i := range zeros {
		zeros[i] = 0
	}
	rows, err := db.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, zeros...)
	steps, err := collect(rows, err, func(row scanner) (string, error) {
		var a, b, c int
		var step string
		err := row.Scan(&a, &b, &c, &step)
		return step, err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(steps, "\n") + "\n"
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// TestALoginReadsOnlyWhatConcernsIt counts the pages that a read touches when little of a long log is for
// this person. The whole log is some 1,000 pages.
func TestALoginReadsOnlyWhatConcernsIt(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 3000)
	s.fillLog(t, 30_000, 3000, 0)
	s.readDB.SetMaxOpenConns(1) // so that the connection that is asked is the one that has read
	before := pagesTouched(t, s.readDB)
	p, err := s.Read(t.Context(), 77, chat.Stretch{From: 1}, 256)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Entries) < 10 || len(p.Entries) > 30 || p.Through != 30_000 {
		t.Fatalf("read %d entries, through %d", len(p.Entries), p.Through)
	}
	if n := pagesTouched(t, s.readDB) - before; n > 300 {
		t.Errorf("reading %d lines touched %d pages", len(p.Entries), n)
	}
	if n := pagesTouched(t, s.readDB) - before; n == 0 {
		t.Error("the pages were not counted")
	}
}

func pagesTouched(t *testing.T, db *sql.DB) int {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var n int
	err = conn.Raw(func(c any) error {
		status, ok := c.(sqlite.DBStatus)
		if !ok {
			return fmt.Errorf("%T counts no pages", c)
		}
		hits, _, err := status.Status(sqlite.DBStatusCacheHit, false)
		if err != nil {
			return err
		}
		misses, _, err := status.Status(sqlite.DBStatusCacheMiss, false)
		n = hits + misses
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Somebody who does nothing but come and go cannot make a query grow.
func TestAQueryHasBoundedArms(t *testing.T) {
	var again, everywhere []stretchOfRoom
	for i := range chat.RoomID(5000) {
		at := chat.Stretch{From: chat.EntryID(2 * i), To: chat.EntryID(2*i + 1)}
		again, everywhere = append(again, stretchOfRoom{1, at}), append(everywhere, stretchOfRoom{i, at})
	}
	for name, stays := range map[string][]stretchOfRoom{"one room": again, "many rooms": everywhere} {
		query, args := withRooms("", "", "", stays, []any{7})
		if n := strings.Count(query, "UNION ALL"); n != 1 || len(args) > 4 {
			t.Errorf("%s: %d arms and %d arguments, want 1 and 4 at most", name, n, len(args))
		}
	}
}
