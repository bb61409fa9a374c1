// Package store keeps everything sshchat knows in one database: the log, the accounts, who is
// logged in, who blocks whom, who may not try again yet. [Store] is a [chat.Store].
//
// One goroutine writes. It takes what waits, at most 256 verbs, runs them in one transaction,
// commits, hands the new entries to those who follow the log, and then answers: an answer means
// that the change is on disk (WAL, synchronous=FULL). Rules that depend on stored state are checked
// in that transaction, by the statement that acts on them, and a verb that is refused fails alone.
// If the commit fails, every verb of the batch fails with its error and nobody has seen anything.
//
// Reads run beside it on a few connections of their own. They read their rows whole before they
// return: an open row would keep the write-ahead log from being checkpointed.
//
// Each statement stands beside the method that runs it, in words that SQLite and PostgreSQL share
// where there are such. What is SQLite's own stands in sqlite.go, error.go, migrate.go and migrations/:
// another engine brings its own of those.
//
// Times are stored as microseconds since 1970 UTC, so what is read back is what was returned.
package store
