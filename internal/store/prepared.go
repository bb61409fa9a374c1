package store

import (
	"context"
	"database/sql"
	"sync"
)

// statementsMax bounds how many statements the readers keep. There are some hundred texts; those with an arm for each stay
// in a room come in as many forms as there are numbers of stays. What comes when it is full is compiled each time.
const statementsMax = 256

// statements are the SELECTs that have run, compiled: that takes up to ten times as long as to run one.
type statements struct {
	db     *sql.DB
	mu     sync.RWMutex
	byText map[string]*sql.Stmt
}

func newStatements(db *sql.DB) *statements {
	return &statements{db: db, byText: make(map[string]*sql.Stmt)}
}

func (s *statements) find(query string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byText[query]
}

// keep compiles a statement that has run. It takes one of the readers, so who has one must give it back before. That it
// fails does not matter: it is tried again after the next time.
func (s *statements) keep(ctx context.Context, query string) {
	s.mu.RLock()
	_, kept := s.byText[query]
	full := len(s.byText) >= statementsMax
	s.mu.RUnlock()
	if kept || full {
		return
	}
	st, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, kept := s.byText[query]; kept || len(s.byText) >= statementsMax {
		st.Close() // somebody else was faster
		return
	}
	s.byText[query] = st
}

// querier is what runs a SELECT: a reader of the pool for each, or one for all of a moment.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// reader is a querier that keeps what it compiles.
type reader struct {
	*statements
	moment *sql.Tx  // nil: whatever reader is free
	new    []string // what has run and was not kept yet
}

// compiled is the statement for a text, or nil if it was not kept yet.
func (r *reader) compiled(ctx context.Context, query string) *sql.Stmt {
	st := r.find(query)
	switch {
	case st == nil:
		r.new = append(r.new, query)
		return nil
	case r.moment != nil:
		return r.moment.StmtContext(ctx, st)
	}
	return st
}

func (r *reader) plainly() querier {
	if r.moment != nil {
		return r.moment
	}
	return r.db
}

// QueryContext implements querier.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := r.compiled(ctx, query); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return r.plainly().QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := r.compiled(ctx, query); st != nil {
		return st.QueryRowContext(ctx, args...)
	}
	return r.plainly().QueryRowContext(ctx, query, args...)
}

// keepNew keeps what has run, once its reader is free.
func (r *reader) keepNew(ctx context.Context) {
	for _, query := range r.new {
		r.keep(ctx, query)
	}
}
