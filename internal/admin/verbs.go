package admin

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
	"sshchat/internal/sanitize"
)

// The arguments that several verbs have.
var (
	userArg   = arg{name: "user", kind: account}
	reasonArg = arg{name: "reason", kind: text, form: flag}
	forArg    = arg{name: "for", kind: duration, form: flag}
	whoArg    = arg{name: "who", kind: account}
	textArg   = arg{name: "text", kind: text}
	yesArg    = arg{name: "yes", form: toggle}
	fileArg   = arg{name: "file", kind: file}

	bannedArg   = arg{name: "who", kind: account, among: isBanned}
	mutedArg    = arg{name: "user", kind: account, among: isMuted}
	disabledArg = arg{name: "user", kind: account, among: isDisabled}

	sessionArg = arg{name: "user", label: "USER|SESSION", kind: account} // or the number of a session
	afterArg   = arg{name: "after", form: internal}                      // of a page: behind which it begins
	limitArg   = arg{name: "limit", form: internal}                      // and how much it has at most
)

// confirmed asks for a yes before what r does, in words, is done.
func (r *request) confirmed(does string) error {
	if r.Params[yesArg.name] == yes {
		return nil
	}
	return &problem{reasonUnconfirmed, does, hintYes}
}

// verbs are all there are, in the order in which help lists them.
var verbs = []verb{
	with(verb{name: "status", help: helpStatus, least: moderators}, serveStatus, showStatus),
	with(verb{name: "sessions", help: helpSessions, least: moderators}, serveSessions, showSessions),
	with(verb{name: "users", help: helpUsers, alone: true, least: moderators, args: []arg{
		{name: "online", form: toggle}, afterArg, limitArg, {name: "prefix", form: internal},
	}}, serveUsers, showUsers),
	with(verb{name: "user", help: helpUser, alone: true, least: moderators, args: []arg{userArg}}, serveUser, showUser),
	with(verb{name: "rooms", help: helpRooms, alone: true, least: moderators, args: []arg{
		afterArg, limitArg, {name: "prefix", form: internal},
	}}, serveRooms, showRooms),
	with(verb{name: "room", help: helpRoom, alone: true, least: moderators, args: []arg{{name: "room", label: "NAME", kind: room}}},
		serveRoom, showRoom),
	with(verb{name: "audit", help: helpAudit, alone: true, least: moderators, args: []arg{
		{name: "since", kind: duration, form: flag}, {name: "actor", kind: text, form: flag}, {name: "action", kind: text, form: flag},
		afterArg, limitArg,
	}}, serveAudit, showAudit),
	{name: "events", help: helpEvents, stream: streamEvents, show: showing(showEvent), args: []arg{
		{name: "follow", form: toggle}, {name: "newest", form: internal},
	}},
	with(verb{name: "stats", help: helpStats, alone: true, least: admins}, serveStats, showStats),
	with(verb{name: "reports", help: helpReports, alone: true, least: moderators, args: []arg{
		{name: "all", form: toggle}, afterArg, limitArg,
	}}, serveReports, showReports),
	with(verb{name: "report close", help: helpReportClose, acts: true, alone: true, least: moderators, on: reported, args: []arg{
		{name: "number", label: "N", kind: number}, {name: "note", kind: text, form: flag},
	}}, serveReportClose, showReportClosed),
	with(verb{name: "lockouts", help: helpLockouts, alone: true, least: moderators}, serveLockouts, showLockouts),
	with(verb{name: "lockout clear", help: helpLockoutClear, acts: true, alone: true, least: admins, args: []arg{
		{name: "who", kind: account, optional: true, among: isLocked}, {name: "all", form: toggle},
	}}, serveLockoutClear, showLockoutsCleared),
	with(verb{name: "kick", help: helpKick, acts: true, least: moderators, args: []arg{sessionArg, reasonArg}}, serveKick, shows(saidKicked)),
	with(verb{name: "ban", help: helpBan, acts: true, alone: true, least: admins, on: banned,
		args: []arg{whoArg, forArg, reasonArg, yesArg}}, serveBan, showBanned),
	with(verb{name: "unban", help: helpUnban, acts: true, alone: true, least: admins, args: []arg{bannedArg}}, serveUnban, showUnbanned),
	with(verb{name: "bans", help: helpBans, alone: true, least: moderators}, serveBans, showBans),
	with(verb{name: "mute", help: helpMute, acts: true, alone: true, least: moderators, args: []arg{userArg, forArg, reasonArg}}, serveMute, showMuted),
	with(verb{name: "unmute", help: helpUnmute, acts: true, alone: true, least: moderators, args: []arg{mutedArg}}, serveUnmute, shows(saidUnmuted)),
	with(verb{name: "message delete", help: helpMessageDelete, acts: true, alone: true, least: moderators, on: authorOf, args: []arg{{name: "id", kind: number}}},
		serveMessageDelete, showMessageDeleted),
	with(verb{name: "room close", help: helpRoomClose, acts: true, alone: true, args: []arg{{name: "room", kind: room}, yesArg}},
		serveRoomClose, showRoomClosed),
	with(verb{name: "raid on", help: helpRaidOn, acts: true, alone: true, least: admins, args: []arg{forArg}}, serveRaidOn, showRaid),
	with(verb{name: "raid off", help: helpRaidOff, acts: true, alone: true, least: admins}, serveRaidOff, showRaid),
	with(verb{name: "motd set", help: helpMotdSet, acts: true, alone: true, least: admins, args: []arg{textArg}}, posts((*chat.Service).SetMotd), showPosted),
	with(verb{name: "motd show", help: helpMotdShow, alone: true, least: admins}, posted((*chat.Service).Motd), showPosted),
	with(verb{name: "motd clear", help: helpMotdClear, acts: true, alone: true, least: admins}, posts((*chat.Service).SetMotd), showPosted),
	with(verb{name: "banner set", help: helpBannerSet, acts: true, alone: true, args: []arg{textArg}}, posts((*chat.Service).SetBanner), showPosted),
	with(verb{name: "banner show", help: helpBannerShow, alone: true}, posted((*chat.Service).Banner), showPosted),
	with(verb{name: "banner clear", help: helpBannerClear, acts: true, alone: true}, posts((*chat.Service).SetBanner), showPosted),
	with(verb{name: "announce", help: helpAnnounce, acts: true, least: admins, args: []arg{textArg}},
		serveAnnounce, showAnnounced),
	with(verb{name: "backup", help: helpBackup, acts: true, alone: true, wait: longWait, args: []arg{fileArg, yesArg}},
		serveBackup, showBackedUp),
	with(verb{name: "restore", help: helpRestore, acts: true, bare: true, wait: longWait, args: []arg{fileArg, yesArg}},
		serveRestore, showRestored),
	with(verb{name: "check", help: helpCheck, bare: true, wait: longWait}, serveCheck, showChecked),
	with(verb{name: "retention", help: helpRetention, alone: true}, serveRetention, showRetention),
	with(verb{name: "retention run", help: helpExpire, acts: true, alone: true, wait: longWait}, serveExpire, showExpired),
	with(verb{name: "vacuum", help: helpVacuum, acts: true, alone: true, wait: longWait}, serveVacuum, showVacuumed),
	with(verb{name: "hostkey show", help: helpHostKeys, alone: true}, serveHostKeys, showHostKeys),
	with(verb{name: "hostkey add", help: helpHostKeyAdd, acts: true, alone: true, prepare: readKey, args: []arg{{name: "file", kind: input}, yesArg}},
		serveHostKeyAdd, showHostKeyAdded),
	with(verb{name: "drain", help: helpDrain, acts: true, args: []arg{
		{name: "in", kind: duration, form: flag}, {name: "cancel", form: toggle}, {name: "text", kind: text, optional: true},
	}}, serveDrain, showDrained),
	with(verb{name: "reload", help: helpReload, acts: true}, serveReload, showReloaded),
	with(verb{name: "loglevel", help: helpLogLevel, acts: true, args: []arg{{name: "level", words: levelWords(), optional: true}}},
		serveLogLevel, showLogLevel),
	with(verb{name: "user add", help: helpUserAdd, acts: true, alone: true, args: []arg{{name: "name"}}}, serveUserAdd, showAdded),
	with(verb{name: "user import", help: helpUserImport, acts: true, alone: true, most: mostImportBody, prepare: readImport,
		args: []arg{{name: "file", kind: input}}}, serveUserImport, showImported),
	with(verb{name: "passwd", help: helpPasswd, acts: true, alone: true, prepare: askPasswd, args: []arg{
		userArg, {name: "random", form: toggle}, {name: "must-change", form: toggle}, {name: "password", form: internal},
	}}, servePasswd, showPasswd),
	with(verb{name: "user export", help: helpUserExport, acts: true, alone: true, wait: longWait, args: []arg{
		{name: "name", kind: account}, {name: "from", form: internal},
	}}, serveUserExport, showExported),
	with(verb{name: "user erase", help: helpUserErase, acts: true, alone: true, args: []arg{
		{name: "name", kind: account}, {name: "messages", form: toggle}, yesArg,
	}}, serveUserErase, shows(saidErased)),
	with(verb{name: "invite create", help: helpInviteCreate, acts: true, alone: true, args: []arg{
		{name: "uses", kind: number, form: flag}, forArg,
	}}, serveInviteCreate, showInvite),
	with(verb{name: "invite list", help: helpInviteList, alone: true}, serveInvites, showInvites),
	with(verb{name: "invite revoke", help: helpInviteRevoke, acts: true, alone: true, args: []arg{{name: "code"}}},
		serveInviteRevoke, showRevoked),
	with(verb{name: "promote", help: helpPromote, acts: true, alone: true, args: []arg{
		userArg, {name: "role", words: []string{chat.Moderator, chat.Admin}},
	}}, servePromote, showRole),
	with(verb{name: "demote", help: helpDemote, acts: true, alone: true, args: []arg{userArg}}, serveDemote, showRole),
	with(verb{name: "disable", help: helpDisable, acts: true, alone: true, args: []arg{userArg, reasonArg}}, serveDisable, shows(saidDisabled)),
	with(verb{name: "enable", help: helpEnable, acts: true, alone: true, args: []arg{disabledArg}}, serveEnable, shows(saidEnabled)),
	with(verb{name: "rename", help: helpRename, acts: true, alone: true, args: []arg{userArg, {name: "new"}}}, serveRename, showRenamed),
}

