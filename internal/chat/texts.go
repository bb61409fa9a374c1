package chat

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// Every text of the domain that a person reads stands in this file.

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

// refuseEnrol is refuseTaken and refuseLookAlike for whoever makes an account for somebody else.
func refuseEnrol(n Name, other Name) Refusal {
	if n.Key() == other.Key() {
		return Refusal{Reason: Taken, Text: fmt.Sprintf("%q is taken", n)}
	}
	return Refusal{Reason: Taken, Text: refuseLookAlike(n, other).Text}
}

func refuseKeyTaken(k Key) Refusal {
	return Refusal{Reason: Taken, Text: fmt.Sprintf("the key %s is another account's", k.Fingerprint)}
}

func refuseOffline(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not online", n), ""}
}

func refuseNoSession(id int64) Refusal {
	return Refusal{Invalid, fmt.Sprintf("no session %d", id), "sessions lists them"}
}

func refuseBannedAlready(who string) Refusal {
	return Refusal{Invalid, who + " is banned already", ""}
}

func refuseNoRole(role string) Refusal {
	return Refusal{Usage, fmt.Sprintf("no role %q", clip(role)), fmt.Sprintf("it is %s or %s", Moderator, Admin)}
}

func refuseRoleAlready(n Name, role string) Refusal {
	if role == "" {
		return Refusal{Invalid, fmt.Sprintf("%s is neither %s nor %s", n, Moderator, Admin), ""}
	}
	return Refusal{Invalid, fmt.Sprintf("%s is %s already", n, role), ""}
}

func refuseShutAlready(u User) Refusal {
	if !u.Closed && !u.Disabled.IsZero() {
		return refuseBannedAlready(string(u.Name))
	}
	return Refusal{Invalid, fmt.Sprintf("%s is disabled already", u.Name), ""}
}

func refuseNotClosed(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not disabled", n), ""}
}

func refuseNameAlready(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("that is what %s is called already", n), ""}
}

func refuseYoung(age, left time.Duration) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("not sent: accounts broadcast here once they are %s old; yours will be in %s",
		span(age), span(left)), "message WHO TEXT, or say it in a room"}
}

func refuseNotBanned(who string) Refusal {
	return Refusal{Invalid, who + " is not banned", ""}
}

func refuseAddressForm(typed string) Refusal {
	return Refusal{Usage, fmt.Sprintf("%q is no address", clip(typed)), "one is as 192.0.2.7 or 2001:db8::1, a network as 192.0.2.0/24"}
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

func refuseRoomForm(typed string) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%q is no name of a room", clip(typed)), fmt.Sprintf(
		"one is #, a letter from a to z, then such letters, digits, _ or -, at most %d in all", MaxRoomName)}
}

func refuseNoRoom(n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("no room %s", n), fmt.Sprintf("rooms lists them, join %s makes it", n)}
}

// refuseNoRoomThere is for who cannot make it.
func refuseNoRoomThere(n RoomName) Refusal {
	return Refusal{Reason: NotFound, Text: fmt.Sprintf("no room %s", n)}
}

func refuseNotIn(n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("you are not in %s", n), fmt.Sprintf("join %s first", n)}
}

func refuseNotMember(who Name, n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("%s is not in %s", who, n), fmt.Sprintf("members %s lists who is", n)}
}

func refuseInviteOnly(n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("%s takes only those who are invited", n), "ask one of its operators"}
}

func refuseKicked(n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("you were removed from %s", n), "one of its operators can invite you back"}
}

func refuseManyRooms(most int) Refusal {
	return Refusal{Busy, fmt.Sprintf("not done: one can be in at most %d rooms", most), "leave one first"}
}

func refuseRole(n RoomName, needs Role) Refusal {
	who := "its owner"
	if needs == Operator {
		who = "its operators"
	}
	return Refusal{NotAllowed, fmt.Sprintf("not done: in %s only %s may do that", n, who), fmt.Sprintf("members %s lists them", n)}
}

func refuseOverRole(who Name, n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("not done: %s governs %s as well", who, n), "only its owner may do that"}
}

func refusePost(n RoomName, p Posting) Refusal {
	who := "its owner speaks"
	if p == PostOps {
		who = "operators speak"
	}
	return Refusal{NotAllowed, fmt.Sprintf("not sent: in %s only %s", n, who), fmt.Sprintf("members %s lists them", n)}
}

