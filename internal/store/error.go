package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sshchat/internal/chat"
)

// ErrClosed is what every method returns once Close has begun.
var ErrClosed = errors.New("store: closed")

// Problem classes what can be wrong with a database, for exit codes.
type Problem int

// The problems.
const (
	Faulty  Problem = iota // none of those below
	Damaged                // its content makes no sense
	Foreign                // it is no database, or not one of ours
	Newer                  // a newer release made it what it is
	Exposed                // others may read or write it
	Denied                 // it may not be read or written
	Full                   // there is no room left
	InUse                  // another program holds it
)

// Error is a fault of the database in words for whoever runs the server.
type Error struct {
	Problem Problem
	Text    string // one line, without a final stop
	Hint    string // the way on; may be empty
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string {
	if e.Err == nil {
		return "store: " + e.Text
	}
	return fmt.Sprintf("store: %s: %v", e.Text, e.Err)
}

// Is has a full disk be chat.ErrNoRoom.
func (e *Error) Is(target error) bool { return target == chat.ErrNoRoom && e.Problem == Full }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

const (
	hintMode    = "check the owner and the mode of the file and its folder"
	hintRestore = "restore the newest backup; the file as it is may still be of use to: sqlite3 FILE .recover"
)

// problems says what SQLite's primary result codes mean to whoever runs the server.
var problems = map[int]Error{
	sqlite3.SQLITE_CORRUPT:  {Problem: Damaged, Text: "the database is damaged", Hint: hintRestore},
	sqlite3.SQLITE_NOTADB:   {Problem: Foreign, Text: "the file is no database, or its beginning is damaged", Hint: hintRestore},
	sqlite3.SQLITE_FULL:     {Problem: Full, Text: "the disk is full", Hint: "make room; nothing that was acknowledged is lost"},
	sqlite3.SQLITE_READONLY: {Problem: Denied, Text: "the database may not be written", Hint: hintMode},
	sqlite3.SQLITE_PERM:     {Problem: Denied, Text: "the database may not be opened", Hint: hintMode},
	sqlite3.SQLITE_CANTOPEN: {Problem: Denied, Text: "the database cannot be opened", Hint: hintMode},
	sqlite3.SQLITE_IOERR:    {Problem: Faulty, Text: "the disk does not do what it should", Hint: "look into the system's log"},
	sqlite3.SQLITE_BUSY:     {Problem: InUse, Text: "another program holds the database", Hint: "end it, or copy the database with VACUUM INTO instead"},
}

// fault puts an error of the engine into words, with what was being done. Others, refusals above
// all, pass as they are.
func fault(what string, err error) error {
	code, ok := engineCode(err)
	if !ok {
		return err
	}
	e, known := problems[code]
	if !known {
		e.Text = "the database failed"
	}
	e.Err = fmt.Errorf("%s: %w", what, err)
	return &e
}

// engineCode gives SQLite's primary result code, if err is SQLite's.
func engineCode(err error) (code int, ok bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0, false
	}
	return e.Code() & 0xff, true
}

// isFailure reports whether err is the engine's, and not because whoever asked has gone.
func isFailure(err error) bool {
	code, ok := engineCode(err)
	return ok && code != sqlite3.SQLITE_INTERRUPT
}

// losesBatch reports whether after err the transaction may be gone, or not to be trusted. After a
// violated constraint SQLite undoes the statement and no more.
func losesBatch(err error) bool {
	code, ok := engineCode(err)
	if !ok {
		return false
	}
	switch code {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE:
		return false
	}
	return true
}
