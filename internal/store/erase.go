package store

import (
	"context"
	"fmt"
	"math"

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

// A heldName is a folded name that an account has or had, and when: before and since it may have been another's.
type heldName struct {
	key          string
	since, until int64
}

// allNames are those of an account, as far as anything tells.
func (t *tx) allNames(id chat.UserID) ([]heldName, error) {
	rows, err := t.rows(`
		WITH RECURSIVE names (name, since, until) AS (
		     SELECT name_key, created_at, $2 FROM users WHERE id = $1 AND erased = 0
		     UNION SELECT f.name_key, u.created_at, f.until - $3 FROM former_names f JOIN users u ON u.id = f.user_id WHERE u.id = $1
		     UNION SELECT lower(a.target), n.since, a.at FROM names n JOIN audit a ON a.id = (
		           SELECT max(id) FROM audit
		           WHERE  action = 'rename' AND lower(detail) = n.name AND at >= n.since AND at < n.until))
		SELECT name, since, max(until) FROM names GROUP BY name`, int64(id), int64(math.MaxInt64), chat.NameKept.Microseconds())
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

// own are the lines of an account.
const own = `(SELECT id FROM log WHERE sender_id = $1 AND kind IN ('direct', 'broadcast', 'room', 'action'))`

// eraseLines takes away what an account has said, and what it wrote where it governed. What happened to rooms stays:
// others go by it. Reports stay while the lines do: to go is no way out of one.
func (t *tx) eraseLines(id chat.UserID) error {
	if err := t.index(); err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM search WHERE rowid IN ` + own,
		`DELETE FROM pins WHERE line IN ` + own,
		`DELETE FROM log WHERE kind IN ('edit', 'delete') AND ref IN ` + own,
		`DELETE FROM log WHERE id IN ` + own,
		`DELETE FROM reports WHERE reporter_id = $1 OR about_id = $1`,
		`UPDATE rooms SET topic = '' WHERE id IN (
		     SELECT room_id FROM (SELECT room_id, sender_id, max(id) FROM log WHERE kind = 'topic' GROUP BY room_id) WHERE sender_id = $1)`,
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
