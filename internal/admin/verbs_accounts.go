package admin

import (
	"context"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func serveUserAdd(ctx context.Context, r *request) (Added, error) {
	return r.enrol(ctx, []chat.Newcomer{{Name: r.Params["name"]}})
}

func (r *request) enrol(ctx context.Context, people []chat.Newcomer) (Added, error) {
	made, err := r.Chat.Enrol(ctx, people, r.audit(sanitize.Text{}))
	if err != nil {
		return Added{}, err
	}
	list := make([]Password, len(made))
	for i, m := range made {
		list[i] = Password{User: string(m.Name), Password: m.Password, MustChange: true}
	}
	return Added{list}, nil
}

// askPasswd asks for the new password, unless chance is to make it. It is never among the arguments, where others could
// read it.
func askPasswd(ctx context.Context, r *run, p Params) (err error) {
	if p["random"] == yes {
		return nil
	}
	if r.screen == nil {
		return refuseNoTerminal
	}
	if p["password"], err = r.screen.askHidden(ctx, askNewPassword); err != nil {
		return unanswered(err)
	}
	again, err := r.screen.askHidden(ctx, askNewAgain)
	switch {
	case err != nil:
		return unanswered(err)
	case again != p["password"]:
		return refuseDifferent
	}
	return nil
}

func servePasswd(ctx context.Context, r *request) (Password, error) {
	who, mustChange := r.Params["user"], r.Params["must-change"] == yes
	detail := ""
	if mustChange {
		detail = detailMustChange
	}
	a := r.audit(sanitize.Line(detail))
	if r.Params["random"] != yes {
		p, err := r.Chat.ResetPassword(ctx, who, r.Params["password"], mustChange, a)
		return Password{User: string(p.Name), MustChange: mustChange}, err
	}
	made, err := r.Chat.RandomPassword(ctx, who, mustChange, a)
	return Password{User: string(made.Name), Password: made.Password, MustChange: mustChange}, err
}

func servePromote(ctx context.Context, r *request) (Role, error) {
	return r.setRole(ctx, r.Params["role"])
}

func serveDemote(ctx context.Context, r *request) (Role, error) { return r.setRole(ctx, "") }

func (r *request) setRole(ctx context.Context, role string) (Role, error) {
	p, err := r.Chat.SetRole(ctx, r.Params["user"], role, r.audit(sanitize.Text{}))
	return Role{User: string(p.Name), Role: role}, err
}

func serveDisable(ctx context.Context, r *request) (Acted, error) {
	why, err := r.reason()
	if err != nil {
		return Acted{}, err
	}
	return acted(r.Chat.Disable(ctx, r.Params["user"], why, r.audit(why)))
}

func serveEnable(ctx context.Context, r *request) (Acted, error) {
	return acted(r.Chat.Enable(ctx, r.Params["user"], r.audit(sanitize.Text{})))
}

func serveRename(ctx context.Context, r *request) (Renamed, error) {
	was, is, err := r.Chat.Rename(ctx, r.Params["user"], r.Params["new"], r.audit(sanitize.Text{}))
	return Renamed{User: string(is.Name), Was: string(was.Name)}, err
}

func serveUserErase(ctx context.Context, r *request) (Acted, error) {
	u, err := r.Chat.Known(ctx, r.Params["name"])
	if err != nil {
		return Acted{}, err
	}
	messages := r.Params["messages"] == yes
	if err := r.confirmed(erases(u.Name, messages)); err != nil {
		return Acted{}, err
	}
	return acted(r.Chat.Erase(ctx, r.Params["name"], messages, r.audit(sanitize.Text{})))
}
