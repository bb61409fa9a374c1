// Package admin is the console on the server's own machine, both ends of it: HTTP with JSON on a
// Unix socket in the data folder, and the program's `admin` command that talks to it.
//
// One table of verbs (verbs.go) is what the server routes, what the one-shot form and the prompt
// parse, and what help and completion show, so that they cannot disagree. To add a verb is to
// add a row: its arguments, what it does on the server, and how its answer is shown.
//
// Where no server runs, the verbs that need the database only are done on it directly, by a Server in the
// console's own process (alone.go). What cannot be undone is refused with what it would do, until it is confirmed.
//
// An account that is a moderator or an admin has in the chat what the table says its role may do (inchat.go), with the same
// audit. What happens is told as it does, to who asks for the events (events.go): as JSON Lines.
//
// There is no password. The socket is open to its owner alone, and the server asks the system who
// is at the other end: only root and the user who runs the server may go on.
//
// For other programs: `curl --unix-socket admin.sock http://sshchat/v1/status`. Verbs that only look
// are GET with their arguments in the query; those that act are POST with an object of strings as the body. Names
// of fields are stable; new ones may come. An answer that is no 200 is {"error": {"reason", "text", "hint"}}. What
// GET /v1/pprof/KIND answers is a profile of the server, for `go tool pprof`.
package admin
