package delivery

import (
	"context"
	"sync"

	"sshchat/internal/chat"
)

// Save is what Run does every second with what was proven.
func (h *Hub) Save(ctx context.Context) {
	var fencing sync.WaitGroup
	h.save(ctx, &fencing)
	fencing.Wait()
}

// Tick is what Run does every second for those who want to know who comes and goes.
func (h *Hub) Tick() { h.tell() }

// CatchUp has the inbox as it is when the log is read, of somebody who is in these rooms.
func (in *Inbox) CatchUp(rooms ...chat.RoomID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reading = false
	for _, r := range rooms {
		in.isIn(chat.Stay{Room: chat.Room{ID: r}})
	}
}

// Head is the head of the log when b was read.
func (b Batch) Head() chat.EntryID { return b.page.Head }
