package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

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

// placeOf says from whom an entry is and for whom, in words of the index.
func placeOf(e *chat.Entry) string {
	from := fmt.Sprintf("f%d ", e.Sender.ID)
	switch {
	case e.Room.ID != 0:
		return from + fmt.Sprintf("r%d", e.Room.ID)
	case e.Recipient.ID != 0:
		return from + fmt.Sprintf("t%d", e.Recipient.ID)
	}
	return from + "all"
}

// index brings the index of words up to date with the entries of the transaction.
func (t *tx) index() error {
	for _, e := range t.entries {
		id := e.ID
		switch {
		case e.Kind.IsChange(): // what was taken back stays in its place, without words
			id = e.Ref
			_, err := t.exec(`INSERT INTO search (search, rowid, body, place) VALUES ('delete', $1, $2, $3)`,
				int64(id), indexed(t.was[e.ID]), placeOf(e))
			if err != nil {
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

// The bounds of one search: how many lines are looked at, by how many at once, and in how many rooms one can have been
// for the index to go by them.
const (
	mostHits     = 10_000
	hitsAtOnce   = 200
	mostSearched = 200
)

const selectHits = `
		SELECT rowid FROM search WHERE search MATCH $1 AND rowid BETWEEN $2 AND $3 ORDER BY rowid DESC LIMIT $4`

// found gives the newest lines that q finds among those that v holds, the newest first. The index knows the places, but
// not who was where at what time: that the one entitlement function knows. What was taken back is found only by who asks
// for all of a conversation.
func found(ctx context.Context, db querier, v view, q chat.LogQuery) ([]*chat.Entry, error) {
	match, err := matchOf(ctx, db, v.user, q)
	if err != nil {
		return nil, err
	}
	var lines []*chat.Entry
	all := len(q.Search.Terms) == 0 && q.From == 0
	to := v.to
	for range mostHits / hitsAtOnce {
		rows, err := db.QueryContext(ctx, selectHits, match, int64(v.from), int64(to), hitsAtOnce)
		ids, err := collect(rows, err, func(row scanner) (id chat.EntryID, err error) { return id, row.Scan(&id) })
		if err != nil {
			return nil, err
		}
		may, err := visible(ctx, db, v, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			e := may[id]
			// The index has the line as it stands, which may not be as this person sees it.
			if e == nil || e.Deleted && !all || !q.Search.Matches(e.Body) || q.Keep != nil && !q.Keep(e) {
				continue
			}
			if lines = append(lines, e); len(lines) == max(q.Limit, 1) {
				return withQuotes(ctx, db, v, lines)
			}
		}
		if len(ids) < hitsAtOnce {
			break
		}
		to = ids[len(ids)-1] - 1
	}
	return withQuotes(ctx, db, v, lines)
}

// matchOf is a search as FTS5 takes it (sqlite.org/fts5.html, section 3).
func matchOf(ctx context.Context, db querier, user chat.UserID, q chat.LogQuery) (string, error) {
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
	default:
		places, err := everywhere(ctx, db, user)
		if err != nil {
			return "", err
		}
		if places != "" {
			parts = append(parts, places)
		}
	}
	return strings.Join(parts, " AND "), nil
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

// everywhere is where somebody may have been; nothing if that is in very many rooms.
func everywhere(ctx context.Context, db querier, user chat.UserID) (string, error) {
	rows, err := db.QueryContext(ctx, `SELECT DISTINCT room_id FROM members WHERE user_id = $1 LIMIT $2`, int64(user), mostSearched+1)
	rooms, err := collect(rows, err, func(row scanner) (id chat.RoomID, err error) { return id, row.Scan(&id) })
	if err != nil || len(rooms) > mostSearched {
		return "", err
	}
	places := fmt.Sprintf("place : (all OR f%d OR t%[1]d", user)
	for _, r := range rooms {
		places += fmt.Sprintf(" OR r%d", r)
	}
	return places + ")", nil
}

// list is ids as json_each takes them.
func list[ID chat.EntryID | chat.RoomID](ids []ID) string {
	text, _ := json.Marshal(ids) // numbers
	return string(text)
}
