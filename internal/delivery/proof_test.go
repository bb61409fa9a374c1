package delivery_test

import (
	"log/slog"
	"testing"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
)

// Of what has gone nothing counts as told before it is proven, and once that is saved it is not saved again.
func TestWhatHasExpiredIsToldByProof(t *testing.T) {
	h := newHouse(t)
	b, _, _ := h.enters("bob")
	b.Expired = 3
	hub := delivery.New(h.store, slog.New(slog.DiscardHandler))
	hub.Open(b, quiet{})
	in := hub.Inbox(b.ID)
	told := func() int { return in.Progress().Expired }
	if !in.Unproven() || told() != 0 {
		t.Errorf("before a proof: unproven %v, told of %d", in.Unproven(), told())
	}
	in.Proven(delivery.Mark{}) // nothing was written
	if told() != 0 {
		t.Errorf("by a proof of nothing, %d", told())
	}
	m := in.Mark()
	in.Proven(m)
	if in.Unproven() || told() != 3 {
		t.Errorf("by a proof: unproven %v, told of %d", in.Unproven(), told())
	}
	hub.Save(t.Context())
	in.Proven(m) // the same again
	if in.Unproven() || told() != 0 {
		t.Errorf("once it is saved: unproven %v, told of %d", in.Unproven(), told())
	}
}

// A proof of a part of what was read is one of what came before it.
func TestWhatHasExpiredIsToldBeforeLines(t *testing.T) {
	h := newHouse(t)
	b, _, _ := h.enters("bob")
	b.Expired = 3
	hub := delivery.New(h.store, slog.New(slog.DiscardHandler))
	hub.Open(b, quiet{})
	in := hub.Inbox(b.ID)
	in.Proven(in.MarkAt(chat.EntryID(1)))
	if n := in.Progress().Expired; n != 3 {
		t.Errorf("told of %d", n)
	}
}
