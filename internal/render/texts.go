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

	// The same on a narrow screen.
	tightArrow = "→"
	tightGap   = " "

	actSign    = "* "
	mentionGap = " » " // in place of textGap where the viewer is mentioned

	rule      = "──"
	ruleOpen  = rule + "  "
	ruleClose = "  " + rule
	byServer  = " server: "

	linearRule  = "--" // of as many columns as rule
	linearOpen  = linearRule + "  "
	linearClose = "  " + linearRule

	lineBreakSign = " ⏎ "
	clipSign      = "…"

	quoteUnseen = " ↳ …"

	foundOpen, foundClose = "»", "«" // around what a search has found

	lostMark = "  (stored just before the link was lost)"

	nobodyElse    = "nobody else is online"
	nothingWaits  = "no earlier lines wait"
	nothingSaid   = "nothing was said there that you can see"
	nothingFound  = "nothing of that kind was said that you can see"
	moreFound     = "there may be more: in, from and since narrow a search"
	nothingUnread = "nothing is unread"
	nothingSent   = "you have sent nothing yet"
	nobodyBlocked = "you block nobody"
	nobodyWatched = "you watch for nobody"

	// The forms of times, as time.Format takes them.
	clockForm   = "15:04"
	halfForm    = "03:04pm"
	weekdayForm = "Mon 15:04"
	dateForm    = "2 Jan 15:04"
	yearForm    = "2 Jan 2006 15:04"
	dayForm     = "Mon 2 Jan 2006"
)

// The columns of what stands in front of lines.
var (
	arrowColumns, tightArrowColumns = width(arrow), width(tightArrow)
	ruleColumns, mentionColumns     = width(ruleOpen), width(mentionGap)
)

// cutOff is for a search that was ended before it had looked at all.
func cutOff(n int, back string) string {
	text := "it takes long: nothing older than " + back + " was looked at; in, from and more words narrow a search"
	if n == 0 {
		text = "nothing was found yet; " + text
	}
	return text
}

func nobodyWithin(d time.Duration) string {
	return "nobody else logged in within the last " + span(d)
}

func faultText(ref string) string {
	return fmt.Sprintf("something went wrong on the server; it has been logged (ref %s)", ref)
}

