package store

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"sshchat/internal/chat"
)

// forgetAfter is when a failure, or how often a place was locked, no longer counts.
const forgetAfter = 24 * time.Hour

// Fail counts a wrong password; see [chat.Store]. How often an address was locked is forgotten after a day
// without a failure.
//
// A remote without a port counts for its address alone.
func (s *Store) Fail(ctx context.Context, f chat.Failure, p chat.LockPolicy) (chat.Lock, error) {
	var lock chat.Lock
	err := s.write(ctx, "count a failed login", several, func(t *tx) (err error) {
		if err := t.refuseLocked(f); err != nil {
			return err
		}
		lock, err = t.fail(f, p)
		return err
	})
	if err != nil {
		return chat.Lock{}, err
	}
	return lock, nil
}

// refuseLocked is a *chat.LockedError if a lock holds for f.
func (t *tx) refuseLocked(f chat.Failure) error {
	lock, err := scanLongest(t.row(selectLongest, placesOf(f, t.now)...), f)
	if err == nil && !lock.Until.IsZero() {
		return &chat.LockedError{Lock: lock.Lock}
	}
	return err
}

func (t *tx) fail(f chat.Failure, p chat.LockPolicy) (chat.Lock, error) {
	if err := t.pruneFailures(); err != nil {
		return chat.Lock{}, err
	}
	at := plain(f.Remote)
	var longest chat.Lock
	for _, c := range []count{
		{f.Key, at, p.Strikes, forgetAfter, p.Lockout, false},
		{f.Key, wide(at), p.AddressFailures, p.AddressWindow, p.Lockout, true},
	} {
		if c.limit <= 0 || c.lockout <= 0 || at.Port() == 0 && !c.doubles {
			continue
		}
		lock, err := t.count(c)
		if err != nil {
			return chat.Lock{}, err
		}
		if lock.Until.After(longest.Until) {
			longest = lock
		}
	}
	return longest, nil
}

// A count is how failures are counted in one row.
type count struct {
	key     string
	remote  netip.AddrPort
	limit   int           // so many lead to a lock
	window  time.Duration // if they fall within it, wherever it begins
	lockout time.Duration
	doubles bool // the lock, each time
}

// lockFor is how long a place is locked that was locked so often before. A configured lockout past
// chat.MaxLockout is kept as it is.
func (c count) lockFor(locks int) time.Duration {
	if !c.doubles {
		return c.lockout
	}
	d := c.lockout
	for ; locks > 0 && d < chat.MaxLockout; locks-- {
		d *= 2
	}
	return min(d, max(chat.MaxLockout, c.lockout))
}

// timeDigits is the width of a failure's time in login_failures.times, in microseconds: until the year 2286.
// As all have one width, they compare as text.
const timeDigits = 16

func timeText(micros int64) string { return fmt.Sprintf("%0*d", timeDigits, max(0, micros)) }

// count adds one failure to a row and locks its place if the newest c.limit of them fall within the window. The
// row that a lock leaves behind counts from nothing.
func (t *tx) count(c count) (chat.Lock, error) {
	var times string
	var locks int
	addr, port := c.remote.Addr().String(), int(c.remote.Port())
	err := t.row(`
		INSERT INTO login_failures AS f (name_key, remote, port, since, times) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name_key, remote, port) DO UPDATE SET
		       times = CASE WHEN length(f.times) > $6 THEN substr(f.times, 1 + length(f.times) - $6)
		                    ELSE f.times END || $5,
		       since = $4,
		       locks = CASE WHEN f.since <= $4 - $7 AND f.locked_until <= $4 - $7 THEN 0
		                    ELSE f.locks END
		RETURNING times, locks`,
		c.key, addr, port, t.now, timeText(t.now), (c.limit-1)*timeDigits, forgetAfter.Microseconds()).
		Scan(&times, &locks)
	if err != nil {
		return chat.Lock{}, err
	}
	if len(times) < c.limit*timeDigits || times[:timeDigits] <= timeText(t.now-c.window.Microseconds()) {
		return chat.Lock{}, nil
	}
	until := t.now + c.lockFor(locks).Microseconds()
	_, err = t.exec(`
		UPDATE login_failures SET times = '', locks = locks + 1, locked_until = $1
		WHERE  name_key = $2 AND remote = $3 AND port = $4`, until, c.key, addr, port)
	return lockOf(c.key, c.remote, until), err
}

func lockOf(key string, remote netip.AddrPort, until int64) chat.Lock {
	scope := chat.LockPort
	if remote.Port() == 0 {
		scope = chat.LockAddress
	}
	return chat.Lock{Scope: scope, Key: key, Remote: remote, Until: fromMicros(until)}
}

// wide is the place that an address's failures count for: an IPv6 customer has a /64 at least.
func wide(remote netip.AddrPort) netip.AddrPort {
	addr := remote.Addr()
	if addr.Is6() {
		p, _ := addr.Prefix(64) // 64 is in range
		addr = p.Addr()
	}
	return netip.AddrPortFrom(addr, 0)
}

