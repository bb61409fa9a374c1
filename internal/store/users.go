package store

import (
	"context"
	"database/sql"
	"errors"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// CreateUser makes an account; see [chat.Store].
func (s *Store) CreateUser(ctx context.Context, n chat.NewUser) (chat.User, error) {
	var u chat.User
	err := s.write(ctx, "create account", several, func(t *tx) (err error) {
		u, err = t.createUser(n)
		return err
	})
	if err != nil {
		return chat.User{}, err
	}
	return u, nil
}

// createUser gives the account the head of the log, entries of the same batch included, so that nothing said
// before waits for it.
func (t *tx) createUser(n chat.NewUser) (chat.User, error) {
	if err := t.nameIsFree(n.Name, 0); err != nil {
		return chat.User{}, err
	}
	if n.Invite != "" {
		if err := t.useInvite(n.Invite); err != nil {
			return chat.User{}, err
		}
	}
	u := chat.User{
		Person:   chat.Person{Name: n.Name},
		Password: n.Password, MustChange: n.MustChange, Created: t.head, CreatedAt: t.time(),
	}
	err := t.row(`
		INSERT INTO users (name, name_key, skeleton, password, must_change, created, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		RETURNING id`,
		string(n.Name), n.Name.Key(), n.Name.Skeleton(), n.Password, n.MustChange, int64(u.Created), t.now).Scan(&u.ID)
	if err != nil {
		return chat.User{}, err
	}
	if n.Key != (chat.Key{}) {
		if err := t.addKey(u.ID, n.Key); err != nil {
			return chat.User{}, err
		}
	}
	_, err = t.exec(`INSERT INTO cursors (user_id, delivered) VALUES ($1, $2)`, int64(u.ID), int64(u.Created))
	return u, err
}

// nameIsFree refuses a name that another account than this has or had, before one that looks like another's.
func (t *tx) nameIsFree(n chat.Name, but chat.UserID) error {
	var other chat.Name
	err := t.row(`
		SELECT name FROM (
		       SELECT name, name_key FROM users WHERE (name_key = $1 OR skeleton = $2) AND id <> $3
		       UNION ALL
		       SELECT name, name_key FROM former_names WHERE skeleton = $2 AND user_id <> $3 AND until > $4)
		ORDER  BY CASE name_key WHEN $1 THEN 0 ELSE 1 END LIMIT 1`, n.Key(), n.Skeleton(), int64(but), t.now).Scan(&other)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case other.Key() == n.Key():
		return chat.ErrTaken
	}
	return &chat.LookAlikeError{Name: other}
}

// disabledNow is since when an account is disabled, at the time $1; NULL if it is not, or not any more.
const disabledNow = `iif(disabled_until <= $1, NULL, disabled_at)`

// selectUser has the time as its $1.
const selectUser = `
		SELECT id, name, password, must_change, role, created, created_at, last_login_at, ` + disabledNow + `,
		       disabled_until, disabled_why, closed, user_id IS NOT NULL, until, coalesce(reason, ''), coalesce(actor, ''), ` + settingAbout + `
		FROM   users LEFT JOIN mutes ON user_id = id AND (until IS NULL OR until > $1)`

func scanUser(row scanner) (chat.User, error) {
	var u chat.User
	var createdAt int64
	var lastLogin, disabled, until, mutedUntil sql.NullInt64
	var why, whyMuted, mutedBy, about string
	var muted bool
	err := row.Scan(&u.ID, &u.Name, &u.Password, &u.MustChange, &u.Role, &u.Created, &createdAt, &lastLogin, &disabled, &until, &why, &u.Closed,
		&muted, &mutedUntil, &whyMuted, &mutedBy, &about)
	if err != nil {
		return chat.User{}, err
	}
	u.CreatedAt, u.LastLogin, u.Disabled = fromMicros(createdAt), nullTime(lastLogin), nullTime(disabled)
	u.DisabledUntil, u.DisabledWhy = nullTime(until), sanitize.Line(why)
	u.About = sanitize.Line(about)
	if muted {
		u.Mute = &chat.Muting{Until: nullTime(mutedUntil), Reason: sanitize.Line(whyMuted), Actor: mutedBy}
	}
	return u, nil
}

// UserByKey finds an account by its folded name; see [chat.Store].
func (s *Store) UserByKey(ctx context.Context, key string) (chat.User, error) {
	var u chat.User
	err := s.read(ctx, "find account", func(q querier) (err error) {
		u, err = scanUser(q.QueryRowContext(ctx, selectUser+` WHERE name_key = $2`, micros(s.now()), key))
		return orMissing(err, chat.ErrNoUser)
	})
	return u, err
}

// LookAlike finds the account whose name has a skeleton; see [chat.Store].
func (s *Store) LookAlike(ctx context.Context, skeleton string) (chat.Person, error) {
	var p chat.Person
	err := s.read(ctx, "find look-alike", func(q querier) (err error) {
		p, err = scanPerson(q.QueryRowContext(ctx, `SELECT id, name FROM users WHERE skeleton = $1`, skeleton))
		return orMissing(err, chat.ErrNoUser)
	})
	return p, err
}

