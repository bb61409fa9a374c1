package delivery

import (
	"slices"

	"sshchat/internal/chat"
)

// Mark is how far the session had taken from its inbox at some moment. Proving it proves all that
// was written before.
type Mark struct {
	position chat.EntryID
	gaps     []chat.Stretch
	gen      int
	expired  bool // what has gone was told: before anything else
}

// Mark says how far the session has taken. It is called when all that was taken has been
// written, and before that what Begun.Expired says.
func (in *Inbox) Mark() Mark {
	in.mu.Lock()
	defer in.mu.Unlock()
	return Mark{in.position, in.gaps.list, in.gaps.gen, true}
}

// MarkAt is Mark when of the batch that was taken last only the lines up to id have been written.
func (in *Inbox) MarkAt(id chat.EntryID) Mark {
	m := in.Mark()
	m.position = min(m.position, id)
	return m
}

// Unproven reports whether something was taken that is not proven.
func (in *Inbox) Unproven() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.position > in.proven.Delivered || in.gaps.gen != in.provenGen || in.expired != in.proven.Expired
}

// Proven records that the client has all that was written before m. It is written into the
// store with everyone's, within a second.
func (in *Inbox) Proven(m Mark) {
	in.mu.Lock()
	if m.position > in.proven.Delivered {
		in.proven.Delivered = m.position
	}
	in.reads = marked(in.reads, in.current, m.position)
	if m.gen > in.provenGen {
		in.proven.Gaps, in.provenGen = m.gaps, m.gen
	}
	if m.expired {
		in.proven.Expired = in.expired
	}
	in.mu.Unlock()
	in.hub.note(in)
}

// Progress is what has been proven. It may be called from any goroutine.
func (in *Inbox) Progress() chat.Progress {
	in.mu.Lock()
	defer in.mu.Unlock()
	p := in.proven
	p.GapsChanged = in.provenGen != in.savedGen
	p.Reads, p.Unsent = in.marks(), in.unsent
	return p
}

// saved records that p is in the store. Between the reading of p and now the proof may have gone on:
// then the gaps count as not saved, and are written once more.
func (in *Inbox) saved(p chat.Progress) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.savedReads(p.Reads)
	if p.GapsChanged && slices.Equal(p.Gaps, in.proven.Gaps) {
		in.savedGen = in.provenGen
	}
	if p.Expired > 0 {
		in.expired, in.proven.Expired = 0, 0
	}
}

// Lag is how far the client is proven to have what was for it, and whether there is more. It may be called from any
// goroutine.
func (in *Inbox) Lag() (delivered chat.EntryID, lags bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delivered = in.proven.Delivered
	return delivered, in.position > delivered || len(in.box) > 0 || in.reading || in.overflow
}
