package store

import (
	"context"
	"fmt"
	"math"

	"sshchat/internal/chat"
)

// Erase takes away what there is of an account; see [chat.Store]. What it has said goes first, in small steps between which
// others write, and the name last, with the audit row: so an erase that is cut is plain to see, as the account is still
// there, and whoever runs it again finds it by its name. The audit table tells of no more than was done.
func (s *Store) Erase(ctx context.Context, id chat.UserID, messages bool, a chat.Audit) error {
	var gone *eraser
	if messages {
		var err error
		if gone, err = s.eraseLines(ctx, id); err != nil {
			return err
		}
	}
	late := false
	err := s.write(ctx, "erase account", several, func(t *tx) (err error) {
		if late, err = t.erase(id, gone); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
	if err != nil || !late {
		return err
	}
	return s.mergeWords(context.WithoutCancel(ctx)) // whoever has asked need not wait for it
}

// An eraser is how much of what an account has said is gone.
type eraser struct {
	head chat.EntryID // what was said up to here
	// rooms are those of which it had set the topic that they had then.
	rooms []chat.RoomID
}

const (
	selectTopics = `
		SELECT room_id FROM (SELECT room_id, sender_id, max(id) FROM log WHERE kind = 'topic' GROUP BY room_id) WHERE sender_id = $1`

	// selectOwn and selectOwnWords give rows to inSteps, those of $3 up to $4.
	selectOwn = `
		SELECT id FROM log
		WHERE  sender_id = $3 AND id > $1 AND id <= $4 AND kind IN ('direct', 'broadcast', 'room', 'action')
		ORDER  BY id LIMIT $2`

	selectOwnWords = `
		SELECT id FROM log
		WHERE  id > $1 AND id <= $4 AND sender_id = $3 AND kind IN ('kick', 'topic', 'hand') AND body <> ''
		ORDER  BY id LIMIT $2`
)

// eraseLines takes away what an account has said up to now, and what it wrote where it governed.
func (s *Store) eraseLines(ctx context.Context, id chat.UserID) (*eraser, error) {
	e, err := s.eraserOf(ctx, id)
	if err != nil {
		return nil, err
	}
	whose := []any{int64(id), int64(e.head)}
	err = s.unmerged(ctx, func() error {
		if _, err := s.inSteps(ctx, "erase lines", selectOwn, whose, (*tx).deleteLines); err != nil {
			return err
		}
		return s.mergeWords(ctx) // also of lines that went in a run before, which was cut
	})
	if err != nil {
		return nil, err
	}
	_, err = s.inSteps(ctx, "erase words", selectOwnWords, whose, func(t *tx, ids []int64) error {
		_, err := t.exec(forgetWords, list(ids))
		return err
	})
	return e, err
}

func (s *Store) eraserOf(ctx context.Context, id chat.UserID) (*eraser, error) {
	e := new(eraser)
	err := s.snapshot(ctx, "find what an account has said", func(q querier) error {
		err := q.QueryRowContext(ctx, `
			SELECT h.id FROM log_head h JOIN users u ON u.id = $1 WHERE h.one = 1 AND u.erased = 0`, int64(id)).Scan(&e.head)
		if err != nil {
			return orMissing(err, chat.ErrNoUser)
		}
		rows, err := q.QueryContext(ctx, selectTopics, int64(id))
		e.rooms, err = collect(rows, err, func(row scanner) (r chat.RoomID, err error) { return r, row.Scan(&r) })
		return err
	})
	return e, err
}

// erase leaves a row without a name, so that lines still have an author and the id is never another's. gone is nil if the
// lines stay; late is whether some have come to be said since.
func (t *tx) erase(id chat.UserID, gone *eraser) (late bool, err error) {
	names, err := t.allNames(id)
	if err != nil {
		return false, err
	}
	if err := t.unname(id); err != nil {
		return false, err
	}
	if err := t.leaveAll(id); err != nil {
		return false, err
	}
	if gone != nil {
		if late, err = t.eraseSince(id, gone); err != nil {
			return false, err
		}
	}
	for _, query := range eraseAll {
		if _, err := t.exec(query, int64(id)); err != nil {
			return false, err
		}
	}
	for _, n := range names {
		if err := t.eraseName(id, n); err != nil {
			return false, err
		}
	}
	_, err = t.exec(`UPDATE users SET disabled_at = $1, closed = 1, erased = 1 WHERE id = $2`, t.now, int64(id))
	return late, err
}

// A heldName is a folded name that an account has or had, and when: before and since it may have been another's.
type heldName struct {
	key          string
	since, until int64
}

// allNames are those of an account, as far as anything tells, each for the time between two renames.
func (t *tx) allNames(id chat.UserID) ([]heldName, error) {
	rows, err := t.rows(`
		WITH RECURSIVE names (name, since, until) AS (
		     SELECT name_key, created_at, $2 FROM users WHERE id = $1 AND erased = 0
		     UNION SELECT f.name_key, u.created_at, f.until - $3 FROM former_names f JOIN users u ON u.id = f.user_id WHERE u.id = $1
		     UNION SELECT lower(a.target), n.since, a.at FROM names n JOIN audit a ON a.id = (
		           SELECT max(id) FROM audit
		           WHERE  action = 'rename' AND lower(detail) = n.name AND at >= n.since AND at < n.until))
		SELECT name, coalesce((SELECT max(at) FROM audit
		       WHERE action = 'rename' AND lower(detail) = name AND at >= since AND at < until), since), until
		FROM   names`, int64(id), int64(math.MaxInt64), chat.NameKept.Microseconds())
	names, err := collect(rows, err, func(row scanner) (n heldName, err error) { return n, row.Scan(&n.key, &n.since, &n.until) })
	if err == nil && len(names) == 0 {
		err = chat.ErrNoUser
	}
	return names, err
}

// unname gives the account the name that nobody can take: the keys have spaces, as no name does. It is not disabled
// yet: that keeps an account from leaving rooms.
func (t *tx) unname(id chat.UserID) error {
	delete(t.w.names, id)
	key := fmt.Sprintf("%s %d", chat.Deleted, id)
	_, err := t.exec(`
		UPDATE users SET name = $1, name_key = $2, skeleton = $2, password = '', must_change = 0, role = '', created_at = 0,
		       last_login_at = NULL, disabled_at = NULL, disabled_until = NULL, disabled_why = '', disabled_by = '', closed = 0,
		       motd_seen = NULL, settings = '{}'
		WHERE  id = $3`, string(chat.Deleted), key, int64(id))
	return err
}

// leaveAll has the account leave its rooms as anybody does: one that it owns is an operator's then, else the member's who
// has been in it longest, else it is closed.
func (t *tx) leaveAll(id chat.UserID) error {
	rows, err := t.rows(`SELECT room_id FROM members WHERE user_id = $1 AND "left" IS NULL ORDER BY room_id`, int64(id))
	rooms, err := collect(rows, err, func(row scanner) (r chat.RoomID, err error) { return r, row.Scan(&r) })
	if err != nil {
		return err
	}
	for _, r := range rooms {
		d := chat.Draft{Kind: chat.Leave, Sender: id, Room: r}
		if _, err := t.append(d, verbs[chat.Leave]); err != nil {
			return err
		}
	}
	return nil
}

// eraseSince takes away what an account has said since most of it has gone, and the words of its that rooms and reports
// have. What happened to rooms stays: others go by it. Reports stay while the lines do: to go is no way out of one.
func (t *tx) eraseSince(id chat.UserID, gone *eraser) (late bool, err error) {
	rows, err := t.rows(`
		SELECT id FROM log
		WHERE  sender_id = $1 AND id > $2 AND kind IN ('direct', 'broadcast', 'room', 'action')`, int64(id), int64(gone.head))
	lines, err := collect(rows, err, func(row scanner) (l int64, err error) { return l, row.Scan(&l) })
	if err != nil {
		return false, err
	}
	if err := t.deleteLines(lines); err != nil {
		return false, err
	}
	if _, err := t.exec(`DELETE FROM reports WHERE reporter_id = $1 OR about_id = $1`, int64(id)); err != nil {
		return false, err
	}
	_, err = t.exec(`
		UPDATE rooms SET topic = '' WHERE id IN (SELECT value FROM json_each($1))
		AND    NOT EXISTS (SELECT 1 FROM log l WHERE l.id > $2 AND l.kind = 'topic' AND l.room_id = rooms.id)`,
		list(gone.rooms), int64(gone.head))
	if err != nil {
		return false, err
	}
	for _, query := range []string{
		`UPDATE rooms SET topic = '' WHERE id IN (
		     SELECT room_id FROM (SELECT room_id, sender_id, max(id) FROM log WHERE id > $2 AND kind = 'topic' GROUP BY room_id)
		     WHERE  sender_id = $1)`,
		`UPDATE log SET body = '' WHERE id > $2 AND sender_id = $1 AND kind IN ('kick', 'topic', 'hand')`,
	} {
		if _, err := t.exec(query, int64(id), int64(gone.head)); err != nil {
			return false, err
		}
	}
	return len(lines) > 0, nil
}

// eraseAll is everything else that is an account's alone. The blocks of others stay: what was hidden by them remains so.
var eraseAll = []string{
	`DELETE FROM log WHERE sender_id = $1 AND kind IN ('block', 'unblock')`,
	`DELETE FROM blocks WHERE blocker_id = $1`,
	`DELETE FROM members WHERE user_id = $1`,
	`DELETE FROM invitations WHERE user_id = $1`,
	`DELETE FROM hands WHERE user_id = $1`,
	`DELETE FROM conversations WHERE user_id = $1`,
	`DELETE FROM unsent WHERE user_id = $1`,
	`DELETE FROM watches WHERE watcher_id = $1 OR watched_id = $1`,
	`DELETE FROM cursors WHERE user_id = $1`,
	`DELETE FROM gaps WHERE user_id = $1`,
	`DELETE FROM logins WHERE user_id = $1`,
	`DELETE FROM keys WHERE user_id = $1`,
	`DELETE FROM former_names WHERE user_id = $1`,
	`DELETE FROM mutes WHERE user_id = $1`,
	`DELETE FROM expired WHERE user_id = $1`,
	// The longer condition is that of the index log_told.
	`DELETE FROM log WHERE recipient_id = $1 AND kind IN ('invite', 'kick', 'turn', 'told') AND kind = 'told'`,
}

// eraseName takes a name out of what goes by names. What governed others, and the audit table, still tell what was done, to and
// by an account of a number.
func (t *tx) eraseName(id chat.UserID, n heldName) error {
	_, err := t.exec(`
		DELETE FROM login_failures WHERE name_key = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE name_key = $1)`, n.key)
	if err != nil {
		return err
	}
	for _, query := range unnamings {
		if _, err := t.exec(query, n.key, chat.Numbered(id), n.since, n.until); err != nil {
			return err
		}
	}
	return nil
}

// unnamings put $2 in the place of the name $1 where it stands for who had it from $3 to $4. A line that was taken back is
// "#ID by NAME" in the audit table; of a rename the new name goes. Each takes all four arguments.
var unnamings = []string{
	`UPDATE bans SET actor = $2 WHERE lower(actor) = $1 AND since BETWEEN $3 AND $4`,
	`UPDATE mutes SET actor = $2 WHERE lower(actor) = $1 AND since BETWEEN $3 AND $4`,
	`UPDATE users SET disabled_by = $2 WHERE lower(disabled_by) = $1 AND disabled_at BETWEEN $3 AND $4`,
	`UPDATE reports SET closed_by = $2 WHERE lower(closed_by) = $1 AND closed_at BETWEEN $3 AND $4`,
	`UPDATE audit SET actor = $2 WHERE lower(actor) = $1 AND at BETWEEN $3 AND $4`,
	`UPDATE audit SET target = $2 WHERE lower(target) = $1 AND at BETWEEN $3 AND $4`,
	`UPDATE audit SET target = substr(target, 1, length(target) - length($1)) || $2
	 WHERE  target LIKE '#% by %' AND lower(target) LIKE '% by ' || replace($1, '_', '\_') ESCAPE '\' AND at BETWEEN $3 AND $4`,
	`UPDATE audit SET detail = '' WHERE action = 'rename' AND lower(detail) = $1 AND $2 <> '' AND at BETWEEN $3 AND $4`,
}
