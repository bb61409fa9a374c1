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
	Until  time.Time `json:"until,omitzero"` // missing: for good
	// SignUp is login.signup, told by invite create of a server that runs, where an invite lets nobody in: open or closed.
	SignUp string `json:"signup,omitempty"`
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
	return Invite{ID: int64(i.ID), Code: code, Uses: i.Uses, MadeAt: i.Made, Until: i.Until}
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
	told := inviteOf(made, code)
	told.SignUp = r.signUp()
	return told, err
}

// The values of login.signup with which no invite is wanted.
const (
	signUpOpen   = "open"
	signUpClosed = "closed"
)

// signUp is which of these holds. Without a server that is not known: it may be started with another configuration.
func (r *request) signUp() string {
	rules := r.Chat.Rules()
	switch {
	case !r.runs() || rules.SignUpInvited:
		return ""
	case rules.SignUpClosed:
		return signUpClosed
	}
	return signUpOpen
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
	text := w.Say(said+":") + w.Say(i.Code)
	switch i.SignUp {
	case signUpOpen:
		text += w.Say(fmt.Sprintf(noteUnneeded, i.SignUp))
	case signUpClosed:
		text += w.Say(fmt.Sprintf(noteUnusable, i.SignUp))
	}
	return text
}

func showInvites(w view, list Invites) string {
	if len(list.Invites) == 0 {
		return w.Say(noInvites)
	}
	rows := [][]string{headInvites}
	for _, i := range list.Invites {
		until := forGood
		if !i.Until.IsZero() {
			until = w.time(i.Until)
		}
		rows = append(rows, []string{strconv.FormatInt(i.ID, 10), strconv.Itoa(i.Uses), w.time(i.MadeAt), until})
	}
	return w.Table(rows)
}

func showRevoked(w view, r Revoked) string { return w.Say(fmt.Sprintf(saidRevoked, r.ID)) }
