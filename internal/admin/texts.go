package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/store"
)

// Every text of the console that a person reads stands in this file, but help's, which is in texts_help.go.

const (
	usageProfile = "pprof heap|goroutine|allocs|cpu [--seconds N]"
	usageHelp    = "help [COMMAND]"
	usageQuit    = "quit"

	usageWatch   = "events on"
	usageUnwatch = "events off"
)

// What an act that is done is answered with, before the account's name.
const (
	saidKicked    = "kicked"
	saidBanned    = "banned"
	saidUnbanned  = "unbanned"
	neverExpired  = "never"
	saidGoesOn    = "the server does not stop"
	saidUnchanged = "nothing has changed"
	saidMuted     = "muted"
	saidUnmuted   = "unmuted"
	saidClosed    = "closed"
	saidDisabled  = "disabled"
	saidErased    = "erased"
	saidEnabled   = "enabled"
	saidAnnounced = "announced to every account"
)

// The same with more to say.
const (
	saidAdded      = "made %s; the password for the first login, which asks for another:"
	saidPasswd     = "changed the password of %s"
	saidMustChange = ", which the next login asks to change"
	saidPromoted   = "%s is %s now"
	saidDemoted    = "%s has no role any more"
	saidInvite     = "invite %d, for %s"
	saidUntil      = ", until "
	saidRevoked    = "invite %d is revoked"
	noteUnneeded   = "nobody needs it now: login.signup is %q"
	noteUnusable   = "nobody can use it now: login.signup is %q"
	saidRenamed    = "%s is called %s now"
)

const noInvites = "there are no invites"

// detailMustChange is in the audit table.
const detailMustChange = "must change"

const (
	nobodyOnline    = "nobody is logged in"
	noAccounts      = "there are no accounts yet"
	nothingLocked   = "nobody is locked out"
	everyAccount    = "every account"
	neverLoggedIn   = "never"
	stateBanned     = "banned since "
	stateOffline    = "not online"
	stateMuted      = "muted until "
	nothing         = "none"
	noRooms         = "there are no rooms"
	nothingDone     = "nothing was done"
	noReports       = "there are no reports"
	stateDisabled   = "disabled since "
	stateMustChange = "has a password to change"
)

const saidReportClosed = "closed report %d"

func reportHead(r Report) string { return fmt.Sprintf("%s reports %s", r.Reporter, r.Account) }

func reportedLine(w view, l ReportedLine) string {
	where := l.Room
	if where == "" {
		where = l.Kind
	}
	return fmt.Sprintf("#%d, %s, %s: %s", l.ID, where, w.time(l.At), l.Text)
}

func reportEnd(w view, r Report) string {
	text := fmt.Sprintf("closed %s by %s", w.time(r.ClosedAt), r.ClosedBy)
	if r.Note != "" {
		text += ": " + r.Note
	}
	return text
}

func refuseNoReport(id int64) *problem {
	return &problem{"not_found", fmt.Sprintf("no report %d", id), "reports lists them"}
}

func refuseReportClosed(id int64) *problem {
	return &problem{"invalid", fmt.Sprintf("report %d is closed already", id), ""}
}

func stateOnline(s Session) string { return fmt.Sprintf("online, session %d", s.ID) }

func bannedOf(n int) string { return fmt.Sprintf("%d banned", n) }

func loginsToday(n int) string { return fmt.Sprintf("%d logins today", n) }

func openReports(n int) string { return fmt.Sprintf("%d open", n) }

func processText(p Process) string {
	return fmt.Sprintf("%s of memory, %s in use, %d goroutines", megabytes(p.MemoryBytes), megabytes(p.HeapBytes), p.Goroutines)
}

func countedFrom(when string) string { return "the lines of the days are counted from " + when + " on" }

// textDropped says of events that whoever follows them was too slow.
const textDropped = "events were dropped: they came faster than they were read"

const (
	eventsOn    = "what happens is shown; events off ends it"
	eventsOff   = "what happens is shown no more"
	eventsEnded = "what happens is shown no more: the server has ended it"
)

const (
	raidOn        = "on"
	raidOff       = "raid mode is off"
	raidMode      = "raid mode is "
	nothingPosted = "there is none"
	nobodyBanned  = "nobody is banned"
	forGood       = "for good"
)

// mostNamed bounds how many bans one hint names.
const mostNamed = 3

