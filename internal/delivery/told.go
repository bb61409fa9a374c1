package delivery

import (
	"slices"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// mostTold is how much of what the server tells waits for a session; what is older is dropped.
const mostTold = 8

// Tell implements [chat.Sessions].
func (h *Hub) Tell(user chat.UserID, text sanitize.Text) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, hold := range h.byUser[user] {
		hold.inbox.putTold(text)
	}
}

// TellAll has everyone who is online on this node shown a line of the server's. It is no part of the log: who is not there
// now never sees it.
func (h *Hub) TellAll(text sanitize.Text) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, hold := range h.open {
		hold.inbox.putTold(text)
	}
}

func (in *Inbox) putTold(text sanitize.Text) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.told) == mostTold {
		in.told = slices.Delete(in.told, 0, 1)
	}
	in.told = append(in.told, text)
	in.tell()
}

// Told takes what the server has told the person since, the oldest first.
func (in *Inbox) Told() []sanitize.Text {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := in.told
	in.told = nil
	return all
}