// A request is a verb on its way on the server.
type request struct {
	*Server
	Params
	verb   *verb
	actor  string // this and the next as in chat.Audit
	via    string
	role   role
	target string // on whom or what it acts
}

// Where an act comes from: typed on the server's machine, or in the chat.
const (
	viaConsole = "console"
	viaChat    = "chat"
)

// audit is the row that the domain writes of what r does.
func (r *request) audit(detail sanitize.Text) chat.Audit {
	return chat.Audit{Actor: r.actor, Via: r.via, Action: r.verb.name, Detail: detail.String()}
}

// maxReason bounds the reason of a kick or ban, in bytes: it is one line of an answer.
const maxReason = 400

// reason is the reason that was given, on one line, or nothing.
func (r *request) reason() (sanitize.Text, error) {
	if len(r.Params["reason"]) > maxReason {
		return sanitize.Text{}, refuseReason
	}
	return sanitize.Line(r.Params["reason"]), nil
}

func serveStatus(ctx context.Context, r *request) (Status, error) { return r.Status(ctx) }

func serveSessions(ctx context.Context, r *request) (Sessions, error) {
	links, err := r.Chat.Links(ctx)
	if err != nil {
		return Sessions{}, err
	}
	list := make([]Session, len(links))
	for i, l := range links {
		list[i] = Session{
			ID: int64(l.ID), Account: string(l.User.Name), Remote: r.address(l.Remote), Client: l.Client, Since: l.Since,
			IdleSeconds: int64(l.Idle.Seconds()), SentBytes: l.Sent, ReceivedBytes: l.Received, Behind: l.Behind,
		}
	}
	return Sessions{list}, nil
}

