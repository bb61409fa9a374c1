package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"modernc.org/sqlite"

	"sshchat/internal/chat"
)

// words is what the migrations index old lines by.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("words", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		text, _ := args[0].(string)
		return indexed(text), nil
	})
}

// indexed is a text as it stands in the index. The tokenizer there, ascii, takes all that is not ASCII for letters: so it finds
// these words and no others.
func indexed(text string) string { return strings.Join(chat.Words(text), " ") }

// placeOf says from whom an entry is and for whom, in words of the index. A line that an administrator deletes stays
// its author's.
func placeOf(e *chat.Entry) string {
	author := e.Sender.ID
	if e.Kind.IsChange() && e.About != nil {
		author = e.About.Sender.ID
	}
	from := fmt.Sprintf("f%d ", author)
	switch {
	case e.Room.ID != 0:
		return from + fmt.Sprintf("r%d", e.Room.ID)
	case e.Recipient.ID != 0:
		return from + fmt.Sprintf("t%d", e.Recipient.ID)
	}
	return from + "all"
}

// index brings the index of words up to date with the entries of the transaction. It comes before the commit, and before
// lines are deleted, as those may be among the entries.
func (t *tx) index() error {
	for ; t.indexed < len(t.entries); t.indexed++ {
		e := t.entries[t.indexed]
		id := e.ID
		switch {
		case e.Kind.IsChange(): // what was taken back stays in its place, without words
			id = e.Ref
			if _, err := t.exec(`DELETE FROM search WHERE rowid = $1`, int64(id)); err != nil {
				return err
			}
		case !e.Kind.IsSaid():
			continue
		}
		_, err := t.exec(`INSERT INTO search (rowid, body, place) VALUES ($1, $2, $3)`, int64(id), indexed(e.Body.String()), placeOf(e))
		if err != nil {
			return err
		}
	}
	return nil
}

// The bounds of one search: what it may take, how many lines are judged at once, how many hits in a row from where the person
// was not at that time it goes through before it steps over all such, how many lines that they may see it passes over, and
// in how many rooms one can have been for the index to go by them.
const (
	searchTime    = 2 * time.Second
	hitsAtOnce    = 200
	mostElsewhere = 5000
	mostPassed    = 10_000
	mostSearched  = 200
)

// Search gives what q finds; see [chat.Store]. One search at a time goes through much, so that however many are asked for,
// the other readers are free for what is no search.
func (s *Store) Search(ctx context.Context, user chat.UserID, q chat.LogQuery) (f chat.Found, err error) {
	if looksFar(user, q) {
		select {
		case s.searching <- struct{}{}:
			defer func() { <-s.searching }()
		case <-ctx.Done():
			return f, ctx.Err()
		}
	}
	err = s.snapshot(ctx, "read the history", func(db querier) (err error) {
		v, err := viewOf(ctx, db, user, q.Stretch)
		if err != nil {
			return err
		}
		if !q.Since.IsZero() {
			first, err := firstSince(ctx, db, v.head, q.Since)
			if err != nil {
				return err
			}
			v.from = max(v.from, first)
		}
		f, err = linesOf(ctx, db, v, q)
		return err
	})
	return f, err
}

// looksFar reports whether a search may have to pass over much. Where all is the person's own, or said by one of two to the
// other, nearly everything that the index gives is theirs to see.
func looksFar(user chat.UserID, q chat.LogQuery) bool {
	return len(q.Search.Terms) > 0 || q.Keep != nil || q.From != 0 && q.From != user && q.In.With.ID == 0
}

const selectHits = `
		SELECT s.rowid, coalesce(l.room_id, 0)
		FROM   search s CROSS JOIN log l ON l.id = s.rowid
		WHERE  s.search MATCH $1 AND s.rowid BETWEEN $2 AND $3
		ORDER  BY s.rowid DESC`

