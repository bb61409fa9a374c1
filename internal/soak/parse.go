package soak

import (
	"strconv"
	"strings"
	"time"
)

// A saying is one line of a screen, understood.
type saying struct {
	kind sayingKind
	line LineID
	from int16 // of what somebody says or does: as the screen says, an account or nobody
	who  int16 // of a line its recipient, also everyone or a room; else whom or which room the saying is about
	room int16 // of what happens to who in a room
	pad  int32 // bytes of padding behind a line's token; -1: there is something else

	edited bool  // a line, as it says
	quote  int32 // as in Event
	number int64 // of a line in the log
}

type sayingKind int

const (
	unexpected sayingKind = iota
	idle                  // nothing that matters: a new day, how many lines wait
	aLine
	aKick
	ownLine   // with its number
	emptied   // a line that was deleted
	retracted // a line; who is the room, or everyone
	joined
	parted
	invited
	welcome
	busy            // the hash queue is full
	alreadyLoggedIn // and the session there answers
	taken           // a name
	refused         // a message, because of a block
	noUser
	blocked
	unblocked
	entered   // a room, as its facts say
	alone     // in the room that was entered: so it is the account's own
	promoted  // the account, to an operator of a room
	alreadyIn // a room
	barred    // from a room, after a kick
	notIn     // a room
	declined  // what is asked for in a room, or of a line
	noLine    // with that number
	nothingWaits
	noCommand // the answer to a word that is no command, which marks a place
	loginEnded
	goodbye
	shuttingDown
	takenOver
	linkDead // taken for dead, and somebody else is let in
	askedPassword
	sayings // how many there are
)

// A reader of a screen knows who takes part.
type reader struct {
	seed uint64
	me   int16
	who  map[string]int16 // by name, rooms with their #
}

// The parts of a line that an account is shown: 14:02 FROM → TO  TEXT, or in a room 14:02 #ROOM FROM  TEXT.
const (
	clockLength = len("14:02")
	arrow       = " → "
	textGap     = "  "
	roomSign    = "#"
	lostMark    = "  (stored just before the link was lost)"
	noticeRule  = "──"
	noteOpen    = " ("
	quoteSign   = " ↳ "
	deletes     = " deleted what was said at "
)

func (r reader) read(s string) saying {
	switch {
	case len(s) > clockLength && s[2] == ':' && s[clockLength] == ' ':
		return r.readLine(s[clockLength+1:])
	case strings.HasPrefix(s, noticeRule):
		return r.readNotice(strings.TrimSpace(strings.Trim(s, "─")))
	}
	if rest, ok := strings.CutPrefix(s, roomSign); ok {
		return r.readOwn(rest)
	}
	return r.readAnswer(s)
}

// readOwn reads a row of the answer to sent, without the # of its number. One whose text was deleted says nothing.
func (r reader) readOwn(s string) saying {
	words := strings.Fields(s)
	for _, w := range words {
		if id, ok := parseToken(r.seed, w); ok {
			n, err := strconv.ParseInt(words[0], 10, 64)
			if err != nil {
				return saying{}
			}
			return saying{kind: ownLine, line: id, number: n}
		}
	}
	return saying{kind: idle}
}

// readLine reads a line without its clock.
func (r reader) readLine(s string) saying {
	head, text, ok := strings.Cut(s, textGap)
	head, note, _ := strings.Cut(head, noteOpen)
	head, quote, _ := strings.Cut(head, quoteSign)
	from, to, ok2 := strings.Cut(head, arrow)
	if strings.HasPrefix(head, roomSign) {
		to, from, ok2 = strings.Cut(head, " ")
	}
	if !ok || !ok2 {
		return saying{}
	}
	text = strings.TrimSuffix(text, lostMark)
	if strings.HasPrefix(note, "deleted ") && text == "" {
		return saying{kind: emptied, from: r.party(from), who: r.party(to)}
	}
	word, pad, padded := strings.Cut(text, " ")
	id, ok := parseToken(r.seed, word)
	if !ok {
		return saying{}
	}
	x := saying{kind: aLine, line: id, from: r.party(from), who: r.party(to), pad: int32(len(pad)),
		edited: strings.HasPrefix(note, "edited "), quote: r.readQuote(quote, id.By)}
	if padded && strings.Trim(pad, "x") != "" {
		x.pad = -1
	}
	return x
}

// readQuote reads what the head of a line by somebody quotes: bob 14:02 "TEXT".
func (r reader) readQuote(s string, by int32) int32 {
	_, text, _ := strings.Cut(s, `"`)
	text = strings.TrimSuffix(strings.TrimSuffix(text, `"`), "…")
	word, _, _ := strings.Cut(text, " ")
	id, ok := parseToken(r.seed, word)
	switch {
	case word == "":
		return 0
	case !ok || id.By != by:
		return -1
	}
	return id.N + 1
}

