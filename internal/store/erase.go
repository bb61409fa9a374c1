package store

import (
	"context"
	"fmt"

	"sshchat/internal/chat"
)

// Erase takes away what there is of an account; see [chat.Store].
func (s *Store) Erase(ctx context.Context, id chat.UserID, messages bool, a chat.Audit) error {
	err := s.write(ctx, "erase account", several, func(t *tx) error {
		if err := t.erase(id, messages); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
	if err != nil || !messages {
		return err
	}
	return s.mergeWords(context.WithoutCancel(ctx)) // whoever has asked need not wait for it
}

// erase leaves a row without a name, so that lines still have an author and the id is never another's.
func (t *tx) erase(id chat.UserID, messages bool) error {
	names, err := t.allNames(id)
	if err != nil {
		return err
	}
	if err := t.unname(id); err != nil {
		return err
	}
	if err := t.leaveAll(id); err != nil {
		return err
	}
	if messages {
		if err := t.eraseLines(id); err != nil {
			return err
		}
	}
	for _, query := range eraseAll {
		if _, err := t.exec(query, int64(id)); err != nil {
			return err
		}
	}
	for _, n := range names {
		if err := t.eraseName(id, n); err != nil {
			return err
		}
	}
	_, err = t.exec(`UPDATE users SET disabled_at = $1, closed = 1, erased = 1 WHERE id = $2`, t.now, int64(id))
	return err
}

// allNames are the folded names that an account has and had, as far as anything tells.
func (t *tx) allNames(id chat.UserID) ([]string, error) {
	rows, err := t.rows(`
		WITH RECURSIVE names (name) AS (
		     SELECT name_key FROM users WHERE id = $1 AND erased = 0
		     UNION SELECT name_key FROM former_names WHERE user_id = $1
		     UNION SELECT lower(a.target) FROM names n JOIN audit a ON a.action = 'rename' AND lower(a.detail) = n.name)
		SELECT name FROM names`, int64(id))
	names, err := collect(rows, err, func(row scanner) (n string, err error) { return n, row.Scan(&n) })
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

// own are the lines of an account.
const own = `(SELECT id FROM log WHERE sender_id = $1 AND kind IN ('direct', 'broadcast', 'room', 'action'))`

// eraseLines takes away what an account has said, and what it wrote where it governed. What happened to rooms stays:
// others go by it.
func (t *tx) eraseLines(id chat.UserID) error {
	for _, query := range []string{
		`DELETE FROM search WHERE rowid IN ` + own,
		`DELETE FROM pins WHERE line IN ` + own,
		`DELETE FROM log WHERE kind IN ('edit', 'delete') AND ref IN ` + own,
		`DELETE FROM log WHERE id IN ` + own,
		`UPDATE log SET body = '' WHERE sender_id = $1 AND kind IN ('kick', 'topic', 'hand')`,
	} {
		if _, err := t.exec(query, int64(id)); err != nil {
			return err
		}
	}
	return nil
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
	`DELETE FROM reports WHERE reporter_id = $1 OR about_id = $1`,
}

// eraseName takes a name out of what goes by names. The audit table still tells what was done, to and by an account of a
// number.
func (t *tx) eraseName(id chat.UserID, name string) error {
	if _, err := t.exec(`DELETE FROM login_failures WHERE name_key = $1`, name); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE audit SET detail = '' WHERE action = 'rename' AND lower(detail) = $1`, name); err != nil {
		return err
	}
	_, err := t.exec(`
		UPDATE audit SET target = CASE lower(target) WHEN $1 THEN $2 ELSE target END,
		                 actor  = CASE lower(actor)  WHEN $1 THEN $2 ELSE actor  END
		WHERE  lower(target) = $1 OR lower(actor) = $1`, name, chat.Numbered(id))
	return err
}