func refuseWait(n RoomName, muted bool, left time.Duration) Refusal {
	if muted {
		return Refusal{NotAllowed, fmt.Sprintf("not sent: you are muted in %s, %s left", n, seconds(left)), ""}
	}
	return Refusal{TooFast, fmt.Sprintf("not sent, slow down: %s is a slow room, %s left", n, seconds(left)), ""}
}

func (s *Service) refuseMuted(m *MutedError) Refusal {
	left := ""
	if !m.Until.IsZero() {
		left = ", " + lasts(m.Until.Sub(s.now())) + " left"
	}
	return Refusal{NotAllowed, because("not sent: you are muted by an administrator"+left, m.Reason), ""}
}

// mutedText is what somebody is told who may say nothing any more; length 0 is until somebody ends it.
func mutedText(length time.Duration, reason sanitize.Text) sanitize.Text {
	what := "an administrator has muted you: nothing that you say is sent"
	if length > 0 {
		what += " for " + lasts(length)
	}
	return sanitize.Line(because(what, reason))
}

var unmutedText = sanitize.Line("you are not muted any more")

func refuseNotMuted(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not muted", n), ""}
}

func refuseRoomTaken(n RoomName) Refusal {
	return Refusal{Taken, fmt.Sprintf("%s is taken, or looks like a room that is there", n), "choose another name"}
}

// refuseRoomStale is for what is so already.
func refuseRoomStale(k Kind, n RoomName, who Name) Refusal {
	text := fmt.Sprintf("that is how %s is already", n)
	switch k {
	case Join:
		text = fmt.Sprintf("you are in %s already", n)
	case Invite:
		text = fmt.Sprintf("%s is in %s already, or invited", who, n)
	case Promote, Demote, Give:
		text = fmt.Sprintf("that is what %s is in %s already", who, n)
	case Mute:
		text = fmt.Sprintf("%s is not muted in %s", who, n)
	case Pin:
		text = "that line is pinned already"
	case Lower:
		text = fmt.Sprintf("your hand is not up in %s", n)
		if who != "" {
			text = fmt.Sprintf("%s's hand is not up in %s", who, n)
		}
	}
	return Refusal{Reason: Invalid, Text: text}
}

func refuseManyPins(n RoomName) Refusal {
	return Refusal{Busy, fmt.Sprintf("not done: %d lines are pinned in %s, and that is the most", MostPins, n),
		fmt.Sprintf("pins %s lists them, unpin ID makes room", n)}
}

func refuseHandUp(n RoomName, p Position) Refusal {
	text := fmt.Sprintf("your hand is up in %s already", n)
	if p > 0 {
		text += fmt.Sprintf(": you are %s", p)
	}
	return Refusal{Invalid, text, fmt.Sprintf("hand %s down lowers it", n)}
}

func refuseNobodyWaits(n RoomName, away int) Refusal {
	switch away {
	case 0:
		return Refusal{Reason: NotFound, Text: fmt.Sprintf("nobody else waits in %s", n)}
	case 1:
		return Refusal{NotFound, fmt.Sprintf("the one who waits in %s is away", n), fmt.Sprintf("hands %s says who that is", n)}
	}
	return Refusal{NotFound, fmt.Sprintf("all %d who wait in %s are away", away, n), fmt.Sprintf("hands %s lists them", n)}
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

// textReported is what moderators are told of a report.
func textReported(id int64, by, about Name, line *Entry, text sanitize.Text) string {
	what := string(about)
	if line != nil {
		what = fmt.Sprintf("#%d of %s", line.ID, about)
	}
	return fmt.Sprintf("report %d: %s reports %s: %s (admin reports shows it)", id, by, what, Clip(text))
}

// What somebody is told whose session is ended by another.

func takenOver(by netip.Addr) Refusal {
	return Refusal{Occupied, fmt.Sprintf("this login was taken over from %s", by),
		"if that was not you: log in and change it with passwd"}
}

func kicked(reason sanitize.Text) Refusal {
	return Refusal{Denied, because("you were logged out by an administrator", reason), ""}
}

// isBanned is the answer to whoever a ban keeps out, wasBanned to whoever was there when it began.

func isBanned(b Ban) Refusal {
	return Refusal{Banned, because(bannedThing(b.Kind)+" is banned"+untilText(b.Until), b.Reason), "ask whoever runs this server"}
}

func wasBanned(b Ban) Refusal {
	return Refusal{Banned, because(bannedThing(b.Kind)+" was banned by an administrator"+untilText(b.Until), b.Reason), ""}
}

func bannedThing(k BanKind) string {
	switch k {
	case BanAddress:
		return "your address"
	case BanKey:
		return "your key"
	case BanClient:
		return "your ssh client"
	}
	return "this account"
}

// untilText is nothing for what somebody has to end.
func untilText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + t.Local().Format("2 Jan 2006 15:04 MST")
}

