package chat

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Every text of the domain that a person reads stands in this file, in texts_rooms.go or in texts_govern.go.

func refuseNameForm(s string) Refusal {
	text := "that is no name"
	if len(s) > 0 && len(s) <= 2*MaxName {
		text = strconv.Quote(s) + " is no name"
	}
	return Refusal{Invalid, text, fmt.Sprintf(
		"a name is a letter from a to z, then such letters, digits, _ or -, %d to %d in all", MinName, MaxName)}
}

func refuseReserved(n Name) Refusal {
	return Refusal{Taken, fmt.Sprintf("%q is taken: the word is reserved", n), "choose another name"}
}

func refuseLookAlike(n, other Name) Refusal {
	return Refusal{Taken, fmt.Sprintf("%q is taken: it looks like %q", n, other), "choose another name"}
}

func refuseTaken(n Name) Refusal {
	return Refusal{Taken, fmt.Sprintf("%q is taken", n),
		fmt.Sprintf("choose another name; if it is yours: login %s", n)}
}

func refuseNoUser(typed string, near Name) Refusal {
	r := Refusal{Reason: NotFound, Text: fmt.Sprintf("no user %q", clip(typed))}
	if near != "" {
		r.Hint = fmt.Sprintf("did you mean %s?", near)
	}
	return r
}

func refuseBlocked(by Name) Refusal {
	return Refusal{Blocked, fmt.Sprintf("not sent: %s has blocked you", by), "nothing reaches them until they unblock you"}
}

func refuseNotBlocked(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not blocked", n), "blocked lists whom you block"}
}

func refuseAlreadyBlocked(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is blocked already", n), fmt.Sprintf("unblock %s ends it", n)}
}

func refuseTooBig(bytes, maxBytes, lines, maxLines int) Refusal {
	r := Refusal{Reason: TooLong, Hint: "shorten it, or send it in parts"}
	if maxBytes > 0 && bytes > maxBytes {
		r.Text = fmt.Sprintf("not sent: %d bytes, and a message has at most %d", bytes, maxBytes)
	} else {
		r.Text = fmt.Sprintf("not sent: %d lines, and a message has at most %d", lines, maxLines)
	}
	return r
}

func refuseLocked(n string, left time.Duration) Refusal {
	who := "that name"
	if isName(n) {
		who = strconv.Quote(n)
	}
	return Refusal{Locked, fmt.Sprintf("%s is locked here after too many wrong attempts: %s left",
		who, seconds(left)), "try again then"}
}

func refuseAddress(left time.Duration) Refusal {
	return Refusal{Locked, fmt.Sprintf("logins from your address are locked after too many wrong attempts: %s left",
		seconds(left)), "try again then"}
}

func refuseLoggedIn(l Login) Refusal {
	return Refusal{Occupied, fmt.Sprintf("already logged in from %s since %s",
		l.Remote.Addr(), l.Since.Local().Format("Mon 15:04")),
		fmt.Sprintf("log out there, or: login --take-over %s", l.User.Name)}
}

func refuseSignupPace(left time.Duration) Refusal {
	return Refusal{TooFast, "too many new accounts from your address: slow down",
		fmt.Sprintf("try again in %d min", (left+time.Minute-1)/time.Minute)}
}

// refuseStruckOut has the lock on a line of its own: what says "locked" never says "password", so
// that a program that waits for the question is not misled.
func refuseStruckOut(denied Refusal, name string, left time.Duration) Refusal {
	return Refusal{Reason: Locked, Text: denied.Text + "\n" + refuseLocked(name, left).Error()}
}

func refuseWatched(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("you watch for %s already", n), fmt.Sprintf("unwatch %s ends it", n)}
}

func refuseNotWatched(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("you do not watch for %s", n), "watch lists whom you do"}
}

func refuseOnline(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is online already", n), fmt.Sprintf("message %s TEXT", n)}
}

// What the settings are about.
const (
	aboutColour    = "how many colours are used; auto goes by the terminal"
	aboutZone      = "your time zone, such as Europe/Paris; auto asks your ssh"
	aboutClock     = "24 or 12 hours"
	aboutBell      = "what rings: a mention, a message to you too, or all"
	aboutNotify    = "a notification of your desktop for what rings"
	aboutHighlight = "words that count as your name does in rooms"
	aboutPresence  = "whose coming and going is shown"
	aboutLinear    = "no lines are drawn, for screen readers"
	aboutAbout     = "what whois says of you"
)

// What settings can be that have other values than a few words.
var (
	formZone      = "a name such as Europe/Paris"
	formHighlight = fmt.Sprintf("at most %d words, %d bytes in all", mostHighlights, maxHighlight)
	formAbout     = fmt.Sprintf("one line of at most %d bytes", maxAbout)
)

