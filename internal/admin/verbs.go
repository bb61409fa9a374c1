package admin

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// The arguments that several verbs have.
var (
	userArg   = arg{name: "user", kind: account}
	reasonArg = arg{name: "reason", kind: text, form: flag}
	yesArg    = arg{name: "yes", form: toggle}
	fileArg   = arg{name: "file", kind: file}
)

// confirmed refuses, saying what it does, unless that was agreed to.
func (r *request) confirmed(does string) error {
	if r.Params["yes"] == yes {
		return nil
	}
	return &problem{reasonUnconfirmed, does, hintYes}
}

// verbs are all there are, in the order in which help lists them.
var verbs = []verb{
	with(verb{name: "status", help: helpStatus}, serveStatus, showStatus),
	with(verb{name: "sessions", help: helpSessions}, serveSessions, showSessions),
	with(verb{name: "users", help: helpUsers, alone: true, args: []arg{
		{name: "after", form: internal}, {name: "limit", form: internal}, {name: "prefix", form: internal},
	}}, serveUsers, showUsers),
	with(verb{name: "lockouts", help: helpLockouts, alone: true}, serveLockouts, showLockouts),
	with(verb{name: "kick", help: helpKick, acts: true, args: []arg{userArg, reasonArg}}, serveKick, shows(saidKicked)),
	with(verb{name: "ban", help: helpBan, acts: true, alone: true, args: []arg{userArg, reasonArg}}, serveBan, shows(saidBanned)),
	with(verb{name: "unban", help: helpUnban, acts: true, alone: true, args: []arg{userArg}}, serveUnban, shows(saidUnbanned)),
	with(verb{name: "announce", help: helpAnnounce, acts: true, args: []arg{{name: "text", kind: text}}},
		serveAnnounce, showAnnounced),
	with(verb{name: "backup", help: helpBackup, acts: true, alone: true, wait: longWait, args: []arg{fileArg, yesArg}},
		serveBackup, showBackedUp),
	with(verb{name: "restore", help: helpRestore, acts: true, bare: true, wait: longWait, args: []arg{fileArg, yesArg}},
		serveRestore, showRestored),
	with(verb{name: "check", help: helpCheck, bare: true, wait: longWait}, serveCheck, showChecked),
	with(verb{name: "retention", help: helpRetention, alone: true}, serveRetention, showRetention),
	with(verb{name: "retention run", help: helpExpire, acts: true, alone: true, wait: longWait}, serveExpire, showExpired),
	with(verb{name: "vacuum", help: helpVacuum, acts: true, alone: true, wait: longWait}, serveVacuum, showVacuumed),
	with(verb{name: "drain", help: helpDrain, acts: true, args: []arg{
		{name: "in", kind: duration, form: flag}, {name: "cancel", form: toggle}, {name: "text", kind: text, optional: true},
	}}, serveDrain, showDrained),
	with(verb{name: "reload", help: helpReload, acts: true}, serveReload, showReloaded),
	with(verb{name: "loglevel", help: helpLogLevel, acts: true, args: []arg{{name: "level", kind: word, optional: true}}},
		serveLogLevel, showLogLevel),
}

// A request is a verb on its way on the server.
type request struct {
	*Server
	Params
	verb  *verb
	actor string // this and the next as in chat.Audit
	via   string
}

// viaConsole is where an act comes from that was typed on the server's machine.
const viaConsole = "console"

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
	logins, err := r.Chat.Logins(ctx)
	if err != nil {
		return Sessions{}, err
	}
	list := make([]Session, len(logins))
	for i, l := range logins {
		list[i] = Session{Account: string(l.User.Name), Remote: l.Remote.String(), Client: l.Client, Since: l.Since}
	}
	return Sessions{list}, nil
}

// maxUsers is the most accounts on a page.
const maxUsers = 500

// serveUsers gives a page of the accounts behind the folded name after, or of those that begin with prefix.
func serveUsers(ctx context.Context, r *request) (Users, error) {
	limit := maxUsers
	if s := r.Params["limit"]; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxUsers {
			return Users{}, refuseLimit
		}
		limit = n
	}
	start := strings.ToLower(r.Params["prefix"])
	after := max(strings.ToLower(r.Params["after"]), justBefore(start))
	found, err := r.Chat.Users(ctx, after, limit+1) // one more, to know whether there is more
	if err != nil {
		return Users{}, err
	}
	page := Users{Users: []User{}}
	for i, u := range found {
		switch {
		case !strings.HasPrefix(u.Name.Key(), start):
			return page, nil
		case i == limit:
			page.Next = found[limit-1].Name.Key()
			return page, nil
		}
		page.Users = append(page.Users, User{Name: string(u.Name), Role: u.Role,
			CreatedAt: u.CreatedAt, LastLogin: u.LastLogin, BannedAt: u.Disabled})
	}
	return page, nil
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
		list[i] = Lockout{Scope: string(l.Scope), Account: l.Key, Remote: place(l.Remote), Until: l.Until}
	}
	return Lockouts{list}, nil
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

func serveKick(ctx context.Context, r *request) (Acted, error) {
	why, err := r.reason()
	if err != nil {
		return Acted{}, err
	}
	return acted(r.Chat.Kick(ctx, r.Params["user"], why, r.audit(why)))
}

func serveBan(ctx context.Context, r *request) (Acted, error) {
	why, err := r.reason()
	if err != nil {
		return Acted{}, err
	}
	return acted(r.Chat.Ban(ctx, r.Params["user"], why, r.audit(why)))
}

func serveUnban(ctx context.Context, r *request) (Acted, error) {
	return acted(r.Chat.Unban(ctx, r.Params["user"], r.audit(sanitize.Text{})))
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
