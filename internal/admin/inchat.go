package admin

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// Do does what an account with a role has typed behind "admin" in the chat, as far as that role may; see
// [command.Console]. It is the console's table, and its audit.
func (s *Server) Do(ctx context.Context, me chat.Actor, role, typed string, v render.Viewer) (rows string, err error) {
	own, ok := roleOf(role)
	if !ok {
		return "", refuseRole(role).refusal()
	}
	rows, err = s.inChat(ctx, me, own, typed, view{Viewer: v, first: true})
	if p, ok := errors.AsType[*problem](err); ok {
		return "", p.refusal()
	}
	return rows, err
}

func (s *Server) inChat(ctx context.Context, me chat.Actor, own role, typed string, w view) (string, error) {
	words := splitLine(typed)
	if words[0] == "" || words[0] == "help" {
		return helpInChat(w, own, words[1:])
	}
	v, rest := match(words)
	switch {
	case v == nil:
		return "", refuseUnknown(words)
	case !v.may(own):
		return "", refuseMachine(v)
	}
	c, err := v.parse(rest)
	switch {
	case errors.Is(err, errHelp):
		return helpInChat(w, own, strings.Fields(v.name))
	case err != nil:
		return "", err
	}
	r := &request{Server: s, Params: c.params, verb: v, actor: string(me.Name), via: viaChat, role: own}
	if err := r.mayTouch(ctx); err != nil {
		return "", err
	}
	if err := r.mayTell(ctx, me); err != nil {
		return "", err
	}
	answer, err := s.do(ctx, r)
	if err != nil {
		return "", err
	}
	return shownInChat(w, v, c.json, encoded(answer))
}

// shownInChat shows an answer, or the first page of it.
func shownInChat(w view, v *verb, json bool, body []byte) (string, error) {
	if json {
		return clipRows(w, w.Say(strings.TrimSuffix(string(body), "\n"))), nil
	}
	text, next, err := v.show(w, body)
	if next != nil {
		text += w.Say(moreOnMachine)
	}
	return clipRows(w, text), err
}

// mostShown bounds what is shown in the chat of one answer, in bytes: what waits for a client is bounded, too.
const mostShown = 32 << 10

// clipRows cuts what is too long behind a row, and says so.
func clipRows(w view, rows string) string {
	if len(rows) <= mostShown {
		return rows
	}
	end := strings.LastIndexByte(rows[:mostShown], '\n') + 1
	return rows[:end] + w.Say(moreOnMachine)
}

// helpInChat lists what somebody may do of the verbs that begin with words, of which empty ones do not count.
func helpInChat(w view, own role, words []string) (string, error) {
	words = strings.Fields(strings.Join(words, " "))
	wanted := strings.Join(words, " ")
	var rows [][]string
	for i := range verbs {
		v := &verbs[i]
		if v.may(own) && (wanted == "" || v.name == wanted || strings.HasPrefix(v.name, wanted+" ")) {
			rows = append(rows, []string{v.usage(), v.help})
		}
	}
	if len(rows) == 0 {
		return "", refuseUnknown(words)
	}
	return w.Table(rows), nil
}

// mayTouch refuses what somebody in the chat would do to an account whose role is not below theirs.
func (r *request) mayTouch(ctx context.Context) error {
	if !r.verb.acts {
		return nil
	}
	on := named
	if r.verb.on != nil {
		on = r.verb.on
	}
	names, err := on(ctx, r)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := r.isAbove(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// mayTell refuses the words of somebody in the chat who is muted: what they do without a word is done.
func (r *request) mayTell(ctx context.Context, me chat.Actor) error {
	for _, a := range r.verb.args {
		if r.verb.acts && a.kind == text && r.Params[a.name] != "" {
			return r.Chat.MayBeHeard(ctx, me)
		}
	}
	return nil
}

func (r *request) isAbove(ctx context.Context, name string) error {
	u, err := r.Chat.User(ctx, name)
	if _, refused := chat.AsRefusal(err); refused {
		return nil // it is for the verb to say so
	}
	if err != nil {
		return err
	}
	if theirs, ok := roleOf(u.Role); ok && theirs <= r.role {
		return refuseOver(u)
	}
	return nil
}

// named is the account that a verb names first, itself or by a session of it.
func named(ctx context.Context, r *request) ([]string, error) {
	at := r.verb.positionals()
	if len(at) == 0 || at[0].kind != account {
		return nil, nil
	}
	name := r.Params[at[0].name]
	if _, err := strconv.ParseInt(name, 10, 64); err != nil {
		return []string{name}, nil
	}
	l, err := r.Chat.LoginOf(ctx, name)
	return []string{string(l.User.Name)}, err
}

// banned are the accounts that a ban is on. Whom one of an address or a client is on is known only of those who are online.
func banned(ctx context.Context, r *request) ([]string, error) {
	t, err := chat.ParseBanTarget(r.Params[whoArg.name])
	switch {
	case err != nil:
		return nil, err
	case t.Kind == chat.BanAccount:
		return named(ctx, r)
	case t.Kind == chat.BanKey:
		owner, err := r.Store.KeyOwner(ctx, t.What)
		return []string{string(owner)}, err
	}
	logins, err := r.Chat.Logins(ctx)
	var names []string
	for _, l := range logins {
		if t.Covers(l) {
			names = append(names, string(l.User.Name))
		}
	}
	return names, err
}

// authorOf is who has said the line that is deleted.
func authorOf(ctx context.Context, r *request) ([]string, error) {
	id, err := r.line()
	if err != nil {
		return nil, err
	}
	author, err := r.Store.Author(ctx, id)
	if errors.Is(err, chat.ErrNoEntry) {
		return nil, nil // it is for the verb to say so
	}
	return []string{string(author.Name)}, err
}

// reported is whom the report that is closed is about.
func reported(ctx context.Context, r *request) ([]string, error) {
	found, err := r.report(ctx)
	if _, refused := errors.AsType[*problem](err); refused {
		return nil, nil // it is for the verb to say so
	}
	return []string{string(found.About)}, err
}

// refusal is p for somebody in the chat.
func (p *problem) refusal() chat.Refusal {
	r := chat.Refusal{Reason: chat.Invalid, Text: p.Text, Hint: p.Hint}
	for reason, word := range reasonWords {
		if word == p.Reason {
			r.Reason = reason
		}
	}
	switch {
	case p.Reason == reasonUnconfirmed:
		r.Hint = hintYesInChat
	case p.Hint == hintHelp:
		r.Hint = hintHelpInChat
	}
	return r
}
