package store

import (
	"context"
	"time"

	"sshchat/internal/chat"
)

// A wording is a place outside of lines where people's words stand.
type wording struct {
	// find gives rows as inSteps wants them: those whose words are from up to the entry $3, or, if it is dated, from before
	// the time $3.
	find  string
	dated bool
	// forget takes the words out of the rows in $1.
	forget string
}

const (
	// hasIt is whether whom an entry l is for has it. What is for nobody in particular was for those who were online.
	hasIt = `l.id <= coalesce((SELECT delivered FROM cursors WHERE user_id = l.recipient_id), l.id)
		AND    NOT EXISTS (SELECT 1 FROM gaps g WHERE g.user_id = l.recipient_id AND l.id BETWEEN g.from_id AND g.to_id)`

	selectWords = `
		SELECT id FROM log
		WHERE  id > $1 AND id <= $3 AND kind IN ('kick', 'topic', 'hand') AND body <> ''
		ORDER  BY id LIMIT $2`

	forgetWords = `UPDATE log SET body = '' WHERE id IN (SELECT value FROM json_each($1))`
)

// wordings are all but these, which retention leaves alone: what holds now (topics of rooms, the message of the day, what
// people say of themselves), names, and what those with power did, and why (bans, mutes, the notes of reports, audit).
//
// The entries stay where others go by them: who was removed is still told so, and a hand keeps its place. A report keeps
// the line, as it stood, as long as it is open; then that goes at the age of the line, and what was reported at its own.
var wordings = []wording{
	{find: selectWords, forget: forgetWords},
	{
		find: `
		SELECT l.id FROM log l
		WHERE  l.id > $1 AND l.id <= $3 AND l.kind = 'told' AND ` + hasIt + `
		ORDER  BY l.id LIMIT $2`,
		forget: `DELETE FROM log WHERE id IN (SELECT value FROM json_each($1))`,
	},
	{
		find:   `SELECT id FROM rooms WHERE id > $1 AND closed <= $3 AND topic <> '' ORDER BY id LIMIT $2`,
		forget: `UPDATE rooms SET topic = '' WHERE id IN (SELECT value FROM json_each($1))`,
	},
	{
		find:  `SELECT id FROM reports WHERE id > $1 AND closed_at IS NOT NULL AND said <> '' AND said_at < $3 ORDER BY id LIMIT $2`,
		dated: true, forget: `UPDATE reports SET said = '' WHERE id IN (SELECT value FROM json_each($1))`,
	},
	{
		find:  `SELECT id FROM reports WHERE id > $1 AND closed_at IS NOT NULL AND body <> '' AND at < $3 ORDER BY id LIMIT $2`,
		dated: true, forget: `UPDATE reports SET body = '' WHERE id IN (SELECT value FROM json_each($1))`,
	},
	{
		find:  `SELECT rowid FROM unsent WHERE rowid > $1 AND at < $3 ORDER BY rowid LIMIT $2`,
		dated: true, forget: `DELETE FROM unsent WHERE rowid IN (SELECT value FROM json_each($1))`,
	},
	{
		find:  `SELECT id FROM logins WHERE id > $1 AND away IS NOT NULL AND ended_at < $3 ORDER BY id LIMIT $2`,
		dated: true, forget: `UPDATE logins SET away = NULL WHERE id IN (SELECT value FROM json_each($1))`,
	},
}

// forget takes out of all wordings what is from up to the entry last, or from before a time.
func (s *Store) forget(ctx context.Context, last chat.EntryID, before time.Time) error {
	for _, w := range wordings {
		old := int64(last)
		if w.dated {
			old = micros(before)
		}
		_, err := s.inSteps(ctx, "forget what is old", w.find, []any{old}, func(t *tx, ids []int64) error {
			_, err := t.exec(w.forget, list(ids))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
