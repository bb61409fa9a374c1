package admin

import "time"

// Status is how a server is.
type Status struct {
	Version       string    `json:"version"`
	PID           int       `json:"pid"`
	Data          string    `json:"data"`   // the data folder, absolute
	Listen        string    `json:"listen"` // the address for ssh
	Since         time.Time `json:"since"`  // of this run
	Now           time.Time `json:"now"`
	Online        int       `json:"online"`              // people who are logged in
	MemoryBytes   uint64    `json:"memory_bytes"`        // that the program has from the system
	DatabaseBytes int64     `json:"database_bytes"`      // of the database, with what of it is in its log
	StopsAt       time.Time `json:"stops_at,omitzero"`   // missing: the server is not drained
	StopsFor      string    `json:"stops_for,omitempty"` // what people are told of it
	Raid          *Raid     `json:"raid,omitempty"`      // missing: raid mode is off
}

// Session is somebody who is logged in.
type Session struct {
	ID            int64     `json:"session"` // by which kick can name it
	Account       string    `json:"account"`
	Remote        string    `json:"remote,omitempty"` // ADDRESS:PORT; missing: not for who asks
	Client        string    `json:"client"`           // the version that the client gave
	Since         time.Time `json:"since"`
	IdleSeconds   int64     `json:"idle_seconds"` // since something was typed
	SentBytes     uint64    `json:"sent_bytes"`   // to the client; this and the next without what SSH adds
	ReceivedBytes uint64    `json:"received_bytes"`
	Behind        int       `json:"behind"` // lines of others that the client is not proven to have; at most 10,000
}

// Sessions are all that are logged in, in order of name.
type Sessions struct {
	Sessions []Session `json:"sessions"`
}

// User is an account.
type User struct {
	Name      string    `json:"name"`
	Role      string    `json:"role,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	LastLogin time.Time `json:"last_login_at,omitzero"` // missing: never
	BannedAt  time.Time `json:"banned_at,omitzero"`     // missing: not banned
	Mute      *Mute     `json:"mute,omitempty"`         // missing: they may speak
	// DisabledAt is missing for an account that is not disabled, MustChange for one whose password is its own.
	DisabledAt time.Time `json:"disabled_at,omitzero"`
	MustChange bool      `json:"must_change,omitzero"`
}

// Users is a page of accounts, in order of name.
type Users struct {
	Users []User `json:"users"`
	Next  string `json:"next,omitempty"` // the parameter after of the next page; missing: this was the last
}

func (u Users) rest() Params { return nextPage(u.Next) }

// Lockout is a lock that holds after too many wrong passwords.
type Lockout struct {
	Scope   string    `json:"scope"`             // as chat.LockScope
	Account string    `json:"account,omitempty"` // as typed, folded; missing: every account
	Remote  string    `json:"remote"`            // ADDRESS:PORT, ADDRESS or, of IPv6, PREFIX/64
	Until   time.Time `json:"until"`
}

// Lockouts are all locks that hold.
type Lockouts struct {
	Lockouts []Lockout `json:"lockouts"`
}

// Cleared is the answer of lockout clear.
type Cleared struct {
	Locks int `json:"locks"` // that held
}

// Acted is the answer of a verb that acts on an account.
type Acted struct {
	User string `json:"user"`
}

// Announced is the answer of announce.
type Announced struct {
	ID int64 `json:"id"` // of the entry in the log
}

// Content is what is in a database.
type Content struct {
	Accounts int       `json:"accounts"`
	Lines    int       `json:"lines"`           // that were said
	Newest   time.Time `json:"newest,omitzero"` // when the newest entry of the log was made; missing: there is none
}

// BackedUp is the answer of backup.
type BackedUp struct {
	File  string `json:"file"` // absolute
	Bytes int64  `json:"bytes"`
	Content
}

// Restored is the answer of restore.
type Restored struct {
	File  string `json:"file"`            // absolute
	Aside string `json:"aside,omitempty"` // where what was there is kept; missing: nothing was
	Content
}

// Checked is the answer of check where nothing is wrong.
type Checked struct{ Content }

// Drained is the answer of drain.
type Drained struct {
	StopsAt time.Time `json:"stops_at,omitzero"` // missing: it does not stop
}

// Reloaded is the answer of reload. The keys are as in section.key.
type Reloaded struct {
	Now       []string `json:"now"`            // keys that have changed and hold
	AtRestart []string `json:"at_restart"`     // keys that have changed and hold when the server is started again
	Note      string   `json:"note,omitempty"` // what is less than was asked for
}

// LogLevel is the answer of loglevel.
type LogLevel struct {
	Level string `json:"level"` // debug, info, warn or error
}

// Retention is the answer of retention, and of retention run.
type Retention struct {
	Days   int       `json:"days"`                 // that what people say is kept; 0: for good
	LastAt time.Time `json:"last_at,omitzero"`     // when lines were last deleted for their age; missing: never
	Before time.Time `json:"last_before,omitzero"` // what was said before that went then
	Lines  int       `json:"last_lines"`           // that went
}

// Vacuumed is the answer of vacuum.
type Vacuumed struct {
	Before int64 `json:"bytes_before"`
	After  int64 `json:"bytes_after"`
}

// Password is the answer of passwd, and an account that was made.
type Password struct {
	User       string `json:"user"`
	Password   string `json:"password,omitempty"` // missing: the one that was asked for
	MustChange bool   `json:"must_change"`        // at the next login
}

// Added is the answer of user add and user import, in the order of the file.
type Added struct {
	Users []Password `json:"users"`
}

// Role is the answer of promote and demote.
type Role struct {
	User string `json:"user"`
	Role string `json:"role"` // "": as everyone else
}

// Renamed is the answer of rename.
type Renamed struct {
	User string `json:"user"`
	Was  string `json:"was"`
}