func awayText(n, direct int, since string) string {
	text := count(n, "message", "messages") + " while you were away"
	if direct > 0 && direct < n {
		text += ", " + thousands(direct) + " to you alone"
	}
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

func editedNote(when string) string  { return " (edited " + when + ")" }
func deletedNote(when string) string { return " (deleted " + when + ")" }
func removedNote(when string) string { return " (deleted by " + byAdmin + " " + when + ")" }

func quoteNote(who, when, text string) string {
	return " ↳ " + who + " " + when + ` "` + text + `"`
}

func unsentText(when string) string { return "your unsent line from " + when + " is back" }

func reopenedText(n int, more bool) string {
	text := "you stopped here: " + unreadCount(n) + " since"
	if more {
		text += ", the newest:"
	}
	return text
}

func unreadText(u chat.Unread, quiet bool) string {
	text := unreadCount(u.Count)
	if u.Mentions > 0 {
		text += ", " + count(u.Mentions, "names you", "name you")
	}
	if quiet {
		text += " (quiet)"
	}
	return text
}

func unreadCount(n int) string {
	if n >= chat.MostUnread {
		return thousands(chat.MostUnread) + " or more lines"
	}
	return count(n, "line", "lines")
}

// What became of a line. Delivered means that the recipient's ssh has it; whether anybody has read
// it is not known and not said.
func gotIt(who string) string    { return who + ": got it" }
func onItsWay(who string) string { return who + ": online, on its way" }
func waiting(who string) string  { return who + ": away, waiting" }
func reached(n, of int) string   { return "reached " + thousands(n) + " of " + thousands(of) }

const storedOnly = "stored"

// stillWaiting names some of the n who do not have a line yet.
func stillWaiting(some []chat.Name, n int) string {
	if len(some) == 0 {
		return ""
	}
	names := make([]string, len(some))
	for i, who := range some {
		names[i] = name(chat.Person{Name: who})
	}
	if n > len(some) {
		names = append(names, clipSign)
	}
	return "; waiting: " + strings.Join(names, ", ")
}

func lineNumber(id chat.EntryID) string { return "#" + strconv.FormatInt(int64(id), 10) }

func sinceText(when string) string { return "since " + when }
func lastLogin(when string) string { return "no; last login " + when }

func undisturbed(until string) string { return "do not disturb until " + until }

// awayNote says that somebody is away, in their own words if they have left any.
func awayNote(why string) string {
	if why == chat.JustAway {
		return why
	}
	return "away: " + why
}

func onlineSince(who, when string) string { return who + " is online since " + when }
func hereUntil(who, when string) string   { return who + " was here until " + when }
func neverHere(who string) string         { return who + " was never here" }

func watchOver(who string) string { return who + " is here, whom you watch for" }

func cameText(who chat.Crowd) string {
	if who.Count == 1 {
		return crowd(who) + " is here"
	}
	return crowd(who) + " are here"
}

func wentText(who chat.Crowd) string { return crowd(who) + " left" }

// crowd is who it is: bob, carol and 195 more.
func crowd(who chat.Crowd) string {
	words := names(who.Named)
	if more := who.Count - len(words); more > 0 {
		words = append(words, thousands(more)+" more")
	}
	return series(words)
}

// series is a, b and c.
func series(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func names(who []chat.Person) (all []string) {
	for _, p := range who {
		all = append(all, name(p))
	}
	return all
}

const (
	profileName    = "name"
	profileOnline  = "online"
	profileNever   = "no; never logged in"
	profileCreated = "account since"
	profileAbout   = "about"
	profileRole    = "role"
	profileBlocked = "blocked"
	profileByYou   = "by you"
	profileSelf    = " (you)"

	settingAbout = "means"
	settingForm  = "can be"
)

const (
	byNobody = "the server"
	byAdmin  = "an administrator"
	noRooms  = "there are no rooms that you can see: join #NAME makes one"

	roomOf     = "room"
	roomTopic  = "topic"
	roomPeople = "members"
	roomRule   = "rule"
)

const (
	nothingPinned = "nothing is pinned there"
	nobodyWaits   = "no hand is up there"
	raisedHand    = " raised a hand"
	loweredHand   = " lowered the hand"
)

func pinned(line string) string   { return " pinned " + line }
func unpinned(line string) string { return " unpinned " + line }

func yourTurn(by string) string      { return by + ": it is your turn" }
func turnOf(by, whose string) string { return by + " called " + whose + ", whose turn it is" }

func moreWait(n int) string { return "and " + thousands(n) + " more" }

func possessive(who string) string {
	if who == you {
		return "yours"
	}
	return who + "'s"
}

// lowered is of somebody else's hand.
func lowered(whom string) string {
	if whom == you {
		return " lowered your hand"
	}
	return " lowered the hand of " + whom
}

func reason(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

// mutedFor is behind the name of whoever did it. value is what the entry has: a duration.
func mutedFor(value, whom string) string {
	d, _ := time.ParseDuration(value)
	if d <= 0 {
		return " let " + whom + " speak again"
	}
	length := span(d)
	if c := length[0]; c < '0' || c > '9' {
		length = "1 " + length
	}
	return " muted " + whom + " for " + length
}

// ruleOf says what a room is from an entry of kind k on; nothing if it is not known here.
func ruleOf(k chat.Kind, value string) string {
	switch {
	case k == chat.Post:
		return posting(chat.Posting(value))
	case k == chat.Slow:
		d, _ := time.ParseDuration(value)
		return slowness(d)
	}
	return map[string]string{
		chat.AccessOpen:    "whoever wants to may come in",
		chat.AccessInvited: "whoever is invited may come in",
		chat.HistoryAll:    "members see what was said before they came",
		chat.HistoryJoined: "members see what is said once they have come",
	}[value]
}

func posting(p chat.Posting) string {
	return map[chat.Posting]string{
		chat.PostAll: "all members may speak", chat.PostOps: "only operators may speak", chat.PostOwners: "only the owner may speak",
	}[p]
}

func slowness(d time.Duration) string {
	if d <= 0 {
		return "no pace but everyone's"
	}
	return "a member may speak once every " + span(d)
}

// rulesOf are the rules of a room that others do not have.
func rulesOf(r chat.RoomInfo) (rules []string) {
	if r.InviteOnly {
		rules = append(rules, ruleOf(chat.Access, chat.AccessInvited))
	}
	if r.Posting != chat.PostAll {
		rules = append(rules, posting(r.Posting))
	}
	if r.Slow > 0 {
		rules = append(rules, slowness(r.Slow))
	}
	if r.History {
		rules = append(rules, ruleOf(chat.Access, chat.HistoryAll))
	}
	return rules
}

func topicOr(topic string) string {
	if topic == "" {
		return "none"
	}
	return topic
}

// unreadIn is what is unread in a room; nothing if that is nothing.
func unreadIn(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + thousands(n) + " unread"
}

// standing is how the viewer stands to a room.
func standing(r chat.RoomInfo) string {
	switch {
	case !r.IsMember:
		return "open"
	case r.Role == chat.Plain:
		return "joined"
	}
	return roleName(r.Role)
}

func roleName(r chat.Role) string {
	return map[chat.Role]string{chat.Plain: "member", chat.Operator: "operator", chat.Owner: "owner"}[r]
}

func peopleIn(r chat.RoomInfo) string {
	return count(r.Members, "member", "members") + ", " + thousands(r.Online) + " online"
}

func here(online bool) string {
	if online {
		return "online"
	}
	return "away"
}

func presence(m chat.Member, mutedUntil string) string {
	text := here(m.Online)
	if !m.Muted.IsZero() {
		text += ", muted until " + mutedUntil
	}
	return text
}

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