// found gives the newest lines that q finds among those that v holds, the newest first. What was taken back is found only by
// who asks for all of a conversation.
func found(ctx context.Context, db querier, v view, q chat.LogQuery) (chat.Found, error) {
	where, err := whereaboutsOf(ctx, db, v)
	if err != nil {
		return chat.Found{}, err
	}
	brief, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	r := searcher{db: db, view: v, q: q, where: where, at: v.to + 1}
	var f chat.Found
	err = r.run(ctx, brief)
	if isOver := brief.Err() != nil && ctx.Err() == nil; err == errPassed || err != nil && isOver {
		f.Back, err = timeOf(ctx, db, r.at)
	}
	if err != nil {
		return chat.Found{}, err
	}
	f.Lines, err = withQuotes(ctx, db, v, r.lines)
	return f, err
}

// A searcher is one search as it goes on, from the newest hit to older ones.
type searcher struct {
	db querier
	view
	q      chat.LogQuery
	where  whereabouts
	at     chat.EntryID // all from here on was looked at
	lines  []*chat.Entry
	passed int  // lines that the person may see, and that are not what they want
	done   bool // there are as many lines as are wanted
}

// errPassed ends a search that has passed over too many lines.
var errPassed = errors.New("store: too many lines passed over")

// run reads the hits of the index as they come, as to find the beginnings of words costs as much for one hit as for all.
// Where somebody was not, others may have said very much since: then it goes on with the part of the log in which the person
// neither came nor went, and leaves out the rooms that they were not in then.
func (r *searcher) run(ctx, brief context.Context) error {
	steps := false
	for !r.done && r.at > r.from {
		from := r.from
		if steps {
			from = max(from, r.where.edge(r.at-1)+1)
		}
		elsewhere, err := r.part(ctx, brief, from, r.at-1)
		if err != nil {
			return err
		}
		if steps = elsewhere; !elsewhere && !r.done {
			r.at = from
		}
	}
	return nil
}

// part goes through the hits between two ids, and reports whether it has stopped as too many are from elsewhere. The index
// is asked within brief.
func (r *searcher) part(ctx, brief context.Context, from, to chat.EntryID) (elsewhere bool, err error) {
	in := r.where.within(from, to)
	if room := r.q.In.Room.ID; room != 0 && in[room] == nil {
		return false, nil
	}
	rows, err := r.db.QueryContext(brief, selectHits, matchOf(r.user, r.q, in), int64(from), int64(to))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for others, more := 0, true; more && !r.done; {
		ids, n, err := r.batch(rows, in, mostElsewhere-others)
		if err != nil {
			return false, err
		}
		if err := r.judge(ctx, ids); err != nil {
			return false, err
		}
		if others += n; others == mostElsewhere {
			return true, nil
		}
		more = len(ids) == hitsAtOnce
	}
	return false, rows.Err()
}

// batch gives the next hits that may be the person's to see, and says how many others it has come by, at most so many.
func (r *searcher) batch(rows *sql.Rows, in whereabouts, most int) (ids []chat.EntryID, others int, err error) {
	for len(ids) < hitsAtOnce && others < most && rows.Next() {
		var room chat.RoomID
		if err := rows.Scan(&r.at, &room); err != nil {
			return nil, 0, err
		}
		if in.covers(room, r.at) {
			ids = append(ids, r.at)
		} else {
			others++
		}
	}
	return ids, others, nil
}

// judge takes of the lines with some ids those that the person may see and wants.
func (r *searcher) judge(ctx context.Context, ids []chat.EntryID) error {
	may, err := visible(ctx, r.db, r.view, ids)
	if err != nil {
		return err
	}
	all := len(r.q.Search.Terms) == 0 && r.q.From == 0
	for _, id := range ids {
		e := may[id]
		switch {
		case e == nil:
			continue
		// The index has the line as it stands, which may not be as this person sees it.
		case e.Deleted && !all, !r.q.Search.Matches(e.Body), r.q.Keep != nil && !r.q.Keep(e):
			if r.passed++; r.passed == mostPassed {
				r.at = id
				return errPassed
			}
			continue
		}
		if r.lines = append(r.lines, e); len(r.lines) == max(r.q.Limit, 1) {
			r.done = true
			return nil
		}
	}
	return nil
}

// timeOf is when the line with an id was said, or the first behind it.
func timeOf(ctx context.Context, db querier, id chat.EntryID) (time.Time, error) {
	var at int64
	err := db.QueryRowContext(ctx, `
		SELECT coalesce((SELECT at FROM log WHERE id >= $1 ORDER BY id LIMIT 1), (SELECT at FROM log_head WHERE one = 1))`, int64(id)).Scan(&at)
	return fromMicros(at), err
}

