package admin

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Invite lets somebody make an account where that needs one.
type Invite struct {
	ID     int64     `json:"id"`
	Code   string    `json:"code,omitempty"` // told once, by invite create
	Uses   int       `json:"uses"`           // that are left
	MadeAt time.Time `json:"made_at"`
	Until  time.Time `json:"until,omitzero"` // missing: for ever
}

// Invites are all that can be used.
type Invites struct {
	Invites []Invite `json:"invites"`
}

// Revoked is the answer of invite revoke.
type Revoked struct {
	ID int64 `json:"id"`
}

func inviteOf(i chat.Invited, code string) Invite {
	return Invite{int64(i.ID), code, i.Uses, i.Made, i.Until}
}

func serveInviteCreate(ctx context.Context, r *request) (Invite, error) {
	lasts, err := r.length()
	if err != nil {
		return Invite{}, err
	}
	uses, detail := 1, ""
	if s := r.Params["uses"]; s != "" {
		if uses, err = strconv.Atoi(s); err != nil {
			return Invite{}, refuseUses
		}
		detail = "uses " + s
	}
	if lasts > 0 {
		detail = strings.TrimSpace(detail + " for " + r.Params[forArg.name])
	}
	made, code, err := r.Chat.CreateInvite(ctx, uses, lasts, r.audit(sanitize.Line(detail)))
	return inviteOf(made, code), err
}

func serveInvites(ctx context.Context, r *request) (Invites, error) {
	found, err := r.Chat.Invites(ctx)
	if err != nil {
		return Invites{}, err
	}
	list := make([]Invite, len(found))
	for i, one := range found {
		list[i] = inviteOf(one, "")
	}
	return Invites{list}, nil
}

func serveInviteRevoke(ctx context.Context, r *request) (Revoked, error) {
	id, err := r.Chat.RevokeInvite(ctx, r.Params["code"], r.audit(sanitize.Text{}))
	return Revoked{int64(id)}, err
}

func showInvite(w view, i Invite) string {
	said := fmt.Sprintf(saidInvite, i.ID, count(i.Uses, "account"))
	if !i.Until.IsZero() {
		said += saidUntil + w.time(i.Until)
	}
	return w.Say(said+":") + w.Say(i.Code)
}

func showInvites(w view, list Invites) string {
	if len(list.Invites) == 0 {
		return w.Say(noInvites)
	}
	rows := [][]string{headInvites}
	for _, i := range list.Invites {
		until := forEver
		if !i.Until.IsZero() {
			until = w.time(i.Until)
		}
		rows = append(rows, []string{strconv.FormatInt(i.ID, 10), strconv.Itoa(i.Uses), w.time(i.MadeAt), until})
	}
	return w.Table(rows)
}

func showRevoked(w view, r Revoked) string { return w.Say(fmt.Sprintf(saidRevoked, r.ID)) }