// hintCovered is for whoever would end a ban that there is not, where others keep out the same.
func hintCovered(by []string) string {
	verb, them := "is", "that"
	if len(by) > 1 {
		verb, them = "are", "those"
	}
	named := strings.Join(by[:min(len(by), mostNamed)], ", ")
	if more := len(by) - mostNamed; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s %s: unban %s", named, verb, them)
}

// banEverybody is what is asked before a ban of everybody there is.
func banEverybody(t chat.BanTarget) string {
	return fmt.Sprintf("this bans %s, which is everybody, and ends their logins", t)
}

// closeRoom is what is asked before a room is closed.
func closeRoom(x chat.Extent) string {
	return fmt.Sprintf("this closes %s, which has %s; what was said there (%s) stays in the history of those who saw it",
		x.Name, count(x.Members, "member"), count(x.Lines, "line"))
}

func saidCleared(n int) string { return "ended " + count(n, "lock") }

func saidDeleted(id int64, by string) string {
	if by == "" {
		by = "the server"
	}
	return fmt.Sprintf("deleted line #%d of %s", id, by)
}

// until is behind what holds until then.
func until(when string) string { return " until " + when }

const (
	noteAlone = "note: no server runs on %s; its database is used directly\n"
	askYes    = "type yes to do it: "

	askNewPassword = "new password: "
	askNewAgain    = "new password again: "
)

// hintYes is for those who were not asked: a script, or a prompt without a terminal.
const hintYes = "--yes does it"

const (
	prompt   = "sshchat> "
	greeting = "sshchat %s on %s; help lists the commands, quit leaves\n"
)

// The heads of tables.
var (
	headSessions = []string{"session", "account", "address", "since", "idle", "sent", "received", "behind", "client"}
	headRooms    = []string{"room", "owner", "members", "online", "lines", "access", "posting"}
	headDays     = []string{"day", "direct", "broadcasts", "in rooms"}
	headUsers    = []string{"account", "created", "last login", "state"}
	headHostKeys = []string{"type", "fingerprint", "used", "file"}
	headBans     = []string{"banned", "since", "until", "by", "reason"}
	headInvites  = []string{"invite", "accounts left", "made", "until"}
	headLockouts = []string{"account", "from", "until"}
)

// What somebody in the chat is told.
const (
	hintHelp       = "help lists the commands"
	hintHelpInChat = "admin help lists what you may do"
	hintYesInChat  = "to do it, type it again with --yes"
	moreOnMachine  = "there is more: the console on the server's machine shows all"
)

func refuseRole(role string) *problem {
	return &problem{reasonForbidden, fmt.Sprintf("not done: %q is no role that may use the console", clip(role)), ""}
}

// refuseMachine is for what nobody does in the chat, or not with that role.
func refuseMachine(v *verb) *problem {
	if v.least == machine {
		return &problem{reasonForbidden, fmt.Sprintf("not done: %s is done on the server's machine only", v.name), hintHelp}
	}
	return &problem{reasonForbidden, fmt.Sprintf("not done: %s is not for your role", v.name), hintHelp}
}

func refuseOver(u chat.User) *problem {
	return &problem{reasonForbidden, fmt.Sprintf("not done: %s is %s", u.Name, chat.ARole(u.Role)),
		"who has that role can be acted on from above it only, or on the server's machine"}
}

func usageText(v *verb) string { return "usage: " + v.usage() }

// refuseUnknown is for words that begin with no verb. Where the first is half of one, the second is what is wrong.
func refuseUnknown(words []string) *problem {
	typed, hint := words[0], hintHelp
	if kind := behind(words[0]); len(kind) > 0 {
		typed = strings.Join(words[:min(2, len(words))], " ")
		hint = fmt.Sprintf("there is %s %s", words[0], strings.Join(kind, ", "))
	}
	if near := nearestVerb(words); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return &problem{reasonUsage, fmt.Sprintf("no command %q", clip(typed)), hint}
}

func refuseMissing(v *verb, name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: %s is missing", v.name, name), usageText(v)}
}

func refuseSurplus(v *verb, word string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: %q is too much", v.name, clip(word)), usageText(v)}
}

func refuseFlag(v *verb, name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: no flag --%s", v.name, clip(name)), usageText(v)}
}

func refuseValue(v *verb, name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: --%s takes no value", v.name, name), usageText(v)}
}

func refuseNoValue(v *verb, name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: --%s needs a value", v.name, name), usageText(v)}
}

// What the server refuses.

func refuseParam(v *verb, name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: no parameter %q", v.name, clip(name)), usageText(v)}
}