// whereabouts say where and when somebody was: by room, and under no room what is said in none, in order. The index knows
// the places, and not who was there at what time.
type whereabouts map[chat.RoomID][]chat.Stretch

// selectOpen gives the rooms that $1 is in whose owner has opened what was said before.
const selectOpen = `
		SELECT r.id FROM members m JOIN rooms r ON r.id = m.room_id
		WHERE  m.user_id = $1 AND m."left" IS NULL AND r.history = 1 AND r.closed IS NULL`

func whereaboutsOf(ctx context.Context, db querier, v view) (whereabouts, error) {
	stays, err := staysIn(ctx, db, v)
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, selectOpen, int64(v.user))
	open, err := collect(rows, err, func(row scanner) (id chat.RoomID, err error) { return id, row.Scan(&id) })
	in := whereabouts{0: {{From: max(v.from, v.created+1), To: v.to}}}
	for _, s := range stays {
		in[s.room] = append(in[s.room], s.Stretch)
	}
	for _, room := range open {
		in[room] = []chat.Stretch{{From: v.from, To: v.to}}
	}
	return in, err
}

func (w whereabouts) covers(room chat.RoomID, id chat.EntryID) bool {
	stays := w[room]
	behind := sort.Search(len(stays), func(i int) bool { return stays[i].From > id })
	return behind > 0 && id <= stays[behind-1].To
}

// within are those of the rooms in which they were at some time between two ids.
func (w whereabouts) within(from, to chat.EntryID) whereabouts {
	in := make(whereabouts, len(w))
	for room, stays := range w {
		if slices.ContainsFunc(stays, func(s chat.Stretch) bool { return s.From <= to && s.To >= from }) {
			in[room] = stays
		}
	}
	return in
}

// edge is the newest id below another behind which they came or went; 0 if there is none.
func (w whereabouts) edge(below chat.EntryID) (newest chat.EntryID) {
	for _, stays := range w {
		for _, s := range stays {
			for _, edge := range []chat.EntryID{s.From - 1, s.To} {
				if edge < below {
					newest = max(newest, edge)
				}
			}
		}
	}
	return newest
}

// matchOf is a search as FTS5 takes it (sqlite.org/fts5.html, section 3).
func matchOf(user chat.UserID, q chat.LogQuery, in whereabouts) string {
	var parts []string
	if len(q.Search.Terms) > 0 {
		parts = append(parts, "body : ("+termsOf(q.Search)+")")
	}
	if q.From != 0 {
		parts = append(parts, fmt.Sprintf("place : f%d", q.From))
	}
	switch {
	case q.In.Room.ID != 0:
		parts = append(parts, fmt.Sprintf("place : r%d", q.In.Room.ID))
	case q.In.With.ID != 0:
		parts = append(parts, fmt.Sprintf("place : ((f%d AND t%d) OR (f%[2]d AND t%[1]d))", user, q.In.With.ID))
	case len(in) <= mostSearched:
		parts = append(parts, in.places(user))
	}
	return strings.Join(parts, " AND ")
}

func termsOf(s chat.Search) string {
	terms := make([]string, len(s.Terms))
	for i, t := range s.Terms {
		terms[i] = `"` + strings.Join(t.Words, " ") + `"` // a word has no quotes
		if t.Prefix {
			terms[i] += " *"
		}
	}
	if s.Any {
		return strings.Join(terms, " OR ")
	}
	return strings.Join(terms, " AND ")
}

// places is all of them in words of the index.
func (w whereabouts) places(user chat.UserID) string {
	places := fmt.Sprintf("place : (all OR f%d OR t%[1]d", user)
	for _, room := range slices.Sorted(maps.Keys(w)) {
		if room != 0 {
			places += fmt.Sprintf(" OR r%d", room)
		}
	}
	return places + ")"
}

// list is ids as json_each takes them.
func list[ID chat.EntryID | chat.RoomID | int64](ids []ID) string {
	text, _ := json.Marshal(ids) // numbers
	return string(text)
}