func (r reader) party(name string) int16 {
	switch name {
	case "you":
		return r.me
	case "all":
		return everyone
	}
	return r.account(name)
}

func (r reader) account(name string) int16 {
	if i, ok := r.who[name]; ok {
		return i
	}
	return nobody
}

func parseToken(seed uint64, s string) (LineID, bool) {
	rest, ok := strings.CutPrefix(s, "s"+strconv.FormatUint(seed, 10)+"-c")
	by, n, ok2 := strings.Cut(rest, "-")
	i, err := strconv.ParseInt(by, 10, 32)
	j, err2 := strconv.ParseInt(n, 10, 32)
	return LineID{int32(i), int32(j)}, ok && ok2 && err == nil && err2 == nil
}

func (r reader) readNotice(s string) saying {
	if len(s) > clockLength && strings.HasPrefix(s[clockLength:], " "+roomSign) {
		name, what, _ := strings.Cut(s[clockLength+1:], ": ")
		return r.readChange(r.account(name), what)
	}
	if _, what, ok := strings.Cut(s, " "); ok && s[0] <= '9' {
		if name, _, ok := strings.Cut(what, deletes); ok {
			return saying{kind: retracted, from: r.party(name), who: everyone}
		}
	}
	for _, n := range []struct {
		words string
		kind  sayingKind
	}{
		{"while you were away", idle},
		{"wait: more", idle},
		{"waits: more", idle},
		{"goodbye", goodbye},
		{"shutting down", shuttingDown},
		{"this login was taken over", takenOver},
		{"did not answer while you logged in elsewhere", linkDead},
	} {
		if strings.Contains(s, n.words) {
			return saying{kind: n.kind}
		}
	}
	if _, err := time.Parse("Mon 2 Jan 2006", s); err == nil {
		return saying{kind: idle}
	}
	return saying{}
}

// readChange reads what somebody does in a room: WHO joined.
func (r reader) readChange(room int16, s string) saying {
	name, what, _ := strings.Cut(s, " ")
	x := saying{from: r.party(name), who: room}
	verb, rest, _ := strings.Cut(what, " ")
	whom, rest, _ := strings.Cut(rest, " ")
	whom = strings.TrimSuffix(whom, ":")
	switch {
	case strings.HasPrefix(" "+what, deletes):
		x.kind = retracted
	case what == "joined":
		x.kind = joined
	case what == "left", strings.HasPrefix(what, "left, and the room is "):
		x.kind = parted
	case verb == "made" && whom == "you" && rest == "an operator":
		x.kind = promoted
	case verb == "made" && rest == "an operator":
		return saying{kind: idle}
	case verb == "invited" && (rest == "" || strings.HasPrefix(rest, "join "+roomSign)):
		x.kind, x.who, x.room = invited, r.party(whom), room
	case verb == "removed":
		id, ok := parseToken(r.seed, rest)
		if !ok {
			return saying{}
		}
		x.kind, x.who, x.room, x.line = aKick, r.party(whom), room, id
	default:
		return saying{}
	}
	return x
}

// readAnswer reads what answers a command. A name in it stands before, between or behind fixed words.
func (r reader) readAnswer(s string) saying {
	for _, a := range []struct {
		before, behind string // the name
		kind           sayingKind
	}{
		{"not sent: ", " has blocked you", refused},
		{`no user "`, `"`, noUser},
		{"blocked ", ";", blocked},
		{"", " is blocked already", blocked},
		{"unblocked ", ";", unblocked},
		{"", " is not blocked", unblocked},
		{`"`, `" is taken`, taken},
		{"you are not in ", " ", notIn},
		{"no room ", " ", notIn},
		{"you are in ", " already", alreadyIn},
		{"you were removed from ", " ", barred},
		{"", " is not in #", declined},
		{"", " is in #", declined},
		{"that is what ", " is in #", declined},
	} {
		rest, ok := strings.CutPrefix(s, a.before)
		name, _, ok2 := strings.Cut(rest, a.behind)
		if ok && ok2 && !strings.Contains(name, " ") {
			return saying{kind: a.kind, who: r.account(name)}
		}
	}
	if name, ok := strings.CutPrefix(s, "room "); ok {
		return saying{kind: entered, who: r.account(strings.TrimSpace(name))}
	}
	for _, a := range []struct {
		words string
		kind  sayingKind
	}{
		{"password", askedPassword},
		{"Welcome, ", welcome},
		{"the server is busy, try again", busy},
		{"already logged in from ", alreadyLoggedIn},
		{"no earlier lines wait", nothingWaits},
		{"you have sent nothing yet", idle},
		{"no command ", noCommand},
		{"not done: this login has ended", loginEnded},
		{"not done: ", declined},
		{"there is no line with that number", noLine},
		{"topic ", idle},
		{"members  1 member,", alone},
		{"members ", idle},
	} {
		if strings.HasPrefix(s, a.words) {
			return saying{kind: a.kind}
		}
	}
	return saying{}
}
