package admin

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Mute is that an account may say nothing.
type Mute struct {
	Until  time.Time `json:"until,omitzero"` // missing: until somebody ends it
	By     string    `json:"by"`             // as chat.Audit's Actor
	Reason string    `json:"reason,omitempty"`
}

// Muted is the answer of mute.
type Muted struct {
	User string `json:"user"`
	Mute
}

func muteOf(m *chat.Muting) *Mute {
	if m == nil {
		return nil
	}
	return &Mute{m.Until, m.Actor, m.Reason.String()}
}

func serveMute(ctx context.Context, r *request) (Muted, error) {
	length, why, detail, err := r.sentence()
	if err != nil {
		return Muted{}, err
	}
	p, m, err := r.Chat.Mute(ctx, r.Params["user"], length, why, r.audit(detail))
	return Muted{string(p.Name), *muteOf(&m)}, err
}

func serveUnmute(ctx context.Context, r *request) (Acted, error) {
	return acted(r.Chat.Unmute(ctx, r.Params["user"], r.audit(sanitize.Text{})))
}

func showMuted(w view, m Muted) string { return w.Say(saidMuted + " " + m.User + m.end(w)) }

// text is what a list of accounts says of m.
func (m *Mute) text(w view) string { return saidMuted + m.end(w) }

func (m *Mute) end(w view) string {
	if m.Until.IsZero() {
		return ""
	}
	return until(w.time(m.Until))
}
