package store

import (
	"context"

	"sshchat/internal/chat"
)

// Sent lists user's own lines with what became of them; see [chat.Store]. A line to somebody who blocks
// the sender has Of 0.
func (s *Store) Sent(ctx context.Context, user chat.UserID, id chat.EntryID, limit int) ([]chat.SentLine, error) {
	var lines []chat.SentLine
	err := s.snapshot(ctx, "list what was sent", func(q querier) error {
		entries, err := ownLines(ctx, q, user, id, max(limit, 1))
		if err != nil {
			return err
		}
		for _, e := range entries {
			line := chat.SentLine{Entry: e}
			if err := reach(ctx, q, &line, id != 0); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lines, nil
}

func ownLines(ctx context.Context, q querier, user chat.UserID, id chat.EntryID, limit int) ([]*chat.Entry, error) {
	from, to := chat.EntryID(1), maxID
	if id != 0 {
		from, to = id, id
	}
	rows, err := q.QueryContext(ctx, entryColumns+fromOwn+` ORDER BY l.id DESC LIMIT $4`,
		int64(user), int64(from), int64(to), limit)
	all, err := collect(rows, err, scanStored)
	switch {
	case err != nil:
		return nil, err
	case id != 0 && len(all) == 0:
		return nil, chat.ErrNoEntry
	}
	return asSeen(ctx, q, view{user: user}, all)
}

// Whoever had blocked the sender when a line was said, or does now, counts in no number: they would tell
// of the block by never having the line. In what follows line $1 is by $2.
const (
	// blockers are who did.
	blockers = `
		    SELECT blocker_id FROM blocks
		    WHERE  blocked_id = $2 AND (until IS NULL OR since < $1 AND until > $1)`

	// withGap are those in whose gaps the line lies.
	withGap = `
		    SELECT user_id FROM gaps WHERE from_id <= $1 AND to_id >= $1`

	countDirect = `
		SELECT count(*), count(*) FILTER (WHERE delivered >= $1 AND user_id NOT IN (` + withGap + `))
		FROM   cursors
		WHERE  user_id = $3 AND user_id NOT IN (` + blockers + `)`

	// A line in a room is for those who were in it. Whoever was banned later than $3 counts; the room is $4.
	countSaid = `SELECT count(*), count(*) FILTER (WHERE ` + hasSaid + `)` + wereIn

	whoWaits = `SELECT u.name` + wereIn + ` AND NOT (` + hasSaid + `) ORDER BY u.name_key LIMIT $5`

	hasSaid = `c.delivered >= $1 AND c.user_id NOT IN (` + withGap + `)`

	wereIn = `
		FROM   members m JOIN cursors c ON c.user_id = m.user_id JOIN users u ON u.id = m.user_id
		WHERE  m.room_id = $4 AND m.joined < $1 AND (m."left" IS NULL OR m."left" > $1) AND m.user_id <> $2
		AND    (u.disabled_at IS NULL OR u.disabled_at > $3 OR u.disabled_until <= $3)
		AND    m.user_id NOT IN (` + blockers + `)`

	// A broadcast is for every account but those left out, which are few: asking each of all
	// accounts for all that takes five times as long. Whoever was banned later than $3 counts. Who was erased has no cursor,
	// so is not among all.
	countBroadcast = `
		WITH left_out (id) AS (
		    SELECT $2
		    UNION ALL
		    SELECT id FROM users WHERE created >= $1 AND erased = 0
		    UNION ALL
		    SELECT id FROM users WHERE disabled_at <= $3 AND coalesce(disabled_until > $3, 1) AND erased = 0
		    UNION ALL` + blockers + `)
		SELECT (SELECT count(*) FROM cursors) - (SELECT count(DISTINCT id) FROM left_out),
		       (SELECT count(*) FROM cursors WHERE delivered >= $1) -
		       (SELECT count(*) FROM cursors WHERE delivered >= $1 AND user_id IN (
		            SELECT id FROM left_out
		            UNION ALL` + withGap + `))`
)

// mostNamed is how many of those who do not have a line yet are named.
const mostNamed = 10

// reach counts whom a line is for and who of them has it, and names who has not.
func reach(ctx context.Context, q querier, line *chat.SentLine, named bool) error {
	query, args := countBroadcast, []any{int64(line.ID), int64(line.Sender.ID), micros(line.At)}
	inRoom := line.Kind == chat.Said || line.Kind == chat.Acted
	switch {
	case line.Kind == chat.Direct:
		query, args[2] = countDirect, int64(line.Recipient.ID)
	case inRoom:
		query, args = countSaid, append(args, int64(line.Room.ID))
	}
	err := q.QueryRowContext(ctx, query, args...).Scan(&line.Of, &line.Reached)
	if err != nil || !inRoom || !named {
		return err
	}
	rows, err := q.QueryContext(ctx, whoWaits, append(args, mostNamed)...)
	line.Waiting, err = collect(rows, err, func(row scanner) (n chat.Name, err error) { return n, row.Scan(&n) })
	return err
}