// Form says what a setting can be.
func (x Setting) Form() string {
	switch {
	case x.Text:
		return x.form + ", or " + x.Values[0] + " for none"
	case x.other != nil:
		return x.Values[0] + ", or " + x.form
	}
	return "one of " + strings.Join(x.Values, ", ")
}

func refuseSetting(x Setting, value string) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s cannot be %q", x.Name, clip(value)), fmt.Sprintf("%s is %s", x.Name, x.Form())}
}

func refuseNoSetting(name string) Refusal {
	return Refusal{NotFound, fmt.Sprintf("no setting %q", clip(name)), "settings lists them"}
}

func takenOver(by netip.Addr) Refusal {
	return Refusal{Occupied, fmt.Sprintf("this login was taken over from %s", by),
		"if that was not you: log in and change it with passwd"}
}

// LoginEnded is what a session is told whose login was ended elsewhere, by another node or from the
// console.
var LoginEnded = Refusal{LoggedOut, "this login was ended elsewhere", "connect and log in again"}

var linkDead = Refusal{Busy, "your client did not answer while you logged in elsewhere", ""}

// NotLoggedIn is the answer to whatever needs a login, where accounts can be made; see [Service.NotLoggedIn].
var NotLoggedIn = Refusal{LoggedOut, "log in or sign up first", "login NAME, or signup NAME"}

// NotLoggedIn is the answer to whatever needs a login, and offers nothing that is refused now.
func (s *Service) NotLoggedIn() Refusal {
	if s.MakesAccounts() {
		return NotLoggedIn
	}
	return Refusal{LoggedOut, "log in first", "login NAME"}
}

// refuseDenied refuses a wrong password, and offers nothing that is refused now.
func (s *Service) refuseDenied() Refusal {
	r := Refusal{Denied, "wrong name or password", "login NAME tries again"}
	if s.MakesAccounts() {
		r.Hint += ", signup NAME makes an account"
	}
	return r
}

var (
	refuseOwnReport    = Refusal{Invalid, "that is your own line", "delete takes it back"}
	refuseServerReport = Refusal{Invalid, "that is the server's own line", ""}
	refuseManyReports  = Refusal{Busy, fmt.Sprintf("not done: %d reports of yours are open", MostReports),
		"the moderators have to see to them first"}
	refuseReportText      = Refusal{Invalid, fmt.Sprintf("a report says what is wrong, in at most %d bytes", maxReport), ""}
	refuseClosed          = Refusal{Banned, "this account is closed", "ask whoever runs this server"}
	refuseBroadcast       = Refusal{NotAllowed, "not sent: only moderators and admins broadcast here", "message WHO TEXT, or say it in a room"}
	refuseSamePassword    = Refusal{Invalid, "that is your present password", ""}
	refuseMustChange      = Refusal{MustChange, "this password only lets you choose one of your own", "login NAME asks for it"}
	refuseWrongPassword   = Refusal{Denied, "that is not your password", "account close tries again"}
	erased                = Refusal{LoggedOut, "this account was erased by an administrator", ""}
	refuseInvite          = Refusal{Denied, "no account can be made with that code", "signup NAME tries again; ask whoever runs this server for one"}
	refuseNoInvite        = Refusal{NotFound, "there is no such invite", "invite list shows them"}
	refuseInviteUses      = Refusal{Usage, fmt.Sprintf("an invite is for 1 to %d accounts", MaxInviteUses), ""}
	refuseUnsure          = Refusal{Busy, "whether that is right cannot be told now", "try again later"}
	refuseElsewhere       = Refusal{NotAllowed, "this server does not keep passwords", "change it where you have it from"}
	refuseSignupElsewhere = Refusal{Busy, "nobody signs up here: log in as you do elsewhere", "login NAME"}
)

