package store

import (
	"context"

	"sshchat/internal/chat"
)

// SetWatch has somebody watch for somebody, or not any more; see [chat.Store].
func (s *Store) SetWatch(ctx context.Context, watcher, watched chat.UserID, on bool) error {
	return s.write(ctx, "watch for somebody", single, func(t *tx) error {
		if on {
			return t.watch(watcher, watched)
		}
		return t.unwatch(watcher, watched)
	})
}

const selectWatched = `
		SELECT EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND l.slot = 'prompt' AND l.ended_at IS NULL AND ` + nodeHolds + `),
		       EXISTS (SELECT 1 FROM watches w WHERE w.watcher_id = $1 AND w.watched_id = u.id),
		       (SELECT count(*) FROM watches w WHERE w.watcher_id = $1)
		FROM   users u WHERE u.id = $2`

func (t *tx) watch(watcher, watched chat.UserID) error {
	var online, already bool
	var watches int
	err := t.row(selectWatched, int64(watcher), int64(watched)).Scan(&online, &already, &watches)
	switch {
	case err != nil:
		return orMissing(err, chat.ErrNoUser)
	case online:
		return chat.ErrOnline
	case already:
		return chat.ErrStale
	case watches >= chat.MaxWatches:
		return chat.ErrManyWatches
	}
	_, err = t.exec(`INSERT INTO watches (watcher_id, watched_id) VALUES ($1, $2)`, int64(watcher), int64(watched))
	return err
}

func (t *tx) unwatch(watcher, watched chat.UserID) error {
	n, err := t.exec(`DELETE FROM watches WHERE watcher_id = $1 AND watched_id = $2`, int64(watcher), int64(watched))
	if err == nil && n == 0 {
		return chat.ErrStale
	}
	return err
}

// Watches lists whom somebody watches for; see [chat.Store].
func (s *Store) Watches(ctx context.Context, watcher chat.UserID) (all []chat.Person, err error) {
	err = s.read(ctx, "list watches", func(q querier) error {
		rows, err := q.QueryContext(ctx, `
			SELECT u.id, u.name FROM watches w JOIN users u ON u.id = w.watched_id
			WHERE  w.watcher_id = $1 ORDER BY u.name_key`, int64(watcher))
		all, err = collect(rows, err, scanPerson)
		return err
	})
	return all, err
}

// selectOver gives watches that one whose login is l fulfils.
const selectOver = `
		SELECT w.watcher_id, a.name, w.watched_id, b.name, l.id
		FROM   watches w
		JOIN   users a ON a.id = w.watcher_id
		JOIN   users b ON b.id = w.watched_id`

const notAcrossBlock = `
		AND    NOT EXISTS (SELECT 1 FROM blocks x WHERE x.blocker_id = w.watcher_id AND x.blocked_id = w.watched_id AND x.until IS NULL)
		AND    NOT EXISTS (SELECT 1 FROM blocks x WHERE x.blocker_id = w.watched_id AND x.blocked_id = w.watcher_id AND x.until IS NULL)`

const (
	// selectForMe gives the watches for $1 of those who are online: who is away costs a look at an index.
	selectForMe = selectOver + `
		JOIN   logins l ON l.user_id = w.watcher_id AND l.slot = 'prompt' AND l.ended_at IS NULL
		WHERE  w.watched_id = $1 AND ` + nodeHolds + notAcrossBlock + `
		LIMIT  1000`

	// selectOfMine gives those of $1 for people who are online.
	selectOfMine = selectOver + `
		JOIN   logins l ON l.user_id = w.watched_id AND l.slot = 'prompt' AND l.ended_at IS NULL
		WHERE  w.watcher_id = $1 AND ` + nodeHolds + notAcrossBlock + `
		ORDER  BY b.name_key`
)

// A fulfilled watch, and the login that its SELECT has found.
type fulfilled struct {
	chat.Watch
	login chat.LoginID
}

func scanFulfilled(row scanner) (f fulfilled, err error) {
	return f, row.Scan(&f.Watcher.ID, &f.Watcher.Name, &f.Watched.ID, &f.Watched.Name, &f.login)
}

// EndWatches ends what a login fulfils; see [chat.Store]. As a rule that is nothing: then nothing is written.
func (s *Store) EndWatches(ctx context.Context, user chat.UserID, held func(chat.LoginID) bool) ([]chat.Watch, error) {
	var over []chat.Watch
	err := s.read(ctx, "find watches", func(q querier) (err error) {
		over, err = findOver(ctx, q, user, held)
		return err
	})
	if err != nil || len(over) == 0 {
		return nil, err
	}
	var ended []chat.Watch
	err = s.write(ctx, "end watches", several, func(t *tx) error {
		for _, w := range over {
			n, err := t.exec(`DELETE FROM watches WHERE watcher_id = $1 AND watched_id = $2`, int64(w.Watcher.ID), int64(w.Watched.ID))
			if err != nil {
				return err
			}
			if n > 0 { // else the other's login has ended it meanwhile
				ended = append(ended, w)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

func findOver(ctx context.Context, q querier, user chat.UserID, held func(chat.LoginID) bool) (over []chat.Watch, err error) {
	rows, err := q.QueryContext(ctx, selectOfMine, int64(user))
	mine, err := collect(rows, err, scanFulfilled)
	if err != nil {
		return nil, err
	}
	rows, err = q.QueryContext(ctx, selectForMe, int64(user))
	others, err := collect(rows, err, scanFulfilled)
	for _, f := range mine {
		over = append(over, f.Watch)
	}
	for _, f := range others {
		if held(f.login) {
			over = append(over, f.Watch)
		}
	}
	return over, err
}
