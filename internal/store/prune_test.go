package store

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"sshchat/internal/chat"
)

const testMax, testEvery = 1000, 20

// failures opens a store with n rows of failures in it. Row i is of name ni and began i microseconds before
// now; those for which locked is true hold a lock.
func failures(t *testing.T, n int, locked string) *Store {
	t.Helper()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := openAt(t, filepath.Join(t.TempDir(), "sshchat.db"), Settings{Now: func() time.Time { return now }})
	s.writer.pruning = pruning{max: testMax, every: testEvery, since: testEvery} // the writer is idle
	s.sql(t, fmt.Sprintf(`
		WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < %[1]d)
		INSERT INTO login_failures (name_key, remote, port, times, since, locked_until)
		SELECT 'n' || n, '192.0.2.9', 9, '', %[2]d - n, CASE WHEN %[3]s THEN %[2]d + 1000000 + n ELSE 0 END FROM i`,
		n, now.UnixMicro(), locked))
	return s
}

func (s *Store) count(t *testing.T, where string) (n int) {
	t.Helper()
	if err := s.readDB.QueryRowContext(t.Context(), `SELECT count(*) FROM login_failures WHERE `+where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *Store) fail(t *testing.T, name string) {
	t.Helper()
	_, err := s.Fail(t.Context(), chat.Failure{Key: name, Remote: netip.MustParseAddrPort("192.0.2.1:1")},
		chat.LockPolicy{Strikes: 3, Lockout: time.Minute, AddressFailures: 9, AddressWindow: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFloodOfNamesIsBounded(t *testing.T) {
	s := failures(t, testMax-3, "n % 2 = 0") // half of them locked
	locked := s.count(t, "locked_until > 0")
	most := 0
	for i := range 3 * testEvery {
		s.fail(t, fmt.Sprintf("flood%d", i))
		if i%10 == 0 || i < 3 {
			most = max(most, s.count(t, "TRUE"))
		}
	}
	if most > testMax {
		t.Errorf("%d rows", most)
	}
	if n := s.count(t, "locked_until > 0"); n != locked {
		t.Errorf("of %d locks %d are left", locked, n)
	}
	if s.count(t, "name_key = 'n1'") != 1 || s.count(t, fmt.Sprintf("name_key = 'n%d'", testMax-3)) != 0 {
		t.Error("it was not the oldest that went")
	}
}

func TestLocksGoLast(t *testing.T) {
	s := failures(t, testMax+100, "n > 50")
	s.fail(t, "bob")
	if n := s.count(t, "TRUE"); n > testMax {
		t.Errorf("%d rows", n)
	}
	if n := s.count(t, "name_key LIKE 'n%' AND locked_until = 0"); n != 0 {
		t.Errorf("%d without a lock are left, although locks went", n)
	}
	if s.count(t, "name_key = 'n51'") != 0 || s.count(t, fmt.Sprintf("name_key = 'n%d'", testMax+100)) != 1 {
		t.Error("it was not the lock that ends first that went")
	}
}

func TestWhatIsLongPastIsForgotten(t *testing.T) {
	s := failures(t, 10, "n = 3")
	s.sql(t, fmt.Sprintf(`UPDATE login_failures SET since = since - %d WHERE name_key <> 'n10'`, forgetAfter.Microseconds()))
	s.fail(t, "bob")
	if got := s.count(t, "name_key IN ('n3', 'n10')"); got != 2 || s.count(t, "name_key LIKE 'n%'") != 2 {
		t.Errorf("left are %d and others", got)
	}
}
