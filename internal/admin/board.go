package admin

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Raid is whether raid mode holds, and how long.
type Raid struct {
	On    bool      `json:"on"`
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"` // missing: until somebody ends it
}

// RaidOf is a raid that holds.
func RaidOf(r chat.Raid) *Raid { return &Raid{true, r.Since, r.Until} }

// Posted is a text of whoever runs the server.
type Posted struct {
	Text  string    `json:"text"`           // empty: there is none
	Since time.Time `json:"since,omitzero"` // missing: there is none
}

func serveRaidOn(ctx context.Context, r *request) (Raid, error) {
	length, _, detail, err := r.sentence()
	if err != nil {
		return Raid{}, err
	}
	raid, err := r.Chat.BeginRaid(ctx, length, r.audit(detail))
	return *RaidOf(raid), err
}

func serveRaidOff(ctx context.Context, r *request) (Raid, error) {
	return Raid{}, r.Chat.EndRaid(ctx, r.audit(sanitize.Text{}))
}

func showRaid(w view, r Raid) string {
	if !r.On {
		return w.Say(raidOff)
	}
	return w.Say(raidMode + r.text(w))
}

func (r *Raid) text(w view) string {
	if r.Until.IsZero() {
		return raidOn
	}
	return raidOn + until(w.time(r.Until))
}

// posts is a verb that posts its text by a method of the domain; without one it takes down what is there.
func posts(set func(*chat.Service, context.Context, sanitize.Text, chat.Audit) (chat.Posted, error)) func(context.Context, *request) (Posted, error) {
	return func(ctx context.Context, r *request) (Posted, error) {
		text := sanitize.Message(r.Params[textArg.name])
		if text.IsEmpty() && r.verb.arg(textArg.name, positional) != nil {
			return Posted{}, refuseNoText
		}
		p, err := set(r.Chat, ctx, text, r.audit(text))
		return postedOf(p), err
	}
}

// posted is a verb that gives what a method of the domain gives.
func posted(get func(*chat.Service) chat.Posted) func(context.Context, *request) (Posted, error) {
	return func(_ context.Context, r *request) (Posted, error) { return postedOf(get(r.Chat)), nil }
}

func postedOf(p chat.Posted) Posted { return Posted{p.Text.String(), p.At} }

func showPosted(w view, p Posted) string {
	if p.Text == "" {
		return w.Say(nothingPosted)
	}
	return w.Say(p.Text)
}
