package admin

import (
	"context"
	"strconv"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Deleted is the answer of message delete.
type Deleted struct {
	ID   int64  `json:"id"`
	User string `json:"user,omitempty"` // who has said it; missing: the server
}

// Closed is the answer of room close, and says what there was.
type Closed struct {
	Room    string `json:"room"` // with its #
	Members int    `json:"members"`
	Lines   int    `json:"lines"`
}

func serveMessageDelete(ctx context.Context, r *request) (Deleted, error) {
	id, err := r.line()
	if err != nil {
		return Deleted{}, err
	}
	author, err := r.Chat.Remove(ctx, id, r.audit(sanitize.Text{}))
	return Deleted{int64(id), string(author.Name)}, err
}

// line is the line that is meant.
func (r *request) line() (chat.EntryID, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Params["id"], "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, refuseNumber
	}
	return chat.EntryID(id), nil
}

func showMessageDeleted(w view, d Deleted) string { return w.Say(saidDeleted(d.ID, d.User)) }

func serveRoomClose(ctx context.Context, r *request) (Closed, error) {
	x, err := r.Chat.Extent(ctx, r.Params["room"])
	if err != nil {
		return Closed{}, err
	}
	if err := r.confirmed(closeRoom(x)); err != nil {
		return Closed{}, err
	}
	return Closed{x.Name.String(), x.Members, x.Lines}, r.Chat.CloseRoom(ctx, x.Room, r.audit(sanitize.Text{}))
}

func showRoomClosed(w view, c Closed) string { return w.Say(saidClosed + " " + c.Room) }