// ClearStrikes forgets the strikes of an address and port; see [chat.Store]. What the whole address has done
// stays: who knows one password may still be guessing others.
func (s *Store) ClearStrikes(ctx context.Context, f chat.Failure) error {
	return s.write(ctx, "clear strikes", single, func(t *tx) error {
		if err := t.refuseLocked(f); err != nil {
			return err
		}
		at := plain(f.Remote)
		if at.Port() == 0 {
			return nil
		}
		_, err := t.exec(`DELETE FROM login_failures WHERE name_key = $1 AND remote = $2 AND port = $3`,
			f.Key, at.Addr().String(), int(at.Port()))
		return err
	})
}

// Locked finds the lock that holds longest; see [chat.Store].
func (s *Store) Locked(ctx context.Context, f chat.Failure) (chat.Lock, error) {
	lock, err := s.longest(ctx, f)
	if err != nil || lock.Until.IsZero() || !lock.ahead {
		return lock.Lock, err
	}
	err = s.write(ctx, "move a lock", single, func(t *tx) error {
		_, err := t.exec(moveLocks, placesOf(f, t.now)...)
		return err
	})
	if err == nil {
		lock, err = s.longest(ctx, f)
	}
	return lock.Lock, err
}

func (s *Store) longest(ctx context.Context, f chat.Failure) (lock foundLock, err error) {
	err = s.read(ctx, "look for a lock", func(q querier) (err error) {
		lock, err = scanLongest(q.QueryRowContext(ctx, selectLongest, placesOf(f, micros(s.now()))...), f)
		return err
	})
	return lock, err
}

// A foundLock is a lock that may have been made by a clock that was ahead of what it is now.
type foundLock struct {
	chat.Lock
	ahead bool
}

const (
	lockedPlaces = `
		WHERE  name_key = $1 AND (remote = $2 AND port = $3 OR remote = $4 AND port = 0)
		AND    locked_until > $5`

	selectLongest = `
		SELECT remote, port, locked_until, since > $5 FROM login_failures` + lockedPlaces + `
		ORDER  BY locked_until DESC LIMIT 1`

	// A lock that was made in the future, before the clock was set back, holds from now on for as long as it
	// was made for: without that it would hold for the hour besides.
	moveLocks = `
		UPDATE login_failures SET locked_until = $5 + locked_until - since, since = $5` + lockedPlaces + `
		AND    since > $5`
)

// placesOf are the two rows that can lock a place, as arguments of selectLongest.
func placesOf(f chat.Failure, now int64) []any {
	at := plain(f.Remote)
	return []any{f.Key, at.Addr().String(), int(at.Port()), wide(at).Addr().String(), now}
}

func scanLongest(row scanner, f chat.Failure) (lock foundLock, err error) {
	var addr string
	var port uint16
	var until int64
	if err := row.Scan(&addr, &port, &until, &lock.ahead); err != nil {
		return lock, orMissing(err, nil)
	}
	lock.Lock = lockOf(f.Key, parseRemote(addr, port), until)
	return lock, nil
}

// Locks lists the locks that hold now, those that end last first; see [chat.Store].
func (s *Store) Locks(ctx context.Context) ([]chat.Lock, error) {
	var locks []chat.Lock
	err := s.read(ctx, "list locks", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT name_key, remote, port, locked_until FROM login_failures
			WHERE  locked_until > $1
			ORDER  BY locked_until DESC, name_key, remote, port`, micros(s.now()))
		locks, err = collect(rows, err, scanLock)
		return err
	})
	return locks, err
}

func scanLock(row scanner) (chat.Lock, error) {
	var key, addr string
	var port uint16
	var until int64
	err := row.Scan(&key, &addr, &port, &until)
	return lockOf(key, parseRemote(addr, port), until), err
}

// ClearLocks forgets failures; see [chat.Store].
func (s *Store) ClearLocks(ctx context.Context, c chat.Clearing, a chat.Audit) (held int, err error) {
	err = s.write(ctx, "clear locks", several, func(t *tx) error {
		if held, err = t.clearLocks(c); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
	return held, err
}

// clearLocks looks at the place of each failure: there are at most failuresMax, and SQLite knows no networks.
func (t *tx) clearLocks(c chat.Clearing) (held int, err error) {
	rows, err := t.rows(`SELECT name_key, remote, port, locked_until FROM login_failures`)
	all, err := collect(rows, err, scanLock)
	if err != nil {
		return 0, err
	}
	for _, l := range all {
		switch {
		case c.Key != "" && l.Key != c.Key:
			continue
		case c.Key == "" && c.Network.IsValid() && !c.Network.Contains(l.Remote.Addr()):
			continue
		case micros(l.Until) > t.now:
			held++
		}
		_, err := t.exec(`DELETE FROM login_failures WHERE name_key = $1 AND remote = $2 AND port = $3`,
			l.Key, l.Remote.Addr().String(), int(l.Remote.Port()))
		if err != nil {
			return 0, err
		}
	}
	return held, nil
}
