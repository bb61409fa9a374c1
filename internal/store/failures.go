package store

import (
	"context"
	"net/netip"
	"time"

	"sshchat/internal/chat"
)

// forgetAfter is when a failure, or how often a place was locked, no longer counts.
const forgetAfter = 24 * time.Hour

// Fail counts a wrong password; see [chat.Store]. While a lock holds, what was under way before it
// counts no more, and Fail gives that lock. An address's failures are counted in windows that begin
// with the first of them; how often it was locked is forgotten after a day without a failure.
//
// A remote without a port counts for its address alone.
func (s *Store) Fail(ctx context.Context, f chat.Failure, p chat.LockPolicy) (chat.Lock, error) {
	var lock chat.Lock
	err := s.write(ctx, "count a failed login", several, func(t *tx) (err error) {
		lock, err = t.fail(f, p)
		return err
	})
	if err != nil {
		return chat.Lock{}, err
	}
	return lock, nil
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
	window  time.Duration // after which counting begins anew
	lockout time.Duration
	doubles bool // the lock, each time; and the window is fixed, else each failure extends it
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

// count adds one failure to a row. The row that a lock leaves behind counts from nothing.
func (t *tx) count(c count) (chat.Lock, error) {
	var n, locks int
	var until int64
	addr, port := c.remote.Addr().String(), int(c.remote.Port())
	err := t.row(`
		INSERT INTO login_failures AS f (name_key, remote, port, count, since) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (name_key, remote, port) DO UPDATE SET
		       count = CASE WHEN f.locked_until > $4  THEN f.count
		                    WHEN f.since <= $4 - $5   THEN 1
		                    ELSE f.count + 1 END,
		       since = CASE WHEN f.locked_until > $4  THEN f.since
		                    WHEN $6 AND f.count > 0 AND f.since > $4 - $5 THEN f.since
		                    ELSE $4 END,
		       locks = CASE WHEN f.since <= $4 - $7 AND f.locked_until <= $4 - $7 THEN 0
		                    ELSE f.locks END
		RETURNING count, locks, locked_until`,
		c.key, addr, port, t.now, c.window.Microseconds(), c.doubles, forgetAfter.Microseconds()).
		Scan(&n, &locks, &until)
	switch {
	case err != nil:
		return chat.Lock{}, err
	case until > t.now:
		return lockOf(c.key, c.remote, until), nil
	case n < c.limit:
		return chat.Lock{}, nil
	}
	until = t.now + c.lockFor(locks).Microseconds()
	_, err = t.exec(`
		UPDATE login_failures SET count = 0, locks = locks + 1, locked_until = $1
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

// clearStrikes forgets the strikes of an address and port, after the right password. What the whole
// address has done stays: who knows one password may still be guessing others.
func (t *tx) clearStrikes(key string, remote netip.AddrPort) error {
	at := plain(remote)
	if at.Port() == 0 {
		return nil
	}
	_, err := t.exec(`DELETE FROM login_failures WHERE name_key = $1 AND remote = $2 AND port = $3`,
		key, at.Addr().String(), int(at.Port()))
	return err
}

// Locked finds the lock that holds longest; see [chat.Store].
func (s *Store) Locked(ctx context.Context, f chat.Failure) (chat.Lock, error) {
	var lock chat.Lock
	err := s.read("look for a lock", func(q querier) (err error) {
		lock, err = scanLongest(q.QueryRowContext(ctx, selectLongest, placesOf(f, micros(s.now()))...), f)
		return err
	})
	return lock, err
}

// lockOn is Locked inside the writer's transaction.
func (t *tx) lockOn(f chat.Failure) (chat.Lock, error) {
	return scanLongest(t.row(selectLongest, placesOf(f, t.now)...), f)
}

const selectLongest = `
		SELECT remote, port, locked_until FROM login_failures
		WHERE  name_key = $1 AND (remote = $2 AND port = $3 OR remote = $4 AND port = 0)
		AND    locked_until > $5
		ORDER  BY locked_until DESC LIMIT 1`

// placesOf are the two rows that can lock a place, as arguments of selectLongest.
func placesOf(f chat.Failure, now int64) []any {
	at := plain(f.Remote)
	return []any{f.Key, at.Addr().String(), int(at.Port()), wide(at).Addr().String(), now}
}

func scanLongest(row scanner, f chat.Failure) (chat.Lock, error) {
	var addr string
	var port uint16
	var until int64
	if err := row.Scan(&addr, &port, &until); err != nil {
		return chat.Lock{}, orMissing(err, nil)
	}
	return lockOf(f.Key, parseRemote(addr, port), until), nil
}

// Locks lists the locks that hold now, those that end last first; see [chat.Store].
func (s *Store) Locks(ctx context.Context) ([]chat.Lock, error) {
	var locks []chat.Lock
	err := s.read("list locks", func(q querier) error {
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
