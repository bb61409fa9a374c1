package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
)

// Every text of this package that a person reads stands in this file.

const (
	you     = "you"
	all     = "all"
	toArrow = "→ "
	arrow   = " " + toArrow
	textGap = "  " // between a line's head and what was said

	rule      = "──"
	ruleOpen  = rule + "  "
	ruleClose = "  " + rule
	byServer  = " server: "

	lineBreakSign = " ⏎ "
	clipSign      = "…"

	lostMark = "  (stored just before the link was lost)"

	nobodyElse    = "nobody else is online"
	nothingWaits  = "no earlier lines wait"
	nothingSent   = "you have sent nothing yet"
	nobodyBlocked = "you block nobody"

	// The forms of times, as time.Format takes them.
	clockForm   = "15:04"
	weekdayForm = "Mon 15:04"
	dateForm    = "2 Jan 15:04"
	yearForm    = "2 Jan 2006 15:04"
	dayForm     = "Mon 2 Jan 2006"
)

// The columns of what stands in front of lines.
var arrowColumns, ruleColumns = width(arrow), width(ruleOpen)

func nobodyWithin(d time.Duration) string {
	return "nobody else logged in within the last " + span(d)
}

func faultText(ref string) string {
	return fmt.Sprintf("something went wrong on the server; it has been logged (ref %s)", ref)
}

func awayText(n int, since string) string {
	text := count(n, "message", "messages") + " while you were away"
	if since != "" {
		text += " (" + sinceText(since) + ")"
	}
	return text
}

func earlierText(n int) string {
	if n == 1 {
		return "1 earlier line waits: more"
	}
	return count(n, "earlier line", "earlier lines") + " wait: more"
}

// What became of a line. Delivered means that the recipient's ssh has it; whether anybody has read
// it is not known and not said.
func gotIt(who string) string    { return who + ": got it" }
func onItsWay(who string) string { return who + ": online, on its way" }
func waiting(who string) string  { return who + ": away, waiting" }
func reached(n, of int) string   { return "reached " + thousands(n) + " of " + thousands(of) }

const storedOnly = "stored"

func lineNumber(id chat.EntryID) string { return "#" + strconv.FormatInt(int64(id), 10) }

func sinceText(when string) string { return "since " + when }
func lastLogin(when string) string { return "no; last login " + when }

const (
	profileName    = "name"
	profileOnline  = "online"
	profileNever   = "no; never logged in"
	profileCreated = "account since"
	profileBlocked = "blocked"
	profileByYou   = "by you"
	profileSelf    = " (you)"
)

// count is a number with its noun. chat.MaxBacklog is as far as anybody counts, so that it means
// at least so many.
func count(n int, one, many string) string {
	switch {
	case n == 1:
		return "1 " + one
	case n >= chat.MaxBacklog:
		return thousands(chat.MaxBacklog) + " or more " + many
	}
	return thousands(n) + " " + many
}

// thousands writes n in groups of three digits: 4,800.
func thousands(n int) string {
	s := strconv.Itoa(n)
	var out strings.Builder
	for i, c := range s {
		if left := len(s) - i; i > 0 && left%3 == 0 && s[i-1] != '-' {
			out.WriteByte(',')
		}
		out.WriteRune(c)
	}
	return out.String()
}

// span is d in words, in the largest unit that it is a whole number of: "hour", "90 minutes".
func span(d time.Duration) string {
	units := []struct {
		size      time.Duration
		one, many string
	}{
		{24 * time.Hour, "day", "days"},
		{time.Hour, "hour", "hours"},
		{time.Minute, "minute", "minutes"},
		{time.Second, "second", "seconds"},
	}
	for _, u := range units {
		switch n := d / u.size; {
		case d == u.size:
			return u.one
		case n > 0 && d%u.size == 0:
			return thousands(int(n)) + " " + u.many
		}
	}
	return d.String()
}