func refuseNoRoom(n chat.RoomName) *problem {
	return &problem{"not_found", fmt.Sprintf("no room %s", n), "rooms lists them"}
}

func refuseSpan(name string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("--%s takes how long, such as 30m, 2h or 7d", name), ""}
}

func refuseBody(v *verb) *problem {
	return &problem{reasonUsage, v.name + ": the body is no JSON object of strings", usageText(v)}
}

func refuseMethod(v *verb, method string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s wants %s", v.name, method), ""}
}

func refuseNoVerb(path string) *problem {
	return &problem{reasonNoVerb, fmt.Sprintf("this server has no %q", clip(path)),
		"server and console may be of different releases"}
}

func refuseWhoOrAll(v *verb) *problem {
	return &problem{reasonUsage, v.name + ": WHO or --all is wanted, and not both", usageText(v)}
}

func refuseLength(v *verb, typed string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("%s: %q is no length of time", v.name, clip(typed)), "one is as 90s, 10m, 2h or 7d, at most 366d"}
}

// faultText is what is told of a fault. ref is what it is found by in the log.
func faultText(ref string) string {
	return fmt.Sprintf("something went wrong on the server; it has been logged (ref %s)", ref)
}

// refuseDamage says all that a check has found.
func refuseDamage(found []string) *problem {
	return &problem{reasonDamaged, "the database is damaged: " + strings.Join(found, "; "),
		"restore the newest backup: sshchat admin restore FILE"}
}

func refuseLevel(typed string) *problem {
	return &problem{reasonUsage, fmt.Sprintf("loglevel: no level %q", clip(typed)), "there is debug, info, warn, error"}
}

func wouldReplace(file string) string { return "this replaces " + file + ", which is there already" }

// wouldRestore says what a restore replaces. Its time is the machine's.
func wouldRestore(r *store.Restoration) string {
	var w view
	text := fmt.Sprintf("this restores %s (%s)", r.File, w.content(contentOf(r.Backup)))
	switch {
	case r.Lost != nil:
		text += " over the present database, which cannot be read"
	case r.IsThere:
		text += fmt.Sprintf(" over the present database (%s)", w.content(contentOf(r.Present)))
		if r.Present.StoreID != r.Backup.StoreID {
			text += ", which is another server's"
		}
	}
	if r.IsThere {
		text += "; that is kept beside it"
	}
	return text
}

var (
	refuseNoRetention = &problem{"invalid", "all is kept: no retention is set", "set storage.retention, as in \"90d\""}
	refusePath        = &problem{reasonUsage, "the path of a file begins at the root", ""}
	refuseNoDrain     = &problem{"invalid", "the server is not about to stop", ""}
	refuseDrainTime   = &problem{reasonUsage, "drain: --in takes a time of at most 24h, such as 90s or 5m", ""}
	refuseRunning     = &problem{"invalid", "a server runs on this database", "stop it first: sshchat admin drain --in 0s"}
)

var (
	refuseReason       = &problem{reasonTooLong, fmt.Sprintf("the reason is too long: at most %d bytes", maxReason), ""}
	refuseLimit        = &problem{reasonUsage, fmt.Sprintf("limit is a number from 1 to %d", maxUsers), ""}
	refuseAfter        = &problem{reasonUsage, "after is the number of a row", ""}
	refuseNewest       = &problem{reasonUsage, "newest is a number of events", ""}
	refuseSize         = &problem{reasonTooLong, "the request is too long", ""}
	refuseFollower     = &problem{"busy", fmt.Sprintf("%d consoles follow the events already", mostFollowers), ""}
	refuseReportNumber = &problem{reasonUsage, "N is the number of a report", ""}
	refusePeer         = &problem{reasonForbidden, "only root and the user who runs the server may use its console", "server.admin_group can let in a group"}
)

var (
	refuseProfile       = &problem{reasonUsage, "pprof: no such profile, or not like that", "usage: " + usageProfile}
	refuseProfileMethod = &problem{reasonUsage, "pprof wants GET", ""}
	refuseSeconds       = &problem{reasonUsage, fmt.Sprintf("pprof: seconds is a number from 1 to %d", maxSeconds), ""}
	refuseSecondProfile = &problem{"busy", "somebody takes a cpu profile already", "try again when it is done"}
	refuseNoText        = &problem{reasonUsage, "there is no text in that", "clear takes down what is there"}
	refuseNumber        = &problem{reasonUsage, "the number of a line is as history and events show it: #123", ""}
)

