package admin

import (
	"fmt"
	"maps"
	"net/http"

	"sshchat/internal/chat"
)

const (
	// socketName is the socket's name in the data folder.
	socketName = "admin.sock"
	// prefix begins the path of every verb. A change that a client of today would misread gets another.
	prefix = "/v1/"
	// maxBody bounds a request, unless the verb has a bound of its own. The longest message that can be configured, in JSON's longest
	// spelling, is well below.
	maxBody = 1 << 20
	// maxAnswer bounds what the client reads: 100,000 sessions.
	maxAnswer = 64 << 20
)

// Params are the arguments of a verb, by name.
type Params map[string]string

// with is p with others in place of its own; nil if there are none.
func (p Params) with(others Params) Params {
	if others == nil {
		return nil
	}
	all := maps.Clone(p)
	maps.Copy(all, others)
	return all
}

// wireError is the body of every answer that is no 200.
type wireError struct {
	Error problem `json:"error"`
}

// problem says what is wrong, what to do, and in one stable word why.
type problem struct {
	Reason string `json:"reason"`
	Text   string `json:"text"`
	Hint   string `json:"hint,omitempty"`
}

func (p *problem) Error() string { return p.Text }

// A class is what a reason means to programs.
type class struct {
	status int // of HTTP
	exit   int // of the one-shot form
}

// The exit codes of sysexits.h that the console takes.
const (
	exitRefused     = 1
	exitUsage       = 64
	exitDamaged     = 65
	exitNoUser      = 67
	exitUnavailable = 69
	exitSoftware    = 70
	exitIO          = 74
	exitNoPerm      = 77
)

// The reasons that are not the domain's.
const (
	reasonUsage     = "usage"
	reasonForbidden = "forbidden"
	reasonNoVerb    = "no_verb"
	reasonTooLong   = "too_long"
	reasonFault     = "fault"
	// reasonUnconfirmed: nothing was done; the text says what yes would do.
	reasonUnconfirmed = "unconfirmed"
	reasonDamaged     = "damaged"
	reasonNoServer    = "no_server" // this and the next are the client's own
	reasonNoAnswer    = "no_answer"
	reasonNoWrite     = "no_write"
)

// classes are all reasons there are. The client reads the exit code here, by the word alone; a word that it
// does not know is a refusal.
var classes = map[string]class{
	reasonUsage:       {http.StatusBadRequest, exitUsage},
	reasonForbidden:   {http.StatusForbidden, exitNoPerm},
	reasonNoVerb:      {http.StatusNotFound, exitUnavailable},
	reasonTooLong:     {http.StatusRequestEntityTooLarge, exitRefused},
	reasonFault:       {http.StatusInternalServerError, exitSoftware},
	reasonUnconfirmed: {http.StatusConflict, exitRefused},
	reasonDamaged:     {http.StatusConflict, exitDamaged},
	reasonNoServer:    {http.StatusServiceUnavailable, exitUnavailable},
	reasonNoAnswer:    {http.StatusServiceUnavailable, exitUnavailable},
	reasonNoWrite:     {http.StatusInternalServerError, exitIO},
	"invalid":         {http.StatusConflict, exitRefused},
	"not_found":       {http.StatusNotFound, exitNoUser},
	"taken":           {http.StatusConflict, exitRefused},
	"blocked":         {http.StatusConflict, exitRefused},
	"denied":          {http.StatusConflict, exitRefused},
	"not_allowed":     {http.StatusConflict, exitRefused},
	"locked":          {http.StatusConflict, exitRefused},
	"occupied":        {http.StatusConflict, exitRefused},
	"banned":          {http.StatusConflict, exitRefused},
	"too_fast":        {http.StatusTooManyRequests, exitRefused},
	"busy":            {http.StatusServiceUnavailable, exitRefused},
	"logged_out":      {http.StatusConflict, exitRefused},
	"must_change":     {http.StatusConflict, exitRefused},
}

// reasonWords are the stable words for the domain's reasons.
var reasonWords = map[chat.Reason]string{
	chat.Invalid:    "invalid",
	chat.NotFound:   "not_found",
	chat.Taken:      "taken",
	chat.Blocked:    "blocked",
	chat.Denied:     "denied",
	chat.Locked:     "locked",
	chat.Occupied:   "occupied",
	chat.Banned:     "banned",
	chat.TooLong:    reasonTooLong,
	chat.TooFast:    "too_fast",
	chat.Busy:       "busy",
	chat.LoggedOut:  "logged_out",
	chat.NotAllowed: "not_allowed",
	chat.Usage:      reasonUsage,
	chat.MustChange: "must_change",
}

// problemOf puts a refusal of the domain on the wire.
func problemOf(r chat.Refusal) *problem {
	word, ok := reasonWords[r.Reason]
	if !ok {
		word = fmt.Sprintf("reason_%d", r.Reason)
	}
	return &problem{word, r.Text, r.Hint}
}

func (p *problem) status() int {
	if c, ok := classes[p.Reason]; ok {
		return c.status
	}
	return http.StatusConflict
}

func (p *problem) exit() int {
	if c, ok := classes[p.Reason]; ok {
		return c.exit
	}
	return exitRefused
}
