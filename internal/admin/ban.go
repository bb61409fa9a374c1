package admin

import (
	"context"
	"net/netip"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Ban keeps somebody out.
type Ban struct {
	Kind   chat.BanKind `json:"kind"`
	What   string       `json:"what"` // as chat.BanTarget
	Since  time.Time    `json:"since"`
	Until  time.Time    `json:"until,omitzero"` // missing: until somebody ends it
	By     string       `json:"by"`             // as chat.Audit's Actor
	Reason string       `json:"reason,omitempty"`
}

// Bans are all bans that hold, the newest first.
type Bans struct {
	Bans []Ban `json:"bans"`
}

// Unbanned is the answer of unban.
type Unbanned struct {
	Kind chat.BanKind `json:"kind"`
	What string       `json:"what"`
}

func serveBan(ctx context.Context, r *request) (Ban, error) {
	target, err := chat.ParseBanTarget(r.Params[whoArg.name])
	if err != nil {
		return Ban{}, err
	}
	length, why, detail, err := r.sentence()
	if err != nil {
		return Ban{}, err
	}
	if target.IsEverybody() {
		if err := r.confirmed(banEverybody(target)); err != nil {
			return Ban{}, err
		}
	}
	b, err := r.Chat.Ban(ctx, target, length, why, r.audit(detail))
	return banOf(b), err
}

func serveUnban(ctx context.Context, r *request) (Unbanned, error) {
	target, err := chat.ParseBanTarget(r.Params[whoArg.name])
	if err != nil {
		return Unbanned{}, err
	}
	done, err := r.Chat.Unban(ctx, target, r.audit(sanitize.Text{}))
	if refusal, ok := chat.AsRefusal(err); ok && target.Kind != chat.BanAccount {
		refusal.Hint, err = r.coveredBy(ctx, target)
		if err == nil {
			err = refusal
		}
	}
	return Unbanned{done.Kind, done.What}, err
}

// coveredBy names the bans that keep out t as well; nothing if there are none.
func (r *request) coveredBy(ctx context.Context, t chat.BanTarget) (hint string, err error) {
	all, err := r.Chat.Bans(ctx)
	if err != nil {
		return "", err
	}
	var names []string
	for _, b := range all {
		if covers(b.BanTarget, t) {
			names = append(names, b.String())
		}
	}
	if len(names) == 0 {
		return "", nil
	}
	return hintCovered(names), nil
}

// covers reports whether a ban keeps out all that one of t would: of networks, or of a pattern without a *.
func covers(ban, t chat.BanTarget) bool {
	if ban.Kind != t.Kind {
		return false
	}
	switch t.Kind {
	case chat.BanAddress:
		wide, narrow := networkOf(ban.What), networkOf(t.What)
		return wide.Bits() <= narrow.Bits() && wide.Contains(narrow.Addr())
	case chat.BanClient:
		return ban.Covers(chat.Login{Client: t.What})
	}
	return false
}

// networkOf reads the target of a ban of addresses.
func networkOf(what string) netip.Prefix {
	if a, err := netip.ParseAddr(what); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	p, _ := netip.ParsePrefix(what) // which the domain has written
	return p
}

func serveBans(ctx context.Context, r *request) (Bans, error) {
	found, err := r.Chat.Bans(ctx)
	list := make([]Ban, len(found))
	for i, b := range found {
		list[i] = banOf(b)
	}
	return Bans{list}, err
}

func banOf(b chat.Ban) Ban {
	return Ban{Kind: b.Kind, What: b.What, Since: b.Since, Until: b.Until, By: b.Actor, Reason: b.Reason.String()}
}

func showBanned(w view, b Ban) string {
	text := saidBanned + " " + chat.BanTarget{Kind: b.Kind, What: b.What}.String()
	if !b.Until.IsZero() {
		text += until(w.time(b.Until))
	}
	return w.Say(text)
}

func showUnbanned(w view, u Unbanned) string {
	return w.Say(saidUnbanned + " " + chat.BanTarget{Kind: u.Kind, What: u.What}.String())
}

func showBans(w view, all Bans) string {
	if len(all.Bans) == 0 {
		return w.Say(nobodyBanned)
	}
	rows := [][]string{headBans}
	for _, b := range all.Bans {
		end := forGood
		if !b.Until.IsZero() {
			end = w.time(b.Until)
		}
		rows = append(rows, []string{chat.BanTarget{Kind: b.Kind, What: b.What}.String(), w.time(b.Since), end, b.By, b.Reason})
	}
	return w.Table(rows)
}