// erases says what user erase does.
func erases(n chat.Name, messages bool) string {
	said := `what it has said stays, as of "` + string(chat.Deleted) + `"`
	if messages {
		said = "what it has said as well"
	}
	return fmt.Sprintf("this erases %s for good: settings, keys, logins, blocks and memberships; %s; "+
		"rooms that it owns go to an operator, else to the oldest member, else they are closed", n, said)
}

var (
	refuseHashing      = &problem{"busy", "too many passwords are being checked", "try again"}
	refuseUses         = &problem{reasonUsage, "--uses is a whole number", ""}
	refuseFrom         = &problem{reasonUsage, "from is the number of a line", ""}
	refuseImportSize   = &problem{reasonTooLong, fmt.Sprintf("the file is too long: at most %d MiB", maxImport>>20), ""}
	refuseManyAccounts = &problem{reasonTooLong, fmt.Sprintf("too many accounts: at most %d at once", mostImported), "split the file"}
	refuseNoAccounts   = &problem{"invalid", "there is no account in it", "a line is a name, and a public key if there is one"}
)

// What the client finds out by itself.

func refuseTerminal(kind string) *problem {
	return &problem{reasonUsage, "pprof: a profile is nothing for a terminal",
		fmt.Sprintf("sshchat admin pprof %s > %s.pprof, outside of the console", kind, kind)}
}

var (
	refuseStdin      = &problem{reasonUsage, "the commands come from the standard input, so it is no file", "name a file"}
	refuseNoTerminal = &problem{reasonUsage, "a password is typed at a terminal only", "passwd USER --random makes one"}
	refuseDifferent  = &problem{"invalid", "the two are not the same", ""}
	refuseNotDone    = &problem{reasonUnconfirmed, "nothing was done", ""}
)

const (
	noHostKeys = "there is no host key yet: the first start makes them"
	keyInUse   = "now"
	keyLater   = "from the next start on"
)

func wouldReplaceKey(path string) string {
	return fmt.Sprintf("this replaces the key %s: everybody's ssh will warn that the server has changed; that key is kept beside it", path)
}

func saidKeyAdded(k HostKey) string {
	return fmt.Sprintf("%s %s is used %s", k.Type, k.Fingerprint, k.use())
}

// noFile passes on why a file cannot be read.
func noFile(err error) *problem {
	return &problem{"invalid", fmt.Sprintf("cannot read the file: %v", err), ""}
}

func noServer(dir string) *problem {
	return &problem{reasonNoServer, "no server runs on " + dir,
		"start one with `sshchat serve`, or name the folder of another with --data"}
}

// noDatabase passes on why the database cannot be used without a server.
func noDatabase(err error) *problem {
	p := &problem{reasonNoServer, err.Error(), ""}
	if e, ok := errors.AsType[*NoDatabase](err); ok {
		p.Hint = e.Hint
		if e.Damaged {
			p.Reason = reasonDamaged
		}
	}
	return p
}

func noEntry(dir string) *problem {
	return &problem{reasonForbidden, "this user may not use the console of " + dir,
		"use it as the user who runs the server, or as root"}
}

func noReach(dir string, err error) *problem {
	return &problem{reasonNoAnswer, fmt.Sprintf("the server on %s cannot be reached: %v", dir, err), ""}
}

const hintMayBeDone = "what was asked for may have been done: look before you ask again"

func noAnswer(err error) *problem {
	return &problem{reasonNoAnswer, fmt.Sprintf("the server did not answer: %v", err), hintMayBeDone}
}

// interrupted is for a command that ^C has ended before its answer came.
func interrupted(v *verb) *problem {
	p := &problem{Reason: reasonNoAnswer, Text: "interrupted"}
	if v.acts {
		p.Hint = hintMayBeDone
	}
	return p
}

// noWrite leaves out the name of what could not be written: it is the standard output.
func noWrite(err error) *problem {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &problem{reasonNoWrite, fmt.Sprintf("cannot write the answer: %v", err), ""}
}

func noSense(err error) *problem {
	return &problem{reasonFault, fmt.Sprintf("the server's answer makes no sense: %v", err),
		"server and console may be of different releases"}
}

// clip keeps what somebody typed from filling the answer.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// unanswered is for a question to which nobody gave an answer.
func unanswered(err error) *problem {
	if errors.Is(err, errBroken) {
		return refuseNotDone
	}
	return unreadable(err)
}

func unreadable(err error) *problem {
	return &problem{"invalid", fmt.Sprintf("cannot read the commands: %v", err), ""}
}
