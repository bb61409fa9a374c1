package store

import (
	"context"
	"database/sql"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// SetMute mutes an account, or lets it speak again; see [chat.Store].
func (s *Store) SetMute(ctx context.Context, id chat.UserID, m *chat.Muting, tell sanitize.Text, a chat.Audit) error {
	return s.write(ctx, "mute or unmute", several, func(t *tx) error {
		if err := t.setMute(id, m); err != nil {
			return err
		}
		if err := t.tell(id, tell); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}

// tell has the server tell somebody something, also if they are banned or away: then it waits for them.
func (t *tx) tell(id chat.UserID, text sanitize.Text) error {
	_, err := t.append(chat.Draft{Kind: chat.Told, Recipient: id, Body: text}, verbs[chat.Told])
	return err
}

// setMute forgets, besides, the mutes that have run out.
func (t *tx) setMute(id chat.UserID, m *chat.Muting) error {
	if _, err := t.exec(`DELETE FROM mutes WHERE until <= $1`, t.now); err != nil {
		return err
	}
	n, err := t.exec(`DELETE FROM mutes WHERE user_id = $1`, int64(id))
	switch {
	case err != nil:
		return err
	case m == nil && n == 0:
		return chat.ErrStale
	case m == nil:
		return nil
	}
	_, err = t.exec(`INSERT INTO mutes (user_id, since, until, reason, actor) VALUES ($1, $2, $3, $4, $5)`,
		int64(id), t.now, timeOrNull(m.Until), m.Reason.String(), m.Actor)
	return err
}

// refuseWords refuses a draft of who is muted, if there are words in it.
func (t *tx) refuseWords(d *chat.Draft) error {
	if d.Body.IsEmpty() {
		return nil
	}
	return t.refuseMuted(d.Sender)
}

// refuseMuted refuses the words of who is muted.
func (t *tx) refuseMuted(id chat.UserID) error {
	var until sql.NullInt64
	var reason string
	err := t.row(`SELECT until, reason FROM mutes WHERE user_id = $1 AND (until IS NULL OR until > $2)`, int64(id), t.now).
		Scan(&until, &reason)
	if err != nil {
		return orMissing(err, nil)
	}
	return &chat.MutedError{Until: nullTime(until), Reason: sanitize.Line(reason)}
}