// Names lists names that begin with prefix; see [chat.Store].
func (s *Store) Names(ctx context.Context, prefix string, limit int) ([]chat.Name, error) {
	var names []chat.Name
	err := s.read(ctx, "list names", func(q querier) error {
		// No character of a name sorts after ~.
		rows, err := q.QueryContext(ctx, `
			SELECT name FROM users
			WHERE  name_key >= $1 AND name_key < $2 AND (disabled_at IS NULL OR disabled_until <= $4)
			ORDER  BY name_key LIMIT $3`, prefix, prefix+"~", max(limit, 0), micros(s.now()))
		names, err = collect(rows, err, func(row scanner) (n chat.Name, err error) { return n, row.Scan(&n) })
		return err
	})
	return names, err
}

// Users lists accounts; see [chat.Store].
func (s *Store) Users(ctx context.Context, after string, limit int) ([]chat.User, error) {
	var users []chat.User
	err := s.read(ctx, "list accounts", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectUser+`
			WHERE  name_key > $2 AND erased = 0
			ORDER  BY name_key LIMIT $3`, micros(s.now()), after, max(limit, 0))
		users, err = collect(rows, err, scanUser)
		return err
	})
	return users, err
}

const selectRole = `SELECT u.role FROM logins l JOIN users u ON u.id = l.user_id WHERE l.id = $1 AND l.ended_at IS NULL`

// Role is the role that a login acts with; see [chat.Store].
func (s *Store) Role(ctx context.Context, login chat.LoginID) (role string, err error) {
	err = s.read(ctx, "find a role", func(q querier) error {
		return orMissing(q.QueryRowContext(ctx, selectRole, int64(login)).Scan(&role), nil)
	})
	return role, err
}

// SetPassword replaces a password; see [chat.Store].
func (s *Store) SetPassword(ctx context.Context, id chat.UserID, was, is string) error {
	return s.write(ctx, "set password", single, func(t *tx) error {
		n, err := t.exec(`UPDATE users SET password = $1, must_change = 0 WHERE id = $2 AND password = $3`, is, int64(id), was)
		if err == nil && n == 0 {
			return chat.ErrStale
		}
		return err
	})
}

// The ended_why of logins whose account was disabled.
const (
	whyBanned = "banned"
	whyClosed = "closed"
)

// SetDisabled bans or unbans an account; see [chat.Store].
func (s *Store) SetDisabled(ctx context.Context, id chat.UserID, disabled bool, a chat.Audit) error {
	return s.write(ctx, "ban or unban", several, func(t *tx) error {
		if err := t.setDisabled(id, disabled, false); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

// SetClosed closes an account or opens it; see [chat.Store].
func (s *Store) SetClosed(ctx context.Context, id chat.UserID, closed bool, a chat.Audit) error {
	return s.write(ctx, "close or open account", several, func(t *tx) error {
		if err := t.setDisabled(id, closed, true); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

// setDisabled ends every login of who is banned or closed, in every slot and on every node: that is what fences their
// sessions until they are closed.
func (t *tx) setDisabled(id chat.UserID, disabled, closed bool) error {
	var was, wasClosed bool
	err := t.row(`SELECT `+disabledNow+` IS NOT NULL, closed FROM users WHERE id = $2`, t.now, int64(id)).Scan(&was, &wasClosed)
	if err != nil {
		return orMissing(err, chat.ErrNoUser)
	}
	if was == disabled || was && wasClosed != closed {
		return chat.ErrStale
	}
	var since any
	if disabled {
		since = t.now
	}
	_, err = t.exec(`UPDATE users SET disabled_at = $1, disabled_until = NULL, disabled_why = '', disabled_by = '', closed = $3 WHERE id = $2`,
		since, int64(id), disabled && closed)
	if err != nil || !disabled {
		return err
	}
	why := whyBanned
	if closed {
		why = whyClosed
	}
	return t.endLogins(id, why)
}

func (t *tx) endLogins(id chat.UserID, why string) error {
	_, err := t.exec(`UPDATE logins SET ended_at = $1, ended_why = $2 WHERE user_id = $3 AND ended_at IS NULL`, t.now, why, int64(id))
	return err
}

// Audit writes one audit row; see [chat.Store]. Its node is the one that was started last.
func (s *Store) Audit(ctx context.Context, a chat.Audit) error {
	return s.write(ctx, "audit", single, func(t *tx) error { return t.audit(a, s.node.Load()) })
}

// audit is the last statement of whatever it tells of: what was refused is not in it.
func (t *tx) audit(a chat.Audit, node int64) error {
	_, err := t.exec(`
		INSERT INTO audit (at, actor, via, action, target, detail, node)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, t.now, a.Actor, a.Via, a.Action, a.Target, a.Detail, node)
	return err
}
