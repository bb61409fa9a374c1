package store

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

const selectStaff = `SELECT id FROM users WHERE role <> '' AND (disabled_at IS NULL OR disabled_until <= $1)`

// Staff lists those who have a role; see [chat.Store].
func (s *Store) Staff(ctx context.Context) (ids []chat.UserID, err error) {
	err = s.read(ctx, "list who has a role", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectStaff, micros(s.now()))
		ids, err = collect(rows, err, func(row scanner) (id chat.UserID, err error) { return id, row.Scan(&id) })
		return err
	})
	return ids, err
}

// AddReport keeps a report; see [chat.Store].
func (s *Store) AddReport(ctx context.Context, r chat.NewReport) (id int64, err error) {
	err = s.write(ctx, "add report", single, func(t *tx) (err error) {
		id, err = t.addReport(r)
		return err
	})
	return id, err
}

const countReports = `SELECT count(*) FROM reports WHERE reporter_id = $1 AND closed_at IS NULL`

func (t *tx) addReport(r chat.NewReport) (id int64, err error) {
	live, err := t.isLive(r.Login, r.Reporter)
	if err != nil {
		return 0, err
	}
	if !live {
		return 0, chat.ErrEnded
	}
	var open int
	if err := t.row(countReports, int64(r.Reporter)).Scan(&open); err != nil {
		return 0, err
	}
	if open >= chat.MostReports {
		return 0, chat.ErrManyReports
	}
	var l chat.Entry
	var said int64
	if r.Line != nil {
		l, said = *r.Line, micros(r.Line.At)
	}
	err = t.row(`
		INSERT INTO reports (at, reporter_id, about_id, line, kind, room_id, said_at, said, body)
		VALUES ($1, $2, $3, nullif($4, 0), $5, nullif($6, 0), $7, $8, $9)
		RETURNING id`,
		t.now, int64(r.Reporter), int64(r.About), int64(l.ID), string(l.Kind), int64(l.Room.ID), said, l.Body.String(),
		r.Text.String()).Scan(&id)
	return id, err
}

// Report is what somebody has told the moderators of.
type Report struct {
	ID              int64
	At              time.Time
	Reporter, About chat.Name
	// Line is what was reported, as it stood then; its ID is 0 if the report is about the account.
	Line chat.Entry
	Text sanitize.Text

	Closed   time.Time // zero: it is open
	ClosedBy string    // as chat.Audit has the actor
	Note     sanitize.Text
}

const selectReports = `
		SELECT r.id, r.at, coalesce(a.name, ''), coalesce(b.name, ''), coalesce(r.line, 0), r.kind, coalesce(o.name, ''), r.said_at,
		       r.said, r.body, coalesce(r.closed_at, 0), r.closed_by, r.note
		FROM   reports r LEFT JOIN users a ON a.id = r.reporter_id LEFT JOIN users b ON b.id = r.about_id
		       LEFT JOIN rooms o ON o.id = r.room_id
		WHERE  r.id > $1 AND (r.closed_at IS NULL OR $2) AND r.about_id <> $4
		ORDER  BY r.id LIMIT $3`

// Reports lists reports, the oldest first: those that are open, or all, after the one with an id, at most limit. Those about
// but are left out; 0 is nobody.
func (s *Store) Reports(ctx context.Context, all bool, after int64, limit int, but chat.UserID) (list []Report, err error) {
	err = s.read(ctx, "list reports", func(q querier) error {
		rows, err := q.QueryContext(ctx, selectReports, after, all, max(limit, 0), int64(but))
		list, err = collect(rows, err, scanReport)
		return err
	})
	return list, err
}

func scanReport(row scanner) (r Report, err error) {
	var at, saidAt, closed int64
	var said, body, note string
	l := &r.Line
	err = row.Scan(&r.ID, &at, &r.Reporter, &r.About, &l.ID, &l.Kind, &l.Room.Name, &saidAt, &said, &body, &closed, &r.ClosedBy, &note)
	r.At, l.At, r.Closed = fromMicros(at), orNoTime(saidAt), orNoTime(closed)
	l.Body, r.Text, r.Note = sanitize.Message(said), sanitize.Message(body), sanitize.Line(note)
	return r, err
}

// CloseReport closes a report, with a.Detail as the note; it appends a chat.Told of tell for whoever has reported, and writes
// the audit row, in one transaction. chat.ErrNoEntry, also if either account was erased; chat.ErrStale if it is closed.
func (s *Store) CloseReport(ctx context.Context, id int64, tell sanitize.Text, a chat.Audit) error {
	return s.write(ctx, "close report", several, func(t *tx) error {
		var open bool
		var reporter chat.UserID
		if err := t.row(`SELECT closed_at IS NULL, reporter_id FROM reports WHERE id = $1`, id).Scan(&open, &reporter); err != nil {
			return orMissing(err, chat.ErrNoEntry)
		}
		if !open {
			return chat.ErrStale
		}
		_, err := t.exec(`UPDATE reports SET closed_at = $1, closed_by = $2, note = $3 WHERE id = $4`, t.now, a.Actor, a.Detail, id)
		if err != nil {
			return err
		}
		if err := t.tell(reporter, tell); err != nil {
			return err
		}
		return t.audit(a, s.node.Load())
	})
}