// maxUsers is the most accounts, or other rows, on a page.
const maxUsers = 500

// limit is how many rows a page is to have.
func (r *request) limit() (int, error) {
	s := r.Params[limitArg.name]
	if s == "" {
		return maxUsers, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxUsers {
		return 0, refuseLimit
	}
	return n, nil
}

// serveUsers gives a page of the accounts behind the folded name after, or of those that begin with prefix.
func serveUsers(ctx context.Context, r *request) (Users, error) {
	limit, err := r.limit()
	if err != nil {
		return Users{}, err
	}
	start := strings.ToLower(r.Params["prefix"])
	after := max(strings.ToLower(r.Params["after"]), justBefore(start))
	list := r.Chat.Users
	if r.Params["online"] == yes {
		list = r.usersOnline
	}
	found, err := list(ctx, after, limit+1) // one more, to know whether there is more
	if err != nil {
		return Users{}, err
	}
	users, next := pageOf(found, limit, start, func(u chat.User) string { return u.Name.Key() }, userOf)
	return Users{users, next}, nil
}

// pageOf makes rows of what was found, of which there is one more than limit if there is more: of those that begin with start. Next
// is the last one's, where others follow.
func pageOf[F, R any](found []F, limit int, start string, key func(F) string, row func(F) R) (rows []R, next string) {
	rows = []R{}
	for i, f := range found {
		switch {
		case !strings.HasPrefix(key(f), start):
			return rows, ""
		case i == limit:
			return rows, key(found[limit-1])
		}
		rows = append(rows, row(f))
	}
	return rows, ""
}

func userOf(u chat.User) User {
	o := User{Name: string(u.Name), Role: u.Role, CreatedAt: u.CreatedAt, LastLogin: u.LastLogin, MustChange: u.MustChange,
		Mute: muteOf(u.Mute)}
	if u.Closed {
		o.DisabledAt = u.Disabled
	} else {
		o.BannedAt = u.Disabled
	}
	return o
}

// usersOnline is chat.Service.Users of those who are online.
func (r *request) usersOnline(ctx context.Context, after string, limit int) (all []chat.User, err error) {
	logins, err := r.Chat.Logins(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range logins {
		if l.User.Name.Key() <= after || len(all) == limit {
			continue
		}
		u, err := r.Chat.User(ctx, string(l.User.Name))
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

// justBefore is a text that sorts before every name that begins with prefix, and behind every name
// that sorts before those: no character of a name sorts after ~.
func justBefore(prefix string) string {
	if prefix == "" {
		return ""
	}
	last := len(prefix) - 1
	return prefix[:last] + string(rune(prefix[last]-1)) + "~"
}

func serveLockouts(ctx context.Context, r *request) (Lockouts, error) {
	locks, err := r.Chat.Locks(ctx)
	if err != nil {
		return Lockouts{}, err
	}
	list := make([]Lockout, len(locks))
	for i, l := range locks {
		list[i] = Lockout{Scope: string(l.Scope), Account: l.Key, Remote: r.address(l.Remote), Until: l.Until}
	}
	return Lockouts{list}, nil
}

func serveLockoutClear(ctx context.Context, r *request) (Cleared, error) {
	who := r.Params["who"]
	if (who == "") != (r.Params["all"] == yes) {
		return Cleared{}, refuseWhoOrAll(r.verb)
	}
	n, err := r.Chat.ClearLocks(ctx, who, r.audit(sanitize.Text{}))
	return Cleared{n}, err
}

// place is where a lock holds: without a port, a whole address or a whole /64.
func place(a netip.AddrPort) string {
	switch {
	case a.Port() != 0:
		return a.String()
	case a.Addr().Is6() && !a.Addr().Is4In6():
		p, _ := a.Addr().WithZone("").Prefix(64) // 64 is in range
		return p.String()
	}
	return a.Addr().String()
}

// length is what --for says; 0 if it says nothing.
func (r *request) length() (time.Duration, error) {
	typed := r.Params[forArg.name]
	if typed == "" {
		return 0, nil
	}
	d, ok := command.ParseSpan(typed)
	if !ok {
		return 0, refuseLength(r.verb, typed)
	}
	return d, nil
}

// sentence is what an act for some time has: how long, why, and both for the audit table.
func (r *request) sentence() (length time.Duration, why, detail sanitize.Text, err error) {
	if length, err = r.length(); err != nil {
		return 0, why, detail, err
	}
	if why, err = r.reason(); err != nil || length == 0 {
		return length, why, why, err
	}
	parts := []string{"for " + r.Params[forArg.name]}
	if !why.IsEmpty() {
		parts = append(parts, why.String())
	}
	return length, why, sanitize.Line(strings.Join(parts, ": ")), nil
}

func serveKick(ctx context.Context, r *request) (Acted, error) {
	why, err := r.reason()
	if err != nil {
		return Acted{}, err
	}
	who, err := r.Chat.Kick(ctx, r.Params["user"], why, r.audit(why))
	r.target = string(who.Name) // which may have been named by the number of the session
	return acted(who, err)
}

func acted(p chat.Person, err error) (Acted, error) { return Acted{string(p.Name)}, err }

func serveAnnounce(ctx context.Context, r *request) (Announced, error) {
	said := sanitize.Message(r.Params["text"])
	e, err := r.Chat.Announce(ctx, said, r.audit(said))
	if err != nil {
		return Announced{}, err
	}
	return Announced{int64(e.ID)}, nil
}
