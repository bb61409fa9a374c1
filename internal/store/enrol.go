package store

import (
	"context"

	"sshchat/internal/chat"
)

// CreateUsers makes many accounts; see [chat.Store].
func (s *Store) CreateUsers(ctx context.Context, us []chat.NewUser, a chat.Audit) ([]chat.User, error) {
	var made []chat.User
	err := s.write(ctx, "create accounts", several, func(t *tx) error {
		made = make([]chat.User, len(us))
		for i, n := range us {
			var err error
			if made[i], err = t.enrol(n, a, s.node.Load()); err != nil {
				return &chat.NthError{Nth: i, Err: err}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (t *tx) enrol(n chat.NewUser, a chat.Audit, node int64) (chat.User, error) {
	u, err := t.createUser(n)
	if err != nil {
		return chat.User{}, err
	}
	a.Target = string(u.Name)
	return u, t.audit(a, node)
}

// addKey leaves the key unverified: nobody has shown yet that it is theirs.
func (t *tx) addKey(id chat.UserID, k chat.Key) error {
	n, err := t.exec(`
		INSERT INTO keys (fingerprint, user_id, public_key, label, added_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, k.Fingerprint, int64(id), k.Public, k.Label, t.now)
	if err == nil && n == 0 {
		return chat.ErrKeyTaken
	}
	return err
}

// ResetPassword replaces a password whatever it was; see [chat.Store].
func (s *Store) ResetPassword(ctx context.Context, id chat.UserID, is string, mustChange bool, a chat.Audit) error {
	return s.write(ctx, "reset password", several, func(t *tx) error {
		n, err := t.exec(`UPDATE users SET password = $1, must_change = $2 WHERE id = $3`, is, mustChange, int64(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return chat.ErrNoUser
		}
		return t.audit(a, s.node.Load())
	})
}
