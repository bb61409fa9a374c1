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

// longestInvite bounds --for.
const longestInvite = 366 * 24 * time.Hour

func serveInviteCreate(ctx context.Context, r *request) (Invite, error) {
	uses, lasts := 1, time.Duration(0)
	detail := ""
	if s := r.Params["uses"]; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return Invite{}, refuseUses
		}
		uses, detail = n, "uses "+s
	}
	if s := r.Params["for"]; s != "" {
		d, ok := parseLasting(s)
		if !ok {
			return Invite{}, refuseLasting
		}
		lasts, detail = d, strings.TrimSpace(detail+" for "+s)
	}
	made, code, err := r.Chat.CreateInvite(ctx, uses, lasts, r.audit(sanitize.Line(detail)))
	return inviteOf(made, code), err
}

// parseLasting reads how long an invite lasts: 90m, 36h or 7d.
func parseLasting(s string) (time.Duration, bool) {
	days, isDays := strings.CutSuffix(s, "d")
	if isDays {
		n, err := strconv.ParseUint(days, 10, 16)
		d := time.Duration(n) * 24 * time.Hour
		return d, err == nil && d > 0 && d <= longestInvite
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d > 0 && d <= longestInvite
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
	said := fmt.Sprintf(saidInvite, i.ID, i.Uses)
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