var (
	refuseClosing       = Refusal{Busy, "the server is shutting down: nobody can log in now", "come back later"}
	refuseBanned        = Refusal{Banned, "this account is banned", "ask whoever runs this server"}
	refuseFingerprint   = Refusal{Usage, "that is no fingerprint of a key", "one is key=SHA256: and 43 characters, as ssh-keygen -lf prints it"}
	refusePattern       = Refusal{Usage, fmt.Sprintf("a pattern is one line of at most %d bytes", maxPattern), "client=*libssh* is every client with libssh in its version"}
	refuseManyBans      = Refusal{Busy, fmt.Sprintf("not done: there are %d bans, or %d of clients, and that is the most", MaxBans, MaxClientBans), "unban some, or ban networks"}
	refuseEnded         = Refusal{LoggedOut, "not done: this login has ended", "connect and log in again"}
	refuseManyLogins    = Refusal{Busy, "many logins from your address are being checked, try again", ""}
	refuseSelf          = Refusal{Invalid, "that is yourself", "name somebody else"}
	refuseSelfMessage   = Refusal{Invalid, "not sent: that is yourself", "message somebody else"}
	refuseEmpty         = Refusal{Usage, "not sent: there is no text", "type it behind the command"}
	refuseTopic         = Refusal{TooLong, fmt.Sprintf("not done: that is one line of at most %d bytes", maxTopic), "shorten it"}
	refuseAway          = Refusal{TooLong, fmt.Sprintf("not done: that is one line of at most %d bytes", maxAway), "shorten it"}
	refuseNotAway       = Refusal{Invalid, "you are not away", ""}
	refuseLongDND       = Refusal{Invalid, fmt.Sprintf("not done: that is more than %d days", int(maxDND/(24*time.Hour))), "take a shorter time"}
	refuseManyWatches   = Refusal{Busy, fmt.Sprintf("not done: you watch for %d people", MaxWatches), "unwatch one first"}
	refuseActionRoom    = Refusal{Usage, "not sent: actions are for rooms", "/me #ROOM TEXT, or make one current: talk #ROOM"}
	refuseNobodyWrote   = Refusal{NotFound, "nobody has written to you yet", "message WHO TEXT"}
	refuseSignupClosed  = Refusal{Busy, "this server makes no new accounts", "ask whoever runs it for one"}
	refuseSignupRaid    = Refusal{Busy, "this server makes no new accounts for now: it is being flooded", "come back later"}
	refuseNoRaid        = Refusal{Invalid, "raid mode is off already", ""}
	refuseNothingPosted = Refusal{Invalid, "there is none", ""}
	refuseNoLineThere   = Refusal{NotFound, "there is no line with that number, or it was taken back already", ""}
	refuseNoLine        = Refusal{NotFound, "there is no line with that number for you to see", "history shows the numbers"}
	refuseNotOwn        = Refusal{NotAllowed, "not done: that line is not yours", "one changes one's own lines only"}
	refuseNoAnswer      = Refusal{Invalid, "that line cannot be answered", "message WHO TEXT"}
	refuseNotOfRoom     = Refusal{Invalid, "that line was not said in a room", "what is said in a room can be pinned there"}
	refuseNotPinned     = Refusal{NotFound, "no line with that number is pinned in a room that you are in", "pins lists those that are"}
	refuseUnpin         = Refusal{NotAllowed, "not done: only the operators of its room may do that", "members lists them"}
	refuseHandText      = Refusal{TooLong, fmt.Sprintf("not done: that is one line of at most %d bytes", maxHand), "shorten it"}
	refuseSameText      = Refusal{Invalid, "that is what the line says already", ""}
	refuseNoWords       = Refusal{Usage, "there is no word in that to look for", "search WORDS; a word is made of letters and digits"}
	refuseLongSearch    = Refusal{TooLong, "that is too much to look for at once", "take fewer words"}
	refuseShortPrefix   = Refusal{Usage, "the beginning of a word needs two characters before its *", "search de* finds deploy"}
	refuseManyPrefixes  = Refusal{Usage, "that is too many beginnings of words at once", "take four of them, or whole words"}
	refuseNoSuchLine    = Refusal{NotFound, "you have sent no line with that number", "sent lists your newest lines"}
	refuseWrongOld      = Refusal{Denied, "that is not your present password", "passwd tries again"}
	refusePasswordRace  = Refusal{Busy, "the password was changed elsewhere meanwhile", "try again"}
	refuseBusy          = Refusal{Busy, "the server is busy, try again", ""}
)

func refuseTooLate(within time.Duration) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("not done: a line can be changed for %s", within), "say it anew"}
}

func refuseEditPace(left time.Duration) Refusal {
	return Refusal{TooFast, fmt.Sprintf("not done, slow down: a broadcast that is edited counts as one, %s left", seconds(left)), ""}
}

func refuseSaidNothing(who Person, in Conversation, me UserID) Refusal {
	subject := string(who.Name) + " has"
	if who.ID == me {
		subject = "you have"
	}
	where := "yet"
	if !in.IsNone() && in.With.ID != who.ID {
		where = "in " + in.String()
	}
	return Refusal{NotFound, fmt.Sprintf("%s said nothing %s that could be meant", subject, where), "history shows lines and their numbers"}
}

// seconds says how long, in whole seconds and never 0: who is told "0 s" tries at once and is
// refused again.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%d s", max(1, int((d+time.Second-1)/time.Second)))
}

// lasts says how long, in the largest unit of which it holds two, rounded up: 36 h, 7 d; never 0, as seconds.
func lasts(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= 2*unit.size {
			return fmt.Sprintf("%d %s", (d+unit.size-1)/unit.size, unit.name)
		}
	}
	return seconds(d)
}

// clip keeps what somebody typed from filling the answer.
func clip(s string) string {
	if r := []rune(s); len(r) > 2*MaxName {
		return string(r[:2*MaxName]) + "…"
	}
	return s
}