func closed(reason sanitize.Text) Refusal {
	return Refusal{Banned, because("this account was closed by an administrator", reason), ""}
}

func renamed(n Name) Refusal {
	return Refusal{LoggedOut, fmt.Sprintf("an administrator has renamed your account: you are %s now", n),
		fmt.Sprintf("connect again and: login %s", n)}
}

func because(what string, reason sanitize.Text) string {
	if reason.IsEmpty() {
		return what
	}
	return what + ": " + reason.String()
}

// LoginEnded is what a session is told whose login was ended elsewhere, by another node or from the
// console.
var LoginEnded = Refusal{LoggedOut, "this login was ended elsewhere", "connect and log in again"}

var linkDead = Refusal{Busy, "your client did not answer while you logged in elsewhere", ""}

// NotLoggedIn is the answer to whatever needs a login.
var NotLoggedIn = Refusal{LoggedOut, "log in or sign up first", "login NAME, or signup NAME"}

// detailMessages is in the audit table.
const detailMessages = "messages too"

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
	refuseDenied        = Refusal{Denied, "wrong name or password", "login NAME tries again, signup NAME makes an account"}
	refuseManyLogins    = Refusal{Busy, "many logins from your address are being checked, try again", ""}
	refuseSelf          = Refusal{Invalid, "that is yourself", "name somebody else"}
	refuseSelfMessage   = Refusal{Invalid, "not sent: that is yourself", "message somebody else"}
	refuseEmpty         = Refusal{Usage, "not sent: there is no text", "type it behind the command"}
	refuseTopic         = Refusal{TooLong, fmt.Sprintf("not done: that is one line of at most %d bytes", maxTopic), "shorten it"}
	refuseAway          = Refusal{TooLong, fmt.Sprintf("not done: that is one line of at most %d bytes", maxAway), "shorten it"}
	refuseNotAway       = Refusal{Invalid, "you are not away", ""}
	refuseLongDND       = Refusal{Invalid, fmt.Sprintf("not done: that is more than %d days", int(maxDND/(24*time.Hour))), "take a shorter time"}
	refuseManyWatches   = Refusal{Busy, fmt.Sprintf("not done: you watch for %d people", MaxWatches), "unwatch one first"}
	refuseWhichRoom     = Refusal{Usage, "not sent: into which room?", "name it: #ROOM, or make one current: talk #ROOM"}
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

// raidText is what everybody is told when a raid begins; length 0 is until somebody ends it.
func raidText(length time.Duration) sanitize.Text {
	until := ""
	if length > 0 {
		until = " for " + lasts(length)
	}
	return sanitize.Line(fmt.Sprintf("raid mode is on%s: no new accounts, and one line in %s a person in rooms and to all",
		until, seconds(raidPace.Every)))
}

var raidOverText = sanitize.Line("raid mode is over")

func refuseRaidPace(left time.Duration) Refusal {
	return Refusal{TooFast, fmt.Sprintf("not sent, slow down: in raid mode one line in %s goes to a room or to all, %s left",
		seconds(raidPace.Every), seconds(left)), ""}
}

func refuseBannerWord(word string) Refusal {
	return Refusal{Invalid, fmt.Sprintf("not done: there is %q in that, which programs wait for at the login", word), "say it without that word"}
}

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

// lasts says how long, in the largest unit of which there are two; never 0, as seconds.
func lasts(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d > unit.size {
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

// span says how long, in the largest unit of which it holds two, rounded up: 36 h, 7 d.
func span(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= 2*u.unit {
			return fmt.Sprintf("%d %s", (d+u.unit-1)/u.unit, u.name)
		}
	}
	return seconds(d)
}
