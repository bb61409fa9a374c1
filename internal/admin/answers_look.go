package admin

import "time"

// UserDetail is an account with what belongs to it.
type UserDetail struct {
	User
	Online    []Session         `json:"online,omitempty"`
	Settings  map[string]string `json:"settings,omitempty"` // those that are not as they are by default
	Rooms     []UserRoom        `json:"rooms"`              // by name
	Keys      []Key             `json:"keys"`
	Blocks    int               `json:"blocks"`     // people whom it blocks
	BlockedBy int               `json:"blocked_by"` // people who block it
	SeenWith  []SeenWith        `json:"seen_with"`  // accounts that came from the same address; at most 50
}

// UserRoom is a room that an account is in.
type UserRoom struct {
	Name string `json:"name"`
	Role string `json:"role,omitempty"` // owner, op; missing: neither
}

// Key is a public key of an account.
type Key struct {
	Fingerprint string    `json:"fingerprint"`
	Label       string    `json:"label,omitempty"`
	AddedAt     time.Time `json:"added_at"`
	UsedAt      time.Time `json:"used_at,omitzero"` // missing: never
}

// SeenWith is an account that came from an address that another came from.
type SeenWith struct {
	Name   string `json:"name"`
	Remote string `json:"remote,omitempty"` // the newest such address; missing: not for who asks
}

// Room is a room.
type Room struct {
	Name    string `json:"name"` // #NAME
	Owner   string `json:"owner,omitempty"`
	Members int    `json:"members"`
	Online  int    `json:"online"`  // of the members
	Lines   int    `json:"lines"`   // that were said in it
	Access  string `json:"access"`  // open, invite
	Posting string `json:"posting"` // all, ops, owners
}

// Rooms is a page of rooms, in order of name.
type Rooms struct {
	Rooms []Room `json:"rooms"`
	Next  string `json:"next,omitempty"` // as in Users
}

func (r Rooms) rest() Params { return nextPage(r.Next) }

// nextPage asks for the page behind a row.
func nextPage(after string) Params {
	if after == "" {
		return nil
	}
	return Params{afterArg.name: after}
}

// RoomDetail is a room with what is in it. What was said there it does not tell.
type RoomDetail struct {
	Room
	Topic       string   `json:"topic,omitempty"`
	SlowSeconds int64    `json:"slow_seconds,omitempty"` // between two lines of a member
	History     string   `json:"history"`                // what members see: all, joined
	People      []Member `json:"people"`                 // the owner, operators, the others
	Pins        []Trace  `json:"pins"`                   // in the order in which they were pinned
	Hands       []Trace  `json:"hands"`                  // whoever has waited longest first
}

// Member is somebody in a room.
type Member struct {
	Name       string    `json:"name"`
	Role       string    `json:"role,omitempty"`
	Online     bool      `json:"online"`
	MutedUntil time.Time `json:"muted_until,omitzero"`
}

// Trace is an entry of the log without its text.
type Trace struct {
	ID     int64     `json:"id"`
	Sender string    `json:"sender"`
	At     time.Time `json:"at"`
}

// AuditRow is an act, as the audit table has it.
type AuditRow struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"` // "uid 0", or the name of an account
	Via    string    `json:"via"`   // console, chat
	Action string    `json:"action"`
	Target string    `json:"target,omitempty"`
	Detail string    `json:"detail,omitempty"`
}

// Audit is a page of acts, the newest last.
type Audit struct {
	Audit []AuditRow `json:"audit"`
	Next  string     `json:"next,omitempty"` // as in Users
}

func (a Audit) rest() Params { return nextPage(a.Next) }

// Stats are figures of the whole. Days are those of the server's time zone.
type Stats struct {
	Accounts      int      `json:"accounts"`
	Banned        int      `json:"banned"`
	Online        int      `json:"online"`
	LoginsToday   int      `json:"logins_today"`
	Rooms         int      `json:"rooms"`
	Locks         int      `json:"locks"`
	OpenReports   int      `json:"open_reports"`
	DatabaseBytes int64    `json:"database_bytes"`
	Days          []Day    `json:"days"`              // seven, the last is today
	Process       *Process `json:"process,omitempty"` // missing: no server runs
	// CountedFrom is there if so much was said that Days do not count what was said before it.
	CountedFrom time.Time `json:"counted_from,omitzero"`
}

// Day is how many lines were said on a day.
type Day struct {
	Day        string `json:"day"` // 2026-11-25
	Direct     int    `json:"direct"`
	Broadcasts int    `json:"broadcasts"`
	Room       int    `json:"room"`
}

// Process is what the server uses.
type Process struct {
	PID         int       `json:"pid"`
	Since       time.Time `json:"since"`
	MemoryBytes uint64    `json:"memory_bytes"` // that it has from the system
	HeapBytes   uint64    `json:"heap_bytes"`   // of it, in use
	Goroutines  int       `json:"goroutines"`
}
